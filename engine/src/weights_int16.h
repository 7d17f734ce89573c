// weights_int16.h - ops with weights, 16x8: int16 activations, int8 weights.
//
//     output[..][channel] = clamp(factor of the channel * (bias[channel] + sum of input * weights))
//
// All zero points are 0. With an int64 bias (what converters write), or none, sums have 64 bits and the factor is applied
// with 15 bits of its multiplier (thimble_apply_wide). With an int32 bias, or none and the option quantized_bias_type of
// INT32, sums wrap at 32 bits and the factor is applied as for int8.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_WEIGHTS_INT16_H
#define THIMBLE_WEIGHTS_INT16_H

#include "weights.h"

// The last member of a record.
typedef struct thimble_weights_int16 {
    int16_t lowest, highest;
    bool is_narrow;  // sums of 32 bits
    thimble_weights_scale scale;
} thimble_weights_int16;

typedef struct thimble_weights_int16_args {
    const void *record;
    const int16_t *input;
    const int8_t *weights;
    const void *bias;  // int32 or int64, one per output channel, aligned to 4 bytes; or NULL for zeros
    int16_t *output;
    const uint8_t *file;
} thimble_weights_int16_args;

// A kernel computes the output channels in `channels`.
typedef void thimble_weights_int16_fn(const thimble_weights_int16_args *args, thimble_range channels);

// As thimble_weights_prepare_int8. `bias_type_field` is the number of the option quantized_bias_type, -1 if the op has
// none.
thimble_status thimble_weights_prepare_int16(thimble_prepare *p, int32_t channels, int32_t activation,
                                             int32_t bias_type_field, thimble_weights_int16 *record);

// Runs `kernel` for all `channels`, on all workers.
void thimble_weights_run_int16(const thimble_call *call, thimble_weights_int16_fn *kernel, int32_t channels);

// The output of `channel` whose products add up to `sum`.
int16_t thimble_weights_output_int16(const thimble_weights_int16_args *args, const thimble_weights_int16 *record,
                                     thimble_rescale factor, int32_t channel, int64_t sum);

#endif
