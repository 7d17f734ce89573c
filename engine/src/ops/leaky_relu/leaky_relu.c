// leaky_relu.c - LEAKY_RELU: negative elements times a constant alpha.
//
//     int8: output = clamp(zero_point + (input - input zero point) * factor), factor = input scale / output scale, times
//           alpha below zero
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

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    thimble_leaky_relu_record *record = THIMBLE_RECORD(p, thimble_leaky_relu_record);
    THIMBLE_TRY(thimble_unary_prepare(p, float_too, &record->base));
    const float alpha = thimble_option_f32(p, ALPHA, 0);
    if (input->type == THIMBLE_FLOAT32) {
        record->alpha = alpha;
        return THIMBLE_OK;
    }
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

static int8_t value_int8(const void *record, int32_t stored) {
    const thimble_leaky_relu_record *r = record;
    const int32_t value = stored - r->input_zero_point;
    int32_t output = thimble_apply(value, value >= 0 ? r->factor : r->alpha_factor);
    if (value < 0 && r->alpha_is_negative) {
        output = thimble_subtract_wrapping(0, output);
    }
    return (int8_t)thimble_clamp(thimble_add_wrapping(output, r->output_zero_point), INT8_MIN, INT8_MAX);
}

static float value_f32(const void *record, float value) {
    return value > 0 ? value : value * ((const thimble_leaky_relu_record *)record)->alpha;
}

THIMBLE_DEFINE_UNARY(leaky_relu, "LEAKY_RELU", 98);
