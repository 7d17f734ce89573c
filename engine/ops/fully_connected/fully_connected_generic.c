// fully_connected_generic.c - FULLY_CONNECTED in plain C for 32-bit cores: four outputs at a time, so that each input
// value is read once for four multiplications.
//
// SPDX-License-Identifier: Apache-2.0
#include "dot.h"
#include "fully_connected.h"

enum { TILE = 4 };

// What the weights' zero point, which is 0 in nearly all models, takes off every output's sum.
static int32_t zero_point_correction(const thimble_fully_connected_record *r, const int8_t *input) {
    int32_t sum = 0;
    for (int32_t d = 0; d < r->input_depth && r->weights_zero_point != 0; d++) {
        sum = thimble_mac(sum, input[d] - r->input_zero_point, r->weights_zero_point);
    }
    return sum;
}

void thimble_fully_connected_int8_generic(const thimble_fully_connected_int8_args *args, thimble_range channels) {
    const thimble_fully_connected_record *r = args->record;
    for (int32_t o = channels.begin; o < channels.end; o += TILE) {
        const int8_t *weights[TILE];
        int32_t output[TILE];
        for (int32_t i = 0; i < TILE; i++) {
            output[i] = thimble_min(o + i, channels.end - 1);  // at the end, the last one is computed again
            weights[i] = args->weights + output[i] * r->input_depth;
        }
        for (int32_t b = 0; b < r->batches; b++) {
            const int8_t *input = args->input + b * r->input_depth;
            const int32_t correction = zero_point_correction(r, input);
            int32_t sums[TILE];
            for (int32_t i = 0; i < TILE; i++) {
                sums[i] = thimble_subtract_wrapping(args->bias != NULL ? args->bias[output[i]] : 0, correction);
            }
            thimble_dot_4(input, weights, 0, r->input_depth, -r->input_zero_point, sums);
            for (int32_t i = 0; i < TILE; i++) {
                const thimble_rescale factor = thimble_fully_connected_factor(r, args->file, output[i]);
                args->output[b * r->output_depth + output[i]] =
                    thimble_output_int8(sums[i], factor, r->output_zero_point, r->lowest, r->highest);
            }
        }
    }
}
