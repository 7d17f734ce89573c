// leaky_relu.c - LEAKY_RELU: negative elements times a constant alpha.
//
//     int8: output = clamp(zero_point + (input - input zero point) * factor), factor = input scale / output scale, times
//           alpha below zero
//     int16: the same without zero points
//
// Arithmetic: QuantizeLeakyRelu in tensorflow/lite/kernels/internal/reference/leaky_relu.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "unary.h"

enum { ALPHA };  // LeakyReluOptions

typedef struct thimble_leaky_relu_record {
    thimble_unary_record base;
    union {
        struct {
            thimble_rescale factor, alpha_factor;  // the latter without alpha's sign
            int8_t input_zero_point, output_zero_point;
            bool alpha_is_negative;
        };
        float alpha;
    };
} thimble_leaky_relu_record;

static thimble_status prepare_factors(const thimble_prepare *p, thimble_leaky_relu_record *record) {
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    const float alpha = thimble_option_f32(p, ALPHA, 0);
    THIMBLE_REQUIRE(p, isfinite(alpha), -1, "alpha is not a number");
    record->factor = thimble_rescale_of(input->scale, 1, output->scale, 0);
    record->alpha_factor = thimble_rescale_of(input->scale, fabsf(alpha), output->scale, 0);
    THIMBLE_REQUIRE(p, record->factor.shift <= 30 && record->alpha_factor.shift <= 30, output->index,
                    "the scales are too far apart");
    record->alpha_is_negative = alpha < 0;
    record->input_zero_point = (int8_t)input->zero_point;
    record->output_zero_point = (int8_t)output->zero_point;
    return THIMBLE_OK;
}

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    thimble_leaky_relu_record *record = THIMBLE_RECORD(p, thimble_leaky_relu_record);
    THIMBLE_TRY(thimble_unary_prepare(p, float_too, &record->base));
    if (p->inputs[0].type == THIMBLE_FLOAT32) {
        record->alpha = thimble_option_f32(p, ALPHA, 0);
        return THIMBLE_OK;
    }
    return prepare_factors(p, record);
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return prepare(p, false);
}

static thimble_status prepare_int16(thimble_prepare *p) {
    thimble_leaky_relu_record *record = THIMBLE_RECORD(p, thimble_leaky_relu_record);
    THIMBLE_TRY(thimble_check_elementwise(p, 1, 1));
    THIMBLE_TRY(thimble_check_int16(p, &p->inputs[0]));
    THIMBLE_TRY(thimble_check_int16(p, &p->output));
    record->base.count = (int32_t)p->output.element_count;
    p->in_place = 0;
    return prepare_factors(p, record);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return p->inputs[0].type == THIMBLE_INT16 ? prepare_int16(p) : prepare(p, true);
}

// The output for the input `value`, both without zero points.
static int32_t rescaled(const thimble_leaky_relu_record *r, int32_t value) {
    const int32_t output = thimble_apply(value, value >= 0 ? r->factor : r->alpha_factor);
    return value < 0 && r->alpha_is_negative ? thimble_subtract_wrapping(0, output) : output;
}

static int8_t value_int8(const void *record, int32_t stored) {
    const thimble_leaky_relu_record *r = record;
    const int32_t output = rescaled(r, stored - r->input_zero_point);
    return (int8_t)thimble_clamp(thimble_add_wrapping(output, r->output_zero_point), INT8_MIN, INT8_MAX);
}

static float value_f32(const void *record, float value) {
    return value > 0 ? value : value * ((const thimble_leaky_relu_record *)record)->alpha;
}

static void run_int8(const thimble_call *call) {
    thimble_unary_run_int8(call, value_int8);
}

static void run_int16(const thimble_call *call) {
    const thimble_leaky_relu_record *r = call->record;
    const int16_t *input = call->inputs[0];
    int16_t *output = call->outputs[0];
    for (int32_t i = 0; i < r->base.count; i++) {
        output[i] = (int16_t)thimble_clamp(rescaled(r, input[i]), INT16_MIN, INT16_MAX);
    }
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

THIMBLE_DEFINE_OP(leaky_relu_int8, "LEAKY_RELU", 98, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(leaky_relu_int16, "LEAKY_RELU", 98, prepare_int16, run_int16);
THIMBLE_DEFINE_OP(leaky_relu, "LEAKY_RELU", 98, prepare_any, run);
