// kernels.c - compares a target's kernels with the portable ones on random shapes.
//
// SPDX-License-Identifier: Apache-2.0
#include "kernels.h"

#include <string.h>

#include "ops/average_pool_2d/average_pool_2d.h"
#include "ops/conv_2d/conv_2d.h"
#include "ops/depthwise_conv_2d/depthwise_conv_2d.h"
#include "ops/fully_connected/fully_connected.h"
#include "ops/max_pool_2d/max_pool_2d.h"
#include "ops/quantize/quantize.h"
#include "sum.h"
#include "targets/target.h"

// ---- random numbers -----------------------------------------------------------------------------------------------

static uint32_t state;

static void set_case(uint32_t seed, uint32_t op, uint32_t index) {
    state = (seed * 31 + op) * 0x9e3779b1u + index * 0x85ebca77u + 1;
}

static uint32_t draw(void) {
    state += 0x9e3779b9u;
    uint32_t x = state;
    x = (x ^ x >> 16) * 0x21f0aaadu;
    x = (x ^ x >> 15) * 0x735a2d97u;
    return x ^ x >> 15;
}

// From `low` to `high`, both included.
static int32_t draw_between(int32_t low, int32_t high) {
    return low + (int32_t)(draw() % (uint32_t)(high - low + 1));
}

static bool draw_one_in(int32_t n) {
    return draw_between(1, n) == 1;
}

// Any values, small ones, or one repeated, extremes included.
static void draw_bytes(int8_t *bytes, size_t count) {
    const int32_t kind = draw_between(0, 5);
    const int32_t limit = kind == 0 ? 3 : 128;
    const int8_t one = (int8_t)(draw_one_in(2) ? draw_between(-128, 127) : draw_one_in(2) ? -128 : 127);
    for (size_t i = 0; i < count; i++) {
        bytes[i] = kind == 1 ? one : (int8_t)draw_between(-limit, limit - 1);
    }
}

// ---- one case -----------------------------------------------------------------------------------------------------

// The sizes that a case of any op with weights has, in elements.
typedef struct extent {
    size_t input, weights, output;
    int32_t channels;  // of the output
} extent;

static int32_t draw_zero_point(void) {
    return draw_one_in(2) ? -128 : draw_between(-128, 127);
}

// Factors as they occur, and any that prepare accepts.
static void draw_scale(thimble_weights_scale *scale, const uint8_t **file, int32_t channels) {
    *scale = (thimble_weights_scale){.input_zero_point = (int8_t)draw_zero_point(),
                                     .output_zero_point = (int8_t)draw_zero_point(),
                                     .lowest = -128,
                                     .highest = 127};
    if (draw_one_in(3)) {
        scale->lowest = (int8_t)draw_between(-128, 127);
        scale->highest = (int8_t)draw_between(scale->lowest, 127);
    }
    *file = NULL;
    if (draw_one_in(2)) {
        scale->multiplier = draw_one_in(16) ? 0 : (int32_t)(draw() >> 2 | 1u << 30);
        scale->shift = (int8_t)(scale->multiplier == 0 ? 0
                                : draw_one_in(8)       ? draw_between(-31, 30)
                                                       : draw_between(-14, 0));
        return;
    }
    float *scales = kernels_take(4 * (size_t)channels);
    for (int32_t o = 0; o < channels; o++) {
        scales[o] = draw_one_in(16) ? 0.0f : (float)draw_between(1, 1 << 20) / (float)(1 << 24);
    }
    *file = (const uint8_t *)scales;
    scale->per_channel = true;
    scale->scales = 0;
    scale->input_scale = (float)draw_between(1, 1000) / 256;
    scale->output_scale = (float)draw_between(1, 1000) / (draw_one_in(8) ? 4096 : 64);
}

static const int32_t *draw_biases(int32_t channels) {
    if (draw_one_in(8)) {
        return NULL;
    }
    int32_t *biases = kernels_take(4 * (size_t)channels);
    const int32_t bits = draw_one_in(8) ? 32 : draw_between(4, 20);
    for (int32_t o = 0; o < channels; o++) {
        biases[o] = (int32_t)draw() >> (32 - bits);
    }
    return biases;
}

static void *take_noise(size_t bytes) {
    uint8_t *taken = kernels_take(bytes);
    memset(taken, 0xa5, bytes);
    return taken;
}

