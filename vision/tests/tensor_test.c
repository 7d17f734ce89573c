// tensor_test.c - vision_fill_tensor: every type against the formula in C's own float functions, and refusals.
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "check.h"
#include "thimble/vision.h"

enum { VALUES = 256 };

static uint8_t picture[VALUES];

static int32_t expected(const vision_input *input, int value) {
    const double scale = input->scale != 0 ? input->scale : 1.0 / 255;
    const float steps = (float)((value - input->mean) * scale) / (input->tensor_scale > 0 ? input->tensor_scale : 1.0f);
    const float stored = roundf(steps) + (float)input->zero_point;
    const float low = input->type == VISION_INT8 ? -128 : 0, high = input->type == VISION_INT8 ? 127 : 255;
    return (int32_t)(stored < low ? low : stored > high ? high : stored);
}

static void integers_follow_the_formula(void) {
    static const vision_input inputs[] = {
        {VISION_INT8, 0, 0, 1.0f / 255, -128},
        {VISION_UINT8, 0, 0, 1.0f / 255, 0},
        {VISION_INT8, 127.5, 1 / 127.5, 1.0f / 128, 0},
        {VISION_UINT8, 127.5, 1 / 127.5, 1.0f / 128, 128},
        {VISION_INT8, 0, 1, 1.0f, -128},
        {VISION_INT8, 0, 1, 0, 0},
        {VISION_INT8, 0, 0.5, 1.0f, -128},
        {VISION_INT8, 0, -0.5, 1.0f, 0},
        {VISION_INT8, 0, 1e30, 1e-30f, 5},
        {VISION_UINT8, 300, 1e-12, 1e-3f, 17},
        {VISION_INT8, 123.675, 0.01712475, 0.0186584480106f, -14},
    };
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        uint8_t tensor[VALUES];
        CHECK_EQUAL(vision_fill_tensor(&inputs[i], picture, VALUES, tensor), VISION_OK);
        for (int value = 0; value < VALUES; value++) {
            const int32_t stored = inputs[i].type == VISION_INT8 ? (int8_t)tensor[value] : tensor[value];
            CHECK_EQUAL(stored, expected(&inputs[i], value));
        }
    }
}

static void random_scales_follow_the_formula(void) {
    uint64_t state = 5;
    for (int i = 0; i < 2000; i++) {
        const vision_input input = {.type = i % 2 == 0 ? VISION_INT8 : VISION_UINT8,
                                    .mean = random_below(&state, 2) == 0 ? 0 : (double)random_below(&state, 2560) / 10,
                                    .scale = ldexp((double)next_random(&state), -(int)random_below(&state, 50)) + 1e-9,
                                    .tensor_scale =
                                        (float)ldexp((double)next_random(&state) + 1, -(int)random_below(&state, 50)),
                                    .zero_point = (int32_t)random_below(&state, 256) - (i % 2 == 0 ? 128 : 0)};
        uint8_t tensor[VALUES];
        CHECK_EQUAL(vision_fill_tensor(&input, picture, VALUES, tensor), VISION_OK);
        for (int value = 0; value < VALUES; value++) {
            const int32_t stored = input.type == VISION_INT8 ? (int8_t)tensor[value] : tensor[value];
            CHECK_EQUAL(stored, expected(&input, value));
        }
    }
}

static void floats_may_lie_anywhere(void) {
    const vision_input input = {VISION_FLOAT32, 127.5, 1 / 127.5, 0, 0};
    uint8_t room[VALUES * sizeof(float) + 1];
    CHECK_EQUAL(vision_fill_tensor(&input, picture, VALUES, room + 1), VISION_OK);
    for (int value = 0; value < VALUES; value++) {
        float real;
        memcpy(&real, room + 1 + (size_t)value * sizeof real, sizeof real);
        CHECK(real == (float)((value - 127.5) * (1 / 127.5)));
    }
}

static void refuses_what_is_no_number(void) {
    static const vision_input bad[] = {
        {(vision_type)3, 0, 0, 0, 0},         {VISION_INT8, NAN, 0, 0, 0},      {VISION_INT8, 0, NAN, 0, 0},
        {VISION_INT8, 0, INFINITY, 0, 0},     {VISION_INT8, 0, 0, NAN, 0},      {VISION_INT8, 0, 0, -1.0f, 0},
        {VISION_FLOAT32, -INFINITY, 0, 0, 0}, {VISION_INT8, 0, 0, INFINITY, 0}, {VISION_INT8, 0, 0, 0, 128},
        {VISION_INT8, 0, 0, 0, -129},         {VISION_UINT8, 0, 0, 0, -1},      {VISION_UINT8, 0, 0, 0, 256},
    };
    uint8_t tensor[VALUES * sizeof(float)];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_EQUAL(vision_fill_tensor(&bad[i], picture, VALUES, tensor), VISION_ERR_ARGUMENT);
    }
    const vision_input good = {.type = VISION_UINT8};
    CHECK_EQUAL(vision_fill_tensor(NULL, picture, VALUES, tensor), VISION_ERR_ARGUMENT);
    CHECK_EQUAL(vision_fill_tensor(&good, NULL, VALUES, tensor), VISION_ERR_ARGUMENT);
    CHECK_EQUAL(vision_fill_tensor(&good, picture, VALUES, NULL), VISION_ERR_ARGUMENT);
}

int main(void) {
    for (int value = 0; value < VALUES; value++) {
        picture[value] = (uint8_t)value;
    }
    RUN(integers_follow_the_formula);
    RUN(random_scales_follow_the_formula);
    RUN(floats_may_lie_anywhere);
    RUN(refuses_what_is_no_number);
    return check_result();
}
