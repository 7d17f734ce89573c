// svdf.c - SVDF: checks, preparation and state.
//
// SPDX-License-Identifier: Apache-2.0
#include "svdf.h"

enum { INPUT, FEATURE_WEIGHTS, TIME_WEIGHTS, BIAS, STATE, INPUT_COUNT };
enum { RANK, ACTIVATION };  // SVDFOptions

static thimble_status check_type(const thimble_prepare *p, const thimble_tensor_view *tensor, thimble_type type) {
    THIMBLE_REQUIRE(p, tensor->type == type, tensor->index,
                    "SVDF has to be int8 (time weights and state int8 or int16, bias int32) or float32");
    return THIMBLE_OK;
}

static thimble_status prepare_shapes(thimble_prepare *p, thimble_svdf_record *record) {
    const thimble_tensor_view *const input = &p->inputs[INPUT], *const features = &p->inputs[FEATURE_WEIGHTS];
    const thimble_tensor_view *const times = &p->inputs[TIME_WEIGHTS], *const output = &p->output;
    const int32_t rank = thimble_option_i32(p, RANK, 0), filters = features->shape[0];
    THIMBLE_REQUIRE(p, input->rank == 2 && features->rank == 2 && times->rank == 2 && output->rank == 2, input->index,
                    "input, weights and output need 2 dimensions");
    THIMBLE_REQUIRE(p,
                    rank > 0 && filters > 0 && input->shape[0] > 0 && filters % rank == 0 &&
                        times->shape[0] == filters && times->shape[1] > 0 && features->shape[1] == input->shape[1] &&
                        output->shape[0] == input->shape[0] && output->shape[1] == filters / rank,
                    output->index, "the sizes of input, weights, rank and output do not belong together");
    record->state.is_known = 0;
    record->batches = input->shape[0];
    record->input_depth = input->shape[1];
    record->units = filters / rank;
    record->rank = rank;
    record->memory = times->shape[1];
    return THIMBLE_OK;
}

// All types: shapes, bias and state, whose type is `state_type` and whose memory this asks for.
static thimble_status prepare_all(thimble_prepare *p, thimble_svdf_record *record, thimble_type bias_type,
                                  thimble_type state_type, thimble_tensor_view *state) {
    THIMBLE_TRY(prepare_shapes(p, record));
    const thimble_tensor_view bias = thimble_prepare_input(p, BIAS);
    if (bias.index != THIMBLE_NO_TENSOR) {
        THIMBLE_TRY(check_type(p, &bias, bias_type));
        THIMBLE_REQUIRE(p, bias.element_count == (uint32_t)record->units, bias.index,
                        "the bias needs one value per unit");
    }
    const uint64_t per_batch = (uint32_t)(record->units * record->rank) * (uint32_t)record->memory;
    THIMBLE_TRY(thimble_state_prepare(p, STATE, per_batch * (uint32_t)record->batches, state));
    p->scratch_bytes = state->data_bytes;
    return check_type(p, state, state_type);
}

static thimble_status prepare_int8(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 3, INPUT_COUNT));
    const thimble_tensor_view *const input = &p->inputs[INPUT], *const features = &p->inputs[FEATURE_WEIGHTS];
    const thimble_tensor_view *const times = &p->inputs[TIME_WEIGHTS], *const output = &p->output;
    thimble_svdf_record *record = THIMBLE_RECORD(p, thimble_svdf_record);
    thimble_tensor_view state;
    THIMBLE_TRY(check_type(p, input, THIMBLE_INT8));
    THIMBLE_TRY(check_type(p, features, THIMBLE_INT8));
    THIMBLE_TRY(check_type(p, output, THIMBLE_INT8));
    record->state_is_int16 = times->type == THIMBLE_INT16;
    THIMBLE_TRY(check_type(p, times, record->state_is_int16 ? THIMBLE_INT16 : THIMBLE_INT8));
    THIMBLE_TRY(prepare_all(p, record, THIMBLE_INT32, times->type, &state));
    const thimble_tensor_view *const quantized[] = {input, features, times, &state, output};
    for (uint32_t i = 0; i < sizeof quantized / sizeof quantized[0]; i++) {
        THIMBLE_TRY(thimble_check_quantized(p, quantized[i]));
    }
    record->feature = thimble_rescale_of(input->scale, features->scale, state.scale, 0);
    record->output = thimble_rescale_of(state.scale, times->scale, output->scale, 0);
    THIMBLE_REQUIRE(p, record->feature.shift <= 30 && record->output.shift <= 30, output->index,
                    "the scales of state or output are too small for these inputs");
    record->input_zero_point = input->zero_point;
    record->state_zero_point = state.zero_point;
    record->output_zero_point = output->zero_point;
    return THIMBLE_OK;
}

