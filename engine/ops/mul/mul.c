// mul.c - MUL: the product of two tensors, checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "mul.h"

enum { ACTIVATION };  // MulOptions

static thimble_status prepare(thimble_prepare *p, bool all_types) {
    thimble_pairwise_tensors t;
    THIMBLE_TRY(thimble_pairwise_tensors_check(p, all_types, &t));
    const int32_t activation = thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE);
    thimble_mul_record *record = THIMBLE_RECORD(p, thimble_mul_record);
    if (t.output.type == THIMBLE_INT8) {
        thimble_mul_int8_factors *f = &record->int8;
        f->factor = thimble_rescale_of(t.first.scale, t.second.scale, t.output.scale, 0);
        THIMBLE_REQUIRE(p, f->factor.shift <= 30, t.output.index, "the output's scale is too small for these inputs");
        int32_t lowest, highest;
        THIMBLE_TRY(thimble_activation_range(p, activation, &t.output, &lowest, &highest));
        f->first_zero_point = (int8_t)t.first.zero_point;
        f->second_zero_point = (int8_t)t.second.zero_point;
        f->output_zero_point = (int8_t)t.output.zero_point;
        f->lowest = (int8_t)lowest;
        f->highest = (int8_t)highest;
    } else {
        THIMBLE_TRY(thimble_pairwise_range_prepare(p, t.output.type, activation, &record->range));
    }
    return thimble_pairwise_prepare(p, &t, &record->pairwise);
}

static void run_int8(const thimble_call *call) {
    const thimble_mul_int8_args args = {
        .record = call->record, .first = call->inputs[0], .second = call->inputs[1], .output = call->outputs[0]};
    thimble_mul_int8_portable(&args);
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_INT8) {
        run_int8(call);
    } else if (call->type == THIMBLE_FLOAT32) {
        const thimble_mul_f32_args args = {
            .record = call->record, .first = call->inputs[0], .second = call->inputs[1], .output = call->outputs[0]};
        thimble_mul_f32_portable(&args);
    } else {
        const thimble_mul_i32_args args = {
            .record = call->record, .first = call->inputs[0], .second = call->inputs[1], .output = call->outputs[0]};
        thimble_mul_i32_portable(&args);
    }
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return prepare(p, false);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return prepare(p, true);
}

THIMBLE_DEFINE_OP(mul_int8, "MUL", 18, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(mul, "MUL", 18, prepare_any, run);
