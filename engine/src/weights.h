// weights.h - what the ops with weights share: CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED.
//
//     output[..][channel] = act(bias[channel] + sum of input * weights)
//
// int8: the sum becomes an output by a factor of its channel, input_scale * weights_scale[channel] / output_scale. If
// there is a scale for each channel, its factor is computed when it is needed: keeping them all would take 8 bytes of
// RAM per channel (TensorFlow Lite Micro does), computing one takes about 250 instructions.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_WEIGHTS_H
#define THIMBLE_WEIGHTS_H

#include "op.h"

// How sums become outputs. The last member of a record: where there is one factor for all channels it ends early.
typedef struct thimble_weights_scale {
    int8_t input_zero_point, weights_zero_point, output_zero_point, lowest, highest;
    int8_t shift;
    bool per_channel;
    union {
        int32_t multiplier;  // one factor for all channels, with `shift`
        uint32_t scales;     // per channel: position in the file
    };
    float input_scale, output_scale;  // kept only if per_channel
} thimble_weights_scale;

// The range of float outputs.
typedef struct thimble_weights_range_f32 {
    float lowest, highest;
} thimble_weights_range_f32;

typedef struct thimble_weights_int8_args {
    const void *record;     // the op's own
    const int8_t *input;    // shapes: as the op's header says
    const int8_t *weights;
    const int32_t *bias;    // one per output channel, or NULL for zeros
    int8_t *output;
    const uint8_t *file;    // where the scales are
} thimble_weights_int8_args;

typedef struct thimble_weights_f32_args {
    const void *record;
    const float *input, *weights, *bias;
    float *output;
} thimble_weights_f32_args;

// A kernel computes the output channels in `channels`. `scratch` is this call's own, of the size that the kernel's scratch
// function says, or NULL: then it has to do without.
typedef void thimble_weights_int8_fn(const thimble_weights_int8_args *args, thimble_range channels, uint8_t *scratch);
typedef void thimble_weights_f32_fn(const thimble_weights_f32_args *args, thimble_range channels);

// How many bytes of scratch one call of a kernel is faster with, a multiple of THIMBLE_ALIGNMENT; 0: none. It looks at the op's complete record only, so
// the desk gives a chip's answer.
typedef uint32_t thimble_weights_scratch_fn(const void *record);

enum { THIMBLE_WEIGHTS_INPUT, THIMBLE_WEIGHTS_WEIGHTS, THIMBLE_WEIGHTS_BIAS };

// First: checks the number of tensors, and that input and output have type `type`, and the weights theirs.
thimble_status thimble_weights_check(const thimble_prepare *p, thimble_type type, thimble_type weights_type);

// Last: checks the bias and the activation, and for int8 the scales: one, or one for each of `channels`. Fills and cuts
// *scale, or fills *range.
thimble_status thimble_weights_prepare_int8(thimble_prepare *p, int32_t channels, int32_t activation,
                                            thimble_weights_scale *scale);
thimble_status thimble_weights_prepare_f32(const thimble_prepare *p, int32_t channels, int32_t activation,
                                           thimble_weights_range_f32 *range);

// Behind a prepare that ended with `status`: asks for the scratch of the int8 kernel, if it wants some (`scratch` is not
// NULL) and the caller has the memory. Inline, so that it vanishes where kernels need none.
static inline thimble_status thimble_weights_ask_scratch(thimble_prepare *p, thimble_weights_scratch_fn *scratch,
                                                         thimble_status status) {
    if (scratch != NULL && status == THIMBLE_OK && p->inputs[0].type == THIMBLE_INT8 && !p->options->prefer_small) {
        p->scratch_bytes = scratch(p->record);
    }
    return status;
}

// What is in each worker's piece of scratch, or 0.
static inline uint32_t thimble_weights_scratch_bytes(const thimble_call *call, thimble_weights_scratch_fn *scratch) {
    return scratch != NULL && call->scratch != NULL ? scratch(call->record) : 0;
}

// Runs `kernel` for all `channels`, the int8 one on all workers.
void thimble_weights_run_int8(const thimble_call *call, thimble_weights_int8_fn *kernel, uint32_t scratch_bytes,
                              int32_t channels);
void thimble_weights_run_f32(const thimble_call *call, thimble_weights_f32_fn *kernel, int32_t channels);

// The factor of `channel`.
thimble_rescale thimble_weights_factor(const thimble_weights_scale *scale, const uint8_t *file, int32_t channel);

#endif
