// conv.c - what CONV_2D and DEPTHWISE_CONV_2D share.
//
// SPDX-License-Identifier: Apache-2.0
#include "conv.h"

enum { PADDING, STRIDE_W, STRIDE_H, DEPTH_MULTIPLIER };  // where both options tables agree, and one of depthwise
enum { INPUT, WEIGHTS, BIAS };

// Input, weights and output channels have to belong together.
static bool channels_fit(const thimble_prepare *p, const thimble_conv_record *r, bool depthwise,
                         const thimble_tensor_view *weights, const thimble_tensor_view *output) {
    const int32_t in = r->input_channels, seen = r->weight_channels, out = r->output_channels;
    if (in < 1 || seen < 1 || out < 1 || output->shape[3] != out) {
        return false;
    }
    if (depthwise) {
        // The depth multiplier follows from the shapes; a file that states another one contradicts itself.
        const int32_t stated = thimble_option_i32(p, DEPTH_MULTIPLIER, 0);
        return weights->shape[0] == 1 && out % in == 0 && (stated == 0 || stated == out / in);
    }
    return in % seen == 0 && out % (in / seen) == 0;
}

thimble_status thimble_conv_prepare(thimble_prepare *p, const thimble_conv_layout *layout, bool float_too) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 3));
    const thimble_tensor_view *const input = &p->input, *const output = &p->output;
    const thimble_tensor_view weights = thimble_prepare_input(p, WEIGHTS), bias = thimble_prepare_input(p, BIAS);
    const bool is_float = float_too && input->type == THIMBLE_FLOAT32;
    THIMBLE_REQUIRE(
        p, (is_float || input->type == THIMBLE_INT8) && weights.type == input->type && output->type == input->type,
        input->index, "input, weights and output all have to be int8 (or all float32)");
    THIMBLE_REQUIRE(p, weights.rank == 4, weights.index, "the weights need 4 dimensions");

    thimble_conv_record *record = THIMBLE_RECORD(p, thimble_conv_record);
    record->window = (thimble_window){.kernel_height = weights.shape[1],
                                      .kernel_width = weights.shape[2],
                                      .stride_height = thimble_option_i32(p, STRIDE_H, 0),
                                      .stride_width = thimble_option_i32(p, STRIDE_W, 0),
                                      .dilation_height = thimble_option_i32(p, layout->dilation_field + 1u, 1),
                                      .dilation_width = thimble_option_i32(p, layout->dilation_field, 1)};
    THIMBLE_TRY(thimble_window_prepare(p, &record->window, thimble_option_i8(p, PADDING, 0), input, output));
    record->input_channels = input->shape[3];
    record->weight_channels = weights.shape[3];
    record->output_channels = weights.shape[layout->channel_dimension];
    THIMBLE_REQUIRE(p, channels_fit(p, record, layout->depthwise, &weights, output), weights.index,
                    "the channels of input, weights and output do not belong together");
    THIMBLE_REQUIRE(p,
                    bias.index == THIMBLE_NO_TENSOR || (bias.element_count == (uint32_t)record->output_channels &&
                                                        bias.type == (is_float ? THIMBLE_FLOAT32 : THIMBLE_INT32)),
                    bias.index, "the bias has to be int32 (float32 for floats), one per output channel");

    const int32_t activation = thimble_option_i8(p, layout->activation_field, THIMBLE_ACT_NONE);
    if (is_float) {
        return thimble_activation_range_f32(p, activation, &record->lowest_f32, &record->highest_f32);
    }
    THIMBLE_TRY(thimble_channel_scale_prepare(p, input, &weights, output, record->output_channels, &record->scale));
    record->input_zero_point = (int8_t)input->zero_point;
    record->output_zero_point = (int8_t)output->zero_point;
    return thimble_activation_range_int8(p, activation, output, &record->lowest, &record->highest);
}

typedef struct job {
    thimble_conv_int8_args args;
    thimble_conv_int8_fn *kernel;
    uint32_t worker_count;
} job;

static void run_share(void *argument, uint32_t task) {
    const job *work = argument;
    work->kernel(&work->args, thimble_share(work->args.record->output_channels, 4, task, work->worker_count));
}

void thimble_conv_run_int8(const thimble_call *call, thimble_conv_int8_fn *kernel) {
    job work = {.args = {.record = call->record,
                         .input = call->inputs[INPUT],
                         .weights = call->inputs[WEIGHTS],
                         .bias = thimble_optional_input(call, BIAS),
                         .output = call->outputs[0],
                         .file = call->file},
                .kernel = kernel,
                .worker_count = thimble_worker_count(call->options)};
    thimble_parallel(call->options, run_share, &work);
}

void thimble_conv_run_f32(const thimble_call *call, thimble_conv_f32_fn *kernel) {
    const thimble_conv_record *record = call->record;
    const thimble_conv_f32_args args = {.record = record,
                                        .input = call->inputs[INPUT],
                                        .weights = call->inputs[WEIGHTS],
                                        .bias = thimble_optional_input(call, BIAS),
                                        .output = call->outputs[0]};
    kernel(&args, (thimble_range){0, record->output_channels});
}
