// logistic.c - LOGISTIC (the sigmoid): checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "logistic.h"

#include "op.h"
#include "sigmoid_int16.h"

enum { INTEGER_BITS = 4 };

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    THIMBLE_TRY(thimble_check_slots(p, 1, 1));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    const bool is_float = float_too && input->type == THIMBLE_FLOAT32;
    THIMBLE_REQUIRE(p, (is_float || input->type == THIMBLE_INT8) && output->type == input->type, input->index,
                    "input and output have to be int8 (or, as the op object allows, both int16 or both float32)");
    THIMBLE_REQUIRE(p, thimble_same_shape(input, output), output->index, "the output needs the input's shape");
    thimble_logistic_record *record = THIMBLE_RECORD(p, thimble_logistic_record);
    record->count = (int32_t)input->element_count;
    p->in_place = 0;
    if (is_float) {
        return THIMBLE_OK;
    }
    THIMBLE_TRY(thimble_check_quantized(p, input));
    THIMBLE_REQUIRE(p, output->scale_count >= 1 && output->zero_point == INT8_MIN, output->index,
                    "an int8 output needs zero point -128 (and scale 1/256)");
    record->zero_point = input->zero_point;
    record->factor = thimble_rescale_of(input->scale, 1, 1, 31 - INTEGER_BITS);
    THIMBLE_REQUIRE(p, record->factor.multiplier != 0 && record->factor.shift >= 0, input->index,
                    "the input's scale is too small");
    const int32_t shift = thimble_min(record->factor.shift, 31);
    record->radius = (((1 << INTEGER_BITS) - 1) << (31 - INTEGER_BITS)) >> shift;
    return THIMBLE_OK;
}

static thimble_status prepare_int16(thimble_prepare *p) {
    return thimble_sigmoid_int16_prepare(p, 0);
}

static void run_int8(const thimble_call *call) {
    const thimble_logistic_int8_args args = {
        .record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
    thimble_logistic_int8_portable(&args);
}

static void run_int16(const thimble_call *call) {
    thimble_sigmoid_int16_run(call, thimble_sigmoid_int16);
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_INT8) {
        run_int8(call);
    } else if (call->type == THIMBLE_INT16) {
        run_int16(call);
    } else {
        const thimble_logistic_f32_args args = {
            .record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
        thimble_logistic_f32_portable(&args);
    }
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return prepare(p, false);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return p->inputs[0].type == THIMBLE_INT16 ? prepare_int16(p) : prepare(p, true);
}

THIMBLE_DEFINE_OP(logistic_int8, "LOGISTIC", 14, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(logistic_int16, "LOGISTIC", 14, prepare_int16, run_int16);
THIMBLE_DEFINE_OP(logistic, "LOGISTIC", 14, prepare_any, run);
