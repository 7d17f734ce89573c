// find.h - which cells of the working image are garment.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef VISION_FIND_H
#define VISION_FIND_H

#include "grid.h"

typedef struct vision_finding {
    bool found;
    vision_box cells;           // around the mask: in cells of the grid
    int32_t contrast, coverage_permille, border_permille;
    int32_t garment_luma, background_luma;  // means
} vision_finding;

// Fills grid->mask with 0 and 1. `queue` is room for one uint16_t per cell.
void vision_find(vision_grid *grid, uint16_t *queue, vision_finding *found);

#endif
