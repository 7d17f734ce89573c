// unidirectional_sequence_lstm.c - the LSTM: checks, preparation and state.
//
// The op has 24 inputs. Only those of Keras's LSTM are used: no peepholes, no projection, no layer normalization.
//
// SPDX-License-Identifier: Apache-2.0
#include "unidirectional_sequence_lstm.h"

enum { INPUT, WEIGHTS, RECURRENT_WEIGHTS = 5, PEEPHOLES = 9, BIASES = 12, PROJECTION = 16, HIDDEN = 18, CELL, NORMS };
enum { INPUT_COUNT = 24 };
enum { ACTIVATION, CELL_CLIP, TIME_MAJOR = 3 };  // UnidirectionalSequenceLSTMOptions
enum { ACTIVATION_TANH = 4 };

// Weights and biases of the gates lie side by side in the order of THIMBLE_LSTM_INPUT and on, each of the type that this says.
typedef struct lstm_types {
    thimble_type weights, bias, cell;
} lstm_types;

static lstm_types types_for(thimble_type input_type) {
    switch (input_type) {
    case THIMBLE_INT8:
        return (lstm_types){THIMBLE_INT8, THIMBLE_INT32, THIMBLE_INT16};
    case THIMBLE_INT16:
        return (lstm_types){THIMBLE_INT8, THIMBLE_INT64, THIMBLE_INT16};
    default:
        return (lstm_types){THIMBLE_FLOAT32, THIMBLE_FLOAT32, THIMBLE_FLOAT32};
    }
}

// A frame of its own for the two that follow: inlined, their views of tensors would all lie on the stack at once.
__attribute__((noinline)) static thimble_status check_absent(const thimble_prepare *p, uint32_t first,
                                                             uint32_t behind) {
    for (uint32_t slot = first; slot < behind; slot++) {
        THIMBLE_REQUIRE(p, thimble_prepare_input(p, slot).index == THIMBLE_NO_TENSOR,
                        thimble_prepare_input(p, slot).index,
                        "peepholes, projection and layer normalization are not supported: only what Keras's LSTM has");
    }
    return THIMBLE_OK;
}

// Tensor `slot`, of type `type` and with the shape [rows][columns], or [rows] if columns is 0.
__attribute__((noinline)) static thimble_status check_constant(const thimble_prepare *p, uint32_t slot,
                                                               thimble_type type, int32_t rows, int32_t columns) {
    const thimble_tensor_view tensor = thimble_prepare_input(p, slot);
    THIMBLE_REQUIRE(
        p,
        tensor.index != THIMBLE_NO_TENSOR && tensor.type == type && tensor.shape[0] == rows &&
            tensor.shape[1] == columns && tensor.rank == (columns == 0 ? 1 : 2),
        tensor.index,
        "weights or biases are missing or of another type or shape (int8 weights, int32 bias; int16: int64 bias)");
    return THIMBLE_OK;
}

// What all types share. Asks for the memory of the state.
static thimble_status prepare_all(thimble_prepare *p, thimble_lstm_record *record, thimble_tensor_view *hidden,
                                  thimble_tensor_view *cell) {
    THIMBLE_TRY(thimble_check_slots(p, 1, INPUT_COUNT));
    const thimble_tensor_view *const input = &p->inputs[INPUT], *const output = &p->output;
    const lstm_types types = types_for(input->type);
    THIMBLE_REQUIRE(
        p,
        p->op.input_count == INPUT_COUNT && input->rank == 3 && output->rank == 3 && input->shape[2] > 0 &&
            output->shape[2] > 0 && input->shape[0] == output->shape[0] && input->shape[1] == output->shape[1],
        output->index, "the op needs 24 inputs, and input and output 3 dimensions, of which the first two agree");
    THIMBLE_REQUIRE(p, output->type == input->type, output->index, "input and output need the same type");
    THIMBLE_REQUIRE(p, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE) == ACTIVATION_TANH, -1,
                    "the activation has to be TANH");
    record->state.is_known = 0;
    record->time_major = thimble_option_i8(p, TIME_MAJOR, 0) != 0;
    record->batches = input->shape[record->time_major ? 1 : 0];
    record->steps = input->shape[record->time_major ? 0 : 1];
    record->input_depth = input->shape[2];
    record->units = output->shape[2];
    for (uint32_t g = 0; g < THIMBLE_LSTM_GATES; g++) {
        THIMBLE_TRY(check_constant(p, WEIGHTS + g, types.weights, record->units, record->input_depth));
        THIMBLE_TRY(check_constant(p, RECURRENT_WEIGHTS + g, types.weights, record->units, record->units));
        THIMBLE_TRY(check_constant(p, BIASES + g, types.bias, record->units, 0));
    }
    THIMBLE_TRY(check_absent(p, PEEPHOLES, BIASES));
    THIMBLE_TRY(check_absent(p, PROJECTION, HIDDEN));
    THIMBLE_TRY(check_absent(p, NORMS, INPUT_COUNT));
    const uint64_t state_count = (uint64_t)record->batches * (uint32_t)record->units;
    THIMBLE_TRY(thimble_state_prepare(p, HIDDEN, state_count, hidden));
    THIMBLE_TRY(thimble_state_prepare(p, CELL, state_count, cell));
    THIMBLE_REQUIRE(p, hidden->type == input->type && cell->type == types.cell, cell->index,
                    "the hidden state needs the input's type, and the cell int16 (for floats: float32)");
    THIMBLE_REQUIRE(p, record->batches > 0 && cell->data_bytes <= INT32_MAX / 2, cell->index,
                    "the state has no elements, or it is larger than 2 GB");
    p->scratch_bytes = hidden->data_bytes + cell->data_bytes;
    return THIMBLE_OK;
}

