// depthwise_conv_2d.c - DEPTHWISE_CONV_2D: its layout and which kernels it runs; conv.c has the checks.
//
// SPDX-License-Identifier: Apache-2.0
#include "depthwise_conv_2d.h"

#include "targets/target.h"

static const thimble_conv_layout layout = {
    .activation_field = 4, .dilation_field = 5, .channel_dimension = 3, .depthwise = true};  // DepthwiseConv2DOptions

static void run_int8(const thimble_call *call) {
    thimble_conv_run_int8(call, THIMBLE_KERNEL(depthwise_conv_2d_int8, THIMBLE_TARGET_DEPTHWISE_CONV_2D_INT8),
                          thimble_weights_scratch_bytes(call, THIMBLE_SCRATCH_DEPTHWISE_CONV_2D_INT8));
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_FLOAT32) {
        thimble_conv_run_f32(call, thimble_depthwise_conv_2d_f32_portable);
    } else {
        run_int8(call);
    }
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return thimble_weights_ask_scratch(p, THIMBLE_SCRATCH_DEPTHWISE_CONV_2D_INT8,
                                       thimble_conv_prepare_int8(p, &layout));
}

static thimble_status prepare_any(thimble_prepare *p) {
    return thimble_weights_ask_scratch(p, THIMBLE_SCRATCH_DEPTHWISE_CONV_2D_INT8, thimble_conv_prepare(p, &layout));
}

THIMBLE_DEFINE_OP(depthwise_conv_2d_int8, "DEPTHWISE_CONV_2D", 4, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(depthwise_conv_2d, "DEPTHWISE_CONV_2D", 4, prepare_any, run);
