// abs.c - ABS: each element without its sign.
//
//     int8: output = clamp(zero_point + |input - input zero point| * factor), factor = input scale / output scale
//
// Arithmetic: AbsEvalQuantized in tensorflow/lite/micro/kernels/elementwise.cc of TensorFlow Lite Micro.
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "unary.h"

typedef struct thimble_abs_record {
    thimble_unary_record base;
    thimble_rescale factor;
    int8_t input_zero_point, output_zero_point;
} thimble_abs_record;

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    thimble_abs_record *record = THIMBLE_RECORD(p, thimble_abs_record);
    THIMBLE_TRY(thimble_unary_prepare(p, float_too, &record->base));
    if (input->type == THIMBLE_INT8) {
        record->factor = thimble_rescale_of(input->scale, 1, output->scale, 0);
        THIMBLE_REQUIRE(p, record->factor.shift <= 30, output->index, "the scales are too far apart");
        record->input_zero_point = (int8_t)input->zero_point;
        record->output_zero_point = (int8_t)output->zero_point;
    }
    return THIMBLE_OK;
}

static int8_t value_int8(const void *record, int32_t stored) {
    const thimble_abs_record *r = record;
    const int32_t value = stored - r->input_zero_point;
    return thimble_output_int8(value < 0 ? -value : value, r->factor, r->output_zero_point, INT8_MIN, INT8_MAX);
}

static float value_f32(const void *record, float value) {
    (void)record;
    return fabsf(value);
}

THIMBLE_DEFINE_UNARY(abs, "ABS", 101);
