// max_pool_2d_xtensa.c - MAX_POOL_2D for Xtensa cores with MAX: windows of 2x2 without padding.
//
// Bytes are compared where they stand highest in a word, which is how a core that loads them without sign gets them fastest.
// Other windows, and those that leave the image, go to the portable kernel.
//
// SPDX-License-Identifier: Apache-2.0
#include "mac16.h"
#include "max_pool_2d.h"

static inline int32_t high(const int8_t *value) {
    return (int32_t)((uint32_t)(uint8_t)*value << 24);
}

// One row of the output from two of the input.
static void run_row(const thimble_pool_2d_record *r, const int8_t *upper, const int8_t *lower, int8_t *output) {
    const int32_t channels = r->channels, next = r->window.columns.stride * channels;
    const int32_t lowest = high(&r->lowest), highest = high(&r->highest);
    for (int32_t x = 0; x < r->window.columns.output; x++) {
        for (int32_t c = 0; c < channels; c++) {
            int32_t largest = thimble_max_mac16(high(upper + c), high(upper + c + channels));
            largest = thimble_max_mac16(largest, high(lower + c));
            largest = thimble_max_mac16(largest, high(lower + c + channels));
            *output++ = (int8_t)(thimble_clamp_mac16(largest, lowest, highest) >> 24);
        }
        upper += next;
        lower += next;
    }
}

static bool is_two_by_two(const thimble_axis *axis) {
    return axis->kernel == 2 && axis->pad == 0 && (axis->output - 1) * axis->stride + 2 <= axis->input;
}

void thimble_max_pool_2d_int8_xtensa(const thimble_pool_2d_int8_args *args, thimble_range rows) {
    const thimble_pool_2d_record *r = args->record;
    const thimble_window *w = &r->window;
    if (!is_two_by_two(&w->rows) || !is_two_by_two(&w->columns)) {
        thimble_max_pool_2d_int8_portable(args, rows);
        return;
    }
    const int32_t input_row = w->columns.input * r->channels, output_row = w->columns.output * r->channels;
    for (int32_t row = rows.begin; row < rows.end; row++) {
        const int32_t batch = row / w->rows.output, y = row % w->rows.output;
        const int8_t *upper = args->input + (batch * w->rows.input + y * w->rows.stride) * input_row;
        run_row(r, upper, upper + input_row, args->output + row * output_row);
    }
}
