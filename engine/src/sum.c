// sum.c - what ADD and SUB share: checks, preparation and calls of the kernels.
//
// SPDX-License-Identifier: Apache-2.0
#include "sum.h"

enum { ACTIVATION };  // AddOptions, SubOptions

thimble_status thimble_sum_prepare(thimble_prepare *p, bool all_types, bool activation_of_int32) {
    thimble_pairwise_tensors t;
    THIMBLE_TRY(thimble_pairwise_tensors_check(p, all_types, &t));
    const thimble_type type = t.output.type;
    int32_t activation = thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE);
    thimble_sum_record *record = THIMBLE_RECORD(p, thimble_sum_record);
    if (type == THIMBLE_INT8) {
        thimble_sum_int8_factors *f = &record->int8;
        const float larger = t.first.scale > t.second.scale ? t.first.scale : t.second.scale;
        f->first = thimble_rescale_of(t.first.scale, 1, larger, -1);
        f->second = thimble_rescale_of(t.second.scale, 1, larger, -1);
        f->output = thimble_rescale_of(larger, 1, t.output.scale, 1 - THIMBLE_SUM_SHIFT);
        THIMBLE_REQUIRE(p, f->output.shift <= 0, t.output.index,
                        "the output's scale is too small for these inputs: the sum would need a factor of 1 or more");
        int32_t lowest, highest;
        THIMBLE_TRY(thimble_activation_range(p, activation, &t.output, &lowest, &highest));
        f->first_zero_point = (int8_t)t.first.zero_point;
        f->second_zero_point = (int8_t)t.second.zero_point;
        f->output_zero_point = (int8_t)t.output.zero_point;
        f->lowest = (int8_t)lowest;
        f->highest = (int8_t)highest;
    } else {
        if (type == THIMBLE_INT32) {
            THIMBLE_REQUIRE(p, t.first.scale_count == 0 && t.second.scale_count == 0, t.output.index,
                            "int32 sums cannot be quantized");
            activation = activation_of_int32 ? activation : THIMBLE_ACT_NONE;
        }
        THIMBLE_TRY(thimble_pairwise_range_prepare(p, type, activation, &record->range));
    }
    return thimble_pairwise_prepare(p, &t, &record->pairwise);
}

void thimble_sum_run_int8(const thimble_call *call, bool subtract) {
    const thimble_sum_int8_args args = {.record = call->record,
                                        .first = call->inputs[0],
                                        .second = call->inputs[1],
                                        .output = call->outputs[0],
                                        .subtract = subtract};
    thimble_sum_int8_portable(&args);
}

void thimble_sum_run(const thimble_call *call, bool subtract) {
    if (call->type == THIMBLE_INT8) {
        thimble_sum_run_int8(call, subtract);
    } else if (call->type == THIMBLE_FLOAT32) {
        const thimble_sum_f32_args args = {.record = call->record,
                                           .first = call->inputs[0],
                                           .second = call->inputs[1],
                                           .output = call->outputs[0],
                                           .subtract = subtract};
        thimble_sum_f32_portable(&args);
    } else {
        const thimble_sum_i32_args args = {.record = call->record,
                                           .first = call->inputs[0],
                                           .second = call->inputs[1],
                                           .output = call->outputs[0],
                                           .subtract = subtract};
        thimble_sum_i32_portable(&args);
    }
}
