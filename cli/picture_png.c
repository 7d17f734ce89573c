// picture_png.c - PNG by libpng's simplified interface, which handles every bit depth, palette and damaged file.
//
// SPDX-License-Identifier: Apache-2.0
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"

static png_uint_32 format_of(uint32_t channels) {
    return channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
}

const char *picture_decode_png(picture *result, const uint8_t *bytes, size_t byte_count) {
    *result = (picture){0};
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_memory(&image, bytes, byte_count)) {
        return "its PNG header is damaged";
    }
    const uint32_t channels = (image.format & PNG_FORMAT_FLAG_COLOR) != 0 ? 3 : 1;
    if (image.width == 0 || image.height > PICTURE_LIMIT_PIXELS / image.width) {
        png_image_free(&image);
        return "it has more than 100 million pixels";
    }
    if (!picture_allocate(result, image.width, image.height, channels)) {
        png_image_free(&image);
        return "there is no memory for it";
    }
    image.format = format_of(channels);
    const png_color white = {255, 255, 255};
    if (!png_image_finish_read(&image, &white, result->pixels, 0, NULL)) {
        picture_free(result);
        png_image_free(&image);
        return "its PNG data is damaged or cut short";
    }
    return NULL;
}

uint8_t *picture_encode_png(const picture *shown, size_t *byte_count) {
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = shown->width,
                       .height = shown->height,
                       .format = format_of(shown->channels)};
    png_alloc_size_t room_bytes = PNG_IMAGE_PNG_SIZE_MAX(image);
    uint8_t *room = malloc(room_bytes);
    if (room != NULL && !png_image_write_to_memory(&image, room, &room_bytes, 0, shown->pixels, 0, NULL)) {
        free(room);
        room = NULL;
    }
    *byte_count = room != NULL ? room_bytes : 0;
    return room;
}
