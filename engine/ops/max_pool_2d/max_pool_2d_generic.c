// max_pool_2d_generic.c - MAX_POOL_2D in plain C for 32-bit cores: all channels of one tap after the other, so that
// input and output are walked through in order and the window is worked out once per position.
//
// SPDX-License-Identifier: Apache-2.0
#include "max_pool_2d.h"

void thimble_max_pool_2d_int8_generic(const thimble_pool_2d_int8_args *args, thimble_range rows) {
    const thimble_pool_2d_record *r = args->record;
    const int32_t channels = r->channels;
    int8_t *output = args->output + rows.begin * r->window.output_width * channels;
    for (int32_t y = rows.begin; y < rows.end; y++) {
        for (int32_t x = 0; x < r->window.output_width; x++) {
            const thimble_pool_2d_taps taps = thimble_pool_2d_taps_of(r, y, x);
            for (int32_t c = 0; c < channels; c++) {
                output[c] = r->lowest;
            }
            for (int32_t i = taps.rows.begin; i < taps.rows.end; i++) {
                for (int32_t j = taps.columns.begin; j < taps.columns.end; j++) {
                    const int8_t *input = args->input + (taps.first + (i * r->window.input_width + j) * channels);
                    for (int32_t c = 0; c < channels; c++) {
                        output[c] = input[c] > output[c] ? input[c] : output[c];
                    }
                }
            }
            for (int32_t c = 0; c < channels && r->highest != INT8_MAX; c++) {
                output[c] = (int8_t)thimble_min(output[c], r->highest);
            }
            output += channels;
        }
    }
}
