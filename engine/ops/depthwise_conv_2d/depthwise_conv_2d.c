// depthwise_conv_2d.c - DEPTHWISE_CONV_2D: checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "depthwise_conv_2d.h"

#include "target.h"

enum { PADDING, STRIDE_W, STRIDE_H, DEPTH_MULTIPLIER, ACTIVATION, DILATION_W, DILATION_H };  // DepthwiseConv2DOptions
enum { INPUT, WEIGHTS, BIAS };

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 3));
    const thimble_tensor_view input = thimble_prepare_input(p, INPUT), weights = thimble_prepare_input(p, WEIGHTS),
                              bias = thimble_prepare_input(p, BIAS), output = thimble_prepare_output(p, 0);
    const bool is_float = float_too && input.type == THIMBLE_FLOAT32;
    THIMBLE_REQUIRE(p,
                    (is_float || input.type == THIMBLE_INT8) && weights.type == input.type &&
                        output.type == input.type,
                    input.index, "input, weights and output all have to be int8 (or all float32)");
    THIMBLE_REQUIRE(p, input.rank == 4 && weights.rank == 4 && output.rank == 4 && weights.shape[0] == 1,
                    weights.index, "input, weights and output need 4 dimensions, the weights' first has to be 1");

    thimble_depthwise_conv_2d_record *record = THIMBLE_RECORD(p, thimble_depthwise_conv_2d_record);
    record->window = (thimble_window){.kernel_height = weights.shape[1],
                                      .kernel_width = weights.shape[2],
                                      .stride_height = thimble_option_i32(p, STRIDE_H, 0),
                                      .stride_width = thimble_option_i32(p, STRIDE_W, 0),
                                      .dilation_height = thimble_option_i32(p, DILATION_H, 1),
                                      .dilation_width = thimble_option_i32(p, DILATION_W, 1)};
    THIMBLE_TRY(thimble_window_prepare(p, &record->window, thimble_option_i8(p, PADDING, 0), &input, &output));
    record->input_channels = input.shape[3];
    record->output_channels = weights.shape[3];
    // The depth multiplier follows from the shapes; files that state another one contradict themselves.
    const int32_t stated = thimble_option_i32(p, DEPTH_MULTIPLIER, 0);
    THIMBLE_REQUIRE(p,
                    record->input_channels > 0 && record->output_channels > 0 &&
                        record->output_channels % record->input_channels == 0 &&
                        output.shape[3] == record->output_channels &&
                        (stated == 0 || stated == record->output_channels / record->input_channels),
                    weights.index, "the output's channels are not the input's times the depth multiplier");
    THIMBLE_REQUIRE(p,
                    bias.index == THIMBLE_NO_TENSOR ||
                        (bias.element_count == (uint32_t)record->output_channels &&
                         bias.type == (is_float ? THIMBLE_FLOAT32 : THIMBLE_INT32)),
                    bias.index, "the bias has to be int32 (float32 for floats), one per output channel");

    const int32_t activation = thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE);
    if (is_float) {
        return thimble_activation_range_f32(p, activation, &record->lowest_f32, &record->highest_f32);
    }
    THIMBLE_TRY(thimble_channel_scale_prepare(p, &input, &weights, &output, record->output_channels, 3,
                                              &record->scale));
    int32_t lowest, highest;
    THIMBLE_TRY(thimble_activation_range(p, activation, &output, &lowest, &highest));
    record->lowest = (int8_t)lowest;
    record->highest = (int8_t)highest;
    record->input_zero_point = (int8_t)input.zero_point;
    record->output_zero_point = (int8_t)output.zero_point;
    return THIMBLE_OK;
}

typedef struct job {
    thimble_depthwise_conv_2d_int8_args args;
    uint32_t worker_count;
} job;

static void run_share(void *argument, uint32_t task) {
    const job *work = argument;
    THIMBLE_KERNEL(depthwise_conv_2d_int8, THIMBLE_TARGET_DEPTHWISE_CONV_2D_INT8)
    (&work->args, thimble_share(work->args.record->output_channels, 4, task, work->worker_count));
}

static void run_int8(const thimble_call *call) {
    job work = {.args = {.record = call->record,
                         .input = call->inputs[INPUT],
                         .weights = call->inputs[WEIGHTS],
                         .bias = thimble_optional_input(call, BIAS),
                         .output = call->outputs[0],
                         .file = call->file},
                .worker_count = thimble_worker_count(call->options)};
    thimble_parallel(call->options, run_share, &work);
}

static void run(const thimble_call *call) {
    if (call->type != THIMBLE_FLOAT32) {
        run_int8(call);
        return;
    }
    const thimble_depthwise_conv_2d_record *record = call->record;
    const thimble_depthwise_conv_2d_f32_args args = {.record = record,
                                                     .input = call->inputs[INPUT],
                                                     .weights = call->inputs[WEIGHTS],
                                                     .bias = thimble_optional_input(call, BIAS),
                                                     .output = call->outputs[0]};
    thimble_depthwise_conv_2d_f32_portable(&args, (thimble_range){0, record->output_channels});
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return prepare(p, false);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return prepare(p, true);
}

THIMBLE_DEFINE_OP(depthwise_conv_2d_int8, "DEPTHWISE_CONV_2D", 4, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(depthwise_conv_2d, "DEPTHWISE_CONV_2D", 4, prepare_any, run);
