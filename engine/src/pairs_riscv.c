// pairs_riscv.c - matrix products of int8 values, two in one multiplication.
//
// SPDX-License-Identifier: Apache-2.0
#include "pairs_riscv.h"

enum { CHANNELS = THIMBLE_PAIRS_CHANNELS, POSITIONS = THIMBLE_PAIRS_POSITIONS, GROUP = 4, LARGEST_SUM = 255 };

static int32_t words_of(int32_t depth) {
    return (depth + GROUP - 1) / GROUP * 2;
}

// Of a tile: a quarter of the groups of its four channels.
static int32_t extras_of(int32_t word_count) {
    return word_count / 2;
}

uint32_t thimble_pairs_bytes(int32_t depth, int32_t tile_count) {
    const int32_t words = words_of(depth);
    const uint32_t tile_bytes = (uint32_t)(words * CHANNELS) * (uint32_t)sizeof(uint32_t) +
                                (uint32_t)sizeof(thimble_pairs_tile) +
                                (uint32_t)extras_of(words) * (uint32_t)sizeof(thimble_pairs_extra);
    return (uint32_t)(words * POSITIONS) * (uint32_t)sizeof(uint32_t) + (uint32_t)tile_count * tile_bytes;
}

void thimble_pairs_start(thimble_pairs *block, const thimble_weights_int8_args *args,
                         const thimble_weights_scale *scale, int32_t depth, int32_t tile_count, uint8_t *scratch) {
    block->args = args;
    block->scale = scale;
    block->depth = depth;
    block->word_count = words_of(depth);
    block->tile_count = 0;
    block->values = (uint32_t *)(void *)scratch;
    block->weights = block->values + block->word_count * POSITIONS;
    block->tiles = (thimble_pairs_tile *)(void *)(block->weights + block->word_count * CHANNELS * tile_count);
    block->extras = (thimble_pairs_extra *)(void *)(block->tiles + tile_count);
    thimble_pairs_fill(block->values, 0, block->word_count);
    thimble_pairs_fill(block->values + 1, 0, block->word_count);
}

// A channel's words on their way into a tile.
typedef struct packing {
    uint32_t *to;                            // the first word; the next one of this channel is CHANNELS behind
    int32_t sum;                             // of the weights
    bool is_wild;                            // take no extras
    thimble_pairs_extra *extra, *end_extra;  // where the next extra goes, and where there is no more room
} packing;

static int32_t magnitude(int32_t value) {
    return value < 0 ? -value : value;
}

// A group with large weights whose words are at `to`. Returns false if it cannot be multiplied in pairs.
static bool pack_large(packing *p, uint32_t *to, const int32_t w[GROUP]) {
    const int32_t first = magnitude(w[0]) + magnitude(w[1]), second = magnitude(w[2]) + magnitude(w[3]);
    if (first + second <= LARGEST_SUM) {
        return true;
    }
    if (first > LARGEST_SUM || second > LARGEST_SUM) {
        return false;
    }
    if (!p->is_wild) {
        if (p->extra == p->end_extra) {
            return false;
        }
        const uint32_t word = (uint32_t)(to - p->to) / CHANNELS + 1;
        *p->extra++ = (thimble_pairs_extra){to[CHANNELS], word * POSITIONS * (uint32_t)sizeof(uint32_t)};
        to[CHANNELS] = 0;
    }
    return true;
}

// |value|, or one less: two instructions.
static inline int32_t about(int32_t value) {
    return value ^ value >> 31;
}

static inline bool pack_group(packing *p, uint32_t *to, int32_t w0, int32_t w1, int32_t w2, int32_t w3) {
    to[0] = thimble_pairs_word(w1, w0);
    to[CHANNELS] = thimble_pairs_word(w3, w2);
    return about(w0) + about(w1) + about(w2) + about(w3) <= LARGEST_SUM - GROUP ||
           pack_large(p, to, (const int32_t[GROUP]){w0, w1, w2, w3});
}