// Runs `kernel` for all channels, in two calls half of the time, as two workers would.
static void run(thimble_weights_int8_fn *kernel, thimble_weights_scratch_fn *scratch, bool small,
                const thimble_weights_int8_args *args, int32_t channels, uint32_t *scratch_count) {
    const uint32_t scratch_bytes = scratch != NULL && !small ? scratch(args->record) : 0;
    *scratch_count += scratch_bytes != 0;
    const int32_t middle = draw_one_in(2) ? draw_between(0, channels) : 0;
    const thimble_range parts[] = {{0, middle}, {middle, channels}};
    for (int32_t i = 0; i < 2; i++) {
        kernel(args, parts[i], scratch_bytes != 0 ? take_noise(scratch_bytes) : NULL);
    }
}

// NULL, or what is wrong.
static const char *compare(thimble_weights_int8_fn *kernel, thimble_weights_scratch_fn *scratch,
                           thimble_weights_int8_fn *portable, thimble_weights_int8_args *args, const extent *size,
                           uint32_t *scratch_count) {
    int8_t *input = kernels_take(size->input), *weights = kernels_take(size->weights);
    draw_bytes(input, size->input);
    draw_bytes(weights, size->weights);
    args->input = input;
    args->weights = weights;
    args->bias = draw_biases(size->channels);
    int8_t *outputs[3];
    for (int32_t i = 0; i < 3; i++) {
        args->output = outputs[i] = take_noise(size->output);
        run(i == 0 ? portable : kernel, i == 0 ? NULL : scratch, i == 2, args, size->channels, scratch_count);
    }
    const bool same = memcmp(outputs[0], outputs[1], size->output) == 0;
    const bool same_small = memcmp(outputs[0], outputs[2], size->output) == 0;
    return !kernels_release() ? "it writes outside its buffers"
           : !same            ? "the outputs differ"
           : !same_small      ? "the outputs differ without scratch"
                              : NULL;
}

// ---- the ops ------------------------------------------------------------------------------------------------------

static void draw_axis(thimble_axis *axis, int32_t largest) {
    const bool same = draw_one_in(2);
    axis->kernel = draw_one_in(3) ? 3 : draw_between(1, 5);
    axis->stride = draw_between(1, 3);
    axis->dilation = draw_one_in(8) ? 2 : 1;
    const int32_t reach = (axis->kernel - 1) * axis->dilation + 1;
    axis->input = draw_between(same ? 1 : reach, largest < reach ? reach : largest);
    axis->output = ((same ? axis->input : axis->input - reach + 1) + axis->stride - 1) / axis->stride;
    const int32_t missing = (axis->output - 1) * axis->stride + reach - axis->input;
    axis->pad = missing > 0 ? missing / 2 : 0;
}

static void draw_window(thimble_window *w) {
    const int32_t largest = draw_one_in(16) ? 60 : 11;
    draw_axis(&w->rows, 11);
    draw_axis(&w->columns, largest);
    if (draw_one_in(4)) {  // the shape of most layers
        w->rows = (thimble_axis){w->rows.input, w->rows.input, 1, 1, 1, 0};
        w->columns = (thimble_axis){w->columns.input, w->columns.input, 1, 1, 1, 0};
    } else if (draw_one_in(3)) {
        const int32_t stride = draw_between(1, 2);
        draw_axis(&w->columns, largest);
        w->rows.kernel = w->columns.kernel = 3;
        w->rows.dilation = w->columns.dilation = 1;
        thimble_axis *const axes[] = {&w->rows, &w->columns};
        for (int32_t i = 0; i < 2; i++) {
            axes[i]->stride = stride;
            axes[i]->output = (axes[i]->input + stride - 1) / stride;
            const int32_t missing = (axes[i]->output - 1) * stride + 3 - axes[i]->input;
            axes[i]->pad = missing > 0 ? missing / 2 : 0;
        }
    }
    w->batches = draw_one_in(8) ? draw_between(1, 3) : 1;
}

static size_t positions(const thimble_window *w, bool of_output) {
    return (size_t)w->batches *
           (size_t)(of_output ? w->rows.output * w->columns.output : w->rows.input * w->columns.input);
}

