// conv_2d_generic.c - CONV_2D in plain C for 32-bit cores: four output channels at a time.
//
// Where the taps of a kernel's row lie side by side in the input (no dilation, no groups) they are one run of values.
//
// SPDX-License-Identifier: Apache-2.0
#include "conv_2d.h"
#include "tile.h"

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

void thimble_conv_2d_int8_generic(const thimble_weights_int8_args *args, thimble_range channels, uint8_t *scratch) {
    (void)scratch;
    const thimble_conv_record *r = args->record;
    const int32_t group_outputs = thimble_conv_group_outputs(r);
    const int32_t kernel = r->window.rows.kernel * r->window.columns.kernel * r->weight_channels;
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
