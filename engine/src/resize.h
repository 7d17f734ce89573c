// resize.h - what RESIZE_NEAREST_NEIGHBOR and RESIZE_BILINEAR share.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_RESIZE_H
#define THIMBLE_RESIZE_H

#include "op.h"

typedef struct thimble_resize_axis {
    int32_t input, output;  // rows, or columns
} thimble_resize_axis;

typedef struct thimble_resize_record {
    thimble_resize_axis rows, columns;
    int32_t batches;
    int32_t pixel_bytes;
    bool align_corners, half_pixel_centers;
} thimble_resize_record;

// Checks inputs (data [batch][row][column][channel] and the constant new size [2]) and output, and fills *record. The options
// are the fields with these numbers.
thimble_status thimble_resize_prepare(thimble_prepare *p, uint32_t align_corners_field,
                                      uint32_t half_pixel_centers_field, thimble_resize_record *record);

#endif
