// fixed_point.c - exp, 1/(1+x), tanh and 1/sqrt(x) in 32-bit fixed point.
//
// SPDX-License-Identifier: Apache-2.0
#include "fixed_point.h"

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

// 2 / (1 + x) as Q2.29, at least 1: Newton's iteration on half the denominator, from the linear estimate 48/17 - 32/17 d.
static int32_t two_over_one_plus(int32_t x) {
    const int32_t estimate_constant = 1515870810, estimate_slope = -1010580540;
    const int32_t half_denominator = (int32_t)(((uint32_t)x + 0x80000000u) >> 1);
    int32_t y = estimate_constant + thimble_doubling_high_mul(half_denominator, estimate_slope);
    for (int32_t i = 0; i < 3; i++) {
        const int32_t error = (1 << 29) - thimble_doubling_high_mul(half_denominator, y);
        y += thimble_doubling_high_mul(y, error) * (1 << 2);
    }
    return y;
}

int32_t thimble_reciprocal_of_one_plus(int32_t x) {
    const int32_t y = two_over_one_plus(x);
    return y >= 1 << 30 ? INT32_MAX : y * 2;
}

// x * 2^shift, saturating.
static int32_t saturating_shift_left(int32_t x, int32_t shift) {
    return x >= 1 << (31 - shift) ? INT32_MAX : x < -(1 << (31 - shift)) ? INT32_MIN : x * (1 << shift);
}

int32_t thimble_tanh(int32_t x, int32_t integer_bits) {
    if (x == 0) {
        return 0;
    }
    // tanh(|x|) = (1 - e) / (1 + e) = 2 / (1 + e) - 1 with e = exp(-2 |x|)
    const int32_t e = thimble_exp_of_negative(x > 0 ? -x : x, integer_bits + 1);
    const int32_t result = saturating_shift_left(two_over_one_plus(e) - (1 << 29), 2);
    return x > 0 ? result : -result;
}

thimble_rescale thimble_inverse_sqrt(int32_t x) {
    if (x <= 1) {
        return (thimble_rescale){INT32_MAX, 0};
    }
    int32_t shift = 11;
    for (; x >= 1 << 29; x /= 4) {
        shift++;
    }
    for (; x < 1 << 27; x *= 4) {
        shift--;
    }
    // Newton's iteration y = 3/2 y - x/2 y^3 from y = 1, all as Q3.28.
    const int32_t half_x = thimble_rounding_shift_right(x >> 1, 1), three_halves = (1 << 28) + (1 << 27);
    int32_t y = 1 << 28;
    for (int32_t i = 0; i < 5; i++) {
        const int32_t cube = thimble_doubling_high_mul(thimble_doubling_high_mul(y, y), y);
        y = saturating_shift_left(thimble_doubling_high_mul(three_halves, y) -
                                      thimble_doubling_high_mul(half_x, saturating_shift_left(cube, 6)),
                                  3);
    }
    const int32_t half_sqrt_2 = 1518500250;
    y = thimble_doubling_high_mul(y, half_sqrt_2);
    return shift < 0 ? (thimble_rescale){y * (1 << -shift), 0} : (thimble_rescale){y, -shift};
}
