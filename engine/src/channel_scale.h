// channel_scale.h - the factor of each output channel, computed from the scales when it is needed.
//
// Keeping the factors would take 8 bytes of RAM per channel (TensorFlow Lite Micro does); computing them takes about
// 250 instructions per channel and run.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CHANNEL_SCALE_H
#define THIMBLE_CHANNEL_SCALE_H

#include "op.h"

// How the scales of input, weights and output lie in a record.
typedef struct thimble_channel_scale {
    float input_scale, output_scale;
    uint32_t scales;       // position in the file
    uint32_t per_channel;  // 1, or 0 where scales[0] is for all channels
} thimble_channel_scale;

// Checks the weights' scales (one, or one for each of `channels`) and fills *scale.
thimble_status thimble_channel_scale_prepare(const thimble_prepare *p, const thimble_tensor_view *input,
                                             const thimble_tensor_view *weights, const thimble_tensor_view *output,
                                             int32_t channels, thimble_channel_scale *scale);

// input_scale * weights_scale[channel] / output_scale.
static inline thimble_rescale thimble_channel_rescale(const thimble_channel_scale *scale, const uint8_t *file,
                                                      int32_t channel) {
    const uint32_t index = scale->per_channel != 0 ? (uint32_t)channel : 0;
    return thimble_rescale_of(scale->input_scale, thimble_fb_f32(file, scale->scales + 4 * index), scale->output_scale,
                              0);
}

#endif
