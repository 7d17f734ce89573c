// relu6.h - what RELU6's kernels are given.
//
//     output = min(max(input, 0), 6)
//
// int8: input and output have the same quantization (TensorFlow Lite Micro looks at the input's only).
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_RELU6_H
#define THIMBLE_RELU6_H

#include <stdint.h>

typedef struct thimble_relu6_record {
    int32_t count;
    int8_t zero, six;
} thimble_relu6_record;

typedef struct thimble_relu6_int8_args {
    const thimble_relu6_record *record;
    const int8_t *input;
    int8_t *output;
} thimble_relu6_int8_args;

typedef struct thimble_relu6_f32_args {
    const thimble_relu6_record *record;
    const float *input;
    float *output;
} thimble_relu6_f32_args;

typedef void thimble_relu6_int8_fn(const thimble_relu6_int8_args *args);
typedef void thimble_relu6_f32_fn(const thimble_relu6_f32_args *args);

thimble_relu6_int8_fn thimble_relu6_int8_portable;
thimble_relu6_f32_fn thimble_relu6_f32_portable;

#endif
