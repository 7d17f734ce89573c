// wide.h - eight output channels at once, for machines with vector units.
//
// A tile (tile.h) multiplies along the input, which pays where an output has many terms. Where it has few, vectors go
// across the output channels instead: one input value, or one for each channel, times eight weights. These are floats,
// because that is how compilers see that the eight sums are vectors; up to THIMBLE_WIDE_TERMS they are exact.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_WIDE_H
#define THIMBLE_WIDE_H

#include "tile.h"

#if THIMBLE_HAS_VECTORS
// So many terms of at most 255 * 128 each have a sum below 2^24, which a float holds exactly.
enum { THIMBLE_WIDE = 8, THIMBLE_WIDE_TERMS = 64 };

// How the sums of neighbouring channels become outputs. Of fewer channels, the last is there again.
typedef struct thimble_wide {
    int32_t channel_count;  // 1 .. THIMBLE_WIDE
    int32_t bias[THIMBLE_WIDE];
    thimble_rescale factors[THIMBLE_WIDE];
    int32_t output_zero_point, lowest, highest;
} thimble_wide;

// The channels from `channel` on, up to eight of them but not `end`.
void thimble_wide_start(thimble_wide *wide, const thimble_weights_int8_args *args, const thimble_weights_scale *scale,
                        int32_t channel, int32_t end);

// Stores the outputs that follow from sums[k] + bias[k], one per channel.
void thimble_wide_store(const thimble_wide *wide, const float sums[THIMBLE_WIDE], int8_t *output);
#endif

#endif
