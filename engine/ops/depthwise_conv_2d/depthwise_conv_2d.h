// depthwise_conv_2d.h - what DEPTHWISE_CONV_2D's kernels are given.
//
//     output[b][y][x][o] = act(bias[o] + sum over i, j of
//         input[b][y * stride + i * dilation - pad][x * stride + j * dilation - pad][o / multiplier] * weights[i][j][o])
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_DEPTHWISE_CONV_2D_H
#define THIMBLE_DEPTHWISE_CONV_2D_H

#include "channel_scale.h"
#include "window.h"

typedef struct thimble_depthwise_conv_2d_record {
    thimble_window window;
    int32_t input_channels, output_channels;
    union {
        struct {
            thimble_channel_scale scale;
            int8_t input_zero_point, output_zero_point, lowest, highest;
        };
        struct {
            float lowest_f32, highest_f32;
        };
    };
} thimble_depthwise_conv_2d_record;

typedef struct thimble_depthwise_conv_2d_int8_args {
    const thimble_depthwise_conv_2d_record *record;
    const int8_t *input;    // [batch][input_height][input_width][input_channels]
    const int8_t *weights;  // [kernel_height][kernel_width][output_channels]
    const int32_t *bias;    // [output_channels], or NULL for zeros
    int8_t *output;         // [batch][output_height][output_width][output_channels]
    const uint8_t *file;
} thimble_depthwise_conv_2d_int8_args;

typedef struct thimble_depthwise_conv_2d_f32_args {
    const thimble_depthwise_conv_2d_record *record;
    const float *input, *weights, *bias;
    float *output;
} thimble_depthwise_conv_2d_f32_args;

// A kernel computes the output channels in `channels`.
typedef void thimble_depthwise_conv_2d_int8_fn(const thimble_depthwise_conv_2d_int8_args *args, thimble_range channels);
typedef void thimble_depthwise_conv_2d_f32_fn(const thimble_depthwise_conv_2d_f32_args *args, thimble_range channels);

thimble_depthwise_conv_2d_int8_fn thimble_depthwise_conv_2d_int8_portable, thimble_depthwise_conv_2d_int8_generic;
thimble_depthwise_conv_2d_f32_fn thimble_depthwise_conv_2d_f32_portable;

#endif
