// fully_connected_portable.c - the kernels that define FULLY_CONNECTED.
//
// Arithmetic: FullyConnected in tensorflow/lite/kernels/internal/reference/integer_ops/fully_connected.h and
// reference/fully_connected.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include "fully_connected.h"

void thimble_fully_connected_int8_portable(const thimble_fully_connected_int8_args *args, thimble_range channels) {
    const thimble_fully_connected_record *r = args->record;
    for (int32_t o = channels.begin; o < channels.end; o++) {
        const thimble_rescale factor = thimble_fully_connected_factor(r, args->file, o);
        for (int32_t b = 0; b < r->batches; b++) {
            int32_t sum = args->bias != NULL ? args->bias[o] : 0;
            for (int32_t d = 0; d < r->input_depth; d++) {
                sum = thimble_mac(sum, args->input[b * r->input_depth + d] - r->input_zero_point,
                                  args->weights[o * r->input_depth + d] - r->weights_zero_point);
            }
            args->output[b * r->output_depth + o] =
                thimble_output_int8(sum, factor, r->output_zero_point, r->lowest, r->highest);
        }
    }
}

void thimble_fully_connected_f32_portable(const thimble_fully_connected_f32_args *args, thimble_range channels) {
    const thimble_fully_connected_record *r = args->record;
    for (int32_t b = 0; b < r->batches; b++) {
        for (int32_t o = channels.begin; o < channels.end; o++) {
            float sum = 0;
            for (int32_t d = 0; d < r->input_depth; d++) {
                sum += args->input[b * r->input_depth + d] * args->weights[o * r->input_depth + d];
            }
            sum += args->bias != NULL ? args->bias[o] : 0;
            args->output[b * r->output_depth + o] = sum < r->lowest_f32    ? r->lowest_f32
                                                    : sum > r->highest_f32 ? r->highest_f32
                                                                           : sum;
        }
    }
}
