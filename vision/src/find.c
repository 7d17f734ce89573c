// find.c - which cells of the working image are garment.
//
// SPDX-License-Identifier: Apache-2.0
#include "find.h"

#include <string.h>

enum { CLUSTERS = 8, ROUNDS = 5 };

typedef struct cluster {
    int32_t centre[3];
    int32_t sums[3], count, border_count;
} cluster;

static int32_t cell_count(const vision_grid *grid) {
    return grid->rows * grid->columns;
}

static int32_t square(int32_t x) {
    return x * x;
}

// Luma counts half: shadows change it, colour differences stay.
static int32_t distance2(const vision_grid *grid, int32_t cell, const int32_t centre[3]) {
    int32_t sum = square(grid->planes[0][cell] - centre[0]);
    if (grid->channels == 3) {
        sum += 4 * (square(grid->planes[1][cell] - centre[1]) + square(grid->planes[2][cell] - centre[2]));
    }
    return sum;
}

static void set_centre(const vision_grid *grid, cluster *one, int32_t cell) {
    for (int32_t c = 0; c < grid->channels; c++) {
        one->centre[c] = grid->planes[c][cell];
    }
}

// Farthest-first: each new centre is the cell farthest from all before it (Gonzalez 1985).
static int32_t choose_centres(const vision_grid *grid, cluster clusters[CLUSTERS]) {
    set_centre(grid, &clusters[0], 0);
    int32_t count = 1;
    for (; count < CLUSTERS; count++) {
        int32_t farthest = 0, farthest_distance = 0;
        for (int32_t i = 0; i < cell_count(grid); i += 5) {
            int32_t nearest = INT32_MAX;
            for (int32_t k = 0; k < count; k++) {
                const int32_t d = distance2(grid, i, clusters[k].centre);
                nearest = d < nearest ? d : nearest;
            }
            if (nearest > farthest_distance) {
                farthest_distance = nearest;
                farthest = i;
            }
        }
        if (farthest_distance < 64) {
            break;
        }
        set_centre(grid, &clusters[count], farthest);
    }
    return count;
}

static bool is_border(const vision_grid *grid, int32_t row, int32_t column) {
    return row == 0 || column == 0 || row == grid->rows - 1 || column == grid->columns - 1;
}

static int32_t nearest_cluster(const vision_grid *grid, int32_t cell, const cluster *clusters, int32_t count) {
    int32_t best = 0, best_distance = INT32_MAX;
    for (int32_t k = 0; k < count; k++) {
        const int32_t d = distance2(grid, cell, clusters[k].centre);
        if (d < best_distance) {
            best_distance = d;
            best = k;
        }
    }
    return best;
}

static int32_t make_clusters(vision_grid *grid, cluster clusters[CLUSTERS]) {
    const int32_t count = choose_centres(grid, clusters);
    for (int32_t round = 0; round < ROUNDS; round++) {
        const bool last = round == ROUNDS - 1;
        for (int32_t k = 0; k < count; k++) {
            memset(clusters[k].sums, 0, sizeof clusters[k].sums);
            clusters[k].count = clusters[k].border_count = 0;
        }
        for (int32_t row = 0, i = 0; row < grid->rows; row++) {
            for (int32_t column = 0; column < grid->columns; column++, i++) {
                if (!last && i % 3 != 0) {
                    continue;
                }
                const int32_t k = nearest_cluster(grid, i, clusters, count);
                grid->clusters[i] = (uint8_t)k;
                clusters[k].count++;
                clusters[k].border_count += is_border(grid, row, column);
                for (int32_t c = 0; c < grid->channels; c++) {
                    clusters[k].sums[c] += grid->planes[c][i];
                }
            }
        }
        for (int32_t k = 0; k < count && !last; k++) {
            for (int32_t c = 0; c < grid->channels && clusters[k].count > 0; c++) {
                clusters[k].centre[c] = clusters[k].sums[c] / clusters[k].count;
            }
        }
    }
    return count;
}