static thimble_status prepare_gates(thimble_prepare *p, thimble_lstm_record *record,
                                    const thimble_tensor_view *hidden) {
    const int32_t most_shift = record->is_int16 ? 7 : 30, fraction_bits = 12;
    for (uint32_t g = 0; g < THIMBLE_LSTM_GATES; g++) {
        const thimble_tensor_view weights = thimble_prepare_input(p, WEIGHTS + g);
        const thimble_tensor_view recurrent = thimble_prepare_input(p, RECURRENT_WEIGHTS + g);
        THIMBLE_TRY(thimble_check_quantized(p, &weights));
        THIMBLE_TRY(thimble_check_quantized(p, &recurrent));
        THIMBLE_REQUIRE(p,
                        weights.scale_count == 1 && recurrent.scale_count == 1 && weights.zero_point == 0 &&
                            recurrent.zero_point == 0,
                        weights.index, "weights need one scale, and the zero point 0");
        record->input[g] = thimble_rescale_of(p->inputs[INPUT].scale, weights.scale, 1, fraction_bits);
        record->recurrent[g] = thimble_rescale_of(hidden->scale, recurrent.scale, 1, fraction_bits);
        THIMBLE_REQUIRE(p, record->input[g].shift <= most_shift && record->recurrent[g].shift <= most_shift,
                        weights.index, "the scales of input, state or weights are too large");
    }
    return THIMBLE_OK;
}

static thimble_status prepare_integer(thimble_prepare *p, thimble_type type) {
    const thimble_tensor_view *const input = &p->inputs[INPUT];
    thimble_lstm_record *record = THIMBLE_RECORD(p, thimble_lstm_record);
    thimble_tensor_view hidden, cell;
    THIMBLE_REQUIRE(p, input->type == type, input->index,
                    "the input has to be int8 (or, as the op object allows, int16 or float32)");
    THIMBLE_TRY(prepare_all(p, record, &hidden, &cell));
    THIMBLE_TRY(thimble_check_quantized(p, input));
    THIMBLE_TRY(thimble_check_quantized(p, &hidden));
    THIMBLE_TRY(thimble_check_int16(p, &cell));
    record->is_int16 = type == THIMBLE_INT16;
    THIMBLE_REQUIRE(p, !record->is_int16 || (input->zero_point == 0 && hidden.zero_point == 0), input->index,
                    "the zero point of an int16 tensor has to be 0");
    THIMBLE_TRY(prepare_gates(p, record, &hidden));
    record->input_zero_point = (int8_t)input->zero_point;
    record->hidden_zero_point = (int8_t)hidden.zero_point;
    record->forgotten = thimble_rescale_of(cell.scale, 1, cell.scale, -15);
    record->added = thimble_rescale_of(1, 1, cell.scale, -30);
    record->hidden = thimble_rescale_of(1, 1, hidden.scale, -30);
    bool is_power;  // TensorFlow Lite Micro rounds the scale to a power of two, too
    const int32_t shift = 12 + thimble_rounded_log2(cell.scale, &is_power);
    THIMBLE_REQUIRE(p, shift >= -15 && shift <= 15 && record->added.shift <= 30 && record->hidden.shift <= 30,
                    cell.index, "the scales of the states are too large or too small");
    record->cell_scale = shift < 0 ? (thimble_sigmoid_scale){3, -shift} : (thimble_sigmoid_scale){3 << shift, 0};
    const float clip = thimble_option_f32(p, CELL_CLIP, 0);
    record->clip = thimble_is_positive(clip) ? (int16_t)thimble_floor_quotient(clip, cell.scale) : -1;
    return THIMBLE_OK;
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return prepare_integer(p, THIMBLE_INT8);
}

