// fixed_point_test.c - exp and 1/(1+x) in fixed point against doubles.
//
// SPDX-License-Identifier: Apache-2.0
#include "fixed_point.h"

#include <math.h>

#include "check.h"

static const double one = 2147483648.0;  // in Q0.31

static double error_of_exp(int32_t x, int32_t integer_bits) {
    const double real = ldexp(x, -(31 - integer_bits));
    return fabs(thimble_exp_of_negative(x, integer_bits) / one - exp(real));
}

static void exp_is_within_its_bound(void) {
    uint64_t random = 21;
    for (int32_t integer_bits = 4; integer_bits <= 5; integer_bits++) {
        double worst = 0;
        for (int i = 0; i < 500000; i++) {
            const int32_t x = -(int32_t)(next_random(&random) >> (1 + random_below(&random, 31)));
            const double error = error_of_exp(x, integer_bits);
            worst = error > worst ? error : worst;
        }
        CHECK(worst < 2.5e-7);
    }
}

static void exp_of_zero_is_the_largest_number(void) {
    CHECK_EQUAL(thimble_exp_of_negative(0, 4), INT32_MAX);
    CHECK_EQUAL(thimble_exp_of_negative(0, 5), INT32_MAX);
}

static void exp_of_the_lowest_number_is_zero_or_next_to_it(void) {
    CHECK_EQUAL(thimble_exp_of_negative(INT32_MIN, 5), 0);
    CHECK(thimble_exp_of_negative(INT32_MIN, 4) <= (int32_t)(exp(-16) * one) + 2);
}

static void exp_grows(void) {
    // From step to step of an int8 input with the finest usable scales, in Q5.26.
    for (int32_t step = 1 << 16; step <= 1 << 24; step *= 2) {
        int32_t before = 0;
        for (int64_t x = -(INT64_C(255) * step < INT64_C(1) << 31 ? INT64_C(255) * step : (INT64_C(1) << 31)); x <= 0;
             x += step) {
            const int32_t now = thimble_exp_of_negative((int32_t)x, 5);
            CHECK(now >= before);
            before = now;
        }
    }
}

static void reciprocal_is_within_its_bound(void) {
    uint64_t random = 22;
    double worst = 0;
    for (int i = 0; i < 500000; i++) {
        const int32_t x = (int32_t)(next_random(&random) >> (1 + random_below(&random, 31)));
        const double error = fabs(thimble_reciprocal_of_one_plus(x) / one - 1 / (1 + x / one));
        worst = error > worst ? error : worst;
    }
    CHECK(worst < 5e-9);
}

static void reciprocal_falls(void) {
    int32_t before = INT32_MAX;
    for (int64_t x = 0; x <= INT32_MAX; x += 4099) {
        const int32_t now = thimble_reciprocal_of_one_plus((int32_t)x);
        CHECK(now <= before);
        before = now;
    }
}

static void reciprocal_is_right_at_the_ends(void) {
    CHECK_EQUAL(thimble_reciprocal_of_one_plus(0), INT32_MAX);
    CHECK(fabs(thimble_reciprocal_of_one_plus(INT32_MAX) / one - 0.5) < 5e-9);
}

int main(void) {
    RUN(exp_is_within_its_bound);
    RUN(exp_of_zero_is_the_largest_number);
    RUN(exp_of_the_lowest_number_is_zero_or_next_to_it);
    RUN(exp_grows);
    RUN(reciprocal_is_within_its_bound);
    RUN(reciprocal_falls);
    RUN(reciprocal_is_right_at_the_ends);
    return check_result();
}
