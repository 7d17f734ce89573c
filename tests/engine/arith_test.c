// arith_test.c - the fixed-point arithmetic against doubles and 64-bit integers, and how work is shared out.
//
// SPDX-License-Identifier: Apache-2.0
#include "arith.h"

#include <float.h>
#include <math.h>

#include "check.h"
#include "op.h"

// QuantizeMultiplier of TensorFlow Lite.
static thimble_rescale expected_rescale(double real) {
    if (real == 0) {
        return (thimble_rescale){0, 0};
    }
    int shift;
    int64_t multiplier = (int64_t)round(frexp(real, &shift) * 2147483648.0);
    if (multiplier == INT64_C(1) << 31) {
        multiplier /= 2;
        shift++;
    }
    return shift < -31 ? (thimble_rescale){0, 0} : (thimble_rescale){(int32_t)multiplier, shift};
}

static void check_rescale(float a, float b, float c, int32_t exponent) {
    const thimble_rescale expected = expected_rescale(ldexp((double)a * (double)b / (double)c, exponent));
    const thimble_rescale actual = thimble_rescale_of(a, b, c, exponent);
    if (actual.multiplier != expected.multiplier || actual.shift != expected.shift) {
        char about[120];
        snprintf(about, sizeof about, "%a * %a / %a * 2^%d", (double)a, (double)b, (double)c, (int)exponent);
        checks.about = about;
        CHECK_EQUAL(actual.multiplier, expected.multiplier);
        CHECK_EQUAL(actual.shift, expected.shift);
        checks.about = "";
    }
}

