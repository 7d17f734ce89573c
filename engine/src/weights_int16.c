// weights_int16.c - what the ops with weights share in their 16x8 form.
//
// SPDX-License-Identifier: Apache-2.0
#include "weights_int16.h"

enum { INPUT = THIMBLE_WEIGHTS_INPUT, WEIGHTS = THIMBLE_WEIGHTS_WEIGHTS, BIAS = THIMBLE_WEIGHTS_BIAS };

thimble_status thimble_weights_prepare_int16(thimble_prepare *p, int32_t channels, int32_t activation,
                                             int32_t bias_type_field, thimble_weights_int16 *record) {
    const thimble_tensor_view *const bias = &p->inputs[BIAS];
    const bool has_bias = bias->index != THIMBLE_NO_TENSOR;
    THIMBLE_REQUIRE(
        p,
        !has_bias || (bias->element_count == (uint32_t)channels &&
                      (bias->type == THIMBLE_INT64 || (bias->type == THIMBLE_INT32 && bias_type_field >= 0))),
        bias->index, "the bias has to be int64 (or int32, but for DEPTHWISE_CONV_2D), one per output channel");
    THIMBLE_TRY(thimble_check_int16(p, &p->inputs[INPUT]));
    THIMBLE_TRY(thimble_check_int16(p, &p->output));
    const int32_t no_bias_type = bias_type_field >= 0 ? thimble_option_i8(p, (uint32_t)bias_type_field, 0) : 0;
    record->is_narrow = (has_bias ? (int32_t)bias->type : no_bias_type) == THIMBLE_INT32;
    // The scales are checked and kept as for int8; the bias, which is not, counts as absent.
    p->inputs[BIAS].index = THIMBLE_NO_TENSOR;
    THIMBLE_TRY(thimble_weights_prepare_int8(p, channels, activation, &record->scale));
    for (uint32_t i = 0; i < p->inputs[WEIGHTS].scale_count && !record->is_narrow; i++) {
        THIMBLE_REQUIRE(p, thimble_weights_factor(&record->scale, p->model->file, (int32_t)i).shift <= 7,
                        p->inputs[WEIGHTS].index, "input scale * weights scale / output scale is 2^7 or more");
    }
    return thimble_activation_range_int16(p, activation, &p->output, &record->lowest, &record->highest);
}

typedef struct job {
    thimble_weights_int16_args args;
    thimble_weights_int16_fn *kernel;
    int32_t channels;
    uint32_t worker_count;
} job;

static void run_share(void *argument, uint32_t task) {
    const job *work = argument;
    work->kernel(&work->args, thimble_share(work->channels, 4, task, work->worker_count));
}

void thimble_weights_run_int16(const thimble_call *call, thimble_weights_int16_fn *kernel, int32_t channels) {
    job work = {.args = {.record = call->record,
                         .input = call->inputs[INPUT],
                         .weights = call->inputs[WEIGHTS],
                         .bias = thimble_optional_input(call, BIAS),
                         .output = call->outputs[0],
                         .file = call->file},
                .kernel = kernel,
                .channels = channels,
                .worker_count = thimble_worker_count(call->options)};
    thimble_parallel(call->options, run_share, &work);
}

int16_t thimble_weights_output_int16(const thimble_weights_int16_args *args, const thimble_weights_int16 *record,
                                     thimble_rescale factor, int32_t channel, int64_t sum) {
    int32_t output;
    if (record->is_narrow) {
        // Wrapping once at the end is wrapping at each step.
        const int32_t bias = args->bias != NULL ? ((const int32_t *)args->bias)[channel] : 0;
        output = thimble_apply(thimble_add_wrapping((int32_t)sum, bias), factor);
    } else {
        int64_t bias = 0;
        if (args->bias != NULL) {
            memcpy(&bias, (const uint8_t *)args->bias + 8 * channel, sizeof bias);
        }
        output = thimble_apply_wide((int64_t)((uint64_t)sum + (uint64_t)bias), factor);
    }
    return (int16_t)thimble_clamp(output, record->lowest, record->highest);
}