static int32_t draw_channels(void) {
    return draw_one_in(8) ? draw_between(1, 90) : draw_one_in(2) ? 4 * draw_between(1, 8) : draw_between(1, 9);
}

static void note_window(kernels_failure *failure, const thimble_conv_record *r) {
    const thimble_window *w = &r->window;
    const int32_t shape[] = {w->batches,     w->rows.input,     w->columns.input,   r->input_channels,
                             w->rows.kernel, w->columns.kernel, r->output_channels, r->weight_channels,
                             w->rows.stride, w->columns.stride, w->rows.dilation,   w->columns.dilation};
    memcpy(failure->shape, shape, sizeof shape);
}

static const char *try_conv_2d(uint32_t *scratch_count, kernels_failure *failure) {
    thimble_conv_record r = {0};
    thimble_weights_int8_args args = {.record = &r};
    draw_window(&r.window);
    const int32_t groups = draw_one_in(8) ? draw_between(2, 3) : 1;
    r.weight_channels = draw_channels();
    r.input_channels = r.weight_channels * groups;
    r.output_channels = draw_between(1, draw_one_in(8) ? 30 : 6) * groups;
    note_window(failure, &r);
    draw_scale(&r.scale, &args.file, r.output_channels);
    const extent size = {
        positions(&r.window, false) * (size_t)r.input_channels,
        (size_t)(r.window.rows.kernel * r.window.columns.kernel * r.weight_channels * r.output_channels),
        positions(&r.window, true) * (size_t)r.output_channels, r.output_channels};
    return compare(THIMBLE_KERNEL(conv_2d_int8, THIMBLE_TARGET_CONV_2D_INT8), THIMBLE_SCRATCH_CONV_2D_INT8,
                   thimble_conv_2d_int8_portable, &args, &size, scratch_count);
}

static const char *try_depthwise_conv_2d(uint32_t *scratch_count, kernels_failure *failure) {
    thimble_conv_record r = {0};
    thimble_weights_int8_args args = {.record = &r};
    draw_window(&r.window);
    r.input_channels = draw_channels();
    r.output_channels = r.weight_channels = r.input_channels * (draw_one_in(4) ? draw_between(1, 4) : 1);
    note_window(failure, &r);
    draw_scale(&r.scale, &args.file, r.output_channels);
    const extent size = {positions(&r.window, false) * (size_t)r.input_channels,
                         (size_t)(r.window.rows.kernel * r.window.columns.kernel * r.output_channels),
                         positions(&r.window, true) * (size_t)r.output_channels, r.output_channels};
    return compare(THIMBLE_KERNEL(depthwise_conv_2d_int8, THIMBLE_TARGET_DEPTHWISE_CONV_2D_INT8),
                   THIMBLE_SCRATCH_DEPTHWISE_CONV_2D_INT8, thimble_depthwise_conv_2d_int8_portable, &args, &size,
                   scratch_count);
}

static const char *try_fully_connected(uint32_t *scratch_count, kernels_failure *failure) {
    thimble_fully_connected_record r = {.batches = draw_one_in(4) ? draw_between(0, 3) : 1,
                                        .input_depth = draw_between(1, draw_one_in(8) ? 1500 : 100),
                                        .output_depth = draw_between(1, draw_one_in(8) ? 200 : 12)};
    thimble_weights_int8_args args = {.record = &r};
    memcpy(failure->shape, &r, 3 * sizeof(int32_t));
    if (draw_one_in(2)) {
        r.input_depth = (r.input_depth + 3) / 4 * 4;
    }
    draw_scale(&r.scale, &args.file, r.output_depth);
    if (!r.scale.per_channel && draw_one_in(4)) {
        r.scale.weights_zero_point = (int8_t)draw_between(-128, 127);
    }
    const extent size = {(size_t)(r.batches * r.input_depth), (size_t)(r.input_depth * r.output_depth),
                         (size_t)(r.batches * r.output_depth), r.output_depth};
    return compare(THIMBLE_KERNEL(fully_connected_int8, THIMBLE_TARGET_FULLY_CONNECTED_INT8),
                   THIMBLE_SCRATCH_FULLY_CONNECTED_INT8, thimble_fully_connected_int8_portable, &args, &size,
                   scratch_count);
}

