// elu.c - ELU: negative elements become exp(element) - 1.
//
// int8 too is computed in float, as PopulateLookupTable in tensorflow/lite/micro/kernels/elu.cc of TensorFlow Lite Micro
// does, which cannot go by factors: a chip whose expf rounds otherwise may differ by 1 in rare values.
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "unary.h"

typedef struct thimble_elu_record {
    thimble_unary_record base;
    float input_scale, inverse_output_scale;
    int8_t input_zero_point, output_zero_point;
} thimble_elu_record;

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    thimble_elu_record *record = THIMBLE_RECORD(p, thimble_elu_record);
    THIMBLE_TRY(thimble_unary_prepare(p, float_too, &record->base));
    record->input_scale = p->inputs[0].scale;
    record->inverse_output_scale = 1 / p->output.scale;
    record->input_zero_point = (int8_t)p->inputs[0].zero_point;
    record->output_zero_point = (int8_t)p->output.zero_point;
    return THIMBLE_OK;
}

static int8_t value_int8(const void *record, int32_t stored) {
    const thimble_elu_record *r = record;
    const float value = r->input_scale * (float)(stored - r->input_zero_point);
    const float result = value < 0 ? expf(value) - 1 : value;
    const int32_t output = thimble_round_quotient(result * r->inverse_output_scale, 1) + r->output_zero_point;
    return (int8_t)thimble_clamp(output, INT8_MIN, INT8_MAX);
}

static float value_f32(const void *record, float value) {
    (void)record;
    return value < 0 ? expm1f(value) : value;
}

THIMBLE_DEFINE_UNARY(elu, "ELU", 111);
