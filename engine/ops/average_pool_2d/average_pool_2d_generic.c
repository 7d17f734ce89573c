// average_pool_2d_generic.c - AVERAGE_POOL_2D in plain C for 32-bit cores: four channels at a time, their sums in
// registers.
//
// SPDX-License-Identifier: Apache-2.0
#include "average_pool_2d.h"

enum { TILE = 4 };

// sums[k] = sum over the taps of channel c + k * step.
static void sum_taps(const thimble_pool_2d_int8_args *args, const thimble_pool_2d_taps *taps, int32_t c, int32_t step,
                     int32_t sums[TILE]) {
    const thimble_pool_2d_record *r = args->record;
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int32_t i = taps->rows.begin; i < taps->rows.end; i++) {
        const int8_t *input =
            args->input + (taps->first + (i * r->window.input_width + taps->columns.begin) * r->channels + c);
        for (int32_t j = taps->columns.begin; j < taps->columns.end; j++) {
            s0 += input[0];
            s1 += input[step];
            s2 += input[2 * step];
            s3 += input[3 * step];
            input += r->channels;
        }
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

void thimble_average_pool_2d_int8_generic(const thimble_pool_2d_int8_args *args, thimble_range rows) {
    const thimble_pool_2d_record *r = args->record;
    int8_t *output = args->output + rows.begin * r->window.output_width * r->channels;
    for (int32_t y = rows.begin; y < rows.end; y++) {
        for (int32_t x = 0; x < r->window.output_width; x++) {
            const thimble_pool_2d_taps taps = thimble_pool_2d_taps_of(r, y, x);
            const int32_t count = (taps.rows.end - taps.rows.begin) * (taps.columns.end - taps.columns.begin);
            for (int32_t c = 0, width; c < r->channels; c += width) {
                width = r->channels - c >= TILE ? TILE : 1;
                int32_t sums[TILE];
                sum_taps(args, &taps, c, width == TILE, sums);
                for (int32_t i = 0; i < width; i++) {
                    const int32_t half = sums[i] > 0 ? count / 2 : -(count / 2);
                    *output++ = (int8_t)thimble_clamp((sums[i] + half) / count, r->lowest, r->highest);
                }
            }
        }
    }
}
