// fully_connected.c - FULLY_CONNECTED: checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "fully_connected.h"

#include "target.h"

enum { ACTIVATION, WEIGHTS_FORMAT };  // FullyConnectedOptions
enum { INPUT, WEIGHTS, BIAS };

static thimble_status prepare_quantization(thimble_prepare *p, const thimble_tensor_view *input,
                                           const thimble_tensor_view *weights, const thimble_tensor_view *output,
                                           int32_t activation, thimble_fully_connected_record *record) {
    thimble_channel_scale scale;
    THIMBLE_TRY(thimble_channel_scale_prepare(p, input, weights, output, record->output_depth, &scale));
    THIMBLE_REQUIRE(p, weights->zero_point == (int8_t)weights->zero_point, weights->index,
                    "the zero point of the weights does not fit int8");
    THIMBLE_TRY(thimble_activation_range_int8(p, activation, output, &record->lowest, &record->highest));
    record->input_zero_point = (int8_t)input->zero_point;
    record->output_zero_point = (int8_t)output->zero_point;
    record->per_channel = scale.per_channel != 0;
    if (scale.per_channel != 0) {
        record->weights_zero_point = 0;  // by definition of per-channel quantization
        record->scales = scale.scales;
        record->input_scale = scale.input_scale;
        record->output_scale = scale.output_scale;
        return THIMBLE_OK;
    }
    const thimble_rescale factor = thimble_channel_rescale(&scale, p->model->file, 0);
    record->weights_zero_point = (int8_t)weights->zero_point;
    record->multiplier = factor.multiplier;
    record->shift = (int8_t)factor.shift;
    p->record_bytes = offsetof(thimble_fully_connected_record, input_scale);
    return THIMBLE_OK;
}

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 3));
    const thimble_tensor_view *const input = &p->input, *const output = &p->output;
    const thimble_tensor_view weights = thimble_prepare_input(p, WEIGHTS), bias = thimble_prepare_input(p, BIAS);
    const bool is_float = float_too && input->type == THIMBLE_FLOAT32;
    THIMBLE_REQUIRE(
        p, (is_float || input->type == THIMBLE_INT8) && weights.type == input->type && output->type == input->type,
        input->index, "input, weights and output all have to be int8 (or all float32)");
    THIMBLE_REQUIRE(p, thimble_option_i8(p, WEIGHTS_FORMAT, 0) == 0, weights.index,
                    "shuffled weights are not supported");
    THIMBLE_REQUIRE(p, weights.rank >= 2 && output->rank >= 1, weights.index, "the weights need 2 dimensions");

    thimble_fully_connected_record *record = THIMBLE_RECORD(p, thimble_fully_connected_record);
    record->output_depth = weights.shape[weights.rank - 2];
    record->input_depth = weights.shape[weights.rank - 1];
    THIMBLE_REQUIRE(p,
                    output->shape[output->rank - 1] == record->output_depth && record->output_depth > 0 &&
                        weights.element_count == (uint32_t)record->output_depth * (uint32_t)record->input_depth,
                    output->index, "the output's last dimension is not the number of rows of the weights");
    record->batches = (int32_t)output->element_count / record->output_depth;
    THIMBLE_REQUIRE(p,
                    record->input_depth > 0 && input->element_count % (uint32_t)record->input_depth == 0 &&
                        input->element_count / (uint32_t)record->input_depth == (uint32_t)record->batches,
                    input->index, "the input's size does not fit the weights and the output");
    THIMBLE_REQUIRE(p,
                    bias.index == THIMBLE_NO_TENSOR || (bias.element_count == (uint32_t)record->output_depth &&
                                                        bias.type == (is_float ? THIMBLE_FLOAT32 : THIMBLE_INT32)),
                    bias.index, "the bias has to be int32 (float32 for floats), one per output");

    const int32_t activation = thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE);
    if (is_float) {
        return thimble_activation_range_f32(p, activation, &record->lowest_f32, &record->highest_f32);
    }
    return prepare_quantization(p, input, &weights, output, activation, record);
}

typedef struct job {
    thimble_fully_connected_int8_args args;
    uint32_t worker_count;
} job;

static void run_share(void *argument, uint32_t task) {
    const job *work = argument;
    THIMBLE_KERNEL(fully_connected_int8, THIMBLE_TARGET_FULLY_CONNECTED_INT8)
    (&work->args, thimble_share(work->args.record->output_depth, 4, task, work->worker_count));
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
    const thimble_fully_connected_record *record = call->record;
    const thimble_fully_connected_f32_args args = {.record = record,
                                                   .input = call->inputs[INPUT],
                                                   .weights = call->inputs[WEIGHTS],
                                                   .bias = thimble_optional_input(call, BIAS),
                                                   .output = call->outputs[0]};
    thimble_fully_connected_f32_portable(&args, (thimble_range){0, record->output_depth});
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return prepare(p, false);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return prepare(p, true);
}

THIMBLE_DEFINE_OP(fully_connected_int8, "FULLY_CONNECTED", 9, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(fully_connected, "FULLY_CONNECTED", 9, prepare_any, run);
