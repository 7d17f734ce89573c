// grid.c - the working image.
//
// SPDX-License-Identifier: Apache-2.0
#include "grid.h"

#include <string.h>

#include "frame_rows.h"

static int32_t divide_up(int32_t a, int32_t b) {
    return (a + b - 1) / b;
}

void vision_grid_measure(vision_grid *grid, const vision_frame *frame, const vision_box *region) {
    int32_t cell = 1, rows, columns;
    for (;; cell++) {
        rows = divide_up(region->height, cell);
        columns = divide_up(region->width, cell);
        if (rows <= GRID_MAX_SIDE && columns <= GRID_MAX_SIDE && rows * columns <= GRID_MAX_CELLS) {
            break;
        }
    }
    *grid = (vision_grid){.region = *region,
                          .rows = rows,
                          .columns = columns,
                          .cell = cell,
                          .channels = vision_format_channels(frame->format)};
}

// Adds a row of pixels to the sums of its cells.
static void add_row(const vision_grid *grid, const uint8_t *pixels, uint32_t *sums) {
    const uint8_t *end = pixels + grid->region.width * grid->channels;
    for (int32_t column = 0; column < grid->columns; column++, sums += grid->channels) {
        const uint8_t *cell_end = pixels + grid->cell * grid->channels;
        cell_end = cell_end < end ? cell_end : end;
        if (grid->channels == 1) {
            uint32_t sum = sums[0];
            while (pixels < cell_end) {
                sum += *pixels++;
            }
            sums[0] = sum;
            continue;
        }
        uint32_t red = sums[0], green = sums[1], blue = sums[2];
        for (; pixels < cell_end; pixels += 3) {
            red += pixels[0];
            green += pixels[1];
            blue += pixels[2];
        }
        sums[0] = red;
        sums[1] = green;
        sums[2] = blue;
    }
}

static void finish_row(vision_grid *grid, int32_t row, int32_t cell_rows, const uint32_t *sums) {
    for (int32_t column = 0; column < grid->columns; column++, sums += grid->channels) {
        const int32_t left = grid->region.width - column * grid->cell;
        const uint32_t area = (uint32_t)(cell_rows * (left < grid->cell ? left : grid->cell));
        const int32_t at = row * grid->columns + column;
        if (grid->channels == 1) {
            grid->planes[0][at] = (uint8_t)((sums[0] + area / 2) / area);
            continue;
        }
        const int32_t red = (int32_t)((sums[0] + area / 2) / area), green = (int32_t)((sums[1] + area / 2) / area),
                      blue = (int32_t)((sums[2] + area / 2) / area);
        const int32_t luma = vision_grey(red, green, blue);
        grid->planes[0][at] = (uint8_t)luma;
        grid->planes[1][at] = (uint8_t)((blue - luma + 256) >> 1);
        grid->planes[2][at] = (uint8_t)((red - luma + 256) >> 1);
    }
}

void vision_grid_fill(vision_grid *grid, const vision_frame *frame, uint8_t *line, uint32_t *sums) {
    const vision_box *region = &grid->region;
    for (int32_t row = 0; row < grid->rows; row++) {
        const int32_t begin = row * grid->cell;
        const int32_t end = begin + grid->cell < region->height ? begin + grid->cell : region->height;
        memset(sums, 0, (size_t)(grid->columns * grid->channels) * sizeof *sums);
        for (int32_t y = begin; y < end; y++) {
            add_row(grid, vision_row(frame, region->top + y, region->left, region->width, grid->channels, line), sums);
        }
        finish_row(grid, row, end - begin, sums);
    }
}
