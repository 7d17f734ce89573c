// pool_2d.h - what MAX_POOL_2D and AVERAGE_POOL_2D share: their checks and what their kernels are given.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_POOL_2D_H
#define THIMBLE_POOL_2D_H

#include "window.h"

typedef struct thimble_pool_2d_record {
    thimble_window window;
    int32_t channels;
    union {
        struct {
            int8_t lowest, highest;
        };
        struct {
            int16_t lowest_int16, highest_int16;
        };
        struct {
            float lowest_f32, highest_f32;
        };
    };
} thimble_pool_2d_record;

typedef struct thimble_pool_2d_int8_args {
    const thimble_pool_2d_record *record;
    const int8_t *input;  // [batch][rows.input][columns.input][channels]
    int8_t *output;       // [batch][rows.output][columns.output][channels]
} thimble_pool_2d_int8_args;

typedef struct thimble_pool_2d_int16_args {
    const thimble_pool_2d_record *record;
    const int16_t *input;
    int16_t *output;
} thimble_pool_2d_int16_args;

typedef struct thimble_pool_2d_f32_args {
    const thimble_pool_2d_record *record;
    const float *input;
    float *output;
} thimble_pool_2d_f32_args;

// A kernel computes the rows in `rows` of all outputs, counted through the batches.
typedef void thimble_pool_2d_int8_fn(const thimble_pool_2d_int8_args *args, thimble_range rows);
typedef void thimble_pool_2d_int16_fn(const thimble_pool_2d_int16_args *args, thimble_range rows);
typedef void thimble_pool_2d_f32_fn(const thimble_pool_2d_f32_args *args, thimble_range rows);

// Checks a pooling op, whose input has to be int8, int16, or one of these or float32, and writes its record.
thimble_status thimble_pool_2d_prepare_int8(thimble_prepare *p);
thimble_status thimble_pool_2d_prepare_int16(thimble_prepare *p);
thimble_status thimble_pool_2d_prepare(thimble_prepare *p);

// Runs `kernel`, that of int8 on all workers.
void thimble_pool_2d_run_int8(const thimble_call *call, thimble_pool_2d_int8_fn *kernel);
void thimble_pool_2d_run_int16(const thimble_call *call, thimble_pool_2d_int16_fn *kernel);
void thimble_pool_2d_run_f32(const thimble_call *call, thimble_pool_2d_f32_fn *kernel);

#endif
