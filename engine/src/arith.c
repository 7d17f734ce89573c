// arith.c - factors from scales, with integers only, so that a chip without floating point hardware needs no library
// for it and every chip gets the same bits.
//
// SPDX-License-Identifier: Apache-2.0
#include "arith.h"

#include <stdbool.h>
#include <string.h>

int8_t thimble_output_int8(int32_t sum, thimble_rescale factor, int32_t zero_point, int32_t lowest, int32_t highest) {
    return (int8_t)thimble_clamp(thimble_add_wrapping(thimble_apply(sum, factor), zero_point), lowest, highest);
}

// A positive float as significand * 2^exponent, 2^23 <= significand < 2^24; zero has significand 0.
typedef struct parts {
    uint32_t significand;
    int32_t exponent;
} parts;

static parts split(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
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
    const uint64_t product = (uint64_t)pa.significand * pb.significand;  // exact, below 2^48
    if (product == 0) {
        return (thimble_rescale){0, 0};
    }
    // Long division, a byte of product * 2^32 at a time: the remainder is below 2^24, so 32 bits are enough.
    uint64_t quotient = 0;
    uint32_t remainder = 0;
    for (int32_t byte = 9; byte >= 0; byte--) {
        const uint32_t next = byte >= 4 ? (uint32_t)(product >> (8 * (byte - 4))) & 0xff : 0;
        const uint32_t dividend = remainder << 8 | next;
        quotient = quotient << 8 | dividend / pc.significand;
        remainder = dividend % pc.significand;
    }
    // The quotient has 55 to 57 bits. To 53, ties to even, as the double has it.
    int32_t power = pa.exponent + pb.exponent - pc.exponent - 32 + exponent;
    const bool inexact = remainder != 0;
    int32_t excess = 2;
    while (quotient >> (53 + excess) != 0) {
        excess++;
    }
    const uint64_t half = (uint64_t)1 << (excess - 1);
    const uint64_t rest = quotient & (2 * half - 1);
    uint64_t rounded = quotient >> excess;
    rounded += rest > half || (rest == half && (inexact || (rounded & 1) != 0));
    // To 31, ties away from zero.
    uint32_t multiplier = (uint32_t)((rounded + (1 << 21)) >> 22);
    power += excess + 53;
    while (multiplier > INT32_MAX) {
        multiplier >>= 1;
        power++;
    }
    if (power < -31) {
        return (thimble_rescale){0, 0};
    }
    return (thimble_rescale){(int32_t)multiplier, power};
}

// In integers apart from the division: on chips without floating point hardware each float operation is a call.
int32_t thimble_round_quotient(float value, float scale) {
    const float quotient = value / scale;
    uint32_t bits;
    memcpy(&bits, &quotient, sizeof bits);
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
