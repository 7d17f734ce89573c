// vision_fuzz_test.c - random frames, regions and settings in memory of exactly the stated size: with sanitizers, a byte
// too far is a failure. What is refused and what is not follows from the header; the crop lies in the region.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include "check.h"
#include "made_frame.h"

enum { ROUNDS = 1500 };

static int32_t between(uint64_t *state, int32_t low, int32_t high) {
    return low + (int32_t)random_below(state, (uint32_t)(high - low + 1));
}

static int32_t side(uint64_t *state) {
    const int32_t most = between(state, 0, 9) == 0 ? 640 : between(state, 0, 2) == 0 ? 200 : 40;
    return between(state, 0, 19) == 0 ? between(state, -2, 700) : between(state, 8, most);
}

// Noise, one value, or a drawn garment: what the pixels are decides which code runs.
static void fill(uint64_t *state, const vision_frame *frame, uint8_t *pixels, size_t byte_count) {
    const int32_t kind = between(state, 0, 4);
    if (kind >= 2) {
        made_scene scene = {.height = frame->height,
                            .width = frame->width,
                            .format = frame->format,
                            .row_bytes = frame->row_bytes,
                            .shape = (made_shape)between(state, 0, 1),
                            .texture = (made_texture)between(state, 0, 3),
                            .top = between(state, -20, frame->height),
                            .left = between(state, -20, frame->width),
                            .side = between(state, 1, 300),
                            .noise = between(state, 0, 60)};
        for (int c = 0; c < 3; c++) {
            scene.ground[c] = (uint8_t)next_random(state);
            scene.garment[c] = (uint8_t)next_random(state);
        }
        memset(pixels, 0, byte_count);
        made_frame(&scene, pixels);
        return;
    }
    const uint8_t value = (uint8_t)next_random(state);
    for (size_t i = 0; i < byte_count; i++) {
        pixels[i] = kind == 0 ? value : (uint8_t)next_random(state);
    }
}

static bool contains(const vision_box *outer, const vision_box *inner) {
    return inner->height > 0 && inner->width > 0 && inner->top >= outer->top && inner->left >= outer->left &&
           inner->top + inner->height <= outer->top + outer->height &&
           inner->left + inner->width <= outer->left + outer->width;
}

static void look(const vision_frame *frame, const vision_settings *settings, size_t *seen_count) {
    const size_t needed = vision_scratch_bytes(frame, settings);
    const int32_t channels = settings->channels == 3 ? 3 : 1;
    const int32_t picture_bytes =
        settings->height > 0 && settings->width > 0 ? settings->height * settings->width * channels : 1;
    uint8_t *scratch = malloc(needed > 0 ? needed : 1), *picture = malloc((size_t)picture_bytes);
    vision_result result;
    const vision_status status = vision_see(frame, settings, scratch, needed, picture, &result);
    CHECK_EQUAL(status, needed > 0 ? VISION_OK : VISION_ERR_ARGUMENT);
    if (status == VISION_OK) {
        const vision_box all = {0, 0, frame->height, frame->width};
        CHECK(contains(settings->region.height != 0 ? &settings->region : &all, &result.crop));
        CHECK(result.brightness >= 0 && result.brightness <= 255 && result.contrast >= 0 && result.contrast <= 255);
        CHECK(result.sharpness >= 0 && result.coverage_permille >= 0 && result.coverage_permille <= 1000);
        CHECK(result.border_permille >= 0 && result.border_permille <= 1000 && result.problems < 32);
        ++*seen_count;
    }
    free(scratch);
    free(picture);
}

static void anything_is_seen_or_refused(void) {
    uint64_t state = 2026;
    size_t seen_count = 0;
    for (int round = 0; round < ROUNDS; round++) {
        vision_frame frame = {NULL, (vision_format)between(&state, 0, 2), side(&state), side(&state), 0};
        const int32_t pixel_bytes = frame.format == VISION_GREY8 ? 1 : frame.format == VISION_RGB888 ? 3 : 2;
        frame.row_bytes = between(&state, 0, 2) == 0 ? frame.width * pixel_bytes + between(&state, -1, 9) : 0;
        const bool has_pixels = frame.height > 0 && frame.width > 0 && frame.height * frame.width <= 400000;
        const int32_t row_bytes =
            frame.row_bytes > frame.width * pixel_bytes ? frame.row_bytes : frame.width * pixel_bytes;
        // The last row ends with its last pixel.
        const size_t byte_count = has_pixels ? (size_t)(row_bytes * (frame.height - 1) + frame.width * pixel_bytes) : 1;
        const size_t drawn_bytes = has_pixels ? (size_t)(row_bytes * frame.height) : 1;
        uint8_t *drawn = malloc(drawn_bytes), *pixels = malloc(byte_count);
        if (has_pixels) {
            vision_frame sound = frame;
            sound.row_bytes = row_bytes;
            fill(&state, &sound, drawn, drawn_bytes);
        }
        memcpy(pixels, drawn, byte_count);
        frame.pixels = pixels;
        vision_settings settings = {.height = between(&state, 8, between(&state, 0, 3) == 0 ? 97 : 32),
                                    .width = between(&state, 8, 64),
                                    .channels = between(&state, 0, 9) == 0 ? 2 : between(&state, 0, 1) * 3,
                                    .mode = (vision_mode)between(&state, 0, 2),
                                    .polarity = (vision_polarity)between(&state, 0, 2),
                                    .mirror = between(&state, 0, 1) == 1,
                                    .stretch_contrast = between(&state, 0, 1) == 1};
        if (between(&state, 0, 1) == 0 && frame.height >= 8 && frame.width >= 8) {
            settings.region.height = between(&state, 7, frame.height);
            settings.region.width = between(&state, 7, frame.width);
            settings.region.top = between(&state, 0, frame.height - settings.region.height + 1);
            settings.region.left = between(&state, 0, frame.width - settings.region.width);
        }
        look(&frame, &settings, &seen_count);
        free(drawn);
        free(pixels);
    }
    CHECK(seen_count > ROUNDS / 3);
}

int main(void) {
    RUN(anything_is_seen_or_refused);
    return check_result();
}
