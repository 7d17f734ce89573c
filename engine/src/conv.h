// conv.h - what CONV_2D and DEPTHWISE_CONV_2D share: their checks and what their kernels are given.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CONV_H
#define THIMBLE_CONV_H

#include "channel_scale.h"
#include "window.h"

typedef struct thimble_conv_record {
    thimble_window window;
    int32_t input_channels, output_channels;
    int32_t weight_channels;  // CONV_2D: input channels that one output sees (fewer than all if grouped)
    union {
        struct {
            thimble_channel_scale scale;
            int8_t input_zero_point, output_zero_point, lowest, highest;
        };
        struct {
            float lowest_f32, highest_f32;
        };
    };
} thimble_conv_record;

typedef struct thimble_conv_int8_args {
    const thimble_conv_record *record;
    const int8_t *input;    // [batch][input_height][input_width][input_channels]
    const int8_t *weights;  // as the op's header says
    const int32_t *bias;    // [output_channels], or NULL for zeros
    int8_t *output;         // [batch][output_height][output_width][output_channels]
    const uint8_t *file;    // where record->scale points into
} thimble_conv_int8_args;

typedef struct thimble_conv_f32_args {
    const thimble_conv_record *record;
    const float *input, *weights, *bias;
    float *output;
} thimble_conv_f32_args;

// A kernel computes the output channels in `channels`.
typedef void thimble_conv_int8_fn(const thimble_conv_int8_args *args, thimble_range channels);
typedef void thimble_conv_f32_fn(const thimble_conv_f32_args *args, thimble_range channels);

// How the two ops differ in their files.
typedef struct thimble_conv_layout {
    uint8_t activation_field, dilation_field;  // in the options; dilation width, height behind it
    uint8_t channel_dimension;                 // of the weights: where the output channels are
    bool depthwise;
} thimble_conv_layout;

// Checks the op and writes its record.
thimble_status thimble_conv_prepare(thimble_prepare *p, const thimble_conv_layout *layout, bool float_too);

// Runs `kernel`, the int8 one on all workers.
void thimble_conv_run_int8(const thimble_call *call, thimble_conv_int8_fn *kernel);
void thimble_conv_run_f32(const thimble_call *call, thimble_conv_f32_fn *kernel);

// Number of output channels that see the same input channels.
static inline int32_t thimble_conv_group_outputs(const thimble_conv_record *record) {
    return record->output_channels / (record->input_channels / record->weight_channels);
}

// Index of [b][y][x][c] in an array of `height` x `width` x `channels`.
static inline int32_t thimble_conv_at(int32_t height, int32_t width, int32_t channels, int32_t b, int32_t y, int32_t x,
                                      int32_t c) {
    return ((b * height + y) * width + x) * channels + c;
}

#endif
