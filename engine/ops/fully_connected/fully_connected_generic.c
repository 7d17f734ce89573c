// fully_connected_generic.c - FULLY_CONNECTED in plain C for 32-bit cores: four outputs at a time, so that each input
// value is read once for four multiplications.
//
// SPDX-License-Identifier: Apache-2.0
#include "dot.h"
#include "fully_connected.h"

enum { TILE = 4 };

void thimble_fully_connected_int8_generic(const thimble_fully_connected_int8_args *args, thimble_range channels) {
    const thimble_fully_connected_record *r = args->record;
    if (r->weights_zero_point != 0) {
        thimble_fully_connected_int8_portable(args, channels);
        return;
    }
    for (int32_t o = channels.begin; o < channels.end; o += TILE) {
        const int8_t *weights[TILE];
        int32_t output[TILE];
        for (int32_t i = 0; i < TILE; i++) {
            output[i] = thimble_min(o + i, channels.end - 1);  // at the end, the last one is computed again
            weights[i] = args->weights + output[i] * r->input_depth;
        }
        for (int32_t b = 0; b < r->batches; b++) {
            int32_t sums[TILE];
            for (int32_t i = 0; i < TILE; i++) {
                sums[i] = args->bias != NULL ? args->bias[output[i]] : 0;
            }
            thimble_dot_4(args->input + b * r->input_depth, weights, 0, r->input_depth, -r->input_zero_point, sums);
            for (int32_t i = 0; i < TILE; i++) {
                const thimble_rescale factor = thimble_fully_connected_factor(r, args->file, output[i]);
                const int32_t scaled = thimble_add_wrapping(thimble_apply(sums[i], factor), r->output_zero_point);
                args->output[b * r->output_depth + output[i]] = (int8_t)thimble_clamp(scaled, r->lowest, r->highest);
            }
        }
    }
}
