// conv_2d_generic.c - CONV_2D in plain C for 32-bit cores: four output channels at a time.
//
// Where the taps of a kernel's row lie side by side in the input (no dilation, no groups) they are one run of values.
//
// SPDX-License-Identifier: Apache-2.0
#include "conv_2d.h"
#include "wide.h"

// Adds the products of one output position. `input` starts at the first channel that the tile sees.
static void sum_position(const thimble_conv_record *r, const thimble_tile *tile, const thimble_window_walk *at,
                         const int8_t *input, int32_t sums[THIMBLE_TILE]) {
    const bool side_by_side = r->window.columns.dilation == 1 && r->weight_channels == r->input_channels;
    const int32_t step = side_by_side ? at->columns.end - at->columns.begin : 1;
    for (int32_t i = at->rows.begin; i < at->rows.end; i++) {
        for (int32_t j = at->columns.begin; j < at->columns.end; j += step) {
            thimble_tile_dot(tile, input + thimble_window_pixel(at, i, j) * r->input_channels,
                             (i * r->window.columns.kernel + j) * r->weight_channels, step * r->weight_channels, sums);
        }
    }
}

#if THIMBLE_HAS_VECTORS
// Where an output has few terms, or runs of few, vectors go across the output channels.
enum { MOST_SHORT_TERMS = 24, LONGEST_SHORT_RUN = 18 };

static bool is_short(const thimble_conv_record *r, int32_t terms) {
    const int32_t run = r->window.columns.kernel * r->weight_channels;
    return terms <= MOST_SHORT_TERMS || (terms <= THIMBLE_WIDE_TERMS && run <= LONGEST_SHORT_RUN);
}

// Weights of eight channels side by side: [row][column][input channel][THIMBLE_WIDE].
static void take_weights(const int8_t *weights, int32_t terms, int32_t channel_count, float *taken) {
    for (int32_t i = 0; i < terms; i++) {
        for (int32_t k = 0; k < THIMBLE_WIDE; k++) {
            *taken++ = weights[thimble_min(k, channel_count - 1) * terms + i];
        }
    }
}

static void sum_wide(const thimble_conv_record *r, const thimble_window_walk *at, const int8_t *input,
                     const float *weights, float sums[THIMBLE_WIDE]) {
    const thimble_window *w = &r->window;
    const int32_t zero_point = r->scale.input_zero_point;
    float exact[THIMBLE_WIDE] = {0};
    for (int32_t i = at->rows.begin; i < at->rows.end; i++) {
        for (int32_t j = at->columns.begin; j < at->columns.end; j++) {
            const int8_t *x = input + thimble_window_pixel(at, i, j) * r->input_channels;
            const float *f = weights + (i * w->columns.kernel + j) * r->weight_channels * THIMBLE_WIDE;
            for (int32_t c = 0; c < r->weight_channels; c++) {
                const float value = (float)(x[c] - zero_point);
                for (int32_t k = 0; k < THIMBLE_WIDE; k++) {
                    exact[k] += value * f[k];
                }
                f += THIMBLE_WIDE;
            }
        }
    }
    memcpy(sums, exact, sizeof exact);
}

static void run_short(const thimble_weights_int8_args *args, thimble_range channels, int32_t terms) {
    const thimble_conv_record *r = args->record;
    const int32_t group_outputs = thimble_conv_group_outputs(r);
    thimble_wide wide;
    for (int32_t o = channels.begin; o < channels.end; o += wide.channel_count) {
        const int32_t group = o / group_outputs;
        thimble_wide_start(&wide, args, &r->scale, o, thimble_min((group + 1) * group_outputs, channels.end));
        float weights[THIMBLE_WIDE_TERMS * THIMBLE_WIDE];
        take_weights(args->weights + o * terms, terms, wide.channel_count, weights);
        int8_t *output = args->output + o;
        thimble_window_walk at;
        thimble_window_start(&at, &r->window, (thimble_range){0, thimble_window_row_count(&r->window)});
        while (thimble_window_next(&at)) {
            float sums[THIMBLE_WIDE];
            sum_wide(r, &at, args->input + group * r->weight_channels, weights, sums);
            thimble_wide_store(&wide, sums, output);
            output += r->output_channels;
        }
    }
}
#endif

void thimble_conv_2d_int8_generic(const thimble_weights_int8_args *args, thimble_range channels, uint8_t *scratch) {
    (void)scratch;
    const thimble_conv_record *r = args->record;
    const int32_t group_outputs = thimble_conv_group_outputs(r);
    const int32_t kernel = r->window.rows.kernel * r->window.columns.kernel * r->weight_channels;
#if THIMBLE_HAS_VECTORS
    if (is_short(r, kernel)) {
        run_short(args, channels, kernel);
        return;
    }
#endif
    thimble_tile tile;
    for (int32_t o = channels.begin; o < channels.end; o += tile.channel_count) {
        const int32_t group = o / group_outputs;
        thimble_tile_start(&tile, args, &r->scale, kernel, o, thimble_min((group + 1) * group_outputs, channels.end));
        const int8_t *input = args->input + group * r->weight_channels;
        int8_t *output = args->output + o;
        thimble_window_walk at;
        thimble_window_start(&at, &r->window, (thimble_range){0, thimble_window_row_count(&r->window)});
        while (thimble_window_next(&at)) {
            int32_t sums[THIMBLE_TILE] = {0};
            sum_position(r, &tile, &at, input, sums);
            thimble_tile_store(&tile, sums, output);
            output += r->output_channels;
        }
    }
}
