// tanh.c - TANH: the hyperbolic tangent.
//
// Arithmetic: Tanh in tensorflow/lite/kernels/internal/reference/integer_ops/tanh.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "fixed_point.h"
#include "sigmoid_int16.h"
#include "unary.h"

enum { INTEGER_BITS = 4, OUTPUT_BITS = 7 };

typedef struct thimble_tanh_record {
    thimble_unary_record base;
    int32_t radius;          // values that far from the zero point, or farther, give -1 or 1
    thimble_rescale factor;  // from the input's steps to Q4.27: scale * 2^27
    int8_t zero_point;
} thimble_tanh_record;

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    const thimble_tensor_view *const input = &p->inputs[0];
    thimble_tanh_record *record = THIMBLE_RECORD(p, thimble_tanh_record);
    THIMBLE_TRY(thimble_unary_prepare(p, float_too, &record->base));
    if (input->type == THIMBLE_FLOAT32) {
        return THIMBLE_OK;
    }
    record->zero_point = (int8_t)input->zero_point;
    record->factor = thimble_rescale_of(input->scale, 1, 1, 31 - INTEGER_BITS);
    THIMBLE_REQUIRE(p, record->factor.multiplier != 0 && record->factor.shift >= 0, input->index,
                    "the input's scale is too small");
    record->radius = (((1 << INTEGER_BITS) - 1) << (31 - INTEGER_BITS)) >> thimble_min(record->factor.shift, 31);
    return THIMBLE_OK;
}

// The output's scale is 1/128 and its zero point 0, whatever the file says.
static int8_t value_int8(const void *record, int32_t stored) {
    const thimble_tanh_record *r = record;
    const int32_t steps = stored - r->zero_point;
    if (steps <= -r->radius) {
        return INT8_MIN;
    }
    if (steps >= r->radius) {
        return INT8_MAX;
    }
    const int32_t result = thimble_tanh(thimble_apply(steps, r->factor), INTEGER_BITS);
    return (int8_t)thimble_clamp(thimble_rounding_shift_right(result, 31 - OUTPUT_BITS), INT8_MIN, INT8_MAX);
}

static float value_f32(const void *record, float value) {
    (void)record;
    return tanhf(value);
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return prepare(p, false);
}

static thimble_status prepare_int16(thimble_prepare *p) {
    return thimble_sigmoid_int16_prepare(p, 1);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return p->inputs[0].type == THIMBLE_INT16 ? prepare_int16(p) : prepare(p, true);
}

static void run_int8(const thimble_call *call) {
    thimble_unary_run_int8(call, value_int8);
}

static void run_int16(const thimble_call *call) {
    thimble_sigmoid_int16_run(call, thimble_tanh_int16);
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_INT8) {
        run_int8(call);
    } else if (call->type == THIMBLE_INT16) {
        run_int16(call);
    } else {
        thimble_unary_run_f32(call, value_f32);
    }
}

THIMBLE_DEFINE_OP(tanh_int8, "TANH", 28, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(tanh_int16, "TANH", 28, prepare_int16, run_int16);
THIMBLE_DEFINE_OP(tanh, "TANH", 28, prepare_any, run);
