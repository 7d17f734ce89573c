// frame_rows.c - rows of a frame as plain bytes.
//
// SPDX-License-Identifier: Apache-2.0
#include "frame_rows.h"

int32_t vision_pixel_bytes(vision_format format) {
    switch (format) {
    case VISION_GREY8:
        return 1;
    case VISION_RGB565_BE:
        return 2;
    case VISION_RGB888:
        return 3;
    default:
        return 0;
    }
}

int32_t vision_format_channels(vision_format format) {
    return format == VISION_GREY8 ? 1 : 3;
}

// rrrrrggg gggbbbbb; the high bits are repeated below, so that 31 becomes 255.
static void rgb_from_565(const uint8_t *pixel, int32_t rgb[3]) {
    const int32_t red = pixel[0] >> 3, green = (pixel[0] & 7) << 3 | pixel[1] >> 5, blue = pixel[1] & 31;
    rgb[0] = red << 3 | red >> 2;
    rgb[1] = green << 2 | green >> 4;
    rgb[2] = blue << 3 | blue >> 2;
}

const uint8_t *vision_row(const vision_frame *frame, int32_t y, int32_t left, int32_t width, int32_t channels,
                          uint8_t *line) {
    const int32_t pixel_bytes = vision_pixel_bytes(frame->format);
    const uint8_t *row = frame->pixels + (ptrdiff_t)y * frame->row_bytes + (ptrdiff_t)left * pixel_bytes;
    if (pixel_bytes == channels) {
        return row;
    }
    if (frame->format == VISION_GREY8) {
        for (int32_t x = 0; x < width; x++) {
            line[3 * x] = line[3 * x + 1] = line[3 * x + 2] = row[x];
        }
        return line;
    }
    for (int32_t x = 0; x < width; x++, row += pixel_bytes) {
        int32_t rgb[3] = {row[0], row[1], 0};
        if (frame->format == VISION_RGB565_BE) {
            rgb_from_565(row, rgb);
        } else {
            rgb[2] = row[2];
        }
        if (channels == 1) {
            line[x] = vision_grey(rgb[0], rgb[1], rgb[2]);
        } else {
            line[3 * x] = (uint8_t)rgb[0];
            line[3 * x + 1] = (uint8_t)rgb[1];
            line[3 * x + 2] = (uint8_t)rgb[2];
        }
    }
    return line;
}
