// esp32_decode.c - JPEG by TJpgDec, which the chips have in ROM: no code in flash, 3,100 bytes of memory.
//
// It gives blocks of RGB888, scaled down by 1, 2, 4 or 8; each is put in its place as it comes.
//
// SPDX-License-Identifier: Apache-2.0
#include "esp32_decode.h"

#include <rom/tjpgd.h>
#include <string.h>

enum { POOL_BYTES = 3100, LARGEST_SIDE = 4096 };

typedef struct decoding {
    const uint8_t *bytes;
    size_t byte_count, used;
    uint8_t *room;
    port_picture *picture;
} decoding;

// Reads, or skips where `into` is NULL. The ROM may ask for more than there is.
static UINT read_bytes(JDEC *decoder, BYTE *into, UINT byte_count) {
    decoding *from = decoder->device;
    const size_t left = from->byte_count - from->used, taken = byte_count < left ? byte_count : left;
    if (into != NULL) {
        memcpy(into, from->bytes + from->used, taken);
    }
    from->used += taken;
    return (UINT)taken;
}

static void put_grey(uint8_t *into, const uint8_t *rgb, size_t count) {
    for (size_t i = 0; i < count; i++, rgb += 3) {
        into[i] = (uint8_t)((77u * rgb[0] + 150u * rgb[1] + 29u * rgb[2]) >> 8);
    }
}

static void put_rgb565(uint8_t *into, const uint8_t *rgb, size_t count) {
    for (size_t i = 0; i < count; i++, rgb += 3) {
        into[2 * i] = (uint8_t)((rgb[0] & 0xF8u) | rgb[1] >> 5);
        into[2 * i + 1] = (uint8_t)((rgb[1] & 0x1Cu) << 3 | rgb[2] >> 3);
    }
}

static UINT put_block(JDEC *decoder, void *pixels, JRECT *place) {
    const decoding *to = decoder->device;
    const port_picture *picture = to->picture;
    const uint8_t *rgb = pixels;
    if (place->right >= picture->width || place->bottom >= picture->height || place->left > place->right) {
        return 0;  // stops
    }
    const size_t count = (size_t)(place->right - place->left + 1);
    for (size_t y = place->top; y <= place->bottom; y++, rgb += 3 * count) {
        uint8_t *row = to->room + y * (size_t)picture->row_bytes;
        if (picture->format == PORT_GREY8) {
            put_grey(row + place->left, rgb, count);
        } else {
            put_rgb565(row + 2 * (size_t)place->left, rgb, count);
        }
    }
    return 1;
}

// The least scale at which the picture is small enough and has room; in colour if that does not make it smaller.
static bool choose_scale(port_picture *picture, BYTE *shift, uint32_t width, uint32_t height, size_t room_bytes) {
    const uint32_t longer = width > height ? width : height, shorter = width > height ? height : width;
    for (*shift = 0; *shift <= 3; (*shift)++) {
        const size_t scaled_width = width >> *shift, scaled_height = height >> *shift;
        const size_t pixel_count = scaled_width * scaled_height;
        if (pixel_count == 0 || longer >> *shift > 320 || shorter >> *shift > 240 || pixel_count > room_bytes) {
            continue;
        }
        const bool has_colour = 2 * pixel_count <= room_bytes;
        *picture = (port_picture){.format = has_colour ? PORT_RGB565_BE : PORT_GREY8,
                                  .height = (int32_t)scaled_height,
                                  .width = (int32_t)scaled_width,
                                  .row_bytes = (int32_t)(has_colour ? 2 * scaled_width : scaled_width),
                                  .scale = 1 << *shift};
        return true;
    }
    return false;
}

port_result esp32_decode(port_picture_kind kind, const uint8_t *bytes, size_t byte_count, uint8_t *room,
                         size_t room_bytes, port_picture *picture) {
    static uint32_t pool[POOL_BYTES / 4];
    JDEC decoder;
    BYTE shift;
    decoding state = {.bytes = bytes, .byte_count = byte_count, .room = room, .picture = picture};
    if (kind != PORT_JPEG) {
        return PORT_UNSUPPORTED;
    }
    const JRESULT prepared = jd_prepare(&decoder, read_bytes, pool, sizeof pool, &state);
    if (prepared != JDR_OK) {
        return prepared == JDR_FMT2 || prepared == JDR_FMT3 ? PORT_UNSUPPORTED : PORT_BAD;
    }
    if (decoder.width > LARGEST_SIDE || decoder.height > LARGEST_SIDE ||
        !choose_scale(picture, &shift, decoder.width, decoder.height, room_bytes)) {
        return PORT_TOO_LARGE;
    }
    picture->pixels = room;
    return jd_decomp(&decoder, put_block, shift) == JDR_OK ? PORT_OK : PORT_BAD;
}
