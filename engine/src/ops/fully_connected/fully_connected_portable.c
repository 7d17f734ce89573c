// fully_connected_portable.c - the kernels that define FULLY_CONNECTED.
//
// Arithmetic: FullyConnected in tensorflow/lite/kernels/internal/reference/integer_ops/fully_connected.h and
// reference/fully_connected.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include "fully_connected.h"

void thimble_fully_connected_int8_portable(const thimble_weights_int8_args *args, thimble_range channels,
                                           uint8_t *scratch) {
    (void)scratch;
    const thimble_fully_connected_record *r = args->record;
    for (int32_t o = channels.begin; o < channels.end; o++) {
        const thimble_rescale factor = thimble_weights_factor(&r->scale, args->file, o);
        for (int32_t b = 0; b < r->batches; b++) {
            int32_t sum = args->bias != NULL ? args->bias[o] : 0;
            for (int32_t d = 0; d < r->input_depth; d++) {
                sum = thimble_mac(sum, args->input[b * r->input_depth + d] - r->scale.input_zero_point,
                                  args->weights[o * r->input_depth + d] - r->scale.weights_zero_point);
            }
            args->output[b * r->output_depth + o] =
                thimble_output_int8(sum, factor, r->scale.output_zero_point, r->scale.lowest, r->scale.highest);
        }
    }
}

void thimble_fully_connected_int16_portable(const thimble_weights_int16_args *args, thimble_range channels) {
    const thimble_fully_connected_record *r = args->record;
    for (int32_t o = channels.begin; o < channels.end; o++) {
        const thimble_rescale factor = thimble_weights_factor(&r->int16.scale, args->file, o);
        const int8_t *weights = args->weights + o * r->input_depth;
        for (int32_t b = 0; b < r->batches; b++) {
            const int16_t *input = args->input + b * r->input_depth;
            int64_t sum = 0;
            for (int32_t d = 0; d < r->input_depth; d++) {
                sum += input[d] * weights[d];
            }
            args->output[b * r->output_depth + o] = thimble_weights_output_int16(args, &r->int16, factor, o, sum);
        }
    }
}

void thimble_fully_connected_f32_portable(const thimble_weights_f32_args *args, thimble_range channels) {
    const thimble_fully_connected_record *r = args->record;
    for (int32_t b = 0; b < r->batches; b++) {
        for (int32_t o = channels.begin; o < channels.end; o++) {
            float sum = 0;
            for (int32_t d = 0; d < r->input_depth; d++) {
                sum += args->input[b * r->input_depth + d] * args->weights[o * r->input_depth + d];
            }
            sum += args->bias != NULL ? args->bias[o] : 0;
            args->output[b * r->output_depth + o] = sum < r->range.lowest    ? r->range.lowest
                                                    : sum > r->range.highest ? r->range.highest
                                                                             : sum;
        }
    }
}
