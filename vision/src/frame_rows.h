// frame_rows.h - rows of a frame as plain bytes, whatever its format.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef VISION_FRAME_ROWS_H
#define VISION_FRAME_ROWS_H

#include "thimble/vision.h"

// Bytes of one pixel; 0 for a format that does not exist.
int32_t vision_pixel_bytes(vision_format format);

// 1 if the format is grey, else 3.
int32_t vision_format_channels(vision_format format);

// The pixels left .. left + width - 1 of row y as width * channels bytes: grey, or red, green and blue. The result is
// the frame itself where that stores them so, else `line`, of at least width * channels bytes.
const uint8_t *vision_row(const vision_frame *frame, int32_t y, int32_t left, int32_t width, int32_t channels,
                          uint8_t *line);

// Grey by the weights of ITU-R BT.601, 0.299 0.587 0.114, as 77/256, 150/256, 29/256.
static inline uint8_t vision_grey(int32_t red, int32_t green, int32_t blue) {
    return (uint8_t)((77 * red + 150 * green + 29 * blue + 128) >> 8);
}

#endif
