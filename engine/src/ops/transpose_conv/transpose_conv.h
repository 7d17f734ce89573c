// transpose_conv.h - what TRANSPOSE_CONV's kernels are given.
//
// Each input pixel adds the weights, times its value, to the window of outputs that a convolution with the same kernel and
// stride would read for it:
//
//     output[y][x][o] = act(bias[o] + sum of input[(y + pad - i) / stride][..][c] * weights[o][i][j][c])
//     over all i, j for which the quotients are whole and inside the input
//
// So in the record's window, which is that convolution's, `input` is this op's output and the other way round.
//
//     input    [batch][rows.output][columns.output][input_channels]
//     weights  [output_channels][rows.kernel][columns.kernel][input_channels]
//     output   [batch][rows.input][columns.input][output_channels]
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_TRANSPOSE_CONV_H
#define THIMBLE_TRANSPOSE_CONV_H

#include "conv.h"

thimble_weights_int8_fn thimble_transpose_conv_int8_portable;
thimble_weights_int16_fn thimble_transpose_conv_int16_portable;
thimble_weights_f32_fn thimble_transpose_conv_f32_portable;

#endif