// Both pools: `kernel` on all rows, in two calls half of the time.
static const char *compare_pools(thimble_pool_2d_int8_fn *kernel, thimble_pool_2d_int8_fn *portable,
                                 kernels_failure *failure) {
    thimble_pool_2d_record r = {0};
    draw_window(&r.window);
    r.window.rows.dilation = r.window.columns.dilation = 1;
    thimble_axis *const axes[] = {&r.window.rows, &r.window.columns};
    for (int32_t i = 0; i < 2; i++) {
        if (draw_one_in(6)) {  // a window over everything, as before the last layers
            *axes[i] = (thimble_axis){axes[i]->input, 1, axes[i]->input, 1, 1, 0};
        } else if (axes[i]->input < axes[i]->kernel) {
            axes[i]->kernel = axes[i]->input;
            axes[i]->pad = 0;
        }
    }
    r.channels = draw_channels();
    r.lowest = (int8_t)(draw_one_in(3) ? draw_between(-128, 127) : -128);
    r.highest = (int8_t)(draw_one_in(3) ? draw_between(r.lowest, 127) : 127);
    const int32_t shape[] = {r.window.batches,     r.window.rows.input,    r.window.columns.input,
                             r.channels,           r.window.rows.kernel,   r.window.columns.kernel,
                             r.window.rows.stride, r.window.columns.stride};
    memcpy(failure->shape, shape, sizeof shape);
    const size_t input_bytes = positions(&r.window, false) * (size_t)r.channels;
    const size_t output_bytes = positions(&r.window, true) * (size_t)r.channels;
    int8_t *input = kernels_take(input_bytes), *expected = take_noise(output_bytes), *output = take_noise(output_bytes);
    draw_bytes(input, input_bytes);
    const int32_t rows = thimble_window_row_count(&r.window), middle = draw_one_in(2) ? draw_between(0, rows) : 0;
    portable(&(thimble_pool_2d_int8_args){&r, input, expected}, (thimble_range){0, rows});
    kernel(&(thimble_pool_2d_int8_args){&r, input, output}, (thimble_range){0, middle});
    kernel(&(thimble_pool_2d_int8_args){&r, input, output}, (thimble_range){middle, rows});
    const bool same = memcmp(expected, output, output_bytes) == 0;
    return !kernels_release() ? "it writes outside its buffers" : !same ? "the outputs differ" : NULL;
}

static const char *try_average_pool_2d(uint32_t *scratch_count, kernels_failure *failure) {
    (void)scratch_count;
    return compare_pools(THIMBLE_KERNEL(average_pool_2d_int8, THIMBLE_TARGET_AVERAGE_POOL_2D_INT8),
                         thimble_average_pool_2d_int8_portable, failure);
}

static const char *try_max_pool_2d(uint32_t *scratch_count, kernels_failure *failure) {
    (void)scratch_count;
    return compare_pools(THIMBLE_KERNEL(max_pool_2d_int8, THIMBLE_TARGET_MAX_POOL_2D_INT8),
                         thimble_max_pool_2d_int8_portable, failure);
}

