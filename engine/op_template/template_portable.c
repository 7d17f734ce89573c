// template_portable.c - the kernels that define ABS: short and obvious, for they say what the bytes have to be.
//
// Say here where the arithmetic comes from: AbsEval in tensorflow/lite/micro/kernels/elementwise.cc of TensorFlow Lite
// Micro.
//
// A kernel includes its header and arith.h, or its like: it knows numbers, not models. It cannot fail. Sums and
// products of values that a model may choose wrap (arith.h): overflow must not become undefined behaviour.
//
// SPDX-License-Identifier: Apache-2.0
#include "template.h"

void thimble_template_int8_portable(const thimble_template_int8_args *args) {
    const thimble_template_record *r = args->record;
    for (int32_t i = 0; i < r->element_count; i++) {
        const int32_t value = args->input[i] - r->input_zero_point;
        args->output[i] =
            thimble_output_int8(value < 0 ? -value : value, r->factor, r->output_zero_point, INT8_MIN, INT8_MAX);
    }
}

void thimble_template_f32_portable(const thimble_template_f32_args *args) {
    for (int32_t i = 0; i < args->record->element_count; i++) {
        const float value = args->input[i];
        args->output[i] = value > 0 ? value : 0 - value;
    }
}