static thimble_status prepare(thimble_prepare *p) {
    if (p->inputs[INPUT].type != THIMBLE_FLOAT32) {
        return prepare_int8(p);
    }
    THIMBLE_TRY(thimble_check_slots(p, 3, INPUT_COUNT));
    thimble_svdf_record *record = THIMBLE_RECORD(p, thimble_svdf_record);
    thimble_tensor_view state;
    THIMBLE_TRY(check_type(p, &p->inputs[FEATURE_WEIGHTS], THIMBLE_FLOAT32));
    THIMBLE_TRY(check_type(p, &p->inputs[TIME_WEIGHTS], THIMBLE_FLOAT32));
    THIMBLE_TRY(check_type(p, &p->output, THIMBLE_FLOAT32));
    THIMBLE_TRY(prepare_all(p, record, THIMBLE_FLOAT32, THIMBLE_FLOAT32, &state));
    return thimble_activation_range_f32(p, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE), &record->lowest,
                                        &record->highest);
}

static size_t state_count(const thimble_svdf_record *record) {
    return (size_t)record->batches * (size_t)(record->units * record->rank) * (size_t)record->memory;
}

static void run_int8(const thimble_call *call) {
    const thimble_svdf_record *record = call->record;
    if (thimble_state_begins(call)) {
        // int8 starts with zeros; the bytes of an int16 are 0 whatever its zero point is.
        const size_t bytes = state_count(record) * (record->state_is_int16 ? 2 : 1);
        memset(call->scratch, record->state_is_int16 ? 0 : record->state_zero_point, bytes);
    }
    const thimble_svdf_int8_args args = {.record = record,
                                         .input = call->inputs[INPUT],
                                         .feature_weights = call->inputs[FEATURE_WEIGHTS],
                                         .time_weights = call->inputs[TIME_WEIGHTS],
                                         .bias = call->inputs[BIAS],
                                         .state = call->scratch,
                                         .output = call->outputs[0]};
    thimble_svdf_int8_portable(&args);
}

static void run(const thimble_call *call) {
    if (call->type != THIMBLE_FLOAT32) {
        run_int8(call);
        return;
    }
    const thimble_svdf_record *record = call->record;
    if (thimble_state_begins(call)) {
        memset(call->scratch, 0, state_count(record) * sizeof(float));
    }
    const thimble_svdf_f32_args args = {.record = record,
                                        .input = call->inputs[INPUT],
                                        .feature_weights = call->inputs[FEATURE_WEIGHTS],
                                        .time_weights = call->inputs[TIME_WEIGHTS],
                                        .bias = call->inputs[BIAS],
                                        .state = (float *)(void *)call->scratch,
                                        .output = call->outputs[0]};
    thimble_svdf_f32_portable(&args);
}

THIMBLE_DEFINE_OP_WITH_STATE(svdf_int8, "SVDF", 27, prepare_int8, run_int8, STATE);
THIMBLE_DEFINE_OP_WITH_STATE(svdf, "SVDF", 27, prepare, run, STATE);
