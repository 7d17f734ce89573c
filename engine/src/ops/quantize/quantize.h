// quantize.h - what QUANTIZE's kernels are given.
//
//     from float32:   output[i] = round(input[i] / output_scale) + output_zero_point, halves away from zero
//     from integers:  output[i] = (input[i] - input_zero_point) * (input_scale / output_scale) + output_zero_point
//
// both limited to the output's type. NaN is quantized as 0.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_QUANTIZE_H
#define THIMBLE_QUANTIZE_H

#include <stdint.h>

typedef struct thimble_quantize_record {
    int32_t element_count;
    int32_t input_zero_point, output_zero_point;
    union {
        int32_t multiplier;  // with shift: input_scale / output_scale
        float output_scale;  // for a float32 input
    };
    int8_t shift;
    uint8_t input_type, output_type;  // as integer.h numbers them; 0 is float32
} thimble_quantize_record;

typedef struct thimble_quantize_args {
    const thimble_quantize_record *record;
    const void *input;  // may be where the output is, if the output's elements are not larger
    void *output;
} thimble_quantize_args;

// The kernel from float32 to int8 alone.
typedef struct thimble_quantize_int8_args {
    const thimble_quantize_record *record;
    const float *input;
    int8_t *output;  // may be where the input is
} thimble_quantize_int8_args;

typedef void thimble_quantize_fn(const thimble_quantize_args *args);
typedef void thimble_quantize_int8_fn(const thimble_quantize_int8_args *args);

thimble_quantize_fn thimble_quantize_portable;
thimble_quantize_int8_fn thimble_quantize_int8_portable, thimble_quantize_int8_reciprocal;

#endif
