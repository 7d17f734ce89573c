// quantize_reciprocal.c - QUANTIZE from float32 to int8 for cores that divide floats in software.
//
// One high multiplication by the scale's reciprocal gives the quotient precisely enough to round it, unless it lies very
// near a half: then the division decides.
//
//     value = m * 2^v,  scale = c * 2^w,  2^23 <= m, c < 2^24         h = 2^29 * m / c, found at most 2 too small
//     value / scale = h / 2^shift,  shift = 29 - (v - w)             rounded: floor((h + 2^(shift - 1)) / 2^shift)
//
// The reference rounds the quotient to a float before, which moves h by 2^5 at most.
//
// SPDX-License-Identifier: Apache-2.0
#include "arith.h"
#include "mac16.h"
#include "quantize.h"

enum {
    UNSURE = 40,  // how far what the reference rounds lies from h at most
    LEAST_SHIFT = 20,  // quotients are below 1024, and UNSURE is little beside a half
    MOST_SHIFT = 30,  // quotients may reach a half
    FRACTION_BITS = 29,
    // Exponents of scales, as they are stored: with others subnormal values or infinities could pass for numbers.
    LEAST_SCALE = 2,
    LARGEST_SCALE = 200
};

static int32_t exponent_of(uint32_t bits) {
    return (int32_t)(bits >> 23 & 0xff);
}

// 2^54 / c, rounded down and below 2^31; bit by bit.
static int32_t reciprocal_of(uint32_t scale_bits) {
    const uint32_t c = (scale_bits & 0x7fffff) | 0x800000;
    uint32_t quotient = 0, remainder = 1 << 23;
    for (int32_t i = 0; i < 32; i++) {
        const uint32_t fits = remainder >= c;
        quotient = quotient << 1 | fits;
        remainder = (remainder - (fits != 0 ? c : 0)) << 1;
    }
    return (int32_t)(quotient >> 31 != 0 ? INT32_MAX : quotient);
}

// |value| / scale, rounded as thimble_round_quotient does; -1 where that is not sure.
static inline int32_t magnitude_of(uint32_t bits, int32_t reciprocal, int32_t shift) {
    if (shift > MOST_SHIFT) {
        return 0;
    }
    if (shift < LEAST_SHIFT) {
        return -1;
    }
    const int32_t m = (int32_t)((bits << 7 & 0x3fffffff) | 1u << 30);
    const int32_t rounded = thimble_multiply_high(m, reciprocal) + (1 << (shift - 1));
    const int32_t magnitude = (rounded + UNSURE) >> shift;
    return magnitude == (rounded - UNSURE) >> shift ? magnitude : -1;
}

void thimble_quantize_int8_reciprocal(const thimble_quantize_int8_args *args) {
    const thimble_quantize_record *r = args->record;
    const uint32_t scale_bits = thimble_float_bits(r->output_scale);
    const int32_t scale_exponent = exponent_of(scale_bits);
    if (scale_exponent < LEAST_SCALE || scale_exponent > LARGEST_SCALE) {
        thimble_quantize_int8_portable(args);
        return;
    }
    const int32_t reciprocal = reciprocal_of(scale_bits);
    const float *input = args->input;
    int8_t *output = args->output;
    for (const int8_t *const end = output + r->element_count; output != end; output++) {
        const float value = *input++;
        const uint32_t bits = thimble_float_bits(value);
        const int32_t magnitude = magnitude_of(bits, reciprocal, FRACTION_BITS + scale_exponent - exponent_of(bits));
        const int32_t quotient = magnitude < 0     ? thimble_round_quotient(value, r->output_scale)
                                 : bits >> 31 != 0 ? -magnitude
                                                   : magnitude;
        *output = (int8_t)thimble_clamp(quotient + r->output_zero_point, INT8_MIN, INT8_MAX);
    }
}
