// conv_2d.c - CONV_2D: its layout and which kernels it runs; conv.c has the checks.
//
// SPDX-License-Identifier: Apache-2.0
#include "conv_2d.h"

#include "targets/target.h"

static bool channels_fit(const thimble_prepare *p, const thimble_conv_record *r) {
    (void)p;
    return r->input_channels % r->weight_channels == 0 &&
           r->output_channels % (r->input_channels / r->weight_channels) == 0;
}

static const thimble_conv_layout layout = {.activation_field = 3,  // Conv2DOptions
                                           .dilation_field = 4,
                                           .bias_type_field = 6,
                                           .channel_dimension = 0,
                                           .channels_fit = channels_fit};

static void run_int8(const thimble_call *call) {
    thimble_conv_run_int8(call, THIMBLE_KERNEL(conv_2d_int8, THIMBLE_TARGET_CONV_2D_INT8),
                          thimble_weights_scratch_bytes(call, THIMBLE_SCRATCH_CONV_2D_INT8));
}

static void run_int16(const thimble_call *call) {
    thimble_conv_run_int16(call, thimble_conv_2d_int16_portable);
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_FLOAT32) {
        thimble_conv_run_f32(call, thimble_conv_2d_f32_portable);
    } else if (call->type == THIMBLE_INT16) {
        run_int16(call);
    } else {
        run_int8(call);
    }
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return thimble_weights_ask_scratch(p, THIMBLE_SCRATCH_CONV_2D_INT8, thimble_conv_prepare_int8(p, &layout));
}

static thimble_status prepare_int16(thimble_prepare *p) {
    return thimble_conv_prepare_int16(p, &layout);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return thimble_weights_ask_scratch(p, THIMBLE_SCRATCH_CONV_2D_INT8, thimble_conv_prepare(p, &layout));
}

THIMBLE_DEFINE_OP(conv_2d_int8, "CONV_2D", 3, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(conv_2d_int16, "CONV_2D", 3, prepare_int16, run_int16);
THIMBLE_DEFINE_OP(conv_2d, "CONV_2D", 3, prepare_any, run);
