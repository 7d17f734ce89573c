// depthwise_conv_2d_riscv.c - DEPTHWISE_CONV_2D for RV32IM: 3x3 kernels channel by channel (plane_riscv.h).
//
// Other kernels, and channels with rare scales, go to the generic one.
//
// SPDX-License-Identifier: Apache-2.0
#include "depthwise_conv_2d.h"
#include "plane_riscv.h"

void thimble_depthwise_conv_2d_int8_riscv(const thimble_weights_int8_args *args, thimble_range channels,
                                          uint8_t *scratch) {
    const thimble_conv_record *r = args->record;
    if (!thimble_plane_serves(&r->window)) {
        thimble_depthwise_conv_2d_int8_generic(args, channels, scratch);
        return;
    }
    const int32_t multiplier = r->output_channels / r->input_channels;
    for (int32_t o = channels.begin; o < channels.end; o++) {
        thimble_plane plane = {.window = &r->window,
                               .scale = &r->scale,
                               .input = args->input + o / multiplier,
                               .weights = args->weights + o,
                               .output = args->output + o,
                               .input_step = r->input_channels,
                               .weights_step = r->output_channels,
                               .output_step = r->output_channels,
                               .bias = thimble_output_bias(args, o)};
        if (thimble_output_step_make(&plane.step, args, &r->scale, o)) {
            thimble_plane_run(&plane);
        } else {
            thimble_depthwise_conv_2d_int8_generic(args, (thimble_range){o, o + 1}, scratch);
        }
    }
}
