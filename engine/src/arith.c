// arith.c - factors from scales, with integers only, so that a chip without floating point hardware needs no library
// for it and every chip gets the same bits.
//
// SPDX-License-Identifier: Apache-2.0
#include "arith.h"

int32_t thimble_doubling_high_mul(int32_t a, int32_t b) {
    return thimble_doubling_high_mul_inline(a, b);
}

int32_t thimble_apply(int32_t a, thimble_rescale factor) {
    return thimble_apply_inline(a, factor);
}

int32_t thimble_apply_wide(int64_t a, thimble_rescale factor) {
    const int32_t reduced = factor.multiplier < 0x7fff0000 ? (factor.multiplier + (1 << 15)) >> 16 : 0x7fff;
    const int32_t shift = 15 - factor.shift;
    const uint64_t product = (uint64_t)a * (uint64_t)reduced + ((uint64_t)1 << (shift - 1));
    return (int32_t)((int64_t)product >> shift);
}

int8_t thimble_output_int8(int32_t sum, thimble_rescale factor, int32_t zero_point, int32_t lowest, int32_t highest) {
    return (int8_t)thimble_clamp(thimble_add_wrapping(thimble_apply(sum, factor), zero_point), lowest, highest);
}

// A positive float as significand * 2^exponent, 2^23 <= significand < 2^24; zero has significand 0.
typedef struct parts {
    uint32_t significand;
    int32_t exponent;
} parts;

static parts split(float value) {
    const uint32_t bits = thimble_float_bits(value);
    parts result = {bits & 0x7fffff, (int32_t)(bits >> 23 & 0xff)};
    if (result.exponent != 0) {
        result.significand |= 0x800000;
    } else {
        result.exponent = 1;
        while (result.significand != 0 && result.significand < 0x800000) {
            result.significand <<= 1;
            result.exponent--;
        }
    }
    result.exponent -= 127 + 23;
    return result;
}

thimble_rescale thimble_rescale_of(float a, float b, float c, int32_t exponent) {
    const parts pa = split(a), pb = split(b), pc = split(c);
    uint64_t product = (uint64_t)pa.significand * pb.significand;  // exact: 47 or 48 bits, or 0
    int32_t power = pa.exponent + pb.exponent - pc.exponent + exponent;
    if (product == 0) {
        return (thimble_rescale){0, 0};
    }
    // Scale the product until the quotient has 25 bits, 2^24 <= product / c < 2^25.
    while (product >> 24 < pc.significand) {
        product <<= 1;
        power--;
    }
    // All of these bits and 8 more, by long division. Its digits are bytes: the remainder is below 2^24, so that 32 bits
    // hold the dividend.
    uint32_t quotient = 1, remainder = (uint32_t)(product >> 24) - pc.significand;  // without its first bit at the end
    uint32_t rest = (uint32_t)product << 8;
    for (int32_t digit = 0; digit < 4; digit++) {
        const uint32_t dividend = remainder << 8 | rest >> 24;
        rest <<= 8;
        remainder = dividend % pc.significand;
        quotient = quotient << 8 | dividend / pc.significand;
    }
    // To 53 bits, as a double has it, and then to 31, ties away from zero. The first step matters only if the bits behind
    // the 33 that are known are 20 ones and round up. It has no ties itself: a quotient that comes out even has at most as
    // many bits as the product, 48.
    const uint32_t carry = pc.significand - remainder <= pc.significand >> 21;
    uint32_t multiplier = (1u << 30) + (quotient >> 2) + (((quotient & 3) + 2 + carry) >> 2);
    power += 25;
    if (multiplier > INT32_MAX) {
        multiplier >>= 1;
        power++;
    }
    if (power < -31) {
        return (thimble_rescale){0, 0};
    }
    return (thimble_rescale){(int32_t)multiplier, power};
}

thimble_rescale thimble_rescale_by_double(float a, float b, uint64_t divisor, int32_t exponent) {
    const parts pa = split(a), pb = split(b);
    uint64_t rest = (uint64_t)pa.significand * pb.significand;
    int32_t power = pa.exponent + pb.exponent - exponent;  // the quotient is rest / divisor * 2^power
    if (rest == 0) {
        return (thimble_rescale){0, 0};
    }
    while (rest < divisor) {
        rest <<= 1;
        power--;
    }
    // 53 bits by long division, the first of them 1; the product has too few bits to be twice the divisor.
    uint64_t quotient = 0;
    for (int32_t bit = 0; bit < 53; bit++) {
        quotient <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
        rest <<= 1;
    }
    quotient += rest > divisor || (rest == divisor && (quotient & 1) != 0);
    uint32_t multiplier = (uint32_t)((quotient + (1 << 21)) >> 22);
    power++;
    if (multiplier > INT32_MAX) {
        multiplier >>= 1;
        power++;
    }
    return power < -31 ? (thimble_rescale){0, 0} : (thimble_rescale){(int32_t)multiplier, power};
}

int32_t thimble_floor_quotient(float a, float c) {
    const parts pa = split(a), pc = split(c);
    const int32_t power = pa.exponent - pc.exponent;
    if (power > 15) {
        return INT16_MAX;
    }
    if (power < -1) {
        return 0;
    }
    // The significands, the divisor half of itself: so that all powers shift to the left.
    uint64_t rest = (uint64_t)pa.significand << (power + 1);
    int32_t quotient = 0;
    for (int32_t bit = 16; bit >= 0; bit--) {
        const uint64_t part = (uint64_t)pc.significand << (bit + 1);
        if (rest >= part) {
            rest -= part;
            quotient |= 1 << bit;
        }
    }
    return thimble_min(quotient, INT16_MAX);
}

int32_t thimble_round_quotient(float value, float scale) {
    const float quotient = value / scale;
    const uint32_t bits = thimble_float_bits(quotient);
    const int32_t exponent = (int32_t)(bits >> 23 & 0xff) - 127 - 23;
    const uint32_t significand = (bits & 0x7fffff) | 0x800000;
    int32_t magnitude;
    if (exponent < -24 || (bits & 0x7fffffff) > 0x7f800000) {
        magnitude = 0;  // below a half, or NaN
    } else if (exponent < 0) {
        magnitude = (int32_t)((significand + (1u << (-exponent - 1))) >> -exponent);
    } else {
        magnitude = exponent < 7 ? (int32_t)(significand << exponent) : 1 << 30;
    }
    return bits >> 31 != 0 ? -magnitude : magnitude;
}
