// see.c - vision_see: the steps from frame to picture.
//
// SPDX-License-Identifier: Apache-2.0
#include "find.h"
#include "frame_rows.h"
#include "resample.h"

// What scratch holds, one after the other. The queue of vision_find and the garment's alpha are not needed together.
typedef struct workshop {
    vision_frame frame;
    vision_settings settings;
    vision_grid grid;
    uint32_t *sums;   // one row of cells or of the picture, three values each
    uint16_t *queue;  // [cells]; then alpha
    uint8_t *line;    // one row of pixels, three values each
} workshop;

enum { ROW_VALUES = 3 * VISION_MAX_PICTURE_SIDE, ALIGNMENT = 4 };

static int32_t least(int32_t a, int32_t b) {
    return a < b ? a : b;
}

static int32_t most(int32_t a, int32_t b) {
    return a > b ? a : b;
}

static int32_t clamp(int32_t x, int32_t low, int32_t high) {
    return x < low ? low : x > high ? high : x;
}

// ---- arguments ----

static bool frame_is_sound(const vision_frame *frame) {
    return frame->pixels != NULL && vision_pixel_bytes(frame->format) > 0 && frame->height > 0 && frame->width > 0 &&
           frame->height <= VISION_MAX_FRAME_SIDE && frame->width <= VISION_MAX_FRAME_SIDE &&
           frame->height * frame->width <= VISION_MAX_FRAME_PIXELS &&
           (frame->row_bytes == 0 || frame->row_bytes >= frame->width * vision_pixel_bytes(frame->format));
}

static bool region_is_sound(const vision_box *region, const vision_frame *frame) {
    return region->top >= 0 && region->left >= 0 && region->height >= VISION_MIN_REGION_SIDE &&
           region->width >= VISION_MIN_REGION_SIDE && region->height <= frame->height &&
           region->width <= frame->width && region->top <= frame->height - region->height &&
           region->left <= frame->width - region->width;
}

static bool side_is_sound(int32_t side) {
    return side >= VISION_MIN_PICTURE_SIDE && side <= VISION_MAX_PICTURE_SIDE;
}

// Copies the arguments with their defaults; false if they are refused.
static bool take_arguments(workshop *shop, const vision_frame *frame, const vision_settings *settings) {
    if (frame == NULL || settings == NULL || !frame_is_sound(frame)) {
        return false;
    }
    *shop = (workshop){.frame = *frame, .settings = *settings};
    vision_settings *set = &shop->settings;
    if (shop->frame.row_bytes == 0) {
        shop->frame.row_bytes = frame->width * vision_pixel_bytes(frame->format);
    }
    if (set->channels == 0) {
        set->channels = 1;
    }
    const vision_box *region = &set->region;
    if (region->top == 0 && region->left == 0 && region->height == 0 && region->width == 0) {
        set->region = (vision_box){0, 0, frame->height, frame->width};
    }
    const bool known = (set->mode == VISION_GARMENT || set->mode == VISION_SCENE || set->mode == VISION_PLAIN) &&
                       (set->polarity == VISION_POLARITY_AUTO || set->polarity == VISION_POLARITY_AS_IS ||
                        set->polarity == VISION_POLARITY_NEGATE);
    if (!known || !side_is_sound(set->height) || !side_is_sound(set->width) ||
        (set->channels != 1 && set->channels != 3) || !region_is_sound(&set->region, frame)) {
        return false;
    }
    vision_grid_measure(&shop->grid, &shop->frame, &set->region);
    return true;
}

// ---- scratch ----

// Hands out scratch from its start on; with base NULL it only counts.
typedef struct room {
    uint8_t *base;
    size_t used;
} room;

static void *take(room *from, size_t bytes) {
    void *taken = from->base != NULL ? from->base + from->used : NULL;
    from->used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return taken;
}

// Places everything from `base` on, which is aligned; returns how many bytes that takes.
static size_t furnish(workshop *shop, uint8_t *base) {
    vision_grid *grid = &shop->grid;
    const size_t cells = (size_t)(grid->rows * grid->columns), queue_bytes = cells * sizeof *shop->queue;
    const size_t picture_pixels = (size_t)(shop->settings.height * shop->settings.width);
    room from = {base, 0};
    shop->sums = take(&from, ROW_VALUES * sizeof *shop->sums);
    shop->queue = take(&from, queue_bytes > picture_pixels ? queue_bytes : picture_pixels);
    for (int32_t c = 0; c < grid->channels; c++) {
        grid->planes[c] = take(&from, cells);
    }
    grid->clusters = take(&from, cells);
    grid->mask = take(&from, cells);
    shop->line = take(&from, (size_t)(3 * shop->settings.region.width));
    return from.used;
}

