// fixed_point.c - exp and 1/(1+x) in 32-bit fixed point.
//
// SPDX-License-Identifier: Apache-2.0
#include "fixed_point.h"

#include "arith.h"

// exp(x) for -1/4 <= x < 0, Q0.31: Taylor series to the fourth order around -1/8.
static int32_t exp_near_zero(int32_t x) {
    const int32_t exp_of_minus_eighth = 1895147668, third = 715827883;
    const int32_t d = x + (1 << 28);
    const int32_t d2 = thimble_doubling_high_mul(d, d);
    const int32_t d3 = thimble_doubling_high_mul(d2, d);
    const int32_t d4 = thimble_doubling_high_mul(d2, d2);
    const int32_t d4_by_4 = thimble_rounding_shift_right(d4, 2);
    const int32_t terms_2_to_4 = thimble_rounding_shift_right(thimble_doubling_high_mul(d4_by_4 + d3, third) + d2, 1);
    return exp_of_minus_eighth + thimble_doubling_high_mul(exp_of_minus_eighth, d + terms_2_to_4);
}

int32_t thimble_exp_of_negative(int32_t x, int32_t integer_bits) {
    // exp(-2^k) for k = -2 .. 4, Q0.31.
    static const int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    if (x == 0) {
        return INT32_MAX;
    }
    const int32_t fraction_bits = 31 - integer_bits;
    const int32_t quarter = 1 << (fraction_bits - 2);
    const int32_t small = (x & (quarter - 1)) - quarter;  // in [-1/4, 0); the rest is a multiple of 1/4
    const int32_t rest = small - x;
    int32_t result = exp_near_zero(small * (1 << integer_bits));
    for (int32_t i = 0; i < integer_bits + 2; i++) {
        if ((rest & (quarter << i)) != 0) {
            result = thimble_doubling_high_mul(result, factors[i]);
        }
    }
    return result;
}

int32_t thimble_reciprocal_of_one_plus(int32_t x) {
    // Newton's iteration on half the denominator, from the linear estimate 48/17 - 32/17 d; y is Q2.29, 1 <= y <= 2.
    const int32_t estimate_constant = 1515870810, estimate_slope = -1010580540;
    const int32_t half_denominator = (int32_t)(((uint32_t)x + 0x80000000u) >> 1);
    int32_t y = estimate_constant + thimble_doubling_high_mul(half_denominator, estimate_slope);
    for (int32_t i = 0; i < 3; i++) {
        const int32_t error = (1 << 29) - thimble_doubling_high_mul(half_denominator, y);
        y += thimble_doubling_high_mul(y, error) * (1 << 2);
    }
    return y >= 1 << 30 ? INT32_MAX : y * 2;
}
