// average_pool_2d_fours.c - AVERAGE_POOL_2D of four neighbouring channels at a time, for 32-bit cores.
//
// A word holds a byte of each channel. As x + 128 they are not negative, so two masks make two pairs of 16-bit sums of them,
// in which the bytes of up to 257 pixels have room.
//
//     word        u3 u2 u1 u0
//     even += word & 0x00ff00ff          sums of u2, u0
//     odd  += word >> 8 & 0x00ff00ff     sums of u3, u1
//
// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "average_pool_2d.h"

enum { FOUR = 4, MOST_PIXELS = 257 };

static uint32_t load(const int8_t *bytes) {
    uint32_t word;
    memcpy(&word, __builtin_assume_aligned(bytes, FOUR), sizeof word);
    return word;
}

// The output that follows from a sum of x + 128.
static int8_t output_of(const thimble_pool_2d_record *r, uint32_t biased, int32_t count) {
    const int32_t sum = (int32_t)biased - 128 * count;
    const int32_t average = (sum > 0 ? sum + count / 2 : sum - count / 2) / count;  // halves away from zero
    return (int8_t)thimble_clamp(average, r->lowest, r->highest);
}

// Four channels from `input` on, which is the first pixel under the window.
static void pool_four(const thimble_pool_2d_record *r, const thimble_window_walk *at, const int8_t *input,
                      int8_t *output) {
    const int32_t rows = at->rows.end - at->rows.begin, columns = at->columns.end - at->columns.begin;
    const int32_t gap = (r->window.columns.input - columns) * r->channels;
    uint32_t even = 0, odd = 0;
    for (int32_t i = 0; i < rows; i++) {
        for (int32_t left = columns; left > 0; left--) {
            const uint32_t word = load(input) ^ 0x80808080;
            even += word & 0x00ff00ff;
            odd += word >> 8 & 0x00ff00ff;
            input += r->channels;
        }
        input += gap;
    }
    output[0] = output_of(r, even & 0xffff, rows * columns);
    output[1] = output_of(r, odd & 0xffff, rows * columns);
    output[2] = output_of(r, even >> 16, rows * columns);
    output[3] = output_of(r, odd >> 16, rows * columns);
}

void thimble_average_pool_2d_int8_fours(const thimble_pool_2d_int8_args *args, thimble_range rows) {
    const thimble_pool_2d_record *r = args->record;
    const thimble_axis *y = &r->window.rows, *x = &r->window.columns;
    if (r->channels % FOUR != 0 || y->kernel > MOST_PIXELS / x->kernel) {
        thimble_average_pool_2d_int8_portable(args, rows);
        return;
    }
    int8_t *output = args->output + rows.begin * x->output * r->channels;
    thimble_window_walk at;
    thimble_window_start(&at, &r->window, rows);
    while (thimble_window_next(&at)) {
        const int8_t *input = args->input + thimble_window_pixel(&at, at.rows.begin, at.columns.begin) * r->channels;
        for (int32_t c = 0; c < r->channels; c += FOUR) {
            pool_four(r, &at, input + c, output);
            output += FOUR;
        }
    }
}