size_t vision_scratch_bytes(const vision_frame *frame, const vision_settings *settings) {
    workshop shop;
    return take_arguments(&shop, frame, settings) ? furnish(&shop, NULL) + ALIGNMENT - 1 : 0;
}

// ---- quality ----

// floor(sqrt(x)), bit by bit.
static int32_t square_root(uint64_t x) {
    uint64_t root = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit >>= 1) {
        if ((root + bit) * (root + bit) <= x) {
            root += bit;
        }
    }
    return (int32_t)root;
}

// A step blurred by a Gaussian of width sigma has, summed along the line across it, 8 * sigma^2 times as much energy in
// its central differences as in its second differences. Only steps count that stand out of the noise. Rows and columns
// of every second row are looked at.
static void measure_sharpness(const workshop *shop, vision_result *result) {
    enum { STEP = 24 };
    const vision_box *crop = &result->crop;
    uint64_t first = 0, second = 0, sum = 0, count = 0;
    for (int32_t y = crop->top; y < crop->top + crop->height; y += 2) {
        const uint8_t *row = vision_row(&shop->frame, y, crop->left, crop->width, 1, shop->line);
        for (int32_t x = 0; x < crop->width; x++) {
            sum += row[x];
        }
        count += (uint64_t)crop->width;
        for (int32_t x = 1; x + 1 < crop->width; x++) {
            const int32_t d = row[x + 1] - row[x - 1], dd = row[x + 1] - 2 * row[x] + row[x - 1];
            if (d > STEP || d < -STEP) {
                first += (uint64_t)(d * d);
                second += (uint64_t)(dd * dd);
            }
        }
    }
    result->brightness = (int32_t)((sum + count / 2) / count);
    const uint64_t length = (uint64_t)most(crop->height, crop->width);
    result->sharpness = first > 0 ? square_root(8 * length * length * second / first) : 0;
}

// ---- what the picture shows ----

// The box of the mask in pixels of the frame.
static vision_box box_of_cells(const vision_grid *grid, const vision_box *cells) {
    const int32_t top = cells->top * grid->cell, left = cells->left * grid->cell;
    return (vision_box){grid->region.top + top, grid->region.left + left,
                        least(cells->height * grid->cell, grid->region.height - top),
                        least(cells->width * grid->cell, grid->region.width - left)};
}

static vision_box middle_square(const vision_box *region) {
    const int32_t side = least(region->height, region->width);
    return (vision_box){region->top + (region->height - side) / 2, region->left + (region->width - side) / 2, side,
                        side};
}

// The smallest box of the picture's proportions around `inner`, with the same middle.
static vision_box window_around(const vision_box *inner, const vision_settings *set, int32_t margin) {
    int32_t height = inner->height + 2 * margin, width = inner->width + 2 * margin;
    if (height * set->width > width * set->height) {
        width = (height * set->width + set->height / 2) / set->height;
    } else {
        height = (width * set->height + set->width / 2) / set->width;
    }
    return (vision_box){inner->top - (height - inner->height) / 2, inner->left - (width - inner->width) / 2, height,
                        width};
}

static vision_resampling sampling(const workshop *shop, const vision_box *window, const vision_box *clip) {
    return (vision_resampling){.source = &shop->frame,
                               .unit = 1,
                               .window = *window,
                               .clip = *clip,
                               .height = shop->settings.height,
                               .width = shop->settings.width,
                               .channels = shop->settings.channels};
}

// The mean colour of the outermost cells, for what lies beyond the region.
static void border_colour(const workshop *shop, uint8_t fill[3]) {
    const vision_box *region = &shop->settings.region;
    const int32_t channels = shop->settings.channels;
    uint32_t sums[3] = {0}, count = 0;
    for (int32_t y = 0; y < region->height; y++) {
        const uint8_t *row =
            vision_row(&shop->frame, region->top + y, region->left, region->width, channels, shop->line);
        const bool whole = y == 0 || y == region->height - 1;
        for (int32_t x = 0; x < region->width; x += whole ? 1 : region->width - 1, count++) {
            for (int32_t c = 0; c < channels; c++) {
                sums[c] += row[x * channels + c];
            }
        }
    }
    for (int32_t c = 0; c < channels; c++) {
        fill[c] = (uint8_t)((sums[c] + count / 2) / count);
    }
}

// ---- tones ----

