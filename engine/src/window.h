// window.h - the geometry of a kernel that slides over an image: convolutions and pooling.
//
//     input row of output row y and kernel row k:  y * stride - pad + k * dilation          (columns alike)
//
// Rows and columns outside the input do not count (convolution: they are the zero point).
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_WINDOW_H
#define THIMBLE_WINDOW_H

#include "op.h"

// One direction of the image.
typedef struct thimble_axis {
    int32_t input, output, kernel;  // numbers of rows, or of columns
    int32_t stride, dilation, pad;
} thimble_axis;

typedef struct thimble_window {
    int32_t batches;
    thimble_axis rows, columns;
} thimble_window;

// Fills in `window`, whose kernel and dilations are set, from the shapes of the first input and output, [batch][row]
// [column][channel], and from the options; checks that the output has the size that follows.
thimble_status thimble_window_prepare(const thimble_prepare *p, thimble_window *window);

// Which taps of the kernel, the first of them at `start`, fall inside the input.
thimble_range thimble_window_taps(const thimble_axis *axis, int32_t start);

// A walk over output positions, in the order of memory.
typedef struct thimble_window_walk {
    const thimble_window *window;
    int32_t row, end_row, column;  // of the output, rows counted through the batches
    thimble_range rows, columns;   // the kernel's taps that lie inside the input here
    int32_t row_pixel, pixel;  // where tap (0, 0) is in the input (or would be), counted in pixels; at column 0, here
} thimble_window_walk;

// Starts before the first position of `rows`.
void thimble_window_start(thimble_window_walk *walk, const thimble_window *window, thimble_range rows);

// Goes to the next position; false behind the last one.
bool thimble_window_next(thimble_window_walk *walk);

// Number of output rows in all batches.
static inline int32_t thimble_window_row_count(const thimble_window *window) {
    return window->batches * window->rows.output;
}

// The pixel of the input that tap (i, j) sees.
static inline int32_t thimble_window_pixel(const thimble_window_walk *walk, int32_t i, int32_t j) {
    const thimble_window *w = walk->window;
    return walk->pixel + i * w->rows.dilation * w->columns.input + j * w->columns.dilation;
}

#endif
