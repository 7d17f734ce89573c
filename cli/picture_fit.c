// picture_fit.c - makes a model's input out of a picture: grey or colour, polarity, size.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "picture.h"

cli_status picture_set_channels(picture *changed, uint32_t channels) {
    if (changed->channels == channels) {
        return CLI_OK;
    }
    picture made;
    if (!picture_allocate(&made, changed->width, changed->height, channels)) {
        return cli_fail(CLI_FAILED, "no memory for a picture of %u x %u; use a smaller one", changed->width,
                        changed->height);
    }
    const size_t pixel_count = (size_t)made.width * made.height;
    for (size_t i = 0; i < pixel_count; i++) {
        if (channels == 1) {
            const uint8_t *rgb = changed->pixels + 3 * i;
            made.pixels[i] = (uint8_t)((rgb[0] * 299 + rgb[1] * 587 + rgb[2] * 114 + 500) / 1000);
        } else {
            memset(made.pixels + 3 * i, changed->pixels[i], 3);
        }
    }
    picture_free(changed);
    *changed = made;
    return CLI_OK;
}

// Sum of channel `channel` (all channels: UINT32_MAX) over a rectangle, and the number of its samples.
typedef struct sum {
    uint64_t total, count;
} sum;

static void add_samples(sum *to, const picture *from, uint32_t x, uint32_t y, uint32_t channel) {
    const uint8_t *pixel = from->pixels + ((size_t)y * from->width + x) * from->channels;
    for (uint32_t c = 0; c < from->channels; c++) {
        if (channel == UINT32_MAX || channel == c) {
            to->total += pixel[c];
            to->count++;
        }
    }
}

// The outermost rows and columns, 1/16 of the shorter side thick.
static sum border_sum(const picture *from, uint32_t channel) {
    const uint32_t shorter = from->width < from->height ? from->width : from->height;
    const uint32_t thick = shorter < 16 ? 1 : shorter / 16;
    sum border = {0, 0};
    for (uint32_t y = 0; y < from->height; y++) {
        const bool whole_row = y < thick || y >= from->height - thick;
        for (uint32_t x = 0; x < from->width; x++) {
            if (!whole_row && x == thick && from->width > 2 * thick) {
                x = from->width - thick;
            }
            add_samples(&border, from, x, y, channel);
        }
    }
    return border;
}

static bool border_is_lighter(const picture *from) {
    const sum border = border_sum(from, UINT32_MAX);
    sum centre = {0, 0};
    for (uint32_t y = from->height / 4; y < from->height - from->height / 4; y++) {
        for (uint32_t x = from->width / 4; x < from->width - from->width / 4; x++) {
            add_samples(&centre, from, x, y, UINT32_MAX);
        }
    }
    return border.total * centre.count > centre.total * border.count;
}

void picture_apply_invert(picture *changed, picture_invert invert) {
    if (invert == INVERT_NO || (invert == INVERT_AUTO && !border_is_lighter(changed))) {
        return;
    }
    const size_t sample_count = (size_t)changed->width * changed->height * changed->channels;
    for (size_t i = 0; i < sample_count; i++) {
        changed->pixels[i] = (uint8_t)(255 - changed->pixels[i]);
    }
}

// Averages the source into `width` x `height` at (left, top) of `result`. In units of 1/width of a source pixel, target
// column x covers [x * source_width, (x + 1) * source_width) and source column s covers [s * width, (s + 1) * width);
// the overlap is the weight. Rows likewise. All integers, so the result is the same everywhere.
static void average_areas(picture *result, const picture *from, uint32_t left, uint32_t top, uint32_t width,
                          uint32_t height) {
    const uint64_t area = (uint64_t)from->width * from->height;
    for (uint32_t y = 0; y < height; y++) {
        const uint64_t y0 = (uint64_t)y * from->height, y1 = y0 + from->height;
        for (uint32_t x = 0; x < width; x++) {
            const uint64_t x0 = (uint64_t)x * from->width, x1 = x0 + from->width;
            uint64_t totals[3] = {0, 0, 0};
            for (uint64_t sy = y0 / height; sy * height < y1; sy++) {
                const uint64_t high = (sy + 1) * height < y1 ? (sy + 1) * height : y1;
                const uint64_t weight_y = high - (sy * height > y0 ? sy * height : y0);
                for (uint64_t sx = x0 / width; sx * width < x1; sx++) {
                    const uint64_t right = (sx + 1) * width < x1 ? (sx + 1) * width : x1;
                    const uint64_t weight = weight_y * (right - (sx * width > x0 ? sx * width : x0));
                    for (uint32_t c = 0; c < from->channels; c++) {
                        totals[c] += weight * from->pixels[(sy * from->width + sx) * from->channels + c];
                    }
                }
            }
            uint8_t *target = result->pixels + ((size_t)(top + y) * result->width + left + x) * result->channels;
            for (uint32_t c = 0; c < from->channels; c++) {
                target[c] = (uint8_t)((totals[c] + area / 2) / area);
            }
        }
    }
}

static uint32_t scaled(uint32_t length, uint32_t to, uint32_t from) {
    const uint64_t result = ((uint64_t)length * to + from / 2) / from;
    return result > 0 ? (uint32_t)result : 1;
}

cli_status picture_fit(picture *result, const picture *from, uint32_t width, uint32_t height) {
    if (!picture_allocate(result, width, height, from->channels)) {
        return cli_fail(CLI_FAILED, "no memory for a picture of %u x %u; use a model with a smaller input", width,
                        height);
    }
    uint32_t fit_width = width, fit_height = height;
    if ((uint64_t)from->width * height >= (uint64_t)from->height * width) {
        fit_height = scaled(from->height, width, from->width);
    } else {
        fit_width = scaled(from->width, height, from->height);
    }
    if (fit_width != width || fit_height != height) {
        uint8_t fill[3];
        for (uint32_t c = 0; c < from->channels; c++) {
            const sum border = border_sum(from, c);
            fill[c] = (uint8_t)((border.total + border.count / 2) / border.count);
        }
        for (size_t i = 0; i < (size_t)width * height; i++) {
            memcpy(result->pixels + i * from->channels, fill, from->channels);
        }
    }
    average_areas(result, from, (width - fit_width) / 2, (height - fit_height) / 2, fit_width, fit_height);
    return CLI_OK;
}

cli_status picture_reduce(picture *result, const picture *from, uint32_t side, uint32_t pixels) {
    *result = (picture){0};
    const uint32_t longer = from->width > from->height ? from->width : from->height;
    uint32_t wanted = longer < side ? longer : side, width, height;
    do {
        width = scaled(from->width, wanted, longer);
        height = scaled(from->height, wanted, longer);
    } while (width * height > pixels && --wanted > 0);
    return wanted < longer ? picture_fit(result, from, width, height) : CLI_OK;
}
