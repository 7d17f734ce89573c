// fully_connected_generic.c - FULLY_CONNECTED in plain C for 32-bit cores: four outputs at a time.
//
// SPDX-License-Identifier: Apache-2.0
#include "fully_connected.h"
#include "tile.h"

// What the weights' zero point, which is 0 in nearly all models, adds to every output's sum.
static int32_t zero_point_term(const thimble_fully_connected_record *r, const int8_t *input) {
    int32_t sum = 0;
    for (int32_t d = 0; d < r->input_depth && r->scale.weights_zero_point != 0; d++) {
        sum = thimble_mac(sum, input[d] - r->scale.input_zero_point, -r->scale.weights_zero_point);
    }
    return sum;
}

void thimble_fully_connected_int8_generic(const thimble_weights_int8_args *args, thimble_range channels,
                                          uint8_t *scratch) {
    (void)scratch;
    const thimble_fully_connected_record *r = args->record;
    thimble_tile tile;
    for (int32_t o = channels.begin; o < channels.end; o += tile.channel_count) {
        thimble_tile_start(&tile, args, &r->scale, r->input_depth, o, channels.end);
        for (int32_t b = 0; b < r->batches; b++) {
            const int8_t *input = args->input + b * r->input_depth;
            const int32_t term = zero_point_term(r, input);
            int32_t sums[THIMBLE_TILE] = {term, term, term, term};
            thimble_tile_dot(&tile, input, 0, r->input_depth, sums);
            thimble_tile_store(&tile, sums, args->output + b * r->output_depth + o);
        }
    }
}
