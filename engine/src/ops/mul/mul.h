// mul.h - what MUL's kernels are given.
//
//     output = act(first * second)
//     int8: output = clamp(zero_point + (first - zp1) * (second - zp2) * factor), factor = scale1 * scale2 / output scale
//     int16: the same without zero points
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_MUL_H
#define THIMBLE_MUL_H

#include "pairwise.h"

typedef struct thimble_mul_int8_factors {
    thimble_rescale factor;
    int8_t zero_points[2], output_zero_point, lowest, highest;
} thimble_mul_int8_factors;

typedef struct thimble_mul_int16_factors {
    thimble_rescale factor;
    int16_t lowest, highest;
} thimble_mul_int16_factors;

typedef struct thimble_mul_record {
    union {
        thimble_mul_int8_factors int8;
        thimble_mul_int16_factors int16;
        thimble_pairwise_range range;
    };
    thimble_pairwise pairwise;
} thimble_mul_record;

typedef struct thimble_mul_int8_args {
    const thimble_mul_record *record;
    const int8_t *inputs[2];
    int8_t *output;
} thimble_mul_int8_args;

typedef struct thimble_mul_int16_args {
    const thimble_mul_record *record;
    const int16_t *inputs[2];
    int16_t *output;
} thimble_mul_int16_args;

typedef struct thimble_mul_f32_args {
    const thimble_mul_record *record;
    const float *inputs[2];
    float *output;
} thimble_mul_f32_args;

typedef struct thimble_mul_i32_args {
    const thimble_mul_record *record;
    const int32_t *inputs[2];
    int32_t *output;
} thimble_mul_i32_args;

typedef void thimble_mul_int8_fn(const thimble_mul_int8_args *args);
typedef void thimble_mul_int16_fn(const thimble_mul_int16_args *args);
typedef void thimble_mul_f32_fn(const thimble_mul_f32_args *args);
typedef void thimble_mul_i32_fn(const thimble_mul_i32_args *args);

thimble_mul_int8_fn thimble_mul_int8_portable;
thimble_mul_int16_fn thimble_mul_int16_portable;
thimble_mul_f32_fn thimble_mul_f32_portable;
thimble_mul_i32_fn thimble_mul_i32_portable;

#endif
