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

#include "mac16.h"

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

// ---- four neighbouring channels, each to an array of its own -------------------------------------------------------

// Where the numbers of the first channel go, how far those of the next one lie behind, and how far a pixel's from the next's.
typedef struct thimble_mac16_four {
    int16_t *numbers;
    int32_t next_channel, next_pixel;
} thimble_mac16_four;

#if THIMBLE_HAS_MAC16
// clang-format off
#define THIMBLE_UNPACK_PIXEL(pixel, at)                                                         \
    THIMBLE_LONG "l32i %[word], " pixel ", 0\n"                                                 \
    THIMBLE_LONG "xor %[word], %[word], %[flip]\n"                                              \
    THIMBLE_LONG "extui %[one], %[word], 0, 8\n"    THIMBLE_LONG "s16i %[one], %[a], " at "\n"  \
    THIMBLE_LONG "extui %[one], %[word], 8, 8\n"    THIMBLE_LONG "s16i %[one], %[b], " at "\n"  \
    THIMBLE_LONG "extui %[one], %[word], 16, 8\n"   THIMBLE_LONG "s16i %[one], %[c], " at "\n"  \
    THIMBLE_LONG "extui %[one], %[word], 24, 8\n"   THIMBLE_LONG "s16i %[one], %[d], " at "\n"

// `count` pixels, `step` bytes apart: 15 instructions each.
static inline void thimble_mac16_unpack_four(thimble_mac16_four to, const int8_t *pixels, int32_t step, int32_t count) {
    int16_t *a = to.numbers, *b = a + to.next_channel, *c = b + to.next_channel, *d = c + to.next_channel;
    uint32_t word, one;
    if (count > 0) {
        __asm__ volatile(THIMBLE_LOOP("%[count]", "15")
                         THIMBLE_UNPACK_PIXEL("%[pixels]", "0")
                         THIMBLE_LONG "add %[a], %[a], %[next]\n"
                         THIMBLE_LONG "add %[b], %[b], %[next]\n"
                         THIMBLE_LONG "add %[c], %[c], %[next]\n"
                         THIMBLE_LONG "add %[d], %[d], %[next]\n"
                         THIMBLE_LONG "add %[pixels], %[pixels], %[step]\n"
                         : [a] "+&r"(a), [b] "+&r"(b), [c] "+&r"(c), [d] "+&r"(d), [pixels] "+&r"(pixels),
                           [word] "=&r"(word), [one] "=&r"(one)
                         : [count] "r"(count), [next] "r"(2 * to.next_pixel), [step] "r"(step), [flip] "r"(0x80808080)
                         : "memory");
    }
}

// The same from three rows at once, which lie `row` bytes apart, to three neighbouring numbers of four: 37 instructions.
static inline void thimble_mac16_unpack_three_rows(thimble_mac16_four to, const int8_t *top, int32_t row, int32_t step,
                                                   int32_t count) {
    int16_t *a = to.numbers, *b = a + to.next_channel, *c = b + to.next_channel, *d = c + to.next_channel;
    const int8_t *middle = top + row, *bottom = middle + row;
    uint32_t word, one;
    if (count > 0) {
        __asm__ volatile(THIMBLE_LOOP("%[count]", "37")
                         THIMBLE_UNPACK_PIXEL("%[top]", "0")
                         THIMBLE_UNPACK_PIXEL("%[middle]", "2")
                         THIMBLE_UNPACK_PIXEL("%[bottom]", "4")
                         THIMBLE_LONG "addi %[a], %[a], 8\n"
                         THIMBLE_LONG "addi %[b], %[b], 8\n"
                         THIMBLE_LONG "addi %[c], %[c], 8\n"
                         THIMBLE_LONG "addi %[d], %[d], 8\n"
                         THIMBLE_LONG "add %[top], %[top], %[step]\n"
                         THIMBLE_LONG "add %[middle], %[middle], %[step]\n"
                         THIMBLE_LONG "add %[bottom], %[bottom], %[step]\n"
                         : [a] "+&r"(a), [b] "+&r"(b), [c] "+&r"(c), [d] "+&r"(d), [top] "+&r"(top),
                           [middle] "+&r"(middle), [bottom] "+&r"(bottom), [word] "=&r"(word), [one] "=&r"(one)
                         : [count] "r"(count), [step] "r"(step), [flip] "r"(0x80808080)
                         : "memory");
    }
}
// clang-format on
#else
static inline void thimble_mac16_unpack_four(thimble_mac16_four to, const int8_t *pixels, int32_t step, int32_t count) {
    for (; count > 0; count--) {
        for (int32_t k = 0; k < 4; k++) {
            to.numbers[k * to.next_channel] = (int16_t)((uint8_t)pixels[k] ^ 0x80);
        }
        to.numbers += to.next_pixel;
        pixels += step;
    }
}

static inline void thimble_mac16_unpack_three_rows(thimble_mac16_four to, const int8_t *top, int32_t row, int32_t step,
                                                   int32_t count) {
    for (int32_t i = 0; i < 3; i++) {
        thimble_mac16_unpack_four(to, top + i * row, step, count);
        to.numbers++;
    }
}
#endif

// ---- the rest ------------------------------------------------------------------------------------------------------

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
