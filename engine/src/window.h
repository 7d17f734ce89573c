// window.h - the geometry of a kernel that slides over an image: convolutions and pooling.
//
//     input row of output row y and kernel row k:  y * stride_height - pad_top + k * dilation_height
//
// Rows and columns outside the input do not count (convolution: they are the zero point).
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_WINDOW_H
#define THIMBLE_WINDOW_H

#include "op.h"

typedef struct thimble_window {
    int32_t batches;
    int32_t input_height, input_width;
    int32_t output_height, output_width;
    int32_t kernel_height, kernel_width;
    int32_t stride_height, stride_width;
    int32_t dilation_height, dilation_width;
    int32_t pad_top, pad_left;
} thimble_window;

// Fills in batches, input and output size and padding of `window`, whose kernel, strides and dilations are set;
// `padding` is the schema's (0 SAME, 1 VALID). Both tensors have rank 4, [batch][height][width][channel]. Checks that
// the output has the size that follows.
thimble_status thimble_window_prepare(const thimble_prepare *p, thimble_window *window, int32_t padding,
                                      const thimble_tensor_view *input, const thimble_tensor_view *output);

// Which of `kernel` taps, `dilation` apart and the first at `start`, fall inside [0, input).
thimble_range thimble_window_taps(int32_t start, int32_t input, int32_t kernel, int32_t dilation);

#endif
