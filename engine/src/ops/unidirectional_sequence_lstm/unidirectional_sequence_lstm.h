// unidirectional_sequence_lstm.h - what the LSTM's kernels are given. With the state (cell c, hidden h) of the step before,
//
//     i, f, o = sigmoid(weights * x + recurrent weights * h + bias)         three gates with weights of their own
//     g       = tanh(the same)
//     c       = clip(f * c + i * g)
//     h       = o * tanh(c), which is the step's output
//
// x is [input_depth], c and h are [units], weights [units][input_depth] and [units][units]. Steps follow each other in a
// run, and the first one follows the last one of the run before; batches have states of their own.
//
// Integers: both products become steps of 2^-12, each clamped to int16 before they are added; gates are steps of 2^-15; the
// cell is int16 with a power of two as its scale. int8: sums of 32 bits; int16 (16x8): sums of 64 bits.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_UNIDIRECTIONAL_SEQUENCE_LSTM_H
#define THIMBLE_UNIDIRECTIONAL_SEQUENCE_LSTM_H

#include "sigmoid_int16.h"
#include "state.h"

enum { THIMBLE_LSTM_INPUT, THIMBLE_LSTM_FORGET, THIMBLE_LSTM_CELL, THIMBLE_LSTM_OUTPUT, THIMBLE_LSTM_GATES };

typedef struct thimble_lstm_record {
    thimble_state state;
    int32_t batches, steps, input_depth, units;
    bool time_major;  // input and output are [steps][batches][], else [batches][steps][]
    union {
        struct {
            thimble_rescale input[THIMBLE_LSTM_GATES], recurrent[THIMBLE_LSTM_GATES];
            thimble_rescale forgotten, added, hidden;  // of f * c, i * g, o * tanh(c)
            thimble_sigmoid_scale cell_scale;
            int16_t clip;  // of the cell, -1: none
            int8_t input_zero_point, hidden_zero_point;
            bool is_int16;
        };
        float clip_f32;  // 0: none
    };
} thimble_lstm_record;

// Weights and biases by gate. State: one after the other cell and hidden, each [batches][units].
typedef struct thimble_lstm_integer_args {
    const thimble_lstm_record *record;
    const void *input;  // int8 or int16
    const int8_t *weights[THIMBLE_LSTM_GATES], *recurrent_weights[THIMBLE_LSTM_GATES];
    const void *biases[THIMBLE_LSTM_GATES];  // int32, or for int16 inputs int64, aligned to 4 bytes
    int16_t *cell;
    void *hidden, *output;  // of the input's type
} thimble_lstm_integer_args;

typedef struct thimble_lstm_f32_args {
    const thimble_lstm_record *record;
    const float *input;
    const float *weights[THIMBLE_LSTM_GATES], *recurrent_weights[THIMBLE_LSTM_GATES], *biases[THIMBLE_LSTM_GATES];
    float *cell, *hidden, *output;
} thimble_lstm_f32_args;

typedef void thimble_lstm_integer_fn(const thimble_lstm_integer_args *args);
typedef void thimble_lstm_f32_fn(const thimble_lstm_f32_args *args);

thimble_lstm_integer_fn thimble_lstm_integer_portable;
thimble_lstm_f32_fn thimble_lstm_f32_portable;

// Which row of input and output step `t` of batch `b` is.
static inline int32_t thimble_lstm_row(const thimble_lstm_record *record, int32_t b, int32_t t) {
    return record->time_major ? t * record->batches + b : b * record->steps + t;
}

#endif
