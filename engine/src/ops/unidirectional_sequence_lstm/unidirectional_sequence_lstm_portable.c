// unidirectional_sequence_lstm_portable.c - the kernels that define the LSTM.
//
// A unit's gates depend on all of the old hidden state, but on its own cell only; so units are computed one by one, the new
// hidden state straight into the output, and no gate needs memory.
//
// Arithmetic: LstmStep in tensorflow/lite/micro/kernels/lstm_eval.h of TensorFlow Lite Micro.
//
// SPDX-License-Identifier: Apache-2.0
#include "sigmoid_f32.h"
#include "unidirectional_sequence_lstm.h"

static int32_t clamp_int16(int32_t value) {
    return thimble_clamp(value, INT16_MIN, INT16_MAX);
}

// ---- integers -----------------------------------------------------------------------------------------------------

static int32_t dot_int8(const int8_t *values, int32_t zero_point, const int8_t *weights, int32_t count) {
    int32_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum = thimble_mac(sum, values[i] - zero_point, weights[i]);
    }
    return sum;
}

static int64_t dot_int16(const int16_t *values, const int8_t *weights, int32_t count) {
    int64_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += values[i] * weights[i];
    }
    return sum;
}

// Row `row` of an array of int8 or int16.
static const void *row_of(const thimble_lstm_record *r, const void *array, int32_t row, int32_t columns) {
    return (const uint8_t *)array + (size_t)row * (size_t)columns * (r->is_int16 ? 2 : 1);
}

// Gate `g` of unit `u` before its sigmoid or tanh, Q3.12.
static int32_t gate_integer(const thimble_lstm_integer_args *args, int32_t g, int32_t u, const void *x, const void *h) {
    const thimble_lstm_record *r = args->record;
    const int8_t *weights = args->weights[g] + u * r->input_depth;
    const int8_t *recurrent_weights = args->recurrent_weights[g] + u * r->units;
    int32_t input, recurrent;
    if (r->is_int16) {
        int64_t bias;
        memcpy(&bias, (const uint8_t *)args->biases[g] + 8 * u, sizeof bias);
        bias = (int64_t)((uint64_t)bias + (uint64_t)dot_int16(x, weights, r->input_depth));
        input = thimble_apply_wide(bias, r->input[g]);
        recurrent = thimble_apply_wide(dot_int16(h, recurrent_weights, r->units), r->recurrent[g]);
    } else {
        const int32_t sum = dot_int8(x, r->input_zero_point, weights, r->input_depth);
        input = thimble_apply(thimble_add_wrapping(sum, ((const int32_t *)args->biases[g])[u]), r->input[g]);
        recurrent = thimble_apply(dot_int8(h, r->hidden_zero_point, recurrent_weights, r->units), r->recurrent[g]);
    }
    return clamp_int16(clamp_int16(input) + clamp_int16(recurrent));
}

static int32_t sigmoid_gate(const thimble_lstm_integer_args *args, int32_t g, int32_t u, const void *x, const void *h) {
    return thimble_sigmoid_int16(3 * gate_integer(args, g, u, x, h));
}

// Takes unit `u` one step on: changes its cell, returns its hidden state as it is stored.
static int32_t step_integer(const thimble_lstm_integer_args *args, int16_t *cell, int32_t u, const void *x,
                            const void *h) {
    const thimble_lstm_record *r = args->record;
    const int32_t forgotten =
        clamp_int16(thimble_apply(sigmoid_gate(args, THIMBLE_LSTM_FORGET, u, x, h) * *cell, r->forgotten));
    const int32_t candidate = thimble_tanh_int16(3 * gate_integer(args, THIMBLE_LSTM_CELL, u, x, h));
    const int32_t added =
        clamp_int16(thimble_apply(sigmoid_gate(args, THIMBLE_LSTM_INPUT, u, x, h) * candidate, r->added));
    int32_t next = clamp_int16(forgotten + added);
    next = r->clip >= 0 ? thimble_clamp(next, -r->clip, r->clip) : next;
    *cell = (int16_t)next;
    const int32_t product = thimble_tanh_int16(thimble_sigmoid_input(r->cell_scale, next)) *
                            sigmoid_gate(args, THIMBLE_LSTM_OUTPUT, u, x, h);
    const int32_t hidden = thimble_add_wrapping(thimble_apply(product, r->hidden), r->hidden_zero_point);
    return r->is_int16 ? clamp_int16(hidden) : thimble_clamp(hidden, INT8_MIN, INT8_MAX);
}

