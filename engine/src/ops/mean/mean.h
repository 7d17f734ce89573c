// mean.h - what MEAN's kernels are given.
//
// Inputs are arrays [k][r][k][r][k][r][k] (reduce.h).
//
//     int8:     output = (sum of all r - zero_point * count) * input_scale / (output_scale * count) + output_zero_point
//     int16:    the same without zero points
//     float32:  output = (sum of all r, in the order of the input) / count
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_MEAN_H
#define THIMBLE_MEAN_H

#include <stdint.h>

#include "reduce.h"

typedef struct thimble_mean_record {
    int32_t sizes[THIMBLE_REDUCE_SIZES];
    union {
        struct {
            thimble_rescale factor;
            int32_t first_sum;  // -zero_point * count
            int8_t output_zero_point;  // int16: 0
        };
        float count;
    };
} thimble_mean_record;

typedef struct thimble_mean_int8_args {
    const thimble_mean_record *record;
    const int8_t *input;
    int8_t *output;
} thimble_mean_int8_args;

typedef struct thimble_mean_int16_args {
    const thimble_mean_record *record;
    const int16_t *input;
    int16_t *output;
} thimble_mean_int16_args;

typedef struct thimble_mean_f32_args {
    const thimble_mean_record *record;
    const float *input;
    float *output;
} thimble_mean_f32_args;

typedef void thimble_mean_int8_fn(const thimble_mean_int8_args *args);
typedef void thimble_mean_int16_fn(const thimble_mean_int16_args *args);
typedef void thimble_mean_f32_fn(const thimble_mean_f32_args *args);

thimble_mean_int8_fn thimble_mean_int8_portable;
thimble_mean_int16_fn thimble_mean_int16_portable;
thimble_mean_f32_fn thimble_mean_f32_portable;

#endif
