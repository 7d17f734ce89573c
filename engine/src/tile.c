// tile.c - four output channels at once.
//
// SPDX-License-Identifier: Apache-2.0
#include "tile.h"

// Holds input - zero point. Vector units multiply pairs of 16-bit numbers; a scalar core would have to cut to 16 bits.
#if defined(__SSE2__) || defined(__ARM_NEON)
typedef int16_t factor;
#else
typedef int32_t factor;
#endif

void thimble_tile_start(thimble_tile *tile, const thimble_weights_int8_args *args, const thimble_weights_scale *scale,
                        int32_t weights_step, int32_t channel, int32_t end) {
    tile->scale = scale;
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
    const int32_t zero_point = tile->scale->input_zero_point;
    int32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
    for (; count > 0; count--) {
        const factor x = (factor)(*input++ - zero_point);
        s0 = thimble_mac(s0, x, (factor)*w0++);
        s1 = thimble_mac(s1, x, (factor)*w1++);
        s2 = thimble_mac(s2, x, (factor)*w2++);
        s3 = thimble_mac(s3, x, (factor)*w3++);
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

void thimble_tile_store(const thimble_tile *tile, const int32_t sums[THIMBLE_TILE], int8_t *output) {
    const thimble_weights_scale *s = tile->scale;
    for (int32_t k = 0; k < tile->channel_count; k++) {
        const int32_t sum = thimble_add_wrapping(sums[k], tile->bias[k]);
        output[k] = thimble_output_int8(sum, tile->factors[k], s->output_zero_point, s->lowest, s->highest);
    }
}
