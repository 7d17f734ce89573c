// see_test.c - vision_see: what it finds in drawn frames, what changes nothing about that, and what it refuses.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include "check.h"
#include "made_frame.h"

static uint8_t scratch[VISION_MAX_SCRATCH_BYTES];
static uint8_t pixels[VISION_MAX_FRAME_PIXELS * 3];

typedef struct seeing {
    vision_result result;
    uint8_t picture[3 * VISION_MAX_PICTURE_SIDE * VISION_MAX_PICTURE_SIDE];
} seeing;

static const vision_settings garment = {.height = 28, .width = 28};
static const made_scene shirt = {.height = 240,
                                 .width = 320,
                                 .top = 40,
                                 .left = 90,
                                 .side = 150,
                                 .ground = {200, 190, 170},
                                 .garment = {40, 60, 120},
                                 .noise = 12};

static void see_frame(const vision_frame *frame, const vision_settings *settings, seeing *seen) {
    CHECK_EQUAL(vision_see(frame, settings, scratch, sizeof scratch, seen->picture, &seen->result), VISION_OK);
}

static void see(const made_scene *scene, const vision_settings *settings, seeing *seen) {
    const vision_frame frame = made_frame(scene, pixels);
    see_frame(&frame, settings, seen);
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

// Mean difference of two pictures of 28 x 28.
static int32_t difference(const seeing *a, const seeing *b) {
    int32_t sum = 0;
    for (int32_t i = 0; i < 784; i++) {
        sum += abs(a->picture[i] - b->picture[i]);
    }
    return sum / 784;
}

static bool is_same_result(const vision_result *a, const vision_result *b) {
    return memcmp(&a->crop, &b->crop, sizeof a->crop) == 0 && a->problems == b->problems &&
           a->brightness == b->brightness && a->contrast == b->contrast && a->sharpness == b->sharpness &&
           a->coverage_permille == b->coverage_permille && a->border_permille == b->border_permille &&
           a->negated == b->negated;
}

static void finds_the_shirt_in_every_format(void) {
    for (int format = VISION_GREY8; format <= VISION_RGB888; format++) {
        made_scene scene = shirt;
        seeing tight, padded;
        scene.format = (vision_format)format;
        see(&scene, &garment, &tight);
        CHECK_EQUAL(tight.result.problems, 0);
        CHECK(tight.result.negated);
        check_box(&scene, &tight.result.crop, 5);
        scene.row_bytes = 1000;
        see(&scene, &garment, &padded);
        CHECK(is_same_result(&tight.result, &padded.result));
        CHECK(memcmp(tight.picture, padded.picture, 784) == 0);
    }
}

static void finds_it_on_every_ground(void) {
    for (int texture = MADE_EVEN; texture <= MADE_LIGHT; texture++) {
        for (int format = VISION_GREY8; format <= VISION_RGB888; format++) {
            made_scene scene = shirt;
            seeing seen;
            scene.texture = (made_texture)texture;
            scene.format = (vision_format)format;
            see(&scene, &garment, &seen);
            CHECK_EQUAL(seen.result.problems, 0);
            check_box(&scene, &seen.result.crop, 6);
        }
    }
}

// A garment seen elsewhere, larger, smaller, or light on dark gives nearly the same picture.
static void place_size_and_polarity_change_little(void) {
    static const struct {
        int32_t height, width, top, left, side;
    } places[] = {{240, 320, 8, 8, 150},    {240, 320, 70, 150, 150}, {240, 320, 60, 100, 100}, {240, 320, 10, 60, 220},
                  {480, 640, 80, 180, 300}, {640, 480, 200, 60, 360}, {120, 160, 20, 45, 75},   {96, 96, 10, 10, 75}};
    seeing first;
    see(&shirt, &garment, &first);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        for (int light = 0; light < 2; light++) {
            made_scene scene = shirt;
            seeing seen;
            scene.height = places[i].height;
            scene.width = places[i].width;
            scene.top = places[i].top;
            scene.left = places[i].left;
            scene.side = places[i].side;
            if (light == 1) {
                memcpy(scene.ground, shirt.garment, 3);
                memcpy(scene.garment, shirt.ground, 3);
            }
            see(&scene, &garment, &seen);
            CHECK_EQUAL(seen.result.problems & VISION_NOTHING_THERE, 0);
            CHECK_EQUAL(seen.result.negated, light == 0);
            CHECK(difference(&first, &seen) < 28);
        }
    }
}

static void polarity_and_mirror_do_as_told(void) {
    seeing as_is, negated, mirrored;
    vision_settings settings = {.height = 28, .width = 28, .mode = VISION_PLAIN, .polarity = VISION_POLARITY_AS_IS};
    see(&shirt, &settings, &as_is);
    settings.polarity = VISION_POLARITY_NEGATE;
    see(&shirt, &settings, &negated);
    settings.polarity = VISION_POLARITY_AS_IS;
    settings.mirror = true;
    see(&shirt, &settings, &mirrored);
    CHECK(!as_is.result.negated && negated.result.negated);
    for (int32_t i = 0; i < 784; i++) {
        CHECK_EQUAL(negated.picture[i], 255 - as_is.picture[i]);
        CHECK_EQUAL(mirrored.picture[i], as_is.picture[i / 28 * 28 + 27 - i % 28]);
    }
    settings = (vision_settings){.height = 28, .width = 28, .mode = VISION_PLAIN};
    see(&shirt, &settings, &as_is);
    CHECK(as_is.result.negated);  // the ground is lighter
    settings.mode = VISION_SCENE;
    see(&shirt, &settings, &as_is);
    CHECK(!as_is.result.negated);
}

