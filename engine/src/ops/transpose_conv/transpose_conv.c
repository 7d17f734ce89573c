// transpose_conv.c - TRANSPOSE_CONV: checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "transpose_conv.h"

enum { SHAPE, WEIGHTS, INPUT, BIAS };
enum { ACTIVATION = 3 };  // TransposeConvOptions

// The views in the order that the ops with weights have: input, weights, bias.
static thimble_status sort_inputs(thimble_prepare *p, thimble_type type, thimble_type weights_type) {
    THIMBLE_TRY(thimble_check_slots(p, 3, 4));
    p->inputs[THIMBLE_WEIGHTS_INPUT] = thimble_prepare_input(p, INPUT);
    p->inputs[THIMBLE_WEIGHTS_BIAS] = thimble_prepare_input(p, BIAS);
    THIMBLE_REQUIRE(p,
                    p->inputs[THIMBLE_WEIGHTS_INPUT].type == type &&
                        p->inputs[THIMBLE_WEIGHTS_WEIGHTS].type == weights_type && p->output.type == type,
                    p->output.index,
                    "input, weights and output have to be int8 (or all float32, or int16 with int8 weights)");
    return THIMBLE_OK;
}

static void exchange(thimble_tensor_view *a, thimble_tensor_view *b) {
    const thimble_tensor_view old = *a;
    *a = *b;
    *b = old;
}

static thimble_status prepare_geometry(thimble_prepare *p, thimble_conv_record *record) {
    const thimble_tensor_view *const weights = &p->inputs[THIMBLE_WEIGHTS_WEIGHTS];
    thimble_tensor_view *const input = &p->inputs[THIMBLE_WEIGHTS_INPUT];
    THIMBLE_REQUIRE(p, weights->rank == 4, weights->index, "the weights need 4 dimensions");
    record->window.rows.kernel = weights->shape[1];
    record->window.columns.kernel = weights->shape[2];
    record->window.rows.dilation = record->window.columns.dilation = 1;
    exchange(input, &p->output);
    const thimble_status status = thimble_window_prepare(p, &record->window);
    exchange(input, &p->output);
    THIMBLE_TRY(status);
    record->input_channels = record->weight_channels = weights->shape[3];
    record->output_channels = weights->shape[0];
    THIMBLE_REQUIRE(p,
                    record->input_channels > 0 && record->output_channels > 0 &&
                        input->shape[3] == record->input_channels && p->output.shape[3] == record->output_channels,
                    weights->index, "the channels of input, weights and output do not belong together");
    return THIMBLE_OK;
}

static thimble_status prepare_int8(thimble_prepare *p) {
    thimble_conv_record *record = THIMBLE_RECORD(p, thimble_conv_record);
    THIMBLE_TRY(sort_inputs(p, THIMBLE_INT8, THIMBLE_INT8));
    THIMBLE_TRY(prepare_geometry(p, record));
    return thimble_weights_prepare_int8(p, record->output_channels, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE),
                                        &record->scale);
}

static thimble_status prepare_int16(thimble_prepare *p) {
    thimble_conv_record *record = THIMBLE_RECORD(p, thimble_conv_record);
    THIMBLE_TRY(sort_inputs(p, THIMBLE_INT16, THIMBLE_INT8));
    THIMBLE_TRY(prepare_geometry(p, record));
    return thimble_weights_prepare_int16(p, record->output_channels, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE),
                                         -1, &record->int16);
}

static thimble_status prepare(thimble_prepare *p) {
    if (p->output.type == THIMBLE_INT16) {
        return prepare_int16(p);
    }
    if (p->output.type != THIMBLE_FLOAT32) {
        return prepare_int8(p);
    }
    thimble_conv_record *record = THIMBLE_RECORD(p, thimble_conv_record);
    THIMBLE_TRY(sort_inputs(p, THIMBLE_FLOAT32, THIMBLE_FLOAT32));
    THIMBLE_TRY(prepare_geometry(p, record));
    return thimble_weights_prepare_f32(p, record->output_channels, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE),
                                       &record->range);
}

// The call as the ops with weights have it.
typedef struct sorted_call {
    void *inputs[3];
    thimble_call call;
} sorted_call;

static void sort_call(const thimble_call *call, sorted_call *sorted) {
    sorted->inputs[THIMBLE_WEIGHTS_INPUT] = call->inputs[INPUT];
    sorted->inputs[THIMBLE_WEIGHTS_WEIGHTS] = call->inputs[WEIGHTS];
    sorted->inputs[THIMBLE_WEIGHTS_BIAS] = call->input_count > BIAS ? call->inputs[BIAS] : NULL;
    sorted->call = *call;
    sorted->call.inputs = sorted->inputs;
    sorted->call.input_count = 3;
}

static void run_int8(const thimble_call *call) {
    sorted_call sorted;
    sort_call(call, &sorted);
    thimble_conv_run_int8(&sorted.call, thimble_transpose_conv_int8_portable, 0);
}

static void run_int16(const thimble_call *call) {
    sorted_call sorted;
    sort_call(call, &sorted);
    thimble_conv_run_int16(&sorted.call, thimble_transpose_conv_int16_portable);
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_INT8) {
        run_int8(call);
    } else if (call->type == THIMBLE_INT16) {
        run_int16(call);
    } else {
        sorted_call sorted;
        sort_call(call, &sorted);
        thimble_conv_run_f32(&sorted.call, thimble_transpose_conv_f32_portable);
    }
}

THIMBLE_DEFINE_OP(transpose_conv_int8, "TRANSPOSE_CONV", 67, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(transpose_conv_int16, "TRANSPOSE_CONV", 67, prepare_int16, run_int16);
THIMBLE_DEFINE_OP(transpose_conv, "TRANSPOSE_CONV", 67, prepare, run);
