// rsqrt.c - RSQRT: 1 / sqrt(element).
//
// Arithmetic: RsqrtEvalQuantized in tensorflow/lite/micro/kernels/elementwise.cc of TensorFlow Lite Micro. It stops at
// values below zero; here they, like zero, give the largest output.
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "fixed_point.h"
#include "unary.h"

enum { FRACTION_BITS = 20 };  // of 1 / sqrt(steps)

typedef struct thimble_rsqrt_record {
    thimble_unary_record base;
    thimble_rescale factor;  // 1 / (sqrt(input scale) * output scale) * 2^-20
    int8_t input_zero_point, output_zero_point;
} thimble_rsqrt_record;

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    thimble_rsqrt_record *record = THIMBLE_RECORD(p, thimble_rsqrt_record);
    THIMBLE_TRY(thimble_unary_prepare(p, float_too, &record->base));
    if (input->type == THIMBLE_FLOAT32) {
        return THIMBLE_OK;
    }
    const float unit = sqrtf(input->scale) * output->scale;
    THIMBLE_REQUIRE(p, thimble_is_positive(unit), output->index, "the scales are too far apart");
    record->factor = thimble_rescale_of(1, 1, unit, 0);
    record->factor.shift -= FRACTION_BITS;
    THIMBLE_REQUIRE(p, record->factor.shift >= -31 && record->factor.shift <= 30, output->index,
                    "the scales are too far apart");
    record->input_zero_point = (int8_t)input->zero_point;
    record->output_zero_point = (int8_t)output->zero_point;
    return THIMBLE_OK;
}

static int8_t value_int8(const void *record, int32_t stored) {
    const thimble_rsqrt_record *r = record;
    const int32_t steps = stored - r->input_zero_point;
    if (steps <= 0) {
        return INT8_MAX;
    }
    thimble_rescale root = thimble_inverse_sqrt(steps);
    root.shift += FRACTION_BITS;
    return thimble_output_int8(thimble_apply(1, root), r->factor, r->output_zero_point, INT8_MIN, INT8_MAX);
}

static float value_f32(const void *record, float value) {
    (void)record;
    return 1 / sqrtf(value);
}

THIMBLE_DEFINE_UNARY(rsqrt, "RSQRT", 76);
