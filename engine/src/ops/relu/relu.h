// relu.h - what RELU's kernels are given.
//
//     output = max(input, 0)
//     int8: output = clamp(zero_point + (input - input zero point) * factor), factor = input scale / output scale
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_RELU_H
#define THIMBLE_RELU_H

#include "arith.h"

typedef struct thimble_relu_record {
    int32_t count;
    thimble_rescale factor;
    int8_t input_zero_point, output_zero_point;  // the latter is also the lowest output
} thimble_relu_record;

typedef struct thimble_relu_int8_args {
    const thimble_relu_record *record;
    const int8_t *input;
    int8_t *output;
} thimble_relu_int8_args;

typedef struct thimble_relu_f32_args {
    const thimble_relu_record *record;
    const float *input;
    float *output;
} thimble_relu_f32_args;

typedef void thimble_relu_int8_fn(const thimble_relu_int8_args *args);
typedef void thimble_relu_f32_fn(const thimble_relu_f32_args *args);

thimble_relu_int8_fn thimble_relu_int8_portable;
thimble_relu_f32_fn thimble_relu_f32_portable;

#endif