static bool pack_channel(packing *p, const int8_t *weights, int32_t depth) {
    uint32_t *to = p->to;
    int32_t sum = 0;
    const int8_t *const end = weights + depth / GROUP * GROUP;
    for (; weights != end; weights += GROUP) {
        const int32_t w0 = weights[0], w1 = weights[1], w2 = weights[2], w3 = weights[3];
        sum += w0 + w1 + w2 + w3;
        if (!pack_group(p, to, w0, w1, w2, w3)) {
            return false;
        }
        to += 2 * CHANNELS;
    }
    const int32_t left = depth % GROUP;
    if (left != 0) {
        const int32_t w0 = weights[0], w1 = left > 1 ? weights[1] : 0, w2 = left > 2 ? weights[2] : 0;
        sum += w0 + w1 + w2;
        if (!pack_group(p, to, w0, w1, w2, 0)) {
            return false;
        }
    }
    p->sum = sum;
    return true;
}

// Packs the channels from `channel` on into the next tile, tame or wild.
static bool pack_tile(thimble_pairs *block, int32_t channel, bool is_wild) {
    const thimble_weights_int8_args *args = block->args;
    const int32_t extra_count = extras_of(block->word_count), first_extra = block->tile_count * extra_count;
    thimble_pairs_tile *tile = block->tiles + block->tile_count;
    uint32_t *weights = block->weights + block->tile_count * block->word_count * CHANNELS;
    packing p = {.is_wild = is_wild,
                 .extra = block->extras + first_extra,
                 .end_extra = block->extras + first_extra + extra_count};
    tile->is_wild = is_wild;
    for (int32_t lane = 0; lane < CHANNELS; lane++) {
        p.to = weights + lane;
        p.sum = 0;
        tile->channels[lane].first_extra = (uint16_t)((const uint8_t *)p.extra - (const uint8_t *)block->extras);
        if (lane >= tile->channel_count) {
            for (int32_t word = 0; word < block->word_count; word++) {
                p.to[word * CHANNELS] = 0;
            }
        } else if (!pack_channel(&p, args->weights + (channel + lane) * block->depth, block->depth)) {
            return false;
        }
        tile->channels[lane].bias -= block->scale->input_zero_point * p.sum;
        tile->channels[lane].end_extra = (uint16_t)((const uint8_t *)p.extra - (const uint8_t *)block->extras);
    }
    return true;
}

// The channels of the next tile but for their weights.
static bool start_tile(thimble_pairs *block, int32_t channel, int32_t channel_count) {
    thimble_pairs_tile *tile = block->tiles + block->tile_count;
    tile->channel_count = channel_count;
    for (int32_t lane = 0; lane < CHANNELS; lane++) {
        tile->channels[lane].bias = 0;
        if (lane < channel_count) {
            if (!thimble_output_step_make(&tile->channels[lane].step, block->args, block->scale, channel + lane)) {
                return false;
            }
            tile->channels[lane].bias = thimble_output_bias(block->args, channel + lane);
        }
    }
    return true;
}

bool thimble_pairs_pack(thimble_pairs *block, int32_t channel, int32_t channel_count) {
    bool packed = start_tile(block, channel, channel_count) && pack_tile(block, channel, false);
    if (!packed) {
        packed = start_tile(block, channel, channel_count) && pack_tile(block, channel, true);
    }
    block->tile_count += packed;
    return packed;
}

uint32_t *thimble_pairs_put(uint32_t *to, const int8_t *values, int32_t word_count) {
    for (; word_count >= 4; word_count -= 4) {
        to[0] = thimble_pairs_word(values[0], values[1]);
        to[POSITIONS] = thimble_pairs_word(values[2], values[3]);
        to[2 * POSITIONS] = thimble_pairs_word(values[4], values[5]);
        to[3 * POSITIONS] = thimble_pairs_word(values[6], values[7]);
        values += 8;
        to += 4 * POSITIONS;
    }
    for (; word_count > 0; word_count--) {
        *to = thimble_pairs_word(values[0], values[1]);
        values += 2;
        to += POSITIONS;
    }
    return to;
}

uint32_t *thimble_pairs_fill(uint32_t *to, uint32_t word, int32_t word_count) {
    for (; word_count > 0; word_count--) {
        *to = word;
        to += POSITIONS;
    }
    return to;
}

