// softmax.h - what SOFTMAX's kernels are given.
//
//     output[r][c] = exp(beta * (input[r][c] - largest of row r)) / (sum of these over c)
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_SOFTMAX_H
#define THIMBLE_SOFTMAX_H

#include <stdbool.h>

#include "arith.h"

typedef struct thimble_softmax_record {
    int32_t rows, columns;
    union {
        struct {
            thimble_rescale factor;  // from the input's steps to Q5.26: beta * scale * 2^26, above 1
            int32_t farthest;        // values that far below the largest are 0: exp(-31) and less
            bool output_is_int16;
        };
        thimble_rescale int16;  // from the input's steps to 65535 / 10 per 1: the exp table's range is 10
        float beta;
    };
} thimble_softmax_record;

typedef struct thimble_softmax_int8_args {
    const thimble_softmax_record *record;
    const int8_t *input;  // [rows][columns]
    int8_t *output;       // [rows][columns], scale 1/256, zero point -128
} thimble_softmax_int8_args;

typedef struct thimble_softmax_int8_int16_args {
    const thimble_softmax_record *record;
    const int8_t *input;
    int16_t *output;  // scale 1/65536, zero point -32768
} thimble_softmax_int8_int16_args;

typedef struct thimble_softmax_int16_args {
    const thimble_softmax_record *record;
    const int16_t *input;
    int16_t *output;  // scale 1/32768
} thimble_softmax_int16_args;

typedef struct thimble_softmax_f32_args {
    const thimble_softmax_record *record;
    const float *input;
    float *output;
} thimble_softmax_f32_args;

typedef void thimble_softmax_int8_fn(const thimble_softmax_int8_args *args);
typedef void thimble_softmax_int8_int16_fn(const thimble_softmax_int8_int16_args *args);
typedef void thimble_softmax_int16_fn(const thimble_softmax_int16_args *args);
typedef void thimble_softmax_f32_fn(const thimble_softmax_f32_args *args);

thimble_softmax_int8_fn thimble_softmax_int8_portable;
thimble_softmax_int8_int16_fn thimble_softmax_int8_int16_portable;
thimble_softmax_int16_fn thimble_softmax_int16_portable;
thimble_softmax_f32_fn thimble_softmax_f32_portable;

#endif
