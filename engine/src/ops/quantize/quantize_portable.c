// quantize_portable.c - the kernels that define QUANTIZE.
//
// Arithmetic: AffineQuantize in tensorflow/lite/kernels/internal/reference/quantize.h and Requantize in
// reference/requantize.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include "arith.h"
#include "integer.h"
#include "quantize.h"

static int32_t scaled(const thimble_quantize_args *args, int32_t index) {
    const thimble_quantize_record *r = args->record;
    if (r->input_type == 0) {
        return thimble_round_quotient(((const float *)args->input)[index], r->output_scale);
    }
    const int32_t value = thimble_integer_load(args->input, index, r->input_type);
    return thimble_apply(thimble_subtract_wrapping(value, r->input_zero_point),
                         (thimble_rescale){r->multiplier, r->shift});
}

void thimble_quantize_portable(const thimble_quantize_args *args) {
    const thimble_quantize_record *r = args->record;
    for (int32_t i = 0; i < r->element_count; i++) {
        thimble_integer_store(args->output, i, r->output_type,
                              thimble_add_wrapping(scaled(args, i), r->output_zero_point));
    }
}

void thimble_quantize_int8_portable(const thimble_quantize_int8_args *args) {
    const thimble_quantize_record *r = args->record;
    for (int32_t i = 0; i < r->element_count; i++) {
        const int32_t value = thimble_round_quotient(args->input[i], r->output_scale) + r->output_zero_point;
        args->output[i] = (int8_t)thimble_clamp(value, INT8_MIN, INT8_MAX);
    }
}
