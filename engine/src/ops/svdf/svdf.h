// svdf.h - what SVDF's kernels are given: a dense layer of low rank over the last inputs (singular value decomposition
// filter). For every filter f the state remembers the features of the last `memory` inputs, the newest last:
//
//     state[b][f] = (state[b][f] moved down by one), sum over d of input[b][d] * feature_weights[f][d]
//     output[b][u] = act(bias[u] + sum over the `rank` filters f of unit u and over m of state[b][f][m] * time_weights[f][m])
//
// feature_weights is [filters][input_depth], time_weights [filters][memory], filters = units * rank. int8: state and time
// weights are int8 or int16; features are clamped to the state's range, and outputs only to int8's (no activation).
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_SVDF_H
#define THIMBLE_SVDF_H

#include "state.h"

typedef struct thimble_svdf_record {
    thimble_state state;
    int32_t batches, input_depth, units, rank, memory;
    union {
        struct {
            thimble_rescale feature;  // from sums to the state
            thimble_rescale output;  // from sums to outputs
            int32_t input_zero_point, state_zero_point, output_zero_point;
            bool state_is_int16;
        };
        struct {
            float lowest, highest;
        };
    };
} thimble_svdf_record;

typedef struct thimble_svdf_int8_args {
    const thimble_svdf_record *record;
    const int8_t *input, *feature_weights;
    const void *time_weights;
    const int32_t *bias;  // or NULL for zeros
    void *state;  // [batches][filters][memory]
    int8_t *output;
} thimble_svdf_int8_args;

typedef struct thimble_svdf_f32_args {
    const thimble_svdf_record *record;
    const float *input, *feature_weights, *time_weights, *bias;
    float *state, *output;
} thimble_svdf_f32_args;

typedef void thimble_svdf_int8_fn(const thimble_svdf_int8_args *args);
typedef void thimble_svdf_f32_fn(const thimble_svdf_f32_args *args);

thimble_svdf_int8_fn thimble_svdf_int8_portable;
thimble_svdf_f32_fn thimble_svdf_f32_portable;

#endif
