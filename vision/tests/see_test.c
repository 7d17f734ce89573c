// see_test.c - vision_see: what it finds in drawn frames, and what it refuses.
//
// SPDX-License-Identifier: Apache-2.0
#include "made_frame.h"

static uint8_t scratch[VISION_MAX_SCRATCH_BYTES];
static uint8_t picture[3 * VISION_MAX_PICTURE_SIDE * VISION_MAX_PICTURE_SIDE];

static const vision_settings garment = {.height = 28, .width = 28};
static const made_scene shirt = {.height = 240,
                                 .width = 320,
                                 .top = 40,
                                 .left = 90,
                                 .side = 150,
                                 .ground = {200, 190, 170},
                                 .garment = {40, 60, 120},
                                 .noise = 12};

static vision_result see(const made_scene *scene, const vision_settings *settings) {
    const vision_frame frame = made_frame(scene);
    vision_result result = {0};
    CHECK_EQUAL(vision_see(&frame, settings, scratch, sizeof scratch, picture, &result), VISION_OK);
    return result;
}

static bool is_near(int32_t a, int32_t b, int32_t most) {
    return a - b <= most && b - a <= most;
}

// The box of a scene's shirt, each edge within `most` pixels.
static void check_box(const made_scene *scene, const vision_box *box, int32_t most) {
    CHECK(is_near(box->top, scene->top, most));
    CHECK(is_near(box->left, scene->left, most));
    CHECK(is_near(box->top + box->height, scene->top + scene->side, most));
    CHECK(is_near(box->left + box->width, scene->left + scene->side, most));
}

static void finds_the_shirt_in_every_format(void) {
    for (int format = VISION_GREY8; format <= VISION_RGB888; format++) {
        made_scene scene = shirt;
        scene.format = (vision_format)format;
        for (int padded = 0; padded < 2; padded++) {
            scene.row_bytes = padded == 1 ? 1000 : 0;
            const vision_result result = see(&scene, &garment);
            CHECK_EQUAL(result.problems, 0);
            CHECK(result.negated);
            check_box(&scene, &result.crop, 10);
        }
    }
}

static void refuses_what_breaks_a_rule(void) {
    const vision_frame frame = made_frame(&shirt);
    vision_result result;
    CHECK_EQUAL(vision_see(NULL, &garment, scratch, sizeof scratch, picture, &result), VISION_ERR_ARGUMENT);
    CHECK_EQUAL(vision_see(&frame, NULL, scratch, sizeof scratch, picture, &result), VISION_ERR_ARGUMENT);
    CHECK_EQUAL(vision_see(&frame, &garment, NULL, sizeof scratch, picture, &result), VISION_ERR_ARGUMENT);
    CHECK_EQUAL(vision_see(&frame, &garment, scratch, sizeof scratch, NULL, &result), VISION_ERR_ARGUMENT);
    CHECK_EQUAL(vision_see(&frame, &garment, scratch, sizeof scratch, picture, NULL), VISION_ERR_ARGUMENT);
    const size_t needed = vision_scratch_bytes(&frame, &garment);
    CHECK(needed > 0 && needed <= VISION_MAX_SCRATCH_BYTES);
    CHECK_EQUAL(vision_see(&frame, &garment, scratch, needed - 1, picture, &result), VISION_ERR_MEMORY);
    CHECK_EQUAL(vision_see(&frame, &garment, scratch, needed, picture, &result), VISION_OK);
}

int main(void) {
    RUN(finds_the_shirt_in_every_format);
    RUN(refuses_what_breaks_a_rule);
    return check_result();
}
