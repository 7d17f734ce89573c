// sum.c - what ADD and SUB share: checks, preparation and calls of the kernels.
//
// SPDX-License-Identifier: Apache-2.0
#include "sum.h"

enum { ACTIVATION };  // AddOptions, SubOptions

thimble_status thimble_sum_prepare_int8(thimble_prepare *p) {
    thimble_pairwise_tensors t;
    THIMBLE_TRY(thimble_pairwise_tensors_check(p, THIMBLE_INT8, &t));
    thimble_sum_record *record = THIMBLE_RECORD(p, thimble_sum_record);
    thimble_sum_int8_factors *f = &record->int8;
    const float larger = t.inputs[0].scale > t.inputs[1].scale ? t.inputs[0].scale : t.inputs[1].scale;
    for (int32_t i = 0; i < 2; i++) {
        f->inputs[i] = thimble_rescale_of(t.inputs[i].scale, 1, larger, -1);
        f->zero_points[i] = (int8_t)t.inputs[i].zero_point;
    }
    f->output = thimble_rescale_of(larger, 1, t.output.scale, 1 - THIMBLE_SUM_SHIFT);
    THIMBLE_REQUIRE(p, f->output.shift <= 0, t.output.index,
                    "the output's scale is too small for these inputs: the sum would need a factor of 1 or more");
    f->output_zero_point = (int8_t)t.output.zero_point;
    int32_t lowest, highest;
    THIMBLE_TRY(
        thimble_activation_range(p, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE), &t.output, &lowest, &highest));
    f->lowest = (int8_t)lowest;
    f->highest = (int8_t)highest;
    return thimble_pairwise_prepare(p, &t, &record->pairwise);
}

thimble_status thimble_sum_prepare(thimble_prepare *p, bool activation_of_int32) {
    const thimble_type type = thimble_prepare_input(p, 0).type;
    if (type == THIMBLE_INT8) {
        return thimble_sum_prepare_int8(p);
    }
    thimble_pairwise_tensors t;
    THIMBLE_TRY(thimble_pairwise_tensors_check(p, type, &t));
    const bool is_int32 = type == THIMBLE_INT32;
    THIMBLE_REQUIRE(p, !is_int32 || (t.inputs[0].scale_count == 0 && t.inputs[1].scale_count == 0), -1,
                    "int32 sums cannot be quantized");
    const int32_t activation =
        is_int32 && !activation_of_int32 ? THIMBLE_ACT_NONE : thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE);
    thimble_sum_record *record = THIMBLE_RECORD(p, thimble_sum_record);
    THIMBLE_TRY(thimble_pairwise_range_prepare(p, type, activation, &record->range));
    return thimble_pairwise_prepare(p, &t, &record->pairwise);
}

void thimble_sum_run_int8(const thimble_call *call, bool subtract) {
    const thimble_sum_int8_args args = {.record = call->record,
                                        .inputs = {call->inputs[0], call->inputs[1]},
                                        .output = call->outputs[0],
                                        .subtract = subtract};
    thimble_sum_int8_portable(&args);
}

void thimble_sum_run(const thimble_call *call, bool subtract) {
    if (call->type == THIMBLE_INT8) {
        thimble_sum_run_int8(call, subtract);
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
