// logistic.h - what LOGISTIC's kernels are given.
//
//     output = 1 / (1 + exp(-input))
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_LOGISTIC_H
#define THIMBLE_LOGISTIC_H

#include "arith.h"

typedef struct thimble_logistic_record {
    int32_t count;
    int32_t zero_point;
    int32_t radius;          // values that far from the zero point, or farther, give 0 or 1
    thimble_rescale factor;  // from the input's steps to Q4.27: scale * 2^27
} thimble_logistic_record;

typedef struct thimble_logistic_int8_args {
    const thimble_logistic_record *record;
    const int8_t *input;
    int8_t *output;  // scale 1/256, zero point -128
} thimble_logistic_int8_args;

typedef struct thimble_logistic_f32_args {
    const thimble_logistic_record *record;
    const float *input;
    float *output;
} thimble_logistic_f32_args;

typedef void thimble_logistic_int8_fn(const thimble_logistic_int8_args *args);
typedef void thimble_logistic_f32_fn(const thimble_logistic_f32_args *args);

thimble_logistic_int8_fn thimble_logistic_int8_portable;
thimble_logistic_f32_fn thimble_logistic_f32_portable;

#endif