// 3 x 3 mean in place, by rows held back.
static void smooth(const vision_grid *grid, uint8_t *map) {
    uint8_t above[GRID_MAX_SIDE], here[GRID_MAX_SIDE];
    memcpy(above, map, (size_t)grid->columns);
    for (int32_t row = 0; row < grid->rows; row++) {
        uint8_t *at = map + row * grid->columns;
        const uint8_t *below = row + 1 < grid->rows ? at + grid->columns : at;
        memcpy(here, at, (size_t)grid->columns);
        if (row + 1 == grid->rows) {
            below = here;
        }
        for (int32_t x = 0; x < grid->columns; x++) {
            const int32_t l = x > 0 ? x - 1 : x, r = x + 1 < grid->columns ? x + 1 : x;
            const int32_t sum =
                above[l] + above[x] + above[r] + here[l] + here[x] + here[r] + below[l] + below[x] + below[r];
            at[x] = (uint8_t)((sum + 4) / 9);
        }
        memcpy(above, here, (size_t)grid->columns);
    }
}

// Otsu 1979: the threshold that maximises the variance between the two sides.
static int32_t otsu(const uint8_t *map, int32_t count) {
    int32_t histogram[256] = {0};
    int64_t total = 0;
    for (int32_t i = 0; i < count; i++) {
        histogram[map[i]]++;
        total += map[i];
    }
    int32_t best = 127;
    int64_t best_between = -1, low_sum = 0, low_count = 0;
    for (int32_t t = 0; t < 255; t++) {
        low_count += histogram[t];
        low_sum += (int64_t)histogram[t] * t;
        const int64_t high_count = count - low_count;
        if (low_count == 0 || high_count == 0) {
            continue;
        }
        const int64_t difference = low_sum * high_count - (total - low_sum) * low_count;  // of means, times both counts
        const int64_t scaled = (difference < 0 ? -difference : difference) / count;
        const int64_t between = scaled * scaled / (low_count * high_count);
        if (between > best_between) {
            best_between = between;
            best = t;
        }
    }
    return best;
}

// Collects the connected cells of value `from`, beginning at `start`, and sets them to `to`. Returns how many.
static int32_t flood(const vision_grid *grid, uint8_t *map, int32_t start, uint8_t from, uint8_t to, uint16_t *queue) {
    int32_t head = 0, tail = 0;
    queue[tail++] = (uint16_t)start;
    map[start] = to;
    while (head < tail) {
        const int32_t at = queue[head++], row = at / grid->columns, column = at % grid->columns;
        const int32_t near[4] = {row > 0 ? at - grid->columns : -1, row + 1 < grid->rows ? at + grid->columns : -1,
                                 column > 0 ? at - 1 : -1, column + 1 < grid->columns ? at + 1 : -1};
        for (int32_t i = 0; i < 4; i++) {
            if (near[i] >= 0 && map[near[i]] == from) {
                map[near[i]] = to;
                queue[tail++] = (uint16_t)near[i];
            }
        }
    }
    return tail;
}

// Weight of a cell by its place: 16 in the middle, falling to 4 in the corners.
static int32_t centrality(const vision_grid *grid, int32_t cell) {
    const int32_t row = cell / grid->columns, column = cell % grid->columns;
    const int32_t dy = 2 * row + 1 - grid->rows, dx = 2 * column + 1 - grid->columns;
    const int32_t y = (dy < 0 ? -dy : dy) * 64 / grid->rows, x = (dx < 0 ? -dx : dx) * 64 / grid->columns;
    return 16 - (x * x + y * y) * 12 / (2 * 64 * 64);
}

// Of the regions of 1, keeps the one with the largest sum of centrality, and those near it in size.
static void keep_largest(vision_grid *grid, uint16_t *queue) {
    uint8_t *mask = grid->mask;
    int64_t best = 0, best_count = 0;
    int32_t best_start = -1;
    for (int32_t i = 0; i < cell_count(grid); i++) {
        if (mask[i] != 1) {
            continue;
        }
        const int32_t count = flood(grid, mask, i, 1, 2, queue);
        int64_t weight = 0;
        for (int32_t k = 0; k < count; k++) {
            weight += centrality(grid, queue[k]);
        }
        if (weight > best) {
            best = weight;
            best_start = i;
            best_count = count;
        }
    }
    if (best_start < 0) {
        return;
    }
    for (int32_t i = 0; i < cell_count(grid); i++) {
        if (mask[i] != 2) {
            continue;
        }
        const int32_t count = flood(grid, mask, i, 2, 3, queue);
        const bool keep = i == best_start || 3 * count >= best_count;
        for (int32_t k = 0; k < count; k++) {
            mask[queue[k]] = keep ? 1 : 0;
        }
    }
}

