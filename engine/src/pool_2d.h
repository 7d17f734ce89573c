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
            float lowest_f32, highest_f32;
        };
    };
} thimble_pool_2d_record;

typedef struct thimble_pool_2d_int8_args {
    const thimble_pool_2d_record *record;
    const int8_t *input;  // [batch][input_height][input_width][channels]
    int8_t *output;       // [batch][output_height][output_width][channels]
} thimble_pool_2d_int8_args;

typedef struct thimble_pool_2d_f32_args {
    const thimble_pool_2d_record *record;
    const float *input;
    float *output;
} thimble_pool_2d_f32_args;

// A kernel computes the rows in `rows` of all outputs, counted through the batches.
typedef void thimble_pool_2d_int8_fn(const thimble_pool_2d_int8_args *args, thimble_range rows);
typedef void thimble_pool_2d_f32_fn(const thimble_pool_2d_f32_args *args, thimble_range rows);

// Checks a pooling op and writes its record.
thimble_status thimble_pool_2d_prepare(thimble_prepare *p, bool float_too);

// Runs `kernel` on all workers.
void thimble_pool_2d_run_int8(const thimble_call *call, thimble_pool_2d_int8_fn *kernel);
void thimble_pool_2d_run_f32(const thimble_call *call, thimble_pool_2d_f32_fn *kernel);

// One output position: which taps of the window lie inside the image, and where they are.
typedef struct thimble_pool_2d_taps {
    thimble_range rows, columns;
    int32_t first;  // index of the window's tap (0, 0), channel 0, in the input; the tap itself may lie outside
} thimble_pool_2d_taps;

// The taps of row `row` (counted through the batches) and column `column` of the output.
static inline thimble_pool_2d_taps thimble_pool_2d_taps_of(const thimble_pool_2d_record *record, int32_t row,
                                                           int32_t column) {
    const thimble_window *w = &record->window;
    const int32_t batch = row / w->output_height;
    const int32_t top = row % w->output_height * w->stride_height - w->pad_top;
    const int32_t left = column * w->stride_width - w->pad_left;
    return (thimble_pool_2d_taps){thimble_window_taps(top, w->input_height, w->kernel_height, 1),
                                  thimble_window_taps(left, w->input_width, w->kernel_width, 1),
                                  ((batch * w->input_height + top) * w->input_width + left) * record->channels};
}

#endif
