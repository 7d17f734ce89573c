// sum.c - what ADD and SUB share: checks, preparation and calls of the kernels.
//
// SPDX-License-Identifier: Apache-2.0
#include "sum.h"

enum { ACTIVATION };  // AddOptions, SubOptions

thimble_status thimble_sum_prepare_int8(thimble_prepare *p) {
    THIMBLE_TRY(thimble_pairwise_check(p, THIMBLE_INT8));
    thimble_sum_record *record = THIMBLE_RECORD(p, thimble_sum_record);
    thimble_sum_int8_factors *f = &record->int8;
    const float larger = p->inputs[0].scale > p->inputs[1].scale ? p->inputs[0].scale : p->inputs[1].scale;
    for (int32_t i = 0; i < 2; i++) {
        f->inputs[i] = thimble_rescale_of(p->inputs[i].scale, 1, larger, -1);
        f->zero_points[i] = (int8_t)p->inputs[i].zero_point;
    }
    f->output = thimble_rescale_of(larger, 1, p->output.scale, 1 - THIMBLE_SUM_SHIFT);
    THIMBLE_REQUIRE(p, f->output.shift <= 0, p->output.index,
                    "the output's scale is too small for these inputs: the sum would need a factor of 1 or more");
    f->output_zero_point = (int8_t)p->output.zero_point;
    THIMBLE_TRY(thimble_activation_range_int8(p, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE), &p->output,
                                              &f->lowest, &f->highest));
    return thimble_pairwise_prepare(p, &record->pairwise);
}

thimble_status thimble_sum_prepare_int16(thimble_prepare *p) {
    THIMBLE_TRY(thimble_pairwise_check_int16(p));
    thimble_sum_record *record = THIMBLE_RECORD(p, thimble_sum_record);
    thimble_sum_int16_factors *f = &record->int16;
    const float larger = p->inputs[0].scale > p->inputs[1].scale ? p->inputs[0].scale : p->inputs[1].scale;
    f->inputs[0] = thimble_rescale_of(p->inputs[0].scale, 1, larger, -1);
    f->inputs[1] = thimble_rescale_of(p->inputs[1].scale, 1, larger, -1);
    f->output = thimble_rescale_of(larger, 1, p->output.scale, 1 - THIMBLE_SUM_SHIFT_INT16);
    THIMBLE_REQUIRE(p, f->output.shift <= 0, p->output.index,
                    "the output's scale is too small for these inputs: the sum would need a factor of 1 or more");
    THIMBLE_TRY(thimble_activation_range_int16(p, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE), &p->output,
                                               &f->lowest, &f->highest));
    return thimble_pairwise_prepare(p, &record->pairwise);
}

thimble_status thimble_sum_prepare(thimble_prepare *p, bool activation_of_int32) {
    const thimble_type type = p->inputs[0].type;
    if (type == THIMBLE_INT8) {
        return thimble_sum_prepare_int8(p);
    }
    if (type == THIMBLE_INT16) {
        return thimble_sum_prepare_int16(p);
    }
    THIMBLE_TRY(thimble_pairwise_check(p, type));
    const bool is_int32 = type == THIMBLE_INT32;
    THIMBLE_REQUIRE(p, !is_int32 || (p->inputs[0].scale_count == 0 && p->inputs[1].scale_count == 0), -1,
                    "int32 sums cannot be quantized");
    const int32_t activation =
        is_int32 && !activation_of_int32 ? THIMBLE_ACT_NONE : thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE);
    thimble_sum_record *record = THIMBLE_RECORD(p, thimble_sum_record);
    THIMBLE_TRY(thimble_pairwise_range_prepare(p, type, activation, &record->range));
    return thimble_pairwise_prepare(p, &record->pairwise);
}

typedef struct job {
    thimble_sum_int8_args args;
    thimble_sum_int8_fn *kernel;
    uint32_t worker_count;
} job;

static void run_share(void *argument, uint32_t task) {
    const job *work = argument;
    const int32_t count = work->args.record->pairwise.loops[0].count;
    work->kernel(&work->args, thimble_share(count, 4, task, work->worker_count));
}

void thimble_sum_run_int8(const thimble_call *call, thimble_sum_int8_fn *kernel, bool subtract) {
    job work = {.args = {.record = call->record,
                         .inputs = {call->inputs[0], call->inputs[1]},
                         .output = call->outputs[0],
                         .subtract = subtract},
                .kernel = kernel,
                .worker_count = thimble_worker_count(call->options)};
    thimble_parallel(call->options, run_share, &work);
}

void thimble_sum_run_int16(const thimble_call *call, bool subtract) {
    const thimble_sum_int16_args args = {.record = call->record,
                                         .inputs = {call->inputs[0], call->inputs[1]},
                                         .output = call->outputs[0],
                                         .subtract = subtract};
    thimble_sum_int16_portable(&args);
}

void thimble_sum_run(const thimble_call *call, thimble_sum_int8_fn *kernel, bool subtract) {
    if (call->type == THIMBLE_INT8) {
        thimble_sum_run_int8(call, kernel, subtract);
    } else if (call->type == THIMBLE_INT16) {
        thimble_sum_run_int16(call, subtract);
    } else if (call->type == THIMBLE_FLOAT32) {
        const thimble_sum_f32_args args = {.record = call->record,
                                           .inputs = {call->inputs[0], call->inputs[1]},
                                           .output = call->outputs[0],
                                           .subtract = subtract};
        thimble_sum_f32_portable(&args);
    } else {
        const thimble_sum_i32_args args = {.record = call->record,
                                           .inputs = {call->inputs[0], call->inputs[1]},
                                           .output = call->outputs[0],
                                           .subtract = subtract};
        thimble_sum_i32_portable(&args);
    }
}
