// made_frame.h - frames drawn for tests: a shirt on a ground with noise.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef VISION_MADE_FRAME_H
#define VISION_MADE_FRAME_H

#include "check.h"
#include "thimble/vision.h"

enum { MADE_MAX_BYTES = VISION_MAX_FRAME_PIXELS * 3 };

typedef struct made_scene {
    int32_t height, width;
    vision_format format;
    int32_t row_bytes;       // 0: tight
    int32_t top, left, side; // of the shirt; side 0: none
    uint8_t ground[3], garment[3];
    int32_t noise;           // +- this much
} made_scene;

static uint8_t made_pixels[MADE_MAX_BYTES];

static inline bool made_is_garment(const made_scene *scene, int32_t y, int32_t x) {
    const int32_t v = y - scene->top, u = x - scene->left, s = scene->side;
    if (v < 0 || u < 0 || v >= s || u >= s) {
        return false;
    }
    const bool is_body = u >= s / 4 && u < s - s / 4, is_sleeves = v >= s / 12 && v < s / 3;
    const bool is_neck = v < s / 12 && u >= 2 * s / 5 && u < s - 2 * s / 5;
    return (is_body || is_sleeves) && !is_neck;
}

static inline void made_put(uint8_t *pixel, vision_format format, const int32_t rgb[3]) {
    if (format == VISION_GREY8) {
        pixel[0] = (uint8_t)((77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2] + 128) >> 8);
    } else if (format == VISION_RGB888) {
        for (int c = 0; c < 3; c++) {
            pixel[c] = (uint8_t)rgb[c];
        }
    } else {
        const int32_t packed = (rgb[0] >> 3) << 11 | (rgb[1] >> 2) << 5 | rgb[2] >> 3;
        pixel[0] = (uint8_t)(packed >> 8);
        pixel[1] = (uint8_t)packed;
    }
}

// Draws into made_pixels. The noise depends on the pixel's place only.
static inline vision_frame made_frame(const made_scene *scene) {
    const int32_t pixel_bytes = scene->format == VISION_GREY8 ? 1 : scene->format == VISION_RGB888 ? 3 : 2;
    const int32_t row_bytes = scene->row_bytes > 0 ? scene->row_bytes : scene->width * pixel_bytes;
    for (int32_t y = 0; y < scene->height; y++) {
        for (int32_t x = 0; x < scene->width; x++) {
            const uint8_t *colour = made_is_garment(scene, y, x) ? scene->garment : scene->ground;
            uint64_t state = (uint64_t)(y * 1000 + x) * 7919u + 17u;
            next_random(&state);
            int32_t rgb[3];
            const int32_t noise = (int32_t)random_below(&state, (uint32_t)(2 * scene->noise + 1)) - scene->noise;
            for (int c = 0; c < 3; c++) {
                const int32_t value = colour[c] + noise;
                rgb[c] = value < 0 ? 0 : value > 255 ? 255 : value;
            }
            made_put(made_pixels + y * row_bytes + x * pixel_bytes, scene->format, rgb);
        }
    }
    return (vision_frame){made_pixels, scene->format, scene->height, scene->width, scene->row_bytes};
}

#endif