// The upper half of a sum of products, without the lower half's sign.
static inline int32_t upper(uint32_t sum) {
    return (int32_t)(sum + (1u << 15)) >> 16;
}

static inline int32_t upper_sum(uint32_t a, uint32_t b, bool is_wild) {
    return is_wild ? upper(a) + upper(b) : upper(a + b);
}

// Adds a channel's extras to its sums, one for each position, and stores its outputs.
static inline void finish(const thimble_pairs *block, const thimble_pairs_channel *channel, int32_t sum_0,
                          int32_t sum_1, int8_t *first, int8_t *second) {
    const thimble_output_step step = channel->step;
    const int32_t lowest = block->scale->lowest, highest = block->scale->highest;
    const uint8_t *const extras = (const uint8_t *)block->extras;
    const thimble_pairs_extra *extra = (const thimble_pairs_extra *)(const void *)(extras + channel->first_extra);
    const thimble_pairs_extra *const end = (const thimble_pairs_extra *)(const void *)(extras + channel->end_extra);
    for (; extra != end; extra++) {
        const uint32_t *values = (const uint32_t *)(const void *)((const uint8_t *)block->values + extra->value_bytes);
        const uint32_t weights = extra->weights;
        sum_0 += upper(values[0] * weights);
        sum_1 += upper(values[1] * weights);
    }
    *second = (int8_t)thimble_output_step_apply(step, sum_1, lowest, highest);
    *first = (int8_t)thimble_output_step_apply(step, sum_0, lowest, highest);
}

// One tile; `is_wild` is constant, so that there is a loop for each.
THIMBLE_ALWAYS_INLINE void multiply_tile(const thimble_pairs *block, const thimble_pairs_tile *tile,
                                         const uint32_t *weights, bool is_wild, int8_t *first, int8_t *second) {
    const uint32_t *values = block->values, *const end = values + block->word_count * POSITIONS;
    int32_t s00 = tile->channels[0].bias, s01 = s00;
    int32_t s10 = tile->channels[1].bias, s11 = s10;
    int32_t s20 = tile->channels[2].bias, s21 = s20;
    int32_t s30 = tile->channels[3].bias, s31 = s30;
    while (values != end) {
        const uint32_t a0 = values[0], a1 = values[1], b0 = values[2], b1 = values[3];
        uint32_t wa = weights[0], wb = weights[4];
        s00 += upper_sum(a0 * wa, b0 * wb, is_wild);
        s01 += upper_sum(a1 * wa, b1 * wb, is_wild);
        wa = weights[1];
        wb = weights[5];
        s10 += upper_sum(a0 * wa, b0 * wb, is_wild);
        s11 += upper_sum(a1 * wa, b1 * wb, is_wild);
        wa = weights[2];
        wb = weights[6];
        s20 += upper_sum(a0 * wa, b0 * wb, is_wild);
        s21 += upper_sum(a1 * wa, b1 * wb, is_wild);
        wa = weights[3];
        wb = weights[7];
        s30 += upper_sum(a0 * wa, b0 * wb, is_wild);
        s31 += upper_sum(a1 * wa, b1 * wb, is_wild);
        values += 2 * POSITIONS;
        weights += 2 * CHANNELS;
    }
    const thimble_pairs_channel *channels = tile->channels;
    const int32_t count = tile->channel_count;
    finish(block, &channels[0], s00, s01, first, second);
    if (count > 1) {
        finish(block, &channels[1], s10, s11, first + 1, second + 1);
    }
    if (count > 2) {
        finish(block, &channels[2], s20, s21, first + 2, second + 2);
    }
    if (count > 3) {
        finish(block, &channels[3], s30, s31, first + 3, second + 3);
    }
}

void thimble_pairs_multiply(const thimble_pairs *block, int8_t *first, int8_t *second) {
    const uint32_t *weights = block->weights;
    for (int32_t i = 0; i < block->tile_count; i++) {
        const thimble_pairs_tile *tile = block->tiles + i;
        if (tile->is_wild) {
            multiply_tile(block, tile, weights, true, first, second);
        } else {
            multiply_tile(block, tile, weights, false, first, second);
        }
        weights += block->word_count * CHANNELS;
        first += CHANNELS;
        second += CHANNELS;
    }
}