// A region is as good as a frame of its own.
static void region_is_a_frame_of_its_own(void) {
    const vision_box region = {30, 70, 180, 200};
    for (int mode = VISION_GARMENT; mode <= VISION_PLAIN; mode++) {
        for (int format = VISION_GREY8; format <= VISION_RGB888; format++) {
            made_scene scene = shirt;
            seeing part, alone;
            scene.format = (vision_format)format;
            vision_settings settings = {.height = 40, .width = 32, .channels = 3, .mode = (vision_mode)mode};
            vision_frame frame = made_frame(&scene, pixels);
            settings.region = region;
            see_frame(&frame, &settings, &part);
            frame.row_bytes = made_row_bytes(&scene);
            frame.pixels += region.top * frame.row_bytes + region.left * frame.row_bytes / frame.width;
            frame.height = region.height;
            frame.width = region.width;
            settings.region = (vision_box){0};
            see_frame(&frame, &settings, &alone);
            CHECK(memcmp(part.picture, alone.picture, 40 * 32 * 3) == 0);
            CHECK_EQUAL(part.result.crop.top, alone.result.crop.top + region.top);
            CHECK_EQUAL(part.result.crop.left, alone.result.crop.left + region.left);
            CHECK_EQUAL(part.result.crop.width, alone.result.crop.width);
            CHECK_EQUAL(part.result.coverage_permille, alone.result.coverage_permille);
        }
    }
}

// A picture like those of Fashion-MNIST, enlarged, comes out nearly as it went in.
static void perfect_picture_stays_nearly_as_it_is(void) {
    enum { SCALE = 8, SIDE = 28 * SCALE };
    made_scene scene = {.height = 28, .width = 28, .side = 28, .garment = {128, 128, 128}};
    uint8_t small[784];
    made_frame(&scene, small);
    int32_t sum = 0;
    for (int32_t i = 0; i < 784; i++) {
        small[i] = (uint8_t)(small[i] > 0 ? 20 + 230 * (i % 28) / 28 : 0);  // lighter to the right
    }
    for (int32_t y = 0; y < SIDE; y++) {
        for (int32_t x = 0; x < SIDE; x++) {
            pixels[(y + 8) * (SIDE + 16) + x + 8] = small[y / SCALE * 28 + x / SCALE];
        }
    }
    for (int32_t i = 0; i < (SIDE + 16) * (SIDE + 16);
         i++) {  // a frame around it, so that it does not touch the border
        const int32_t y = i / (SIDE + 16), x = i % (SIDE + 16);
        const bool inside = y >= 8 && y < SIDE + 8 && x >= 8 && x < SIDE + 8;
        pixels[i] = inside ? pixels[i] : 0;
    }
    const vision_frame frame = {pixels, VISION_GREY8, SIDE + 16, SIDE + 16, 0};
    seeing seen;
    see_frame(&frame, &garment, &seen);
    CHECK(!seen.result.negated);
    for (int32_t i = 0; i < 784; i++) {
        sum += abs(seen.picture[i] - small[i]);
    }
    CHECK(sum / 784 < 24);  // contrast is stretched further
}

static uint32_t problems_of(const made_scene *scene) {
    seeing seen;
    see(scene, &garment, &seen);
    return seen.result.problems;
}

static void names_every_problem(void) {
    made_scene scene = shirt;
    CHECK_EQUAL(problems_of(&scene), 0);
    scene.side = 0;
    CHECK_EQUAL(problems_of(&scene), VISION_NOTHING_THERE);
    scene.texture = MADE_LIGHT;
    scene.noise = 0;
    scene.format = VISION_RGB888;
    scene.side = 6;  // too small to count
    CHECK((problems_of(&scene) & VISION_TOO_DARK) == 0);

    scene = shirt;
    memcpy(scene.ground, (const uint8_t[]){22, 22, 22}, 3);
    memcpy(scene.garment, (const uint8_t[]){4, 4, 4}, 3);
    scene.noise = 1;
    CHECK((problems_of(&scene) & VISION_TOO_DARK) != 0);
    memcpy(scene.ground, (const uint8_t[]){255, 255, 255}, 3);
    memcpy(scene.garment, (const uint8_t[]){240, 240, 254}, 3);
    CHECK((problems_of(&scene) & VISION_TOO_BRIGHT) != 0);

    scene = shirt;
    scene.noise = 2;
    CHECK_EQUAL(problems_of(&scene), 0);
    scene.blur = 12;  // of 150 pixels: sigma 7
    CHECK_EQUAL(problems_of(&scene), VISION_BLURRED);

    scene = shirt;
    scene.left = -30;
    CHECK_EQUAL(problems_of(&scene), VISION_TOUCHES_BORDER);
    seeing seen;
    scene.side = 0;
    see(&scene, &garment, &seen);
    CHECK_EQUAL(seen.result.crop.height, 240);  // the square in the middle
    CHECK_EQUAL(seen.result.crop.left, 40);
    for (uint32_t bit = 1; bit <= VISION_TOUCHES_BORDER; bit *= 2) {
        CHECK(vision_problem_text((vision_problem)bit) != NULL);
    }
    CHECK_SAYS(vision_problem_text(VISION_BLURRED), "blurred");
}

