// picture.h - pictures in memory: read from PNG, JPEG and PGM/PPM files, fitted to a model's input, written as PNG.
//
// Pixels are [height][width][channels], 8 bits, 1 channel (grey) or 3 (red, green, blue).
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_PICTURE_H
#define THIMBLE_CLI_PICTURE_H

#include "cli.h"

typedef struct picture {
    uint32_t width, height, channels;
    uint8_t *pixels;  // picture_free frees it
} picture;

// The largest picture that is read: this many pixels.
#define PICTURE_LIMIT_PIXELS 100000000u

// Reads a picture file, whatever its name: the first bytes say which kind it is. Transparency is laid on white. The
// orientation a camera noted (EXIF) is applied. Fails with CLI_INPUT, and *result is then empty.
cli_status picture_load(picture *result, const char *path);
void picture_free(picture *shown);

// The decoders behind picture_load. They return NULL, or what is wrong with the bytes.
const char *picture_decode_png(picture *result, const uint8_t *bytes, size_t byte_count);
const char *picture_decode_jpeg(picture *result, const uint8_t *bytes, size_t byte_count);
const char *picture_decode_pnm(picture *result, const uint8_t *bytes, size_t byte_count);

// Allocates the pixels; false (and an empty picture) if there is no memory or the size is 0 or above the limit.
bool picture_allocate(picture *result, uint32_t width, uint32_t height, uint32_t channels);

// Rotates and mirrors by the EXIF orientation 1 .. 8. False if there is no memory.
bool picture_orient(picture *changed, int orientation);

// Grey from colour (ITU-R 601 weights) or colour from grey; nothing if it is so already.
cli_status picture_set_channels(picture *changed, uint32_t channels);

typedef enum picture_invert { INVERT_NO, INVERT_YES, INVERT_AUTO } picture_invert;

// Light becomes dark and the other way. INVERT_AUTO: only if the border of the picture is lighter than its centre.
void picture_apply_invert(picture *changed, picture_invert invert);

// Fits the whole picture into width x height by averaging areas, keeping its proportions; the rest is filled with the
// mean of its border. A picture that has this size already is copied unchanged.
cli_status picture_fit(picture *result, const picture *from, uint32_t width, uint32_t height);

// Averages areas until no side is longer than `side` and there are at most `pixels`. Nothing (an empty result) if it is
// so already.
cli_status picture_reduce(picture *result, const picture *from, uint32_t side, uint32_t pixels);

// The picture as the bytes of a PNG file, newly allocated. NULL if there is no memory.
uint8_t *picture_encode_png(const picture *shown, size_t *byte_count);

// The same as JPEG of a quality of 1 to 100.
uint8_t *picture_encode_jpeg(const picture *shown, int quality, size_t *byte_count);

#endif
