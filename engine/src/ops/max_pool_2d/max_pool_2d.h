// max_pool_2d.h - the kernels of MAX_POOL_2D.
//
//     output[b][y][x][c] = act(max over the window's taps inside the image of input[..][..][c])
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_MAX_POOL_2D_H
#define THIMBLE_MAX_POOL_2D_H

#include "pool_2d.h"

thimble_pool_2d_int8_fn thimble_max_pool_2d_int8_portable, thimble_max_pool_2d_int8_riscv,
    thimble_max_pool_2d_int8_xtensa;
thimble_pool_2d_int16_fn thimble_max_pool_2d_int16_portable;
thimble_pool_2d_f32_fn thimble_max_pool_2d_f32_portable;

#endif
