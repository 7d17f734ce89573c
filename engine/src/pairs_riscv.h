// pairs_riscv.h - matrix products of int8 values where one 32-bit multiplication makes two of them.
//
// Two values and two weights share a word each. Of their product modulo 2^32,
//
//     (x0 + x1 * 2^16) * (w1 + w0 * 2^16) = x0*w1 + (x0*w0 + x1*w1) * 2^16        (x1*w0 * 2^32 falls out)
//
// the upper half is what a dot product wants; adding 2^15 first keeps the sign of the lower half out of it. Two such
// products can be added before the upper half is taken if the weights of this *group* of four have
// |w0| + |w1| + |w2| + |w3| <= 255: no sum then leaves 16 bits. In trained models a few of a hundred groups do not keep
// that. Their second word goes to a list of *extras* that are multiplied on their own, and a zero takes its place. In a
// *wild* tile, where a quarter of the groups would need an extra, every product is taken on its own.
//
// A tile, two positions times four channels, takes 63 instructions for a group, 32 products; a wild one 79. Without
// pairs it would take 88. What a *block* holds, all in scratch:
//
//     values     [word][2 positions]        one word: two values of a position
//     weights    [tile][word][4 channels]
//     tiles      [tile]                     for each channel: bias, output step, which extras
//     extras     in the order of the channels
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_PAIRS_RISCV_H
#define THIMBLE_PAIRS_RISCV_H

#include "output_riscv.h"

enum { THIMBLE_PAIRS_CHANNELS = 4, THIMBLE_PAIRS_POSITIONS = 2 };

typedef struct thimble_pairs_extra {
    uint32_t weights;
    uint32_t value_bytes;  // from the start of values to the first position's word
} thimble_pairs_extra;

typedef struct thimble_pairs_channel {
    int32_t bias;  // with what the input's zero point adds
    thimble_output_step step;
    uint16_t first_extra, end_extra;  // in bytes from the start of the extras
} thimble_pairs_channel;

typedef struct thimble_pairs_tile {
    thimble_pairs_channel channels[THIMBLE_PAIRS_CHANNELS];
    int32_t channel_count;  // that exist; the weights of the others are 0
    int32_t is_wild;
} thimble_pairs_tile;

typedef struct thimble_pairs {
    const thimble_weights_int8_args *args;
    const thimble_weights_scale *scale;
    int32_t depth;  // values of a position, weights of a channel
    int32_t word_count;  // of a position, of a channel: whole groups
    int32_t tile_count;  // packed so far
    bool has_ties;  // outputs below the zero point are not all the same
    uint32_t *values, *weights;
    thimble_pairs_tile *tiles;
    thimble_pairs_extra *extras;
} thimble_pairs;

// Bytes of a block of `tile_count` tiles.
uint32_t thimble_pairs_bytes(int32_t depth, int32_t tile_count);

// Lays a block out at `scratch`, of thimble_pairs_bytes, and clears the values.
void thimble_pairs_start(thimble_pairs *block, const thimble_weights_int8_args *args,
                         const thimble_weights_scale *scale, int32_t depth, int32_t tile_count, uint8_t *scratch);

// Packs up to four channels, from `channel` on, as the next tile; the weights of channel c start at c * depth. Returns
// false if they cannot be computed in pairs.
bool thimble_pairs_pack(thimble_pairs *block, int32_t channel, int32_t channel_count);

// Two values as a word.
static inline uint32_t thimble_pairs_word(int32_t first, int32_t second) {
    return (uint32_t)first + ((uint32_t)second << 16);
}

// Packs `word_count` words of one position; `to` is the address of the first one's place in values. Returns where the
// next one goes.
uint32_t *thimble_pairs_put(uint32_t *to, const int8_t *values, int32_t word_count);
uint32_t *thimble_pairs_fill(uint32_t *to, uint32_t word, int32_t word_count);

// Multiplies the values by the weights of all tiles, and stores the outputs of their channels: those of the first
// position at `first`, of the second at `second`, which is the same where there is only one.
void thimble_pairs_multiply(const thimble_pairs *block, int8_t *first, int8_t *second);

#endif
