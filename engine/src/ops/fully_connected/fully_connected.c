// fully_connected.c - FULLY_CONNECTED: checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "fully_connected.h"

#include "targets/target.h"

enum { ACTIVATION, WEIGHTS_FORMAT, BIAS_TYPE = 4 };  // FullyConnectedOptions

// All but bias, activation and quantization.
static thimble_status prepare_shapes(thimble_prepare *p, thimble_type type, thimble_type weights_type,
                                     thimble_fully_connected_record *record) {
    THIMBLE_TRY(thimble_weights_check(p, type, weights_type));
    const thimble_tensor_view *const input = &p->inputs[0], *const weights = &p->inputs[1], *const output = &p->output;
    THIMBLE_REQUIRE(p, thimble_option_i8(p, WEIGHTS_FORMAT, 0) == 0, weights->index,
                    "shuffled weights are not supported");
    THIMBLE_REQUIRE(p, weights->rank >= 2 && output->rank >= 1, weights->index, "the weights need 2 dimensions");

    const int32_t output_depth = weights->shape[weights->rank - 2], input_depth = weights->shape[weights->rank - 1];
    THIMBLE_REQUIRE(p,
                    output->shape[output->rank - 1] == output_depth && output_depth > 0 && input_depth > 0 &&
                        weights->element_count == (uint32_t)output_depth * (uint32_t)input_depth,
                    output->index, "the output's last dimension is not the number of rows of the weights");
    const uint32_t batches = output->element_count / (uint32_t)output_depth;
    THIMBLE_REQUIRE(
        p, input->element_count % (uint32_t)input_depth == 0 && input->element_count / (uint32_t)input_depth == batches,
        input->index, "the input's size does not fit the weights and the output");
    record->batches = (int32_t)batches;
    record->input_depth = input_depth;
    record->output_depth = output_depth;
    return THIMBLE_OK;
}

static thimble_status prepare_record_int8(thimble_prepare *p) {
    const thimble_tensor_view *const weights = &p->inputs[1];
    thimble_fully_connected_record *record = THIMBLE_RECORD(p, thimble_fully_connected_record);
    THIMBLE_TRY(prepare_shapes(p, THIMBLE_INT8, THIMBLE_INT8, record));
    THIMBLE_TRY(thimble_weights_prepare_int8(p, record->output_depth,
                                             thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE), &record->scale));
    THIMBLE_REQUIRE(p, weights->zero_point == (int8_t)weights->zero_point, weights->index,
                    "the zero point of the weights does not fit int8");
    if (!record->scale.per_channel) {  // else it is 0 by definition
        record->scale.weights_zero_point = (int8_t)weights->zero_point;
    }
    return THIMBLE_OK;
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return thimble_weights_ask_scratch(p, THIMBLE_SCRATCH_FULLY_CONNECTED_INT8, prepare_record_int8(p));
}

static thimble_status prepare_int16(thimble_prepare *p) {
    thimble_fully_connected_record *record = THIMBLE_RECORD(p, thimble_fully_connected_record);
    THIMBLE_TRY(prepare_shapes(p, THIMBLE_INT16, THIMBLE_INT8, record));
    THIMBLE_TRY(thimble_weights_prepare_int16(
        p, record->output_depth, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE), BIAS_TYPE, &record->int16));
    THIMBLE_REQUIRE(p, record->int16.scale.per_channel || p->inputs[1].zero_point == 0, p->inputs[1].index,
                    "the zero point of the weights has to be 0 where activations are int16");
    return THIMBLE_OK;
}

static thimble_status prepare(thimble_prepare *p) {
    if (p->inputs[0].type == THIMBLE_INT16) {
        return prepare_int16(p);
    }
    if (p->inputs[0].type != THIMBLE_FLOAT32) {
        return prepare_int8(p);
    }
    thimble_fully_connected_record *record = THIMBLE_RECORD(p, thimble_fully_connected_record);
    THIMBLE_TRY(prepare_shapes(p, THIMBLE_FLOAT32, THIMBLE_FLOAT32, record));
    return thimble_weights_prepare_f32(p, record->output_depth, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE),
                                       &record->range);
}

static void run_int8(const thimble_call *call) {
    const thimble_fully_connected_record *record = call->record;
    thimble_weights_run_int8(call, THIMBLE_KERNEL(fully_connected_int8, THIMBLE_TARGET_FULLY_CONNECTED_INT8),
                             thimble_weights_scratch_bytes(call, THIMBLE_SCRATCH_FULLY_CONNECTED_INT8),
                             record->output_depth);
}

static void run_int16(const thimble_call *call) {
    const thimble_fully_connected_record *record = call->record;
    thimble_weights_run_int16(call, thimble_fully_connected_int16_portable, record->output_depth);
}

static void run(const thimble_call *call) {
    const thimble_fully_connected_record *record = call->record;
    if (call->type == THIMBLE_FLOAT32) {
        thimble_weights_run_f32(call, thimble_fully_connected_f32_portable, record->output_depth);
    } else if (call->type == THIMBLE_INT16) {
        run_int16(call);
    } else {
        run_int8(call);
    }
}

THIMBLE_DEFINE_OP(fully_connected_int8, "FULLY_CONNECTED", 9, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(fully_connected_int16, "FULLY_CONNECTED", 9, prepare_int16, run_int16);
THIMBLE_DEFINE_OP(fully_connected, "FULLY_CONNECTED", 9, prepare, run);
