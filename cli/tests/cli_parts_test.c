// cli_parts_test.c - the parts of the command that have an exact answer: fitting, turning, rounding, label matching.
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "labels.h"
#include "picture.h"
#include "real_values.h"

static int failure_count;

static void check(bool good, const char *name, double got, double wanted) {
    if (!good) {
        printf("FAILED %s: got %g instead of %g\n", name, got, wanted);
        failure_count++;
    }
}

static void check_equal(const char *name, double got, double wanted) {
    check(got == wanted, name, got, wanted);
}

static picture make(uint32_t width, uint32_t height, uint32_t channels, const uint8_t *pixels) {
    picture made;
    if (!picture_allocate(&made, width, height, channels)) {
        abort();
    }
    memcpy(made.pixels, pixels, (size_t)width * height * channels);
    return made;
}

static void check_pixels(const char *name, const picture *got, const uint8_t *wanted) {
    for (size_t i = 0; i < (size_t)got->width * got->height * got->channels; i++) {
        check_equal(name, got->pixels[i], wanted[i]);
    }
}

static void fit_averages_areas(void) {
    picture from = make(3, 3, 1, (const uint8_t[]){0, 90, 180, 30, 60, 90, 255, 255, 255}), fitted;
    picture_fit(&fitted, &from, 1, 1);
    check_pixels("mean of all", &fitted, (const uint8_t[]){135});
    picture_free(&fitted);
    // Column 0 of 2 covers source column 0 and half of column 1; rows likewise: weights 4 2 2 1 of 9.
    picture_fit(&fitted, &from, 2, 2);
    check_equal("upper left of 3x3 to 2x2", fitted.pixels[0], 33);  // (0 * 4 + 90 * 2 + 30 * 2 + 60) / 9 = 33.3
    picture_free(&fitted);
    picture_fit(&fitted, &from, 3, 3);
    check_pixels("same size is a copy", &fitted, from.pixels);
    picture_free(&fitted);
    picture_fit(&fitted, &from, 6, 6);
    check_equal("enlarged by pixels", fitted.pixels[7], 0);
    check_equal("enlarged by pixels", fitted.pixels[8], 90);
    picture_free(&fitted);
    picture_free(&from);
}

static void fit_keeps_proportions(void) {
    // 4 wide, 2 high: in a square there are a row above and a row below, with the mean of the border, here of all.
    picture from = make(4, 2, 1, (const uint8_t[]){10, 20, 30, 40, 50, 60, 70, 80}), fitted;
    picture_fit(&fitted, &from, 4, 4);
    check_pixels("letterbox", &fitted,
                 (const uint8_t[]){45, 45, 45, 45, 10, 20, 30, 40, 50, 60, 70, 80, 45, 45, 45, 45});
    picture_free(&fitted);
    picture_free(&from);
    from = make(1, 3, 3, (const uint8_t[]){1, 2, 3, 4, 5, 6, 7, 8, 9});
    picture_fit(&fitted, &from, 3, 3);
    check_equal("pillarbox", fitted.pixels[3], 1);
    check_equal("pillarbox", fitted.pixels[0], 4);
    picture_free(&fitted);
    picture_free(&from);
}

// A picture of 3 x 2, numbered by rows, as it has to look for each value of the EXIF tag.
static void orient_follows_exif(void) {
    static const uint8_t stored[] = {1, 2, 3, 4, 5, 6};
    static const uint8_t shown[9][6] = {
        [1] = {1, 2, 3, 4, 5, 6}, [2] = {3, 2, 1, 6, 5, 4}, [3] = {6, 5, 4, 3, 2, 1}, [4] = {4, 5, 6, 1, 2, 3},
        [5] = {1, 4, 2, 5, 3, 6}, [6] = {4, 1, 5, 2, 6, 3}, [7] = {6, 3, 5, 2, 4, 1}, [8] = {3, 6, 2, 5, 1, 4}};
    for (int orientation = 1; orientation <= 8; orientation++) {
        picture turned = make(3, 2, 1, stored);
        picture_orient(&turned, orientation);
        check_equal("width of turned picture", turned.width, orientation >= 5 ? 2 : 3);
        check_pixels("turned picture", &turned, shown[orientation]);
        picture_free(&turned);
    }
}

static void invert_looks_at_the_border(void) {
    uint8_t pixels[64];
    memset(pixels, 200, sizeof pixels);
    for (size_t y = 2; y < 6; y++) {
        memset(pixels + 8 * y + 2, 50, 4);
    }
    picture changed = make(8, 8, 1, pixels);
    picture_apply_invert(&changed, INVERT_AUTO);
    check_equal("light border is inverted", changed.pixels[0], 55);
    picture_apply_invert(&changed, INVERT_AUTO);
    check_equal("dark border is kept", changed.pixels[0], 55);
    picture_apply_invert(&changed, INVERT_YES);
    check_equal("yes inverts anyway", changed.pixels[0], 200);
    picture_apply_invert(&changed, INVERT_NO);
    check_equal("no keeps anyway", changed.pixels[0], 200);
    picture_free(&changed);
}