// The value below which `share` per mille of the histogram lies.
static int32_t quantile(const int32_t histogram[256], int32_t share) {
    int32_t total = 0, below = 0, value = 0;
    for (int32_t i = 0; i < 256; i++) {
        total += histogram[i];
    }
    while (value < 255 && 1000 * (below + histogram[value]) <= total * share) {
        below += histogram[value++];
    }
    return value;
}

static void negate(uint8_t *values, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        values[i] = (uint8_t)(255 - values[i]);
    }
}

// low to 0, high to 255, straight between and clamped.
static void stretch(uint8_t *values, int32_t count, int32_t low, int32_t high) {
    uint8_t table[256];
    for (int32_t v = 0; v < 256; v++) {
        table[v] = (uint8_t)clamp(((v - low) * 255 + (high - low) / 2) / (high - low), 0, 255);
    }
    for (int32_t i = 0; i < count; i++) {
        values[i] = table[values[i]];
    }
}

static void stretch_all(uint8_t *values, int32_t count) {
    int32_t histogram[256] = {0};
    for (int32_t i = 0; i < count; i++) {
        histogram[values[i]]++;
    }
    const int32_t low = quantile(histogram, 10), high = quantile(histogram, 990);
    stretch(values, count, low, most(high, low + 1));
}

// Garment mode: stretches by what is surely garment, then lays it on black.
static void tone_garment(const workshop *shop, const uint8_t *alpha, uint8_t *picture) {
    enum { SURE = 192, LEAST_RANGE = 128 };
    const int32_t channels = shop->settings.channels, pixels = shop->settings.height * shop->settings.width;
    int32_t histogram[256] = {0};
    for (int32_t i = 0; i < pixels * channels; i++) {
        histogram[picture[i]] += alpha[i / channels] >= SURE;
    }
    int32_t low = quantile(histogram, 50), high = quantile(histogram, 950);
    if (high - low < LEAST_RANGE) {
        const int32_t middle = (high + low) / 2;
        high = middle + LEAST_RANGE / 2;
        low = high - LEAST_RANGE;
    }
    stretch(picture, pixels * channels, low, high);
    for (int32_t i = 0; i < pixels * channels; i++) {
        picture[i] = (uint8_t)((picture[i] * alpha[i / channels] + 127) / 255);
    }
}

static void mirror(const vision_settings *set, uint8_t *picture) {
    for (int32_t y = 0; y < set->height; y++, picture += set->width * set->channels) {
        for (int32_t left = 0, right = set->width - 1; left < right; left++, right--) {
            for (int32_t c = 0; c < set->channels; c++) {
                const uint8_t kept = picture[left * set->channels + c];
                picture[left * set->channels + c] = picture[right * set->channels + c];
                picture[right * set->channels + c] = kept;
            }
        }
    }
}

// ---- modes ----

static bool decide(vision_polarity polarity, bool otherwise) {
    return polarity == VISION_POLARITY_AUTO ? otherwise : polarity == VISION_POLARITY_NEGATE;
}

// Sum of luma over a box of cells, which may be empty.
static int32_t luma_sum(const vision_grid *grid, const vision_box *cells) {
    int32_t sum = 0;
    for (int32_t y = cells->top; y < cells->top + cells->height; y++) {
        for (int32_t x = cells->left; x < cells->left + cells->width; x++) {
            sum += grid->planes[0][y * grid->columns + x];
        }
    }
    return sum;
}

// All cells but those of the outermost sides / `share`.
static vision_box inner_cells(const vision_grid *grid, int32_t share, int32_t least_cells) {
    const int32_t y = most(grid->rows / share, least_cells), x = most(grid->columns / share, least_cells);
    return (vision_box){y, x, most(grid->rows - 2 * y, 0), most(grid->columns - 2 * x, 0)};
}

// Compares the mean luma of the outermost 1/16 with that of the middle half.
static bool border_is_lighter(const vision_grid *grid) {
    const vision_box all = {0, 0, grid->rows, grid->columns}, inner = inner_cells(grid, 16, 1);
    const vision_box middle = inner_cells(grid, 4, 0);
    const int32_t border_sum = luma_sum(grid, &all) - luma_sum(grid, &inner);
    const int32_t border_count = all.height * all.width - inner.height * inner.width;
    return (int64_t)border_sum * (middle.height * middle.width) > (int64_t)luma_sum(grid, &middle) * border_count;
}