// What the background cannot reach from the border is garment.
static void fill_holes(vision_grid *grid, uint16_t *queue) {
    uint8_t *mask = grid->mask;
    for (int32_t row = 0, i = 0; row < grid->rows; row++) {
        for (int32_t column = 0; column < grid->columns; column++, i++) {
            if (mask[i] == 0 && is_border(grid, row, column)) {
                flood(grid, mask, i, 0, 2, queue);
            }
        }
    }
    for (int32_t i = 0; i < cell_count(grid); i++) {
        mask[i] = mask[i] != 2;
    }
}

static void measure(const vision_grid *grid, vision_finding *found) {
    int32_t top = grid->rows, bottom = -1, left = grid->columns, right = -1, count = 0, border = 0, border_mask = 0;
    int32_t sums[2][3] = {{0}}, counts[2] = {0};
    for (int32_t row = 0, i = 0; row < grid->rows; row++) {
        for (int32_t column = 0; column < grid->columns; column++, i++) {
            const int32_t is_garment = grid->mask[i] != 0;
            counts[is_garment]++;
            for (int32_t c = 0; c < grid->channels; c++) {
                sums[is_garment][c] += grid->planes[c][i];
            }
            const bool at_border = is_border(grid, row, column);
            border += at_border;
            if (!is_garment) {
                continue;
            }
            count++;
            border_mask += at_border;
            top = row < top ? row : top;
            bottom = row;
            left = column < left ? column : left;
            right = column > right ? column : right;
        }
    }
    found->coverage_permille = 1000 * count / cell_count(grid);
    found->border_permille = 1000 * border_mask / border;
    if (counts[0] == 0 || counts[1] == 0) {
        return;
    }
    int32_t difference2 = 0;
    for (int32_t c = 0; c < grid->channels; c++) {
        const int32_t d = sums[1][c] / counts[1] - sums[0][c] / counts[0];
        difference2 += (c == 0 ? 1 : 4) * d * d;
    }
    while (found->contrast < 255 && square(found->contrast + 1) <= difference2) {
        found->contrast++;
    }
    found->garment_luma = sums[1][0] / counts[1];
    found->background_luma = sums[0][0] / counts[0];
    found->cells = (vision_box){top, left, bottom - top + 1, right - left + 1};
    found->found = found->contrast >= VISION_NOTHING_BELOW_CONTRAST &&
                   found->coverage_permille >= VISION_NOTHING_BELOW_COVERAGE_PERMILLE;
}

void vision_find(vision_grid *grid, uint16_t *queue, vision_finding *found) {
    cluster clusters[CLUSTERS];
    *found = (vision_finding){0};
    const int32_t count = make_clusters(grid, clusters);
    uint8_t weights[CLUSTERS];
    for (int32_t k = 0; k < count; k++) {
        const int32_t b2 = square(clusters[k].border_count);
        weights[k] = (uint8_t)(clusters[k].count > 0 ? 255 * clusters[k].count / (clusters[k].count + 4 * b2) : 0);
    }
    for (int32_t i = 0; i < cell_count(grid); i++) {
        grid->mask[i] = weights[grid->clusters[i]];
    }
    for (int32_t round = 0; round < 2; round++) {
        smooth(grid, grid->mask);
        if (round == 0) {
            smooth(grid, grid->mask);
        }
        for (int32_t i = 0; i < cell_count(grid); i++) {
            grid->mask[i] = (uint8_t)(grid->mask[i] * (16 + centrality(grid, i)) / 32);
        }
        const int32_t threshold = otsu(grid->mask, cell_count(grid));
        for (int32_t i = 0; i < cell_count(grid); i++) {
            grid->mask[i] = grid->mask[i] > threshold;
        }
        if (round == 1) {
            break;
        }
        keep_largest(grid, queue);
        fill_holes(grid, queue);
        // The clusters again, now by how much of each lies inside.
        int32_t inside[CLUSTERS] = {0};
        for (int32_t i = 0; i < cell_count(grid); i++) {
            inside[grid->clusters[i]] += grid->mask[i];
        }
        for (int32_t i = 0; i < cell_count(grid); i++) {
            const int32_t k = grid->clusters[i];
            grid->mask[i] = (uint8_t)(255 * inside[k] / clusters[k].count);
        }
    }
    keep_largest(grid, queue);
    fill_holes(grid, queue);
    measure(grid, found);
}
