// fully_connected.h - what FULLY_CONNECTED's kernels are given.
//
//     output[b][o] = act(bias[o] + sum over d of input[b][d] * weights[o][d])
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_FULLY_CONNECTED_H
#define THIMBLE_FULLY_CONNECTED_H

#include "channel_scale.h"

typedef struct thimble_fully_connected_record {
    int32_t batches, input_depth, output_depth;
    union {
        int32_t multiplier;  // one factor for all channels, with `shift`
        uint32_t scales;     // per channel: position in the file
        float lowest_f32;
    };
    union {
        struct {
            int8_t input_zero_point, weights_zero_point, output_zero_point, lowest, highest, shift;
            uint8_t per_channel;
        };
        float highest_f32;
    };
    float input_scale, output_scale;  // kept only if per_channel
} thimble_fully_connected_record;

typedef struct thimble_fully_connected_int8_args {
    const thimble_fully_connected_record *record;
    const int8_t *input;    // [batches][input_depth]
    const int8_t *weights;  // [output_depth][input_depth]
    const int32_t *bias;    // [output_depth], or NULL for zeros
    int8_t *output;         // [batches][output_depth]
    const uint8_t *file;
} thimble_fully_connected_int8_args;

typedef struct thimble_fully_connected_f32_args {
    const thimble_fully_connected_record *record;
    const float *input, *weights, *bias;
    float *output;
} thimble_fully_connected_f32_args;

// The factor of output `channel`.
static inline thimble_rescale thimble_fully_connected_factor(const thimble_fully_connected_record *record,
                                                             const uint8_t *file, int32_t channel) {
    if (record->per_channel == 0) {
        return (thimble_rescale){record->multiplier, record->shift};
    }
    return thimble_rescale_of(record->input_scale, thimble_fb_f32(file, record->scales + 4 * (uint32_t)channel),
                              record->output_scale, 0);
}

// A kernel computes the output channels in `channels`.
typedef void thimble_fully_connected_int8_fn(const thimble_fully_connected_int8_args *args, thimble_range channels);
typedef void thimble_fully_connected_f32_fn(const thimble_fully_connected_f32_args *args, thimble_range channels);

thimble_fully_connected_int8_fn thimble_fully_connected_int8_portable, thimble_fully_connected_int8_generic;
thimble_fully_connected_f32_fn thimble_fully_connected_f32_portable;

#endif
