// tile.h - four output channels at once: what the generic kernels of the ops with weights are made of.
//
// A tile reads each input value once for four multiplications. Where fewer channels are left, its last lanes compute the
// last channel again, and nobody stores that.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_TILE_H
#define THIMBLE_TILE_H

#include "weights.h"

enum { THIMBLE_TILE = 4 };

// What input - zero point and weights are multiplied as. Vector units multiply pairs of 16-bit numbers; a scalar core
// would have to cut to 16 bits.
#if defined(__SSE2__) || defined(__ARM_NEON)
#define THIMBLE_HAS_VECTORS 1
typedef int16_t thimble_tile_factor;
#else
#define THIMBLE_HAS_VECTORS 0
typedef int32_t thimble_tile_factor;
#endif

typedef struct thimble_tile {
    const thimble_weights_scale *scale;
    int32_t channel_count;  // 1 .. 4
    int32_t input_zero_point;  // its type hides that it is small: compilers then use 8 or 16-bit products
    int32_t lanes[THIMBLE_TILE];  // the channel of each lane, counted from the tile's first: 0, 1, 2, 3 if it is full
    const int8_t *weights[THIMBLE_TILE];
    int32_t bias[THIMBLE_TILE];
    thimble_rescale factors[THIMBLE_TILE];
} thimble_tile;

// A tile of the channels from `channel` on, up to four of them but not `end`. The weights of channel c start at
// args->weights[c * weights_step].
void thimble_tile_start(thimble_tile *tile, const thimble_weights_int8_args *args, const thimble_weights_scale *scale,
                        int32_t weights_step, int32_t channel, int32_t end);

// sums[k] += sum over i < count of (input[i] - input zero point) * weights[k][first_weight + i], for each lane k.
void thimble_tile_dot(const thimble_tile *tile, const int8_t *input, int32_t first_weight, int32_t count,
                      int32_t sums[THIMBLE_TILE]);

// Stores the outputs that follow from sums[k] + bias[k], one per channel.
void thimble_tile_store(const thimble_tile *tile, const int32_t sums[THIMBLE_TILE], int8_t *output);

#endif
