// mac16_widen.h - int8 arrays as the pairs of 16-bit numbers that MAC16 multiplies.
//
// Inputs become x + 128, weights 256 * w: so each pair is a masked part of a word of four bytes, and sums come out as
//
//     sum of (x + 128) * 256 * w = 256 * (sum of (x - zero point) * w + (128 + zero point) * sum of w)
//
// Four bytes b0 b1 b2 b3 become the pairs (b0, b2), (b1, b3): the order does not matter as long as it is the same for both.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_MAC16_WIDEN_H
#define THIMBLE_MAC16_WIDEN_H

#include <string.h>

#include "arith.h"

// What an input of `zero_point` becomes.
static inline int32_t thimble_mac16_zero(int32_t zero_point) {
    return zero_point + 128;
}

static inline uint32_t thimble_mac16_load(const int8_t *bytes) {
    uint32_t word;
    memcpy(&word, __builtin_assume_aligned(bytes, 4), sizeof word);
    return word;
}

static inline void thimble_mac16_store(int16_t *pair, uint32_t word) {
    memcpy(__builtin_assume_aligned(pair, 4), &word, sizeof word);
}

static inline void thimble_mac16_widen_four_inputs(int16_t *wide, const int8_t *inputs) {
    const uint32_t word = thimble_mac16_load(inputs) ^ 0x80808080;
    thimble_mac16_store(wide, word & 0x00ff00ff);
    thimble_mac16_store(wide + 2, word >> 8 & 0x00ff00ff);
}

static inline void thimble_mac16_widen_four_weights(int16_t *wide, const int8_t *weights) {
    const uint32_t word = thimble_mac16_load(weights);
    thimble_mac16_store(wide, word << 8 & 0xff00ff00);
    thimble_mac16_store(wide + 2, word & 0xff00ff00);
}

// `count` is a multiple of 4, both addresses are aligned to 4. Returns the end of what it wrote.
static inline int16_t *thimble_mac16_widen_inputs(int16_t *wide, const int8_t *inputs, int32_t count) {
    const int8_t *const end = inputs + count;
    if (count % 8 != 0) {
        thimble_mac16_widen_four_inputs(wide, inputs);
        inputs += 4;
        wide += 4;
    }
    for (; inputs != end; inputs += 8, wide += 8) {
        thimble_mac16_widen_four_inputs(wide, inputs);
        thimble_mac16_widen_four_inputs(wide + 4, inputs + 4);
    }
    return wide;
}

static inline int16_t *thimble_mac16_widen_weights(int16_t *wide, const int8_t *weights, int32_t count) {
    const int8_t *const end = weights + count;
    if (count % 8 != 0) {
        thimble_mac16_widen_four_weights(wide, weights);
        weights += 4;
        wide += 4;
    }
    for (; weights != end; weights += 8, wide += 8) {
        thimble_mac16_widen_four_weights(wide, weights);
        thimble_mac16_widen_four_weights(wide + 4, weights + 4);
    }
    return wide;
}

// Any count and alignment, in the order that they have.
static inline void thimble_mac16_copy_inputs(int16_t *wide, const int8_t *inputs, int32_t count) {
    for (const int8_t *const end = inputs + count; inputs != end; inputs++) {
        *wide++ = (int16_t)((uint8_t)*inputs ^ 0x80);
    }
}

static inline void thimble_mac16_copy_weights(int16_t *wide, const int8_t *weights, int32_t count) {
    for (const int8_t *const end = weights + count; weights != end; weights++) {
        *wide++ = (int16_t)(*weights * 256);
    }
}

static inline void thimble_mac16_fill(int16_t *wide, int32_t value, int32_t count) {
    for (; count > 0; count--) {
        *wide++ = (int16_t)value;
    }
}

#endif