// ADD and SUB, of equal shapes or of one that is repeated.
static const char *try_sum(uint32_t *scratch_count, kernels_failure *failure) {
    (void)scratch_count;
    thimble_sum_record r = {0};
    const float scales[] = {(float)draw_between(1, 4000) / 4096, (float)draw_between(1, 4000) / 4096};
    const float larger = scales[0] > scales[1] ? scales[0] : scales[1];
    for (int32_t i = 0; i < 2; i++) {
        r.int8.inputs[i] = thimble_rescale_of(scales[i], 1, larger, -1);
        r.int8.zero_points[i] = (int8_t)draw_zero_point();
    }
    r.int8.output = thimble_rescale_of(larger, 1, (float)draw_between(1, 4000) / 4096, 1 - THIMBLE_SUM_SHIFT);
    r.int8.output_zero_point = (int8_t)draw_zero_point();
    r.int8.lowest = (int8_t)(draw_one_in(3) ? draw_between(-128, 127) : -128);
    r.int8.highest = (int8_t)(draw_one_in(3) ? draw_between(r.int8.lowest, 127) : 127);
    const int32_t count = draw_between(1, 100), repeats = draw_one_in(4) ? draw_between(2, 5) : 1;
    const bool single = draw_one_in(4);
    r.pairwise = (thimble_pairwise){2, {{count, {1, single ? 0 : 1}}, {repeats, {count, 0}}}};
    const size_t bytes = (size_t)(count * repeats);
    int8_t *first = kernels_take(bytes), *second = kernels_take((size_t)count);
    int8_t *expected = take_noise(bytes), *output = take_noise(bytes);
    draw_bytes(first, bytes);
    draw_bytes(second, (size_t)count);
    failure->shape[0] = count;
    failure->shape[1] = repeats;
    const bool subtract = draw_one_in(2);
    const int32_t middle = draw_one_in(2) ? draw_between(0, count) : 0;
    const thimble_sum_int8_args args = {&r, {first, second}, output, subtract};
    thimble_sum_int8_portable(&(thimble_sum_int8_args){&r, {first, second}, expected, subtract},
                              (thimble_range){0, count});
    THIMBLE_KERNEL(sum_int8, THIMBLE_TARGET_SUM_INT8)(&args, (thimble_range){0, middle});
    THIMBLE_KERNEL(sum_int8, THIMBLE_TARGET_SUM_INT8)(&args, (thimble_range){middle, count});
    const bool same = memcmp(expected, output, bytes) == 0;
    return !kernels_release() ? "it writes outside its buffers" : !same ? "the outputs differ" : NULL;
}

// Any float at all, or one near a multiple of half the scale: there it is decided how to round.
static float draw_float(float scale) {
    const int32_t halves = draw_between(-600, 600), steps = draw_one_in(2) ? draw_between(-3, 3) : 0;
    const float value = (float)halves / 2 * scale;
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits = draw_one_in(8) ? draw() : bits + (uint32_t)steps;
    float drawn;
    memcpy(&drawn, &bits, sizeof drawn);
    return drawn;
}

static const char *try_quantize(uint32_t *scratch_count, kernels_failure *failure) {
    (void)scratch_count;
    const uint32_t scale_bits =
        draw_one_in(8) ? (uint32_t)draw_between(1, 0x7f7fffff) : (uint32_t)draw_between(100, 140) << 23 | draw() >> 9;
    thimble_quantize_record r = {.element_count = draw_between(1, 300), .output_zero_point = draw_between(-128, 127)};
    memcpy(&r.output_scale, &scale_bits, sizeof scale_bits);
    failure->shape[0] = r.element_count;
    const size_t count = (size_t)r.element_count;
    float *input = kernels_take(sizeof *input * count);
    int8_t *expected = take_noise(count), *output = take_noise(count);
    for (size_t i = 0; i < count; i++) {
        input[i] = draw_float(r.output_scale);
    }
    thimble_quantize_int8_portable(&(thimble_quantize_int8_args){&r, input, expected});
    thimble_quantize_int8_fn *const kernel = THIMBLE_KERNEL(quantize_int8, THIMBLE_TARGET_QUANTIZE_INT8);
    const bool in_place = draw_one_in(4);
    kernel(&(thimble_quantize_int8_args){&r, input, in_place ? (int8_t *)input : output});
    const bool same = memcmp(expected, in_place ? (int8_t *)input : output, count) == 0;
    return !kernels_release() ? "it writes outside its buffers" : !same ? "the outputs differ" : NULL;
}

static const struct {
    const char *name;
    const char *(*try)(uint32_t *scratch_count, kernels_failure *failure);
} ops[] = {
    {"CONV_2D", try_conv_2d},   {"DEPTHWISE_CONV_2D", try_depthwise_conv_2d}, {"FULLY_CONNECTED", try_fully_connected},
    {"QUANTIZE", try_quantize}, {"AVERAGE_POOL_2D", try_average_pool_2d},     {"MAX_POOL_2D", try_max_pool_2d},
    {"ADD and SUB", try_sum},
};

bool kernels_compare(uint32_t seed, uint32_t count, uint32_t *scratch_count, kernels_failure *failure) {
    *scratch_count = 0;
    for (uint32_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        for (uint32_t index = 0; index < count; index++) {
            *failure = (kernels_failure){.op = ops[i].name, .case_index = index};
            set_case(seed, i, index);
            failure->what = ops[i].try(scratch_count, failure);
            if (failure->what != NULL) {
                return false;
            }
        }
    }
    return true;
}
