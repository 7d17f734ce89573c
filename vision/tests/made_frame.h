// made_frame.h - frames drawn for tests: a shirt or trousers on a textured ground, the same on every machine.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef VISION_MADE_FRAME_H
#define VISION_MADE_FRAME_H

#include "thimble/vision.h"

typedef enum made_shape { MADE_SHIRT, MADE_TROUSERS } made_shape;

typedef enum made_texture {
    MADE_EVEN,
    MADE_BOARDS,
    MADE_TILES,
    MADE_LIGHT
} made_texture;  // LIGHT: falls off to the right

typedef struct made_scene {
    int32_t height, width;
    vision_format format;
    int32_t row_bytes;        // 0: tight
    made_shape shape;
    made_texture texture;
    int32_t top, left, side;  // of the garment; side 0: none
    uint8_t ground[3], garment[3];
    int32_t noise;            // +- this much
    int32_t blur;             // mean over 2 * blur + 1 pixels each way
} made_scene;

static inline bool made_is_garment(const made_scene *scene, int32_t y, int32_t x) {
    const int32_t v = y - scene->top, u = x - scene->left, s = scene->side;
    if (v < 0 || u < 0 || v >= s || u >= s) {
        return false;
    }
    if (scene->shape == MADE_TROUSERS) {
        const bool is_gap = v > s / 3 && u >= 9 * s / 20 && u < 11 * s / 20;
        return u >= s / 4 && u < 3 * s / 4 && !is_gap;
    }
    const bool is_body = u >= s / 4 && u < s - s / 4, is_sleeves = v >= s / 12 && v < s / 3;
    const bool is_neck = v < s / 12 && u >= 2 * s / 5 && u < s - 2 * s / 5;
    return (is_body || is_sleeves) && !is_neck;
}

// What a texture adds to the ground.
static inline int32_t made_relief(const made_scene *scene, int32_t y, int32_t x) {
    switch (scene->texture) {
    case MADE_BOARDS:
        return y / 16 % 2 == 0 ? -14 : y % 16 == 15 ? -40 : 6;
    case MADE_TILES:
        return y % 40 < 2 || x % 40 < 2 ? -50 : 0;
    case MADE_LIGHT:
        return -(90 * x / scene->width);
    default:
        return 0;
    }
}

static inline int32_t made_noise(const made_scene *scene, int32_t y, int32_t x) {
    uint32_t state = (uint32_t)y * 0x9e3779b1u ^ (uint32_t)x * 0x85ebca77u;
    state = (state ^ state >> 15) * 0x2c1b3c6du;
    state = (state ^ state >> 12) * 0x297a2d39u;
    return (int32_t)((state >> 8) % (uint32_t)(2 * scene->noise + 1)) - scene->noise;
}

static inline void made_colour(const made_scene *scene, int32_t y, int32_t x, int32_t rgb[3]) {
    const int32_t reach = scene->blur, count = (2 * reach + 1) * (2 * reach + 1);
    int32_t inside = 0;
    for (int32_t v = y - reach; v <= y + reach; v++) {
        for (int32_t u = x - reach; u <= x + reach; u++) {
            inside += made_is_garment(scene, v, u);
        }
    }
    const int32_t relief = made_relief(scene, y, x), noise = made_noise(scene, y, x);
    for (int c = 0; c < 3; c++) {
        const int32_t ground = scene->ground[c] + relief;
        const int32_t value = (scene->garment[c] * inside + ground * (count - inside)) / count + noise;
        rgb[c] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
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

static inline int32_t made_row_bytes(const made_scene *scene) {
    const int32_t pixel_bytes = scene->format == VISION_GREY8 ? 1 : scene->format == VISION_RGB888 ? 3 : 2;
    return scene->row_bytes > 0 ? scene->row_bytes : scene->width * pixel_bytes;
}

// Draws into `pixels`, of made_row_bytes(scene) * scene->height bytes.
static inline vision_frame made_frame(const made_scene *scene, uint8_t *pixels) {
    const int32_t pixel_bytes = scene->format == VISION_GREY8 ? 1 : scene->format == VISION_RGB888 ? 3 : 2;
    const int32_t row_bytes = made_row_bytes(scene);
    for (int32_t y = 0; y < scene->height; y++) {
        for (int32_t x = 0; x < scene->width; x++) {
            int32_t rgb[3];
            made_colour(scene, y, x, rgb);
            made_put(pixels + y * row_bytes + x * pixel_bytes, scene->format, rgb);
        }
    }
    return (vision_frame){pixels, scene->format, scene->height, scene->width, scene->row_bytes};
}

#endif
