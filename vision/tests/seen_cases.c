// seen_cases.c - drawn frames, and the settings to see them with.
//
// SPDX-License-Identifier: Apache-2.0
#include "seen_cases.h"

#include <string.h>

#include "made_frame.h"

typedef struct seen_case {
    made_scene scene;
    vision_settings settings;
} seen_case;

// height, width, format, row_bytes, shape, texture, top, left, side, ground, garment, noise, blur
static const seen_case cases[] = {
    {{120, 160, VISION_GREY8, 0, MADE_SHIRT, MADE_EVEN, 20, 40, 80, {200, 190, 180}, {60, 60, 60}, 8, 0},
     {.height = 28, .width = 28}},
    {{120, 160, VISION_RGB565_BE, 0, MADE_SHIRT, MADE_BOARDS, 15, 50, 90, {190, 150, 110}, {40, 60, 130}, 10, 0},
     {.height = 28, .width = 28}},
    {{120, 160, VISION_RGB888, 500, MADE_TROUSERS, MADE_TILES, 10, 30, 95, {210, 205, 200}, {60, 40, 50}, 6, 1},
     {.height = 28, .width = 28}},
    {{160, 120, VISION_RGB888, 0, MADE_SHIRT, MADE_LIGHT, 30, 10, 100, {170, 40, 60}, {220, 210, 200}, 5, 0},
     {.height = 28, .width = 28}},
    {{240, 320, VISION_RGB565_BE, 0, MADE_SHIRT, MADE_BOARDS, 40, 90, 150, {90, 70, 60}, {200, 60, 60}, 15, 2},
     {.height = 28, .width = 28, .channels = 1}},
    {{240, 320, VISION_GREY8, 321, MADE_TROUSERS, MADE_LIGHT, 30, 100, 190, {220, 220, 220}, {50, 50, 50}, 10, 0},
     {.height = 28, .width = 28, .mirror = true}},
    {{97, 131, VISION_RGB888, 0, MADE_SHIRT, MADE_EVEN, 11, 23, 71, {40, 60, 40}, {180, 200, 90}, 20, 0},
     {.height = 33, .width = 47, .channels = 3, .polarity = VISION_POLARITY_AS_IS}},
    {{120, 160, VISION_RGB888, 0, MADE_SHIRT, MADE_TILES, 30, 60, 70, {200, 200, 190}, {30, 90, 60}, 8, 0},
     {.height = 64, .width = 64, .channels = 3, .mode = VISION_SCENE}},
    {{120, 160, VISION_RGB565_BE, 0, MADE_TROUSERS, MADE_BOARDS, 5, 35, 110, {160, 140, 120}, {40, 40, 70}, 8, 0},
     {.height = 48, .width = 48, .channels = 1, .mode = VISION_SCENE, .stretch_contrast = true}},
    {{120, 160, VISION_GREY8, 0, MADE_SHIRT, MADE_EVEN, 60, 110, 80, {180, 180, 180}, {70, 70, 70}, 4, 0},
     {.height = 32, .width = 32, .channels = 3, .mode = VISION_SCENE, .polarity = VISION_POLARITY_NEGATE}},
    {{240, 320, VISION_RGB565_BE, 0, MADE_SHIRT, MADE_TILES, 60, 100, 120, {190, 190, 190}, {120, 50, 90}, 12, 0},
     {.height = 96, .width = 96, .channels = 3, .mode = VISION_SCENE, .region = {40, 80, 160, 170}}},
    {{120, 160, VISION_RGB888, 0, MADE_SHIRT, MADE_EVEN, 20, 40, 80, {200, 190, 180}, {60, 60, 60}, 8, 0},
     {.height = 28, .width = 28, .channels = 1, .mode = VISION_PLAIN}},
    {{120, 160, VISION_RGB565_BE, 330, MADE_SHIRT, MADE_LIGHT, 20, 40, 80, {100, 190, 180}, {160, 60, 60}, 8, 0},
     {.height = 96, .width = 80, .channels = 3, .mode = VISION_PLAIN, .region = {3, 5, 101, 67}}},
    {{40, 30, VISION_GREY8, 0, MADE_TROUSERS, MADE_EVEN, 5, 2, 26, {230, 230, 230}, {90, 90, 90}, 4, 0},
     {.height = 64,
      .width = 64,
      .channels = 1,
      .mode = VISION_PLAIN,
      .polarity = VISION_POLARITY_AS_IS,
      .stretch_contrast = true}},
    {{120, 160, VISION_RGB888, 0, MADE_SHIRT, MADE_EVEN, 0, 0, 0, {120, 110, 100}, {0, 0, 0}, 6, 0},
     {.height = 28, .width = 28}},
    {{8, 8, VISION_GREY8, 0, MADE_SHIRT, MADE_EVEN, 1, 1, 6, {200, 200, 200}, {10, 10, 10}, 0, 0},
     {.height = 28, .width = 28}},
    {{8, 640, VISION_GREY8, 0, MADE_SHIRT, MADE_EVEN, 1, 300, 6, {20, 20, 20}, {210, 210, 210}, 9, 0},
     {.height = 28, .width = 28}},
};

int32_t seen_case_count(void) {
    return (int32_t)(sizeof cases / sizeof cases[0]);
}

static uint8_t *put(uint8_t *at, int32_t number) {
    for (int i = 0; i < 4; i++) {
        *at++ = (uint8_t)((uint32_t)number >> 8 * i);
    }
    return at;
}

size_t seen_case_run(int32_t index, uint8_t *frame_room, uint8_t *scratch, uint8_t *answer) {
    const seen_case *one = &cases[index];
    const vision_frame frame = made_frame(&one->scene, frame_room);
    const int32_t channels = one->settings.channels == 3 ? 3 : 1;
    const size_t picture_bytes = (size_t)(one->settings.height * one->settings.width * channels);
    uint8_t *picture = answer + SEEN_RESULT_BYTES;
    vision_result result;
    if (vision_see(&frame, &one->settings, scratch, VISION_MAX_SCRATCH_BYTES, picture, &result) != VISION_OK) {
        return 0;
    }
    const int32_t numbers[] = {result.crop.top,          result.crop.left,       result.crop.height, result.crop.width,
                               (int32_t)result.problems, result.brightness,      result.contrast,    result.sharpness,
                               result.coverage_permille, result.border_permille, result.negated};
    uint8_t *at = answer;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        at = put(at, numbers[i]);
    }
    // Scales whose quotients need rounding.
    const vision_input input = {VISION_INT8, 3.7, 0.0123, 0.0174f, -11};
    const vision_status status = vision_fill_tensor(&input, picture, picture_bytes, picture + picture_bytes);
    return status == VISION_OK ? SEEN_RESULT_BYTES + 2 * picture_bytes : 0;
}
