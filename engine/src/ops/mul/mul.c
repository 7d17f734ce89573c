// mul.c - MUL: the product of two tensors, checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "mul.h"

enum { ACTIVATION };  // MulOptions

static thimble_status prepare_int8(thimble_prepare *p) {
    THIMBLE_TRY(thimble_pairwise_check(p, THIMBLE_INT8));
    thimble_mul_record *record = THIMBLE_RECORD(p, thimble_mul_record);
    thimble_mul_int8_factors *f = &record->int8;
    f->factor = thimble_rescale_of(p->inputs[0].scale, p->inputs[1].scale, p->output.scale, 0);
    THIMBLE_REQUIRE(p, f->factor.shift <= 30, p->output.index, "the output's scale is too small for these inputs");
    f->zero_points[0] = (int8_t)p->inputs[0].zero_point;
    f->zero_points[1] = (int8_t)p->inputs[1].zero_point;
    f->output_zero_point = (int8_t)p->output.zero_point;
    THIMBLE_TRY(thimble_activation_range_int8(p, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE), &p->output,
                                              &f->lowest, &f->highest));
    return thimble_pairwise_prepare(p, &record->pairwise);
}

static thimble_status prepare_int16(thimble_prepare *p) {
    THIMBLE_TRY(thimble_pairwise_check_int16(p));
    thimble_mul_record *record = THIMBLE_RECORD(p, thimble_mul_record);
    thimble_mul_int16_factors *f = &record->int16;
    f->factor = thimble_rescale_of(p->inputs[0].scale, p->inputs[1].scale, p->output.scale, 0);
    THIMBLE_REQUIRE(p, f->factor.shift <= 30, p->output.index, "the output's scale is too small for these inputs");
    THIMBLE_TRY(thimble_activation_range_int16(p, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE), &p->output,
                                               &f->lowest, &f->highest));
    return thimble_pairwise_prepare(p, &record->pairwise);
}

static thimble_status prepare(thimble_prepare *p) {
    const thimble_type type = p->inputs[0].type;
    if (type == THIMBLE_INT8) {
        return prepare_int8(p);
    }
    if (type == THIMBLE_INT16) {
        return prepare_int16(p);
    }
    THIMBLE_TRY(thimble_pairwise_check(p, type));
    thimble_mul_record *record = THIMBLE_RECORD(p, thimble_mul_record);
    THIMBLE_TRY(
        thimble_pairwise_range_prepare(p, type, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE), &record->range));
    return thimble_pairwise_prepare(p, &record->pairwise);
}

static void run_int8(const thimble_call *call) {
    const thimble_mul_int8_args args = {
        .record = call->record, .inputs = {call->inputs[0], call->inputs[1]}, .output = call->outputs[0]};
    thimble_mul_int8_portable(&args);
}

static void run_int16(const thimble_call *call) {
    const thimble_mul_int16_args args = {
        .record = call->record, .inputs = {call->inputs[0], call->inputs[1]}, .output = call->outputs[0]};
    thimble_mul_int16_portable(&args);
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_INT8) {
        run_int8(call);
    } else if (call->type == THIMBLE_INT16) {
        run_int16(call);
    } else if (call->type == THIMBLE_FLOAT32) {
        const thimble_mul_f32_args args = {
            .record = call->record, .inputs = {call->inputs[0], call->inputs[1]}, .output = call->outputs[0]};
        thimble_mul_f32_portable(&args);
    } else {
        const thimble_mul_i32_args args = {
            .record = call->record, .inputs = {call->inputs[0], call->inputs[1]}, .output = call->outputs[0]};
        thimble_mul_i32_portable(&args);
    }
}

THIMBLE_DEFINE_OP(mul_int8, "MUL", 18, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(mul_int16, "MUL", 18, prepare_int16, run_int16);
THIMBLE_DEFINE_OP(mul, "MUL", 18, prepare, run);