static void show_scene(const workshop *shop, uint8_t *picture, vision_result *result) {
    const vision_settings *set = &shop->settings;
    const bool is_plain = set->mode == VISION_PLAIN;
    const int32_t margin = is_plain ? 0 : (most(result->crop.height, result->crop.width) + 5) / 10;
    const vision_box window = window_around(&result->crop, set, margin);
    vision_resampling how = sampling(shop, &window, &set->region);
    border_colour(shop, how.fill);
    vision_resample(&how, shop->line, shop->sums, picture);
    result->negated = decide(set->polarity, is_plain && border_is_lighter(&shop->grid));
    if (set->stretch_contrast) {
        stretch_all(picture, set->height * set->width * set->channels);
    }
}

static void show_garment(const workshop *shop, const vision_finding *found, uint8_t *picture, vision_result *result) {
    const vision_settings *set = &shop->settings;
    const vision_grid *grid = &shop->grid;
    const vision_box window = window_around(&result->crop, set, 0);
    vision_resampling how = sampling(shop, &window, &result->crop);
    vision_resample(&how, shop->line, shop->sums, picture);

    // The mask as a grey frame whose pixels are cells.
    uint8_t *alpha = (uint8_t *)shop->queue;
    const vision_frame mask = {grid->mask, VISION_GREY8, grid->rows, grid->columns, grid->columns};
    const vision_box *region = &set->region;
    how.source = &mask;
    how.unit = grid->cell;
    how.channels = 1;
    how.window.top -= region->top;
    how.window.left -= region->left;
    how.clip.top -= region->top;
    how.clip.left -= region->left;
    vision_resample(&how, shop->line, shop->sums, alpha);

    result->negated = decide(set->polarity, found->garment_luma < found->background_luma);
    if (result->negated) {
        negate(picture, set->height * set->width * set->channels);
    }
    tone_garment(shop, alpha, picture);
}

static uint32_t problems_of(const vision_result *result, bool found) {
    uint32_t problems = found ? 0 : VISION_NOTHING_THERE;
    problems |= result->brightness < VISION_DARK_BELOW ? VISION_TOO_DARK : 0;
    problems |= result->brightness > VISION_BRIGHT_ABOVE ? VISION_TOO_BRIGHT : 0;
    problems |= found && result->sharpness < VISION_BLURRED_BELOW ? VISION_BLURRED : 0;
    problems |= found && result->border_permille > VISION_BORDER_ABOVE_PERMILLE ? VISION_TOUCHES_BORDER : 0;
    return problems;
}

static void look(workshop *shop, uint8_t *picture, vision_result *result) {
    vision_grid *grid = &shop->grid;
    vision_finding found;
    vision_grid_fill(grid, &shop->frame, shop->line, shop->sums);
    vision_find(grid, shop->queue, &found);
    *result = (vision_result){.crop = shop->settings.region,
                              .contrast = found.contrast,
                              .coverage_permille = found.coverage_permille,
                              .border_permille = found.border_permille};
    for (int32_t i = 0; i < grid->rows * grid->columns; i++) {
        grid->mask[i] = found.found && grid->mask[i] == 0 ? 0 : 255;
    }
    if (shop->settings.mode != VISION_PLAIN) {
        result->crop = found.found ? box_of_cells(grid, &found.cells) : middle_square(&shop->settings.region);
    }
    measure_sharpness(shop, result);
    result->problems = problems_of(result, found.found);
    if (shop->settings.mode == VISION_GARMENT) {
        show_garment(shop, &found, picture, result);
    } else {
        show_scene(shop, picture, result);
        if (result->negated) {
            negate(picture, shop->settings.height * shop->settings.width * shop->settings.channels);
        }
    }
    if (shop->settings.mirror) {
        mirror(&shop->settings, picture);
    }
}

vision_status vision_see(const vision_frame *frame, const vision_settings *settings, void *scratch,
                         size_t scratch_bytes, uint8_t *picture, vision_result *result) {
    workshop shop;
    if (scratch == NULL || picture == NULL || result == NULL || !take_arguments(&shop, frame, settings)) {
        return VISION_ERR_ARGUMENT;
    }
    if (scratch_bytes < vision_scratch_bytes(frame, settings)) {
        return VISION_ERR_MEMORY;
    }
    uint8_t *base = scratch;
    while ((uintptr_t)base % ALIGNMENT != 0) {
        base++;
    }
    furnish(&shop, base);
    look(&shop, picture, result);
    return VISION_OK;
}

const char *vision_problem_text(vision_problem problem) {
    switch (problem) {
    case VISION_NOTHING_THERE:
        return "nothing there";
    case VISION_TOO_DARK:
        return "too dark";
    case VISION_TOO_BRIGHT:
        return "too bright";
    case VISION_BLURRED:
        return "blurred";
    case VISION_TOUCHES_BORDER:
        return "touches the border";
    default:
        return "no problem";
    }
}