static thimble_status prepare_int16(thimble_prepare *p) {
    return prepare_integer(p, THIMBLE_INT16);
}

static thimble_status prepare(thimble_prepare *p) {
    if (p->inputs[INPUT].type != THIMBLE_FLOAT32) {
        return prepare_integer(p, p->inputs[INPUT].type == THIMBLE_INT16 ? THIMBLE_INT16 : THIMBLE_INT8);
    }
    thimble_lstm_record *record = THIMBLE_RECORD(p, thimble_lstm_record);
    thimble_tensor_view hidden, cell;
    THIMBLE_TRY(prepare_all(p, record, &hidden, &cell));
    const float clip = thimble_option_f32(p, CELL_CLIP, 0);
    record->clip_f32 = thimble_is_positive(clip) ? clip : 0;
    return THIMBLE_OK;
}

// Where the hidden state lies, behind the cell. At the first run both are filled: with zeros, and with bytes of the zero point.
static void *find_hidden(const thimble_call *call, size_t cell_bytes, size_t hidden_bytes, int32_t zero_point) {
    uint8_t *hidden = call->scratch + cell_bytes;
    if (thimble_state_begins(call)) {
        memset(call->scratch, 0, cell_bytes);
        memset(hidden, zero_point, hidden_bytes);
    }
    return hidden;
}

static void run_integer(const thimble_call *call) {
    const thimble_lstm_record *record = call->record;
    const size_t count = (size_t)record->batches * (size_t)record->units;
    thimble_lstm_integer_args args = {
        .record = record,
        .input = call->inputs[INPUT],
        .cell = (int16_t *)(void *)call->scratch,
        .hidden = find_hidden(call, 2 * count, record->is_int16 ? 2 * count : count, record->hidden_zero_point),
        .output = call->outputs[0]};
    for (uint32_t g = 0; g < THIMBLE_LSTM_GATES; g++) {
        args.weights[g] = call->inputs[WEIGHTS + g];
        args.recurrent_weights[g] = call->inputs[RECURRENT_WEIGHTS + g];
        args.biases[g] = call->inputs[BIASES + g];
    }
    thimble_lstm_integer_portable(&args);
}

static void run(const thimble_call *call) {
    if (call->type != THIMBLE_FLOAT32) {
        run_integer(call);
        return;
    }
    const thimble_lstm_record *record = call->record;
    const size_t bytes = (size_t)record->batches * (size_t)record->units * sizeof(float);
    thimble_lstm_f32_args args = {.record = record,
                                  .input = call->inputs[INPUT],
                                  .cell = (float *)(void *)call->scratch,
                                  .hidden = find_hidden(call, bytes, bytes, 0),
                                  .output = call->outputs[0]};
    for (uint32_t g = 0; g < THIMBLE_LSTM_GATES; g++) {
        args.weights[g] = call->inputs[WEIGHTS + g];
        args.recurrent_weights[g] = call->inputs[RECURRENT_WEIGHTS + g];
        args.biases[g] = call->inputs[BIASES + g];
    }
    thimble_lstm_f32_portable(&args);
}

THIMBLE_DEFINE_OP_WITH_STATE(unidirectional_sequence_lstm_int8, "UNIDIRECTIONAL_SEQUENCE_LSTM", 44, prepare_int8,
                             run_integer, HIDDEN);
THIMBLE_DEFINE_OP_WITH_STATE(unidirectional_sequence_lstm_int16, "UNIDIRECTIONAL_SEQUENCE_LSTM", 44, prepare_int16,
                             run_integer, HIDDEN);
THIMBLE_DEFINE_OP_WITH_STATE(unidirectional_sequence_lstm, "UNIDIRECTIONAL_SEQUENCE_LSTM", 44, prepare, run, HIDDEN);