static void channels_convert(void) {
    picture changed = make(3, 1, 3, (const uint8_t[]){255, 0, 0, 0, 255, 0, 9, 9, 9});
    picture_set_channels(&changed, 1);
    check_pixels("grey from colour", &changed, (const uint8_t[]){76, 150, 9});
    picture_set_channels(&changed, 3);
    check_pixels("colour from grey", &changed, (const uint8_t[]){76, 76, 76, 150, 150, 150, 9, 9, 9});
    picture_free(&changed);
}

static void png_comes_back(void) {
    picture shown = make(2, 2, 3, (const uint8_t[]){1, 2, 3, 255, 254, 0, 7, 7, 7, 128, 0, 64}), read;
    size_t byte_count = 0;
    uint8_t *bytes = picture_encode_png(&shown, &byte_count);
    check(bytes != NULL && picture_decode_png(&read, bytes, byte_count) == NULL, "PNG round trip", 0, 1);
    check_pixels("PNG round trip", &read, shown.pixels);
    free(bytes);
    picture_free(&read);
    picture_free(&shown);
}

static double stored_as(thimble_type type, float scale, int32_t zero_point, double real) {
    _Alignas(16) uint8_t room[16] = {0};
    const thimble_tensor tensor = {
        .data = room, .data_bytes = 4, .name = "", .type = type, .scale = scale, .zero_point = zero_point};
    real_value_store(&tensor, 0, real);
    switch (type) {
    case THIMBLE_INT8:
        return ((const int8_t *)tensor.data)[0];
    case THIMBLE_UINT8:
        return room[0];
    case THIMBLE_INT16:
        return ((const int16_t *)tensor.data)[0];
    default:
        return (double)((const float *)tensor.data)[0];
    }
}

static void values_round_half_away_and_clamp(void) {
    check_equal("0.5 rounds up", stored_as(THIMBLE_INT8, 1, 0, 0.5), 1);
    check_equal("-0.5 rounds down", stored_as(THIMBLE_INT8, 1, 0, -0.5), -1);
    check_equal("2.5 rounds to 3", stored_as(THIMBLE_INT8, 1, 0, 2.5), 3);
    check_equal("rounds before the zero point is added", stored_as(THIMBLE_INT8, 1, 10, -2.5), 7);
    check_equal("clamps above", stored_as(THIMBLE_INT8, 1, 0, 1e9), 127);
    check_equal("clamps below", stored_as(THIMBLE_INT8, 1, 0, -1e9), -128);
    check_equal("uint8 clamps at 0", stored_as(THIMBLE_UINT8, 1, 3, -9), 0);
    check_equal("uint8 clamps at 255", stored_as(THIMBLE_UINT8, 0.5f, 3, 1000), 255);
    check_equal("int16", stored_as(THIMBLE_INT16, 0.25f, 0, -100.1), -400);
    check_equal("int16 clamps", stored_as(THIMBLE_INT16, 0.25f, 0, 1e6), 32767);
    check_equal("float32", stored_as(THIMBLE_FLOAT32, 0, 0, 0.1), (double)0.1f);
    check_equal("no quantization", stored_as(THIMBLE_INT8, 0, 0, 7), 7);
    for (int pixel = 0; pixel < 256; pixel++) {
        const double scale = (double)(1.0f / 255);
        check_equal("pixel / 255 at scale 1/255", stored_as(THIMBLE_INT8, (float)scale, -128, pixel / 255.0),
                    pixel - 128);
    }
}

static void labels_match_loosely(void) {
    char *names[] = {(char[]){"T-shirt/top"}, (char[]){"Ankle boot"}, (char[]){"3"}, (char[]){"caf\xc3\xa9"}};
    const labels list = {.names = names, .count = 4, .source = "file"};
    check_equal("case and signs do not count", labels_find(&list, "t_shirt top"), 0);
    check_equal("case and signs do not count", labels_find(&list, "ANKLE-BOOT"), 1);
    check_equal("label before number", labels_find(&list, "3"), 2);
    check_equal("number", labels_find(&list, "0"), 0);
    check_equal("number beyond", labels_find(&list, "4"), -1);
    check_equal("part of a label", labels_find(&list, "ankle"), -1);
    check_equal("other bytes count", labels_find(&list, "caf"), -1);
    check_equal("other bytes count", labels_find(&list, "caf\xc3\xa9"), 3);
}

int main(void) {
    fit_averages_areas();
    fit_keeps_proportions();
    orient_follows_exif();
    invert_looks_at_the_border();
    channels_convert();
    png_comes_back();
    values_round_half_away_and_clamp();
    labels_match_loosely();
    printf("%d failed\n", failure_count);
    return failure_count == 0 ? 0 : 1;
}
