// resample.c - resizing by area averaging.
//
// In units of 1/width of a coordinate step, target column x covers [x * window.width, (x + 1) * window.width) and source
// column s covers [s * unit * width, (s + 1) * unit * width), both from the window's left edge; the overlap is the
// weight. Rows likewise. A weighted sum is at most 255 * window.height * window.width, which has to fit 32 bits.
//
// SPDX-License-Identifier: Apache-2.0
#include "resample.h"

#include <string.h>

#include "frame_rows.h"

// One axis: what a target position covers.
typedef struct axis {
    int32_t window_start, window_length;
    int32_t clip_start, clip_end;  // from window_start
    int32_t unit, count;  // count: target positions
} axis;

// A target position's cover, in units of 1/count: [begin, end) after clipping.
typedef struct cover {
    int32_t begin, end;
} cover;

static cover cover_of(const axis *along, int32_t position) {
    cover covered = {position * along->window_length, (position + 1) * along->window_length};
    const int32_t low = along->clip_start * along->count, high = along->clip_end * along->count;
    covered.begin = covered.begin > low ? covered.begin : low;
    covered.end = covered.end < high ? covered.end : high;
    covered.end = covered.end > covered.begin ? covered.end : covered.begin;
    return covered;
}

// Source positions are counted from the source's own start.
static int32_t source_start(const axis *along, int32_t index) {
    return (index * along->unit - along->window_start) * along->count;
}

static int32_t source_index(const axis *along, int32_t place) {
    return (along->window_start * along->count + place) / (along->unit * along->count);
}

static uint32_t overlap(const axis *along, cover covered, int32_t index) {
    const int32_t start = source_start(along, index), end = start + along->unit * along->count;
    return (uint32_t)((end < covered.end ? end : covered.end) - (start > covered.begin ? start : covered.begin));
}

// Adds weight times a source row, whose first pixel has index `first`, to the sums of a target row.
static void add_row(const axis *across, const uint8_t *row, int32_t first, int32_t channels, uint32_t weight,
                    uint32_t *sums) {
    const uint32_t whole = (uint32_t)(across->unit * across->count);
    for (int32_t x = 0; x < across->count; x++, sums += channels) {
        const cover covered = cover_of(across, x);
        if (covered.begin == covered.end) {
            continue;
        }
        const int32_t begin = source_index(across, covered.begin), last = source_index(across, covered.end - 1);
        const uint8_t *pixel = row + (begin - first) * channels, *end = row + (last - first) * channels;
        const uint32_t begin_weight = overlap(across, covered, begin), end_weight = overlap(across, covered, last);
        for (int32_t c = 0; c < channels; c++) {
            uint32_t between = 0;
            for (const uint8_t *at = pixel + channels + c; at < end; at += channels) {
                between += *at;
            }
            uint32_t sum = between * whole + begin_weight * pixel[c];
            if (last > begin) {
                sum += end_weight * end[c];
            }
            sums[c] += weight * sum;
        }
    }
}

static axis axis_of(int32_t window_start, int32_t window_length, int32_t clip_start, int32_t clip_length, int32_t unit,
                    int32_t count) {
    return (axis){.window_start = window_start,
                  .window_length = window_length,
                  .clip_start = clip_start - window_start,
                  .clip_end = clip_start + clip_length - window_start,
                  .unit = unit,
                  .count = count};
}

void vision_resample(const vision_resampling *how, uint8_t *line, uint32_t *sums, uint8_t *target) {
    const vision_box *window = &how->window, *clip = &how->clip;
    const axis across = axis_of(window->left, window->width, clip->left, clip->width, how->unit, how->width);
    const axis down = axis_of(window->top, window->height, clip->top, clip->height, how->unit, how->height);
    const int32_t first = clip->left / how->unit;
    const int32_t source_width = (clip->left + clip->width - 1) / how->unit - first + 1;
    for (int32_t y = 0; y < how->height; y++) {
        const cover rows = cover_of(&down, y);
        memset(sums, 0, (size_t)(how->width * how->channels) * sizeof *sums);
        for (int32_t place = rows.begin; place < rows.end;) {
            const int32_t row = source_index(&down, place);
            const uint32_t weight = overlap(&down, rows, row);
            add_row(&across, vision_row(how->source, row, first, source_width, how->channels, line), first,
                    how->channels, weight, sums);
            place += (int32_t)weight;
        }
        for (int32_t x = 0; x < how->width; x++) {
            const cover columns = cover_of(&across, x);
            const uint32_t area = (uint32_t)((columns.end - columns.begin) * (rows.end - rows.begin));
            for (int32_t c = 0; c < how->channels; c++) {
                *target = how->fill[c];
                if (area > 0) {
                    *target = (uint8_t)((sums[x * how->channels + c] + area / 2) / area);
                }
                target++;
            }
        }
    }
}
