// template_test.c - what vectors do not show about ABS's kernels. Ends with 1 if a check fails.
//
// Vectors compare whole models with TensorFlow Lite Micro; they are run by the replay test, without a line of C. What
// remains for a test like this: the ends of ranges, and that a faster kernel gives the portable one's bytes (run both
// on random arguments and print the seed).
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "template.h"

static int failure_count;

static void check(bool passed, const char *what) {
    if (!passed) {
        fprintf(stderr, "FAILED: %s\n", what);
        failure_count++;
    }
}

static void abs_int8_limits_what_does_not_fit(void) {
    const thimble_template_record record = {
        .element_count = 5, .factor = thimble_rescale_of(1, 1, 1, 0), .input_zero_point = 0, .output_zero_point = 1};
    const int8_t input[] = {-128, -127, -1, 0, 127}, expected[] = {127, 127, 2, 1, 127};
    int8_t output[sizeof expected];
    thimble_template_int8_portable(&(thimble_template_int8_args){&record, input, output});
    check(memcmp(output, expected, sizeof expected) == 0, "abs_int8_limits_what_does_not_fit");
}

static void abs_int8_rescales_in_place(void) {
    const thimble_template_record record = {.element_count = 4,
                                            .factor = thimble_rescale_of(1, 1, 2, 0),
                                            .input_zero_point = 10,
                                            .output_zero_point = -128};
    int8_t values[] = {10, 11, 4, -128};  // 0, 0.5, 3 and 69: halves go away from zero
    const int8_t expected[] = {-128, -127, -125, -59};
    thimble_template_int8_portable(&(thimble_template_int8_args){&record, values, values});
    check(memcmp(values, expected, sizeof expected) == 0, "abs_int8_rescales_in_place");
}

static void abs_f32_clears_the_sign(void) {
    const thimble_template_record record = {.element_count = 4};
    const float input[] = {-2.5f, -0.0f, 3, -INFINITY}, expected[] = {2.5f, 0, 3, INFINITY};
    float output[4];
    thimble_template_f32_portable(&(thimble_template_f32_args){&record, input, output});
    check(memcmp(output, expected, sizeof expected) == 0, "abs_f32_clears_the_sign");
}

int main(void) {
    abs_int8_limits_what_does_not_fit();
    abs_int8_rescales_in_place();
    abs_f32_clears_the_sign();
    return failure_count != 0;
}
