// resize_bilinear.h - what RESIZE_BILINEAR's kernels are given.
//
//     a pixel of the output lies between four of the input's: two rows, two columns
//
//     lower ------ at -------------- upper       output = the four, each weighted by the distance from the opposite one
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_RESIZE_BILINEAR_H
#define THIMBLE_RESIZE_BILINEAR_H

#include "resize.h"

typedef struct thimble_resize_bilinear_int8_args {
    const thimble_resize_record *record;
    const int8_t *input;  // [batches][rows.input][columns.input][channels]
    int8_t *output;  // [batches][rows.output][columns.output][channels], of the same quantization
} thimble_resize_bilinear_int8_args;

typedef struct thimble_resize_bilinear_f32_args {
    const thimble_resize_record *record;
    const float *input;
    float *output;
} thimble_resize_bilinear_f32_args;

typedef void thimble_resize_bilinear_int8_fn(const thimble_resize_bilinear_int8_args *args);
typedef void thimble_resize_bilinear_f32_fn(const thimble_resize_bilinear_f32_args *args);

thimble_resize_bilinear_int8_fn thimble_resize_bilinear_int8_portable;
thimble_resize_bilinear_f32_fn thimble_resize_bilinear_f32_portable;

#endif
