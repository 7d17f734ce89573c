// average_pool_2d.h - the kernels of AVERAGE_POOL_2D.
//
//     output[b][y][x][c] = act(mean over the window's taps inside the image of input[..][..][c])
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_AVERAGE_POOL_2D_H
#define THIMBLE_AVERAGE_POOL_2D_H

#include "pool_2d.h"

thimble_pool_2d_int8_fn thimble_average_pool_2d_int8_portable, thimble_average_pool_2d_int8_fours;
thimble_pool_2d_int16_fn thimble_average_pool_2d_int16_portable;
thimble_pool_2d_f32_fn thimble_average_pool_2d_f32_portable;

#endif
