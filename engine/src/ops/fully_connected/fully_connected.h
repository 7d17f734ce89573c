// fully_connected.h - what FULLY_CONNECTED's kernels are given.
//
//     output[b][o] = act(bias[o] + sum over d of input[b][d] * weights[o][d])
//
// input is [batches][input_depth], weights [output_depth][input_depth], output [batches][output_depth].
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_FULLY_CONNECTED_H
#define THIMBLE_FULLY_CONNECTED_H

#include "weights_int16.h"

typedef struct thimble_fully_connected_record {
    int32_t batches, input_depth, output_depth;
    union {
        thimble_weights_scale scale;
        thimble_weights_range_f32 range;
        thimble_weights_int16 int16;
    };
} thimble_fully_connected_record;

thimble_weights_int8_fn thimble_fully_connected_int8_portable, thimble_fully_connected_int8_generic,
    thimble_fully_connected_int8_riscv, thimble_fully_connected_int8_xtensa;
thimble_weights_scratch_fn thimble_fully_connected_int8_xtensa_scratch;
thimble_weights_int16_fn thimble_fully_connected_int16_portable;
thimble_weights_f32_fn thimble_fully_connected_f32_portable;

#endif
