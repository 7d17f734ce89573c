// weights.c - what the ops with weights share.
//
// SPDX-License-Identifier: Apache-2.0
#include "weights.h"

enum { INPUT = THIMBLE_WEIGHTS_INPUT, WEIGHTS = THIMBLE_WEIGHTS_WEIGHTS, BIAS = THIMBLE_WEIGHTS_BIAS };

thimble_status thimble_weights_check(const thimble_prepare *p, thimble_type type, thimble_type weights_type) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 3));
    THIMBLE_REQUIRE(
        p, p->inputs[INPUT].type == type && p->inputs[WEIGHTS].type == weights_type && p->output.type == type,
        p->inputs[INPUT].index,
        "input, weights and output have to be int8 (or all float32, or int16 with int8 weights; the op objects "
        "thimble_op_..._int8 and _int16 take one of these)");
    return THIMBLE_OK;
}

static thimble_status check_bias(const thimble_prepare *p, int32_t channels, thimble_type type) {
    const thimble_tensor_view *const bias = &p->inputs[BIAS];
    THIMBLE_REQUIRE(
        p, bias->index == THIMBLE_NO_TENSOR || (bias->element_count == (uint32_t)channels && bias->type == type),
        bias->index, "the bias has to be int32 (float32 for floats), one per output channel");
    return THIMBLE_OK;
}

thimble_status thimble_weights_prepare_f32(const thimble_prepare *p, int32_t channels, int32_t activation,
                                           thimble_weights_range_f32 *range) {
    THIMBLE_TRY(check_bias(p, channels, THIMBLE_FLOAT32));
    return thimble_activation_range_f32(p, activation, &range->lowest, &range->highest);
}

thimble_status thimble_weights_prepare_int8(thimble_prepare *p, int32_t channels, int32_t activation,
                                            thimble_weights_scale *scale) {
    const thimble_tensor_view *const input = &p->inputs[INPUT], *const weights = &p->inputs[WEIGHTS];
    THIMBLE_TRY(check_bias(p, channels, THIMBLE_INT32));
    THIMBLE_TRY(thimble_check_quantized(p, input));
    THIMBLE_TRY(thimble_check_quantized(p, &p->output));
    // Like TensorFlow Lite Micro, which takes any dimension of the right size for the output channels.
    const uint32_t dimension = (uint32_t)weights->quantized_dimension;
    THIMBLE_REQUIRE(p,
                    weights->scale_count == 1 ||
                        (weights->scale_count == (uint32_t)channels && dimension < (uint32_t)weights->rank &&
                         weights->shape[dimension] == channels),
                    weights->index, "the weights need one scale, or one scale per output channel");
    *scale = (thimble_weights_scale){.input_zero_point = (int8_t)input->zero_point,
                                     .output_zero_point = (int8_t)p->output.zero_point,
                                     .per_channel = true,
                                     .scales = weights->scales,
                                     .input_scale = input->scale,
                                     .output_scale = p->output.scale};
    // As integers, floats compare without a library: negative ones are the largest.
    const uint32_t infinity = 0x7f800000, minus_zero = 0x80000000;
    thimble_rescale factor = {0, 0};
    for (uint32_t i = 0; i < weights->scale_count; i++) {
        const uint32_t bits = thimble_fb_u32(p->model->file, weights->scales + 4 * i);
        THIMBLE_REQUIRE(p, bits < infinity || bits == minus_zero, weights->index,
                        "a scale of the weights is not a number >= 0");
        factor = thimble_weights_factor(scale, p->model->file, (int32_t)i);
        THIMBLE_REQUIRE(p, factor.shift <= 30, weights->index,
                        "input scale * weights scale / output scale is 2^30 or more");
    }
    if (weights->scale_count == 1) {
        scale->per_channel = false;
        scale->multiplier = factor.multiplier;
        scale->shift = (int8_t)factor.shift;
        p->record_bytes = (uint32_t)((const uint8_t *)&scale->input_scale - p->record);
    }
    return thimble_activation_range_int8(p, activation, &p->output, &scale->lowest, &scale->highest);
}

thimble_rescale thimble_weights_factor(const thimble_weights_scale *scale, const uint8_t *file, int32_t channel) {
    if (!scale->per_channel) {
        return (thimble_rescale){scale->multiplier, scale->shift};
    }
    const float weights_scale = thimble_fb_f32(file, scale->scales + 4 * (uint32_t)channel);
    return thimble_rescale_of(scale->input_scale, weights_scale, scale->output_scale, 0);
}

typedef struct job {
    thimble_weights_int8_args args;
    thimble_weights_int8_fn *kernel;
    uint8_t *scratch;
    uint32_t scratch_step;
    int32_t channels;
    uint32_t worker_count;
} job;

static void run_share(void *argument, uint32_t task) {
    const job *work = argument;
    uint8_t *scratch = work->scratch != NULL ? work->scratch + task * work->scratch_step : NULL;
    work->kernel(&work->args, thimble_share(work->channels, 4, task, work->worker_count), scratch);
}

void thimble_weights_run_int8(const thimble_call *call, thimble_weights_int8_fn *kernel, uint32_t scratch_bytes,
                              int32_t channels) {
    job work = {.args = {.record = call->record,
                         .input = call->inputs[INPUT],
                         .weights = call->inputs[WEIGHTS],
                         .bias = thimble_optional_input(call, BIAS),
                         .output = call->outputs[0],
                         .file = call->file},
                .kernel = kernel,
                .scratch = call->scratch,
                .scratch_step = scratch_bytes,
                .channels = channels,
                .worker_count = thimble_worker_count(call->options)};
    thimble_parallel(call->options, run_share, &work);
}

void thimble_weights_run_f32(const thimble_call *call, thimble_weights_f32_fn *kernel, int32_t channels) {
    const thimble_weights_f32_args args = {.record = call->record,
                                           .input = call->inputs[INPUT],
                                           .weights = call->inputs[WEIGHTS],
                                           .bias = thimble_optional_input(call, BIAS),
                                           .output = call->outputs[0]};
    kernel(&args, (thimble_range){0, channels});
}