void thimble_lstm_integer_portable(const thimble_lstm_integer_args *args) {
    const thimble_lstm_record *r = args->record;
    for (int32_t b = 0; b < r->batches; b++) {
        int16_t *cell = args->cell + b * r->units;
        void *hidden = (void *)(uintptr_t)row_of(r, args->hidden, b, r->units);
        for (int32_t t = 0; t < r->steps; t++) {
            const int32_t row = thimble_lstm_row(r, b, t);
            const void *x = row_of(r, args->input, row, r->input_depth);
            void *output = (void *)(uintptr_t)row_of(r, args->output, row, r->units);
            for (int32_t u = 0; u < r->units; u++) {
                const int32_t value = step_integer(args, &cell[u], u, x, hidden);
                if (r->is_int16) {
                    ((int16_t *)output)[u] = (int16_t)value;
                } else {
                    ((int8_t *)output)[u] = (int8_t)value;
                }
            }
            memcpy(hidden, output, (size_t)r->units * (r->is_int16 ? 2 : 1));
        }
    }
}

// ---- float --------------------------------------------------------------------------------------------------------

static float dot_f32(const float *values, const float *weights, int32_t count) {
    float sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += values[i] * weights[i];
    }
    return sum;
}

static float gate_f32(const thimble_lstm_f32_args *args, int32_t g, int32_t u, const float *x, const float *h) {
    const thimble_lstm_record *r = args->record;
    const float input = dot_f32(x, args->weights[g] + u * r->input_depth, r->input_depth) + args->biases[g][u];
    return input + dot_f32(h, args->recurrent_weights[g] + u * r->units, r->units);
}

// Takes unit `u` one step on: changes its cell, returns its hidden state.
static float step_f32(const thimble_lstm_f32_args *args, float *cell, int32_t u, const float *x, const float *h) {
    const float clip = args->record->clip_f32;
    const float forgotten = thimble_sigmoid_f32(gate_f32(args, THIMBLE_LSTM_FORGET, u, x, h)) * *cell;
    const float added = thimble_sigmoid_f32(gate_f32(args, THIMBLE_LSTM_INPUT, u, x, h)) *
                        tanhf(gate_f32(args, THIMBLE_LSTM_CELL, u, x, h));
    float next = forgotten + added;
    if (clip > 0) {
        next = next > clip ? clip : next < -clip ? -clip : next;
    }
    *cell = next;
    return tanhf(next) * thimble_sigmoid_f32(gate_f32(args, THIMBLE_LSTM_OUTPUT, u, x, h));
}

void thimble_lstm_f32_portable(const thimble_lstm_f32_args *args) {
    const thimble_lstm_record *r = args->record;
    for (int32_t b = 0; b < r->batches; b++) {
        float *cell = args->cell + b * r->units, *hidden = args->hidden + b * r->units;
        for (int32_t t = 0; t < r->steps; t++) {
            const int32_t row = thimble_lstm_row(r, b, t);
            float *output = args->output + row * r->units;
            for (int32_t u = 0; u < r->units; u++) {
                output[u] = step_f32(args, &cell[u], u, args->input + row * r->input_depth, hidden);
            }
            memcpy(hidden, output, (size_t)r->units * sizeof *output);
        }
    }
}
