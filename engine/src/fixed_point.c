// fixed_point.c - exp, 1/(1+x), tanh, 1/sqrt(x) and log in 32-bit fixed point.
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

// x * 2^shift, saturating; 0 <= shift <= 30.
static int32_t saturating_shift_left(int32_t x, int32_t shift) {
    const int32_t limit = INT32_MAX >> shift;
    return x > limit ? INT32_MAX : x < -limit - 1 ? INT32_MIN : x * (1 << shift);
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

static int32_t leading_zeros(int32_t x) {
    int32_t count = 0;
    for (; count < 32 && (uint32_t)x >> (31 - count) == 0; count++) {}
    return count;
}

int32_t thimble_log_at_least_one(int32_t x) {
    enum { INPUT_BITS = 12, SUM_BITS = 6 };
    const int32_t log_2 = 1488522236, sqrt_half = 1518500250, fourth_root_half = 1805811301;
    const int32_t quarter = 1 << (31 - SUM_BITS - 2);
    // Of the rational approximation q (r + n q^2) / (1 + p (i + q + d q^2) + f q) around the fourth root of 1/2.
    const int32_t n = 117049297, d = 127690142, i = 1057819769, f = 638450708;

    // x = r * 2^power, r between the square root of 1/2 and 1, or times that root where r is smaller.
    const int32_t zeros = leading_zeros(x);
    const int32_t scaled = thimble_doubling_high_mul(saturating_shift_left(x, zeros - 1), sqrt_half);
    const int32_t headroom = leading_zeros(thimble_doubling_high_mul(x, sqrt_half)) - 1;
    const int32_t r = thimble_min(saturating_shift_left(scaled, 1), saturating_shift_left(x, headroom));
    const int32_t power = thimble_max((INPUT_BITS - zeros) * (1 << (31 - SUM_BITS)) + quarter,
                                      (INPUT_BITS - headroom) * (1 << (31 - SUM_BITS)) - quarter);

    const int32_t p = (int32_t)(((int64_t)r + fourth_root_half + 1) >> 1);
    const int32_t q = 2 * (r - fourth_root_half);
    const int32_t q2 = thimble_doubling_high_mul(q, q);
    const int32_t numerator =
        thimble_doubling_high_mul(q, r) + thimble_doubling_high_mul(thimble_doubling_high_mul(q, q2), n);
    const int32_t denominator =
        thimble_doubling_high_mul(p, i + q + thimble_doubling_high_mul(d, q2)) + thimble_doubling_high_mul(f, q);
    const int32_t fraction = thimble_doubling_high_mul(thimble_rounding_shift_right(numerator, SUM_BITS),
                                                       thimble_reciprocal_of_one_plus(denominator));
    return saturating_shift_left(thimble_doubling_high_mul(power, log_2) + fraction, 1);
}
