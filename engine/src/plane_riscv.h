// plane_riscv.h - one channel of an image under a 3x3 kernel, its nine weights in registers.
//
// The kernel slides along a row of the output. Each column of three values is loaded once; with stride 1 it serves the
// three outputs that see it:
//
//     sum of the output that ends here  +=  column * right weights        (and is stored)
//     sum of the next one               +=  column * middle weights
//     sum of the one after it            =  bias + column * left weights
//
// Values outside the image are the zero point, whose share lies in the bias: rows outside have weights 0, columns
// outside add zero point * weights. 4 instructions per product with all that the output costs.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_PLANE_RISCV_H
#define THIMBLE_PLANE_RISCV_H

#include "output_riscv.h"
#include "window.h"

typedef struct thimble_plane {
    const thimble_window *window;
    const thimble_weights_scale *scale;
    const int8_t *input, *weights;
    int8_t *output;
    int32_t input_step, weights_step, output_step;  // from a pixel, tap, output to the next
    int32_t bias;
    thimble_output_step step;
} thimble_plane;

// Whether thimble_plane_run can do it: 3x3, no dilation, along columns stride 1 or 2.
bool thimble_plane_serves(const thimble_window *window);

// Computes all outputs of the channel.
void thimble_plane_run(const thimble_plane *plane);

#endif
