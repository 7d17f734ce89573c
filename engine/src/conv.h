// conv.h - what CONV_2D and DEPTHWISE_CONV_2D share: their checks and what their kernels are given.
//
//     input    [batch][rows.input][columns.input][input_channels]
//     weights  as the op's header says
//     output   [batch][rows.output][columns.output][output_channels]
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CONV_H
#define THIMBLE_CONV_H

#include "weights_int16.h"
#include "window.h"

typedef struct thimble_conv_record {
    thimble_window window;
    int32_t input_channels, output_channels;
    int32_t weight_channels;  // CONV_2D: input channels that one output sees (fewer than all if grouped)
    union {
        thimble_weights_scale scale;
        thimble_weights_range_f32 range;
        thimble_weights_int16 int16;
    };
} thimble_conv_record;

// How the two ops differ in their files.
typedef struct thimble_conv_layout {
    uint8_t activation_field, dilation_field;  // in the options; dilation width, height behind it
    int8_t bias_type_field;                    // -1: there is none
    uint8_t channel_dimension;                 // of the weights: where the output channels are
    // Whether the numbers of channels, all above 0, belong together.
    bool (*channels_fit)(const thimble_prepare *p, const thimble_conv_record *record);
} thimble_conv_layout;

// Checks the op, whose input has to be int8, int16 with int8 weights, or one of these or float32, and writes its record.
thimble_status thimble_conv_prepare_int8(thimble_prepare *p, const thimble_conv_layout *layout);
thimble_status thimble_conv_prepare_int16(thimble_prepare *p, const thimble_conv_layout *layout);
thimble_status thimble_conv_prepare(thimble_prepare *p, const thimble_conv_layout *layout);

// Runs `kernel`, those of integers on all workers.
void thimble_conv_run_int16(const thimble_call *call, thimble_weights_int16_fn *kernel);
void thimble_conv_run_int8(const thimble_call *call, thimble_weights_int8_fn *kernel, uint32_t scratch_bytes);
void thimble_conv_run_f32(const thimble_call *call, thimble_weights_f32_fn *kernel);

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