static void expect_refusal(const vision_frame *frame, const vision_settings *settings) {
    seeing seen = {.picture = {77}};
    CHECK_EQUAL(vision_scratch_bytes(frame, settings), 0);
    CHECK_EQUAL(vision_see(frame, settings, scratch, sizeof scratch, seen.picture, &seen.result), VISION_ERR_ARGUMENT);
    CHECK_EQUAL(seen.picture[0], 77);
}

static void refuses_frames_and_settings(void) {
    const vision_frame good = made_frame(&shirt, pixels);
    static const vision_frame bad_frames[] = {
        {NULL, VISION_GREY8, 240, 320, 0},      {pixels, (vision_format)3, 240, 320, 0},
        {pixels, VISION_GREY8, 0, 320, 0},      {pixels, VISION_GREY8, 240, -1, 0},
        {pixels, VISION_GREY8, 641, 320, 0},    {pixels, VISION_GREY8, 481, 640, 0},
        {pixels, VISION_RGB888, 240, 320, 959}, {pixels, VISION_GREY8, 7, 320, 0},
    };
    for (size_t i = 0; i < sizeof bad_frames / sizeof bad_frames[0]; i++) {
        expect_refusal(&bad_frames[i], &garment);
    }
    static const vision_settings bad_settings[] = {
        {.height = 7, .width = 28},
        {.height = 28, .width = 97},
        {.height = 28, .width = 28, .channels = 2},
        {.height = 28, .width = 28, .mode = (vision_mode)3},
        {.height = 28, .width = 28, .polarity = (vision_polarity)3},
        {.height = 28, .width = 28, .region = {0, 0, 7, 40}},
        {.height = 28, .width = 28, .region = {-1, 0, 40, 40}},
        {.height = 28, .width = 28, .region = {0, 300, 40, 40}},
        {.height = 28, .width = 28, .region = {INT32_MAX, 0, 40, 40}},
        {.height = 28, .width = 28, .region = {0, 0, INT32_MAX, INT32_MAX}},
    };
    for (size_t i = 0; i < sizeof bad_settings / sizeof bad_settings[0]; i++) {
        expect_refusal(&good, &bad_settings[i]);
    }
    expect_refusal(NULL, &garment);
    expect_refusal(&good, NULL);
}

static void refuses_missing_and_small_memory(void) {
    const vision_frame frame = made_frame(&shirt, pixels);
    seeing seen;
    CHECK_EQUAL(vision_see(&frame, &garment, NULL, sizeof scratch, seen.picture, &seen.result), VISION_ERR_ARGUMENT);
    CHECK_EQUAL(vision_see(&frame, &garment, scratch, sizeof scratch, NULL, &seen.result), VISION_ERR_ARGUMENT);
    CHECK_EQUAL(vision_see(&frame, &garment, scratch, sizeof scratch, seen.picture, NULL), VISION_ERR_ARGUMENT);
    const size_t needed = vision_scratch_bytes(&frame, &garment);
    CHECK_EQUAL(vision_see(&frame, &garment, scratch, needed - 1, seen.picture, &seen.result), VISION_ERR_MEMORY);
    CHECK_EQUAL(vision_see(&frame, &garment, scratch, needed, seen.picture, &seen.result), VISION_OK);
}

static void scratch_never_exceeds_its_limit(void) {
    for (int32_t height = 8; height <= 640; height += 1 + height / 37) {
        for (int32_t width = 8; width <= 640 && height * width <= VISION_MAX_FRAME_PIXELS; width += 1 + width / 41) {
            const vision_frame frame = {pixels, VISION_RGB888, height, width, 0};
            const vision_settings settings = {.height = 96, .width = 96, .channels = 3};
            const size_t needed = vision_scratch_bytes(&frame, &settings);
            CHECK(needed > 0 && needed <= VISION_MAX_SCRATCH_BYTES);
        }
    }
}

int main(void) {
    RUN(finds_the_shirt_in_every_format);
    RUN(finds_it_on_every_ground);
    RUN(place_size_and_polarity_change_little);
    RUN(polarity_and_mirror_do_as_told);
    RUN(region_is_a_frame_of_its_own);
    RUN(perfect_picture_stays_nearly_as_it_is);
    RUN(names_every_problem);
    RUN(refuses_frames_and_settings);
    RUN(refuses_missing_and_small_memory);
    RUN(scratch_never_exceeds_its_limit);
    return check_result();
}
