// depthwise_conv_2d.h - the kernels of DEPTHWISE_CONV_2D.
//
//     output[b][y][x][o] = act(bias[o] + sum over i, j of
//         input[b][y * stride + i * dilation - pad][x * stride + j * dilation - pad][o / multiplier] * weights[i][j][o])
//
// with multiplier = output_channels / input_channels; weights are [kernel_height][kernel_width][output_channels].
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_DEPTHWISE_CONV_2D_H
#define THIMBLE_DEPTHWISE_CONV_2D_H

#include "conv.h"

thimble_weights_int8_fn thimble_depthwise_conv_2d_int8_portable, thimble_depthwise_conv_2d_int8_generic,
    thimble_depthwise_conv_2d_int8_riscv, thimble_depthwise_conv_2d_int8_xtensa;
thimble_weights_scratch_fn thimble_depthwise_conv_2d_int8_xtensa_scratch;
thimble_weights_int16_fn thimble_depthwise_conv_2d_int16_portable;
thimble_weights_f32_fn thimble_depthwise_conv_2d_f32_portable;

#endif
