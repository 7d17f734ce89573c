// pool_2d.c - what MAX_POOL_2D and AVERAGE_POOL_2D share.
//
// SPDX-License-Identifier: Apache-2.0
#include "pool_2d.h"

enum { FILTER_W = 3, FILTER_H, ACTIVATION };  // Pool2DOptions

// All but activation and quantization.
static thimble_status prepare_geometry(thimble_prepare *p, thimble_type type, thimble_pool_2d_record *record) {
    THIMBLE_TRY(thimble_check_slots(p, 1, 1));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_REQUIRE(p, input->type == type && output->type == type, input->index,
                    "input and output have to be int8 (or, as the op object allows, both int16 or both float32)");
    record->window.rows.kernel = thimble_option_i32(p, FILTER_H, 0);
    record->window.columns.kernel = thimble_option_i32(p, FILTER_W, 0);
    record->window.rows.dilation = record->window.columns.dilation = 1;
    THIMBLE_TRY(thimble_window_prepare(p, &record->window));
    record->channels = input->shape[3];
    THIMBLE_REQUIRE(p, output->shape[3] == record->channels, output->index, "input and output differ in channels");
    return THIMBLE_OK;
}

thimble_status thimble_pool_2d_prepare_int8(thimble_prepare *p) {
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    thimble_pool_2d_record *record = THIMBLE_RECORD(p, thimble_pool_2d_record);
    THIMBLE_TRY(prepare_geometry(p, THIMBLE_INT8, record));
    THIMBLE_TRY(thimble_check_quantized(p, input));
    THIMBLE_TRY(thimble_check_quantized(p, output));
    const uint32_t difference_bits = thimble_float_bits(input->scale - output->scale) & INT32_MAX;  // without the sign
    THIMBLE_REQUIRE(p, difference_bits <= thimble_float_bits(1e-6f) && input->zero_point == output->zero_point,
                    output->index, "input and output need the same scale and zero point");
    return thimble_activation_range_int8(p, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE), output, &record->lowest,
                                         &record->highest);
}

thimble_status thimble_pool_2d_prepare_int16(thimble_prepare *p) {
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    thimble_pool_2d_record *record = THIMBLE_RECORD(p, thimble_pool_2d_record);
    THIMBLE_TRY(prepare_geometry(p, THIMBLE_INT16, record));
    THIMBLE_TRY(thimble_check_int16(p, input));
    THIMBLE_TRY(thimble_check_int16(p, output));
    THIMBLE_REQUIRE(p, (thimble_float_bits(input->scale - output->scale) & INT32_MAX) <= thimble_float_bits(1e-6f),
                    output->index, "input and output need the same scale");
    return thimble_activation_range_int16(p, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE), output,
                                          &record->lowest_int16, &record->highest_int16);
}

thimble_status thimble_pool_2d_prepare(thimble_prepare *p) {
    if (p->inputs[0].type == THIMBLE_INT16) {
        return thimble_pool_2d_prepare_int16(p);
    }
    if (p->inputs[0].type != THIMBLE_FLOAT32) {
        return thimble_pool_2d_prepare_int8(p);
    }
    thimble_pool_2d_record *record = THIMBLE_RECORD(p, thimble_pool_2d_record);
    THIMBLE_TRY(prepare_geometry(p, THIMBLE_FLOAT32, record));
    return thimble_activation_range_f32(p, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE), &record->lowest_f32,
                                        &record->highest_f32);
}

typedef struct job {
    thimble_pool_2d_int8_args args;
    thimble_pool_2d_int8_fn *kernel;
    uint32_t worker_count;
} job;

static void run_share(void *argument, uint32_t task) {
    const job *work = argument;
    work->kernel(&work->args,
                 thimble_share(thimble_window_row_count(&work->args.record->window), 1, task, work->worker_count));
}

void thimble_pool_2d_run_int8(const thimble_call *call, thimble_pool_2d_int8_fn *kernel) {
    job work = {.args = {.record = call->record, .input = call->inputs[0], .output = call->outputs[0]},
                .kernel = kernel,
                .worker_count = thimble_worker_count(call->options)};
    thimble_parallel(call->options, run_share, &work);
}

void thimble_pool_2d_run_int16(const thimble_call *call, thimble_pool_2d_int16_fn *kernel) {
    const thimble_pool_2d_int16_args args = {
        .record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
    kernel(&args, (thimble_range){0, thimble_window_row_count(&args.record->window)});
}

void thimble_pool_2d_run_f32(const thimble_call *call, thimble_pool_2d_f32_fn *kernel) {
    const thimble_pool_2d_f32_args args = {
        .record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
    kernel(&args, (thimble_range){0, thimble_window_row_count(&args.record->window)});
}
