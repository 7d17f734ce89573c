// conv_2d.h - the kernels of CONV_2D.
//
//     output[b][y][x][o] = act(bias[o] + sum over i, j, c of
//         input[b][y * stride + i * dilation - pad][x * stride + j * dilation - pad][group(o) * C + c] *
//         weights[o][i][j][c])
//
// with C = weight_channels; weights are [output_channels][kernel_height][kernel_width][weight_channels]. There is one
// group unless the input has more channels than the weights.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CONV_2D_H
#define THIMBLE_CONV_2D_H

#include "conv.h"

thimble_weights_int8_fn thimble_conv_2d_int8_portable, thimble_conv_2d_int8_generic, thimble_conv_2d_int8_riscv,
    thimble_conv_2d_int8_xtensa;
thimble_weights_scratch_fn thimble_conv_2d_int8_riscv_scratch, thimble_conv_2d_int8_xtensa_scratch;
thimble_weights_int16_fn thimble_conv_2d_int16_portable;
thimble_weights_f32_fn thimble_conv_2d_f32_portable;

#endif
