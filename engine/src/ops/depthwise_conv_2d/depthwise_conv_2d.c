// depthwise_conv_2d.c - DEPTHWISE_CONV_2D: its layout and which kernels it runs; conv.c has the checks.
//
// SPDX-License-Identifier: Apache-2.0
#include "depthwise_conv_2d.h"

#include "targets/target.h"

enum { DEPTH_MULTIPLIER = 3, ACTIVATION, DILATION };  // DepthwiseConv2DOptions

static bool channels_fit(const thimble_prepare *p, const thimble_conv_record *r) {
    // The depth multiplier follows from the shapes; a file that states another one contradicts itself.
    const int32_t stated = thimble_option_i32(p, DEPTH_MULTIPLIER, 0);
    return p->inputs[THIMBLE_WEIGHTS_WEIGHTS].shape[0] == 1 && r->output_channels % r->input_channels == 0 &&
           (stated == 0 || stated == r->output_channels / r->input_channels);
}

static const thimble_conv_layout layout = {.activation_field = ACTIVATION,
                                           .dilation_field = DILATION,
                                           .bias_type_field = -1,
                                           .channel_dimension = 3,
                                           .channels_fit = channels_fit};

static void run_int8(const thimble_call *call) {
    thimble_conv_run_int8(call, THIMBLE_KERNEL(depthwise_conv_2d_int8, THIMBLE_TARGET_DEPTHWISE_CONV_2D_INT8),
                          thimble_weights_scratch_bytes(call, THIMBLE_SCRATCH_DEPTHWISE_CONV_2D_INT8));
}

static void run_int16(const thimble_call *call) {
    thimble_conv_run_int16(call, thimble_depthwise_conv_2d_int16_portable);
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_FLOAT32) {
        thimble_conv_run_f32(call, thimble_depthwise_conv_2d_f32_portable);
    } else if (call->type == THIMBLE_INT16) {
        run_int16(call);
    } else {
        run_int8(call);
    }
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return thimble_weights_ask_scratch(p, THIMBLE_SCRATCH_DEPTHWISE_CONV_2D_INT8,
                                       thimble_conv_prepare_int8(p, &layout));
}

static thimble_status prepare_int16(thimble_prepare *p) {
    return thimble_conv_prepare_int16(p, &layout);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return thimble_weights_ask_scratch(p, THIMBLE_SCRATCH_DEPTHWISE_CONV_2D_INT8, thimble_conv_prepare(p, &layout));
}

THIMBLE_DEFINE_OP(depthwise_conv_2d_int8, "DEPTHWISE_CONV_2D", 4, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(depthwise_conv_2d_int16, "DEPTHWISE_CONV_2D", 4, prepare_int16, run_int16);
THIMBLE_DEFINE_OP(depthwise_conv_2d, "DEPTHWISE_CONV_2D", 4, prepare_any, run);
