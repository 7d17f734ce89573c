// tile.c - four output channels at once.
//
// SPDX-License-Identifier: Apache-2.0
#include "tile.h"

void thimble_tile_start(thimble_tile *tile, const thimble_weights_int8_args *args, const thimble_weights_scale *scale,
                        int32_t weights_step, int32_t channel, int32_t end) {
    tile->scale = scale;
    tile->input_zero_point = scale->input_zero_point;
    tile->channel_count = thimble_min(end - channel, THIMBLE_TILE);
    for (int32_t k = 0; k < THIMBLE_TILE; k++) {
        const int32_t lane = thimble_min(k, tile->channel_count - 1);
        tile->lanes[k] = lane;
        tile->weights[k] = args->weights + (channel + lane) * weights_step;
        tile->bias[k] = args->bias != NULL ? args->bias[channel + lane] : 0;
        tile->factors[k] = thimble_weights_factor(scale, args->file, channel + lane);
    }
}

// 14 instructions per 4 multiplications on RV32IM.
void thimble_tile_dot(const thimble_tile *tile, const int8_t *input, int32_t first_weight, int32_t count,
                      int32_t sums[THIMBLE_TILE]) {
    const int8_t *w0 = tile->weights[0] + first_weight, *w1 = tile->weights[1] + first_weight;
    const int8_t *w2 = tile->weights[2] + first_weight, *w3 = tile->weights[3] + first_weight;
    const int32_t zero_point = tile->input_zero_point;
    // Unsigned all the way: only so do compilers see a dot product in it.
    uint32_t s0 = (uint32_t)sums[0], s1 = (uint32_t)sums[1], s2 = (uint32_t)sums[2], s3 = (uint32_t)sums[3];
    for (; count > 0; count--) {
        const thimble_tile_factor x = (thimble_tile_factor)(*input++ - zero_point);
        s0 += (uint32_t)(x * (thimble_tile_factor)*w0++);
        s1 += (uint32_t)(x * (thimble_tile_factor)*w1++);
        s2 += (uint32_t)(x * (thimble_tile_factor)*w2++);
        s3 += (uint32_t)(x * (thimble_tile_factor)*w3++);
    }
    sums[0] = (int32_t)s0;
    sums[1] = (int32_t)s1;
    sums[2] = (int32_t)s2;
    sums[3] = (int32_t)s3;
}

void thimble_tile_store(const thimble_tile *tile, const int32_t sums[THIMBLE_TILE], int8_t *output) {
    const thimble_weights_scale *s = tile->scale;
    for (int32_t k = 0; k < tile->channel_count; k++) {
        const int32_t sum = thimble_add_wrapping(sums[k], tile->bias[k]);
        const int32_t scaled = thimble_apply_inline(sum, tile->factors[k]);
        output[k] = (int8_t)thimble_clamp(thimble_add_wrapping(scaled, s->output_zero_point), s->lowest, s->highest);
    }
}
