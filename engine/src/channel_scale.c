// channel_scale.c - checks the scales of weights.
//
// SPDX-License-Identifier: Apache-2.0
#include "channel_scale.h"

#include <float.h>

thimble_status thimble_channel_scale_prepare(const thimble_prepare *p, const thimble_tensor_view *input,
                                             const thimble_tensor_view *weights, const thimble_tensor_view *output,
                                             int32_t channels, thimble_channel_scale *scale) {
    THIMBLE_TRY(thimble_check_quantized(p, input));
    THIMBLE_TRY(thimble_check_quantized(p, output));
    // Like TensorFlow Lite Micro, which takes any dimension of the right size for the output channels.
    const uint32_t dimension = (uint32_t)weights->quantized_dimension;
    THIMBLE_REQUIRE(p,
                    weights->scale_count == 1 ||
                        (weights->scale_count == (uint32_t)channels && dimension < (uint32_t)weights->rank &&
                         weights->shape[dimension] == channels),
                    weights->index, "the weights need one scale, or one scale per output channel");
    *scale = (thimble_channel_scale){.input_scale = input->scale,
                                     .output_scale = output->scale,
                                     .scales = weights->scales,
                                     .per_channel = weights->scale_count != 1};
    for (uint32_t i = 0; i < weights->scale_count; i++) {
        const float value = thimble_fb_f32(p->model->file, weights->scales + 4 * i);
        THIMBLE_REQUIRE(p, value >= 0 && value <= FLT_MAX, weights->index,
                        "a scale of the weights is not a number >= 0");
        THIMBLE_REQUIRE(p, thimble_channel_rescale(scale, p->model->file, (int32_t)i).shift <= 30, weights->index,
                        "input scale * weights scale / output scale is 2^30 or more");
    }
    return THIMBLE_OK;
}
