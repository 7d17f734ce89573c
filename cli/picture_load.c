// picture_load.c - reads a picture file: tells the formats apart, decodes PGM/PPM, and turns as EXIF says.
//
// SPDX-License-Identifier: Apache-2.0
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"
#include "read_file.h"

enum { PICTURE_LIMIT_BYTES = 1 << 29 };

bool picture_allocate(picture *result, uint32_t width, uint32_t height, uint32_t channels) {
    *result = (picture){0};
    if (width == 0 || height == 0 || height > PICTURE_LIMIT_PIXELS / width) {
        return false;
    }
    result->pixels = calloc((size_t)width * height, channels);
    if (result->pixels == NULL) {
        return false;
    }
    result->width = width;
    result->height = height;
    result->channels = channels;
    return true;
}

void picture_free(picture *shown) {
    free(shown->pixels);
    *shown = (picture){0};
}

// ---- PGM, PPM ----

typedef struct pnm_text {
    const uint8_t *at, *end;
} pnm_text;

// The next number of the header, which white space and comments may precede. False if there is none.
static bool take_number(pnm_text *text, uint32_t limit, uint32_t *number) {
    while (text->at < text->end && (isspace(*text->at) || *text->at == '#')) {
        const bool is_comment = *text->at++ == '#';
        while (is_comment && text->at < text->end && *text->at != '\n') {
            text->at++;
        }
    }
    if (text->at >= text->end || !isdigit(*text->at)) {
        return false;
    }
    for (*number = 0; text->at < text->end && isdigit(*text->at); text->at++) {
        *number = *number * 10 + (uint32_t)(*text->at - '0');
        if (*number > limit) {
            return false;
        }
    }
    return true;
}

const char *picture_decode_pnm(picture *result, const uint8_t *bytes, size_t byte_count) {
    *result = (picture){0};
    pnm_text text = {bytes + 2, bytes + byte_count};
    const bool is_plain = bytes[1] == '2' || bytes[1] == '3';  // numbers as text
    const uint32_t channels = bytes[1] == '2' || bytes[1] == '5' ? 1 : 3;
    uint32_t width, height, largest;
    if (!take_number(&text, PICTURE_LIMIT_PIXELS, &width) || !take_number(&text, PICTURE_LIMIT_PIXELS, &height) ||
        !take_number(&text, 65535, &largest) || largest == 0) {
        return "its PGM/PPM header is damaged";
    }
    if (width == 0 || height == 0 || height > PICTURE_LIMIT_PIXELS / width) {
        return "it is empty or has more than 100 million pixels";
    }
    const size_t sample_count = (size_t)width * height * channels;
    const size_t sample_bytes = is_plain ? 2 : largest > 255 ? 2 : 1;  // of plain text: a digit and a space
    if (text.at < text.end) {
        text.at++;  // the one white space character that ends the header
    }
    if ((size_t)(text.end - text.at) + (is_plain ? 1 : 0) < sample_count * sample_bytes) {
        return "it is cut short";
    }
    if (!picture_allocate(result, width, height, channels)) {
        return "there is no memory for it";
    }
    for (size_t i = 0; i < sample_count; i++) {
        uint32_t sample;
        if (is_plain) {
            if (!take_number(&text, largest, &sample)) {
                picture_free(result);
                return "it is cut short or has a sample above its maximum";
            }
        } else {
            sample = *text.at++;
            if (sample_bytes == 2) {
                sample = sample << 8 | *text.at++;
            }
            sample = sample < largest ? sample : largest;
        }
        result->pixels[i] = (uint8_t)((sample * 255 + largest / 2) / largest);
    }
    return NULL;
}

// ---- all formats ----

cli_status picture_load(picture *result, const char *path) {
    *result = (picture){0};
    uint8_t *bytes = NULL;
    size_t byte_count = 0;
    const cli_status status = read_file(path, "picture", CLI_INPUT, PICTURE_LIMIT_BYTES, &bytes, &byte_count);
    if (status != CLI_OK) {
        return status;
    }
    const char *problem = "it is neither PNG nor JPEG nor PGM/PPM";
    if (byte_count == 0) {
        problem = "it is empty";
    } else if (byte_count >= 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0) {
        problem = picture_decode_png(result, bytes, byte_count);
    } else if (byte_count >= 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0) {
        problem = picture_decode_jpeg(result, bytes, byte_count);
    } else if (byte_count >= 8 && bytes[0] == 'P' && bytes[1] != 0 && strchr("2356", bytes[1]) != NULL &&
               isspace(bytes[2])) {
        problem = picture_decode_pnm(result, bytes, byte_count);
    }
    free(bytes);
    if (problem != NULL) {
        return cli_fail(CLI_INPUT, "cannot read picture '%s': %s; give a sound PNG, JPEG, PGM or PPM file", path,
                        problem);
    }
    return CLI_OK;
}

bool picture_orient(picture *changed, int orientation) {
    if (orientation <= 1 || orientation > 8) {
        return true;
    }
    const bool swaps = orientation >= 5;
    const uint32_t width = changed->width, height = changed->height, channels = changed->channels;
    picture turned;
    if (!picture_allocate(&turned, swaps ? height : width, swaps ? width : height, channels)) {
        return false;
    }
    // For each target pixel: where in the source it comes from.
    const bool flip_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool flip_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    for (uint32_t y = 0; y < turned.height; y++) {
        for (uint32_t x = 0; x < turned.width; x++) {
            uint32_t from_x = swaps ? y : x, from_y = swaps ? x : y;
            from_x = flip_x ? width - 1 - from_x : from_x;
            from_y = flip_y ? height - 1 - from_y : from_y;
            memcpy(turned.pixels + ((size_t)y * turned.width + x) * channels,
                   changed->pixels + ((size_t)from_y * width + from_x) * channels, channels);
        }
    }
    picture_free(changed);
    *changed = turned;
    return true;
}
