// grid.h - the working image: the region in cells of equal size, each the mean colour of its pixels.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef VISION_GRID_H
#define VISION_GRID_H

#include "thimble/vision.h"

enum { GRID_MAX_CELLS = 3072, GRID_MAX_SIDE = 64 };

// Colour is kept as luma and two differences, 128 where there is none: shadows change the first only.
typedef struct vision_grid {
    vision_box region;
    int32_t rows, columns;
    int32_t cell;         // side of a cell in pixels; the last row and column may be smaller
    int32_t channels;     // 1: luma only
    uint8_t *planes[3];   // [rows][columns]: luma, blue minus luma, red minus luma
    uint8_t *clusters;    // [rows][columns]: which cluster of colours a cell belongs to
    uint8_t *mask;        // [rows][columns]: 1 garment, 0 not; before that, how likely
} vision_grid;

// Sets sizes, not the planes: the smallest cell that keeps the limits.
void vision_grid_measure(vision_grid *grid, const vision_frame *frame, const vision_box *region);

// One pass over the region's rows. `line` and `sums` are room for a row of pixels and a row of cells, three values each.
void vision_grid_fill(vision_grid *grid, const vision_frame *frame, uint8_t *line, uint32_t *sums);

#endif