static float float_of(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void rescale_is_the_quotient_of_doubles_for_any_floats(void) {
    uint64_t random = 11;
    for (int i = 0; i < 1000000; i++) {
        // Any finite floats, denormals included, and as often floats as scales are.
        const uint32_t mask = i % 2 == 0 ? 0x7fffffff : 0x01ffffff, base = i % 2 == 0 ? 0 : 0x3b000000;
        const float a = float_of(base + (next_random(&random) & mask)),
                    b = float_of(base + (next_random(&random) & mask));
        const float c = float_of(base + (next_random(&random) & mask));
        if (a <= FLT_MAX && b <= FLT_MAX && c <= FLT_MAX && c > 0) {
            check_rescale(a, b, c, 0);
            check_rescale(a, 1, c, -1);
            check_rescale(a, b, c, (int32_t)random_below(&random, 63) - 31);
        }
    }
}

static void rescale_is_right_at_the_ends_of_the_range(void) {
    static const float values[] = {FLT_TRUE_MIN,
                                   3 * FLT_TRUE_MIN,
                                   FLT_MIN - FLT_TRUE_MIN,
                                   FLT_MIN,
                                   0x1p-32f,
                                   0x1p-31f,
                                   0.5f - FLT_EPSILON / 4,
                                   0.5f,
                                   1 - FLT_EPSILON / 2,
                                   1,
                                   1 + FLT_EPSILON,
                                   1.5f,
                                   2,
                                   3,
                                   10,
                                   0x1p31f,
                                   0x1.fffffep30f,
                                   FLT_MAX,
                                   0};
    enum { COUNT = sizeof values / sizeof values[0] };
    for (int a = 0; a < COUNT; a++) {
        for (int b = 0; b < COUNT; b++) {
            for (int c = 0; c < COUNT - 1; c++) {
                for (int32_t exponent = -31; exponent <= 31; exponent += 31) {
                    check_rescale(values[a], values[b], values[c], exponent);
                }
            }
        }
    }
}

static void rescale_of_powers_of_two_is_exact(void) {
    for (int power = -31; power <= 30; power++) {
        const thimble_rescale factor = thimble_rescale_of(ldexpf(1, power), 1, 1, 0);
        CHECK_EQUAL(factor.multiplier, 1 << 30);
        CHECK_EQUAL(factor.shift, power + 1);
    }
}

// The quotient lies so near to a half that rounding to 53 bits first decides.
static void rescale_rounds_twice_as_doubles_do(void) {
    CHECK_EQUAL(thimble_rescale_of(11153542, 10220652, 14053229, 0).multiplier, 2076611480);
    check_rescale(11153542, 10220652, 14053229, 0);
}

static void rescale_below_two_to_the_minus_32_is_zero(void) {
    CHECK_EQUAL(thimble_rescale_of(0x1p-32f, 1, 1, 0).shift, -31);
    CHECK_EQUAL(thimble_rescale_of(0x1.fffffep-33f, 1, 1, 0).multiplier, 0);
    CHECK_EQUAL(thimble_rescale_of(0x1.fffffep-33f, 1, 1, 0).shift, 0);
    CHECK_EQUAL(thimble_rescale_of(0, 1, 1, 0).multiplier, 0);
}

// gemmlowp's SaturatingRoundingDoublingHighMul and RoundingDivideByPOT, in 64 bits.
static int32_t expected_high_mul(int32_t a, int32_t b) {
    const int64_t product = (int64_t)a * b;
    const int64_t nudge = product >= 0 ? INT64_C(1) << 30 : 1 - (INT64_C(1) << 30);
    return (int32_t)((product + nudge) / (INT64_C(1) << 31));
}

static int32_t expected_shift_right(int32_t a, int32_t shift) {
    const int64_t unit = INT64_C(1) << shift, magnitude = a < 0 ? -(int64_t)a : a;
    const int64_t rounded = (magnitude + unit / 2) / unit;  // halves away from zero
    return (int32_t)(a < 0 ? -rounded : rounded);
}

static int32_t expected_apply(int32_t a, thimble_rescale factor) {
    const int32_t left = factor.shift > 0 ? factor.shift : 0, right = factor.shift > 0 ? 0 : -factor.shift;
    return expected_shift_right(expected_high_mul((int32_t)((uint32_t)a << left), factor.multiplier), right);
}

static void apply_rounds_as_gemmlowp_does(void) {
    static const int32_t values[] = {0,    1,   -1,   2,       -2,         3,          -3,        127,
                                     -128, 255, -255, 1 << 20, -(1 << 20), INT32_MAX,  INT32_MIN, INT32_MIN + 1,
                                     5,    -5,  6,    -6,      1 << 30,    -(1 << 30), 12345,     -12345};
    uint64_t random = 12;
    for (int i = 0; i < 1000000; i++) {
        const thimble_rescale factor = {(int32_t)(next_random(&random) % (1u << 30) + (1u << 30)),
                                        (int32_t)random_below(&random, 62) - 31};
        const uint32_t which = random_below(&random, 48);
        const int32_t a = which < 24 ? values[which] : (int32_t)next_random(&random) >> random_below(&random, 32);
        CHECK_EQUAL(thimble_apply(a, factor), expected_apply(a, factor));
        CHECK_EQUAL(thimble_apply_inline(a, factor), expected_apply(a, factor));
    }
}

static void apply_rounds_halves_away_from_zero_at_the_shift(void) {
    const thimble_rescale half = thimble_rescale_of(1, 1, 2, 0), quarter = thimble_rescale_of(1, 1, 4, 0);
    CHECK_EQUAL(half.shift, 0);
    CHECK_EQUAL(thimble_apply(3, half), 2);     // 1.5: the high half of the product rounds halves upwards
    CHECK_EQUAL(thimble_apply(-3, half), -1);   // -1.5
    CHECK_EQUAL(thimble_apply(6, quarter), 2);  // 1.5: the shift rounds halves away from zero
    CHECK_EQUAL(thimble_apply(-6, quarter), -2);
    CHECK_EQUAL(thimble_apply(-2, quarter), -1);
    CHECK_EQUAL(thimble_apply(INT32_MIN, (thimble_rescale){1 << 30, -31}), -1);
    CHECK_EQUAL(thimble_apply(INT32_MAX, (thimble_rescale){INT32_MAX, 0}), INT32_MAX - 1);
}

static void shift_right_rounds_every_small_number(void) {
    for (int32_t shift = 1; shift <= 31; shift++) {
        for (int32_t a = -1000; a <= 1000; a++) {
            CHECK_EQUAL(thimble_rounding_shift_right(a, shift), expected_shift_right(a, shift));
        }
        CHECK_EQUAL(thimble_rounding_shift_right(-INT32_MAX, shift), expected_shift_right(-INT32_MAX, shift));
        CHECK_EQUAL(thimble_rounding_shift_right(INT32_MAX, shift), expected_shift_right(INT32_MAX, shift));
    }
}

static void sums_wrap_around(void) {
    CHECK_EQUAL(thimble_mac(INT32_MAX, 255, 1), INT32_MIN + 254);
    CHECK_EQUAL(thimble_add_wrapping(INT32_MIN, -1), INT32_MAX);
    CHECK_EQUAL(thimble_subtract_wrapping(INT32_MIN, 1), INT32_MAX);
    CHECK_EQUAL(thimble_shift_left_wrapping(3, 31), INT32_MIN);
}

static void output_is_limited_to_its_range(void) {
    const thimble_rescale half = thimble_rescale_of(1, 1, 2, 0);
    CHECK_EQUAL(thimble_output_int8(100, half, -3, -128, 127), 47);
    CHECK_EQUAL(thimble_output_int8(1000, half, -3, -128, 127), 127);
    CHECK_EQUAL(thimble_output_int8(-1000, half, -3, -128, 127), -128);
    CHECK_EQUAL(thimble_output_int8(1000, half, -3, -3, 20), 20);
    CHECK_EQUAL(thimble_output_int8(-1, half, -3, -3, 20), -3);
    CHECK_EQUAL(thimble_output_int8(INT32_MAX, (thimble_rescale){INT32_MAX, 0}, 127, -128, 127), -128);  // wraps
}

static int32_t expected_quotient(float value, float scale) {
    const double quotient = (double)(value / scale), limit = 1 << 30;
    return isnan(quotient) ? 0 : quotient > limit ? 1 << 30 : quotient < -limit ? -(1 << 30) : (int32_t)round(quotient);
}

static void round_quotient_rounds_halves_away_from_zero(void) {
    CHECK_EQUAL(thimble_round_quotient(0.5f, 1), 1);
    CHECK_EQUAL(thimble_round_quotient(-0.5f, 1), -1);
    CHECK_EQUAL(thimble_round_quotient(2.5f, 1), 3);
    CHECK_EQUAL(thimble_round_quotient(-2.5f, 1), -3);
    CHECK_EQUAL(thimble_round_quotient(0.49999997f, 1), 0);
    CHECK_EQUAL(thimble_round_quotient(8388607.5f, 1), 8388608);
    uint64_t random = 13;
    for (int i = 0; i < 1000000; i++) {
        const float value = float_of(next_random(&random));
        const float scale = float_of(0x38000000 + (next_random(&random) & 0x07ffffff));
        const float small = (float)((int32_t)random_below(&random, 4001) - 2000) / 2;
        CHECK_EQUAL(thimble_round_quotient(value, scale), expected_quotient(value, scale));
        CHECK_EQUAL(thimble_round_quotient(small * scale, scale), expected_quotient(small * scale, scale));
    }
}

static void round_quotient_limits_what_is_huge_or_no_number(void) {
    CHECK_EQUAL(thimble_round_quotient(INFINITY, 1), 1 << 30);
    CHECK_EQUAL(thimble_round_quotient(-INFINITY, 1), -(1 << 30));
    CHECK_EQUAL(thimble_round_quotient(FLT_MAX, FLT_MIN), 1 << 30);
    CHECK_EQUAL(thimble_round_quotient(-FLT_MAX, FLT_MIN), -(1 << 30));
    CHECK_EQUAL(thimble_round_quotient(0x1p30f, 1), 1 << 30);
    CHECK_EQUAL(thimble_round_quotient(0x1.fffffep29f, 1), 0x3fffffc0);
    CHECK_EQUAL(thimble_round_quotient(0x1p31f, 1), 1 << 30);
    CHECK_EQUAL(thimble_round_quotient(NAN, 1), 0);
    CHECK_EQUAL(thimble_round_quotient(-NAN, 1), 0);
    CHECK_EQUAL(thimble_round_quotient(FLT_TRUE_MIN, 1), 0);
    CHECK_EQUAL(thimble_round_quotient(0, 1), 0);
    CHECK_EQUAL(thimble_round_quotient(-0.0f, 1), 0);
}

static void share_gives_each_unit_to_one_worker(void) {
    for (int32_t granule = 1; granule <= 8; granule++) {
        for (uint32_t tasks = 1; tasks <= 9; tasks++) {
            for (int32_t total = 0; total <= 70; total++) {
                int32_t next = 0;
                for (uint32_t task = 0; task < tasks; task++) {
                    const thimble_range range = thimble_share(total, granule, task, tasks);
                    CHECK_EQUAL(range.begin, next);
                    CHECK(range.end >= range.begin && (range.begin % granule == 0 || range.begin == total));
                    next = range.end;
                }
                CHECK_EQUAL(next, total);
            }
        }
    }
}

int main(void) {
    RUN(rescale_is_the_quotient_of_doubles_for_any_floats);
    RUN(rescale_is_right_at_the_ends_of_the_range);
    RUN(rescale_of_powers_of_two_is_exact);
    RUN(rescale_rounds_twice_as_doubles_do);
    RUN(rescale_below_two_to_the_minus_32_is_zero);
    RUN(apply_rounds_as_gemmlowp_does);
    RUN(apply_rounds_halves_away_from_zero_at_the_shift);
    RUN(shift_right_rounds_every_small_number);
    RUN(sums_wrap_around);
    RUN(output_is_limited_to_its_range);
    RUN(round_quotient_rounds_halves_away_from_zero);
    RUN(round_quotient_limits_what_is_huge_or_no_number);
    RUN(share_gives_each_unit_to_one_worker);
    return check_result();
}
