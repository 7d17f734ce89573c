// riscv_kernels_test.c - the kernels for RISC-V against those that define the bytes, on random shapes and numbers.
//
// All buffers have exactly the size that a kernel may touch, so that AddressSanitizer sees a byte too many. The numbers
// are drawn to meet every path: weights from small to -128 everywhere, biases and scales up to their ends.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include "check.h"
#include "ops/conv_2d/conv_2d.h"
#include "ops/depthwise_conv_2d/depthwise_conv_2d.h"
#include "ops/fully_connected/fully_connected.h"
#include "ops/max_pool_2d/max_pool_2d.h"
#include "sum.h"

enum { CONV_COUNT = 12000, DEPTHWISE_COUNT = 10000, DENSE_COUNT = 5000, SUM_COUNT = 5000, POOL_COUNT = 3000 };

static uint64_t state = 88172645463325252u;

static uint32_t draw(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32);
}

// least .. most, both included.
static int32_t between(int32_t least, int32_t most) {
    return least + (int32_t)(draw() % (uint32_t)(most - least + 1));
}

static bool one_in(int32_t count) {
    return between(1, count) == 1;
}

static void *buffer(int32_t bytes) {
    void *memory = malloc((size_t)bytes);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

static int8_t *random_values(int32_t count, int32_t amplitude) {
    int8_t *values = buffer(count);
    for (int32_t i = 0; i < count; i++) {
        values[i] = (int8_t)thimble_min(between(-amplitude, amplitude), 127);
    }
    return values;
}

// At times the smallest value everywhere, so that sums are the largest that there can be.
static int8_t *random_inputs(int32_t count) {
    int8_t *values = random_values(count, 128);
    if (one_in(4)) {
        memset(values, INT8_MIN, (size_t)count);
    }
    return values;
}

// At times such that four of them add up to about 255.
static int8_t *random_weights(int32_t count) {
    static const int32_t amplitudes[] = {128, 127, 100, 60, 20, 1};
    int8_t *values = random_values(count, amplitudes[between(0, 5)]);
    if (one_in(5)) {
        const int32_t sign = one_in(2) ? 1 : -1;
        for (int32_t i = 0; i < count; i++) {
            values[i] = (int8_t)(sign * between(63, 64));
        }
    }
    for (int32_t i = 0; one_in(10) && i < 5; i++) {
        values[between(0, count - 1)] = INT8_MIN;
    }
    return values;
}

// What a kernel of an op with weights is called with; the file holds the scales of the channels.
typedef struct weighted {
    thimble_weights_int8_args args;
    int32_t output_bytes, channels;
    int8_t *input, *weights;
    int32_t *biases;
    float *scales;
} weighted;

static void draw_scale(weighted *w, thimble_weights_scale *scale, int32_t input_bytes, int32_t weights_bytes) {
    w->input = random_inputs(input_bytes);
    w->weights = random_weights(weights_bytes);
    w->biases = buffer(w->channels * 4);
    w->scales = buffer(w->channels * 4);
    const int32_t bias_bits = one_in(20) ? 29 : between(1, 18);
    const float unit = one_in(10) ? 0.4f : one_in(10) ? 1e-7f : 0.0002f * (float)between(1, 40);
    for (int32_t o = 0; o < w->channels; o++) {
        w->biases[o] = between(-(1 << bias_bits), 1 << bias_bits);
        w->scales[o] = one_in(200) ? 0 : unit * (float)between(1, 100) / 50;
    }
    const int32_t lowest = one_in(2) ? INT8_MIN : between(-128, 0);
    *scale = (thimble_weights_scale){.input_zero_point = (int8_t)between(-128, 127),
                                     .output_zero_point = (int8_t)(one_in(2) ? lowest : between(-128, 127)),
                                     .lowest = (int8_t)lowest,
                                     .highest = (int8_t)between(lowest, 127),
                                     .per_channel = !one_in(3),
                                     .input_scale = 1,
                                     .output_scale = 1};
    if (!scale->per_channel) {
        const thimble_rescale factor = thimble_rescale_of(w->scales[0], 1, 1, 0);
        scale->multiplier = factor.multiplier;
        scale->shift = (int8_t)factor.shift;
    }
    w->args.input = w->input;
    w->args.weights = w->weights;
    w->args.bias = one_in(8) ? NULL : w->biases;
    w->args.file = (const uint8_t *)w->scales;
}

static void free_weighted(weighted *w) {
    free(w->input);
    free(w->weights);
    free(w->biases);
    free(w->scales);
}

// Runs both kernels, the second one perhaps in two pieces and perhaps without scratch.
static void compare(weighted *w, thimble_weights_int8_fn *portable, thimble_weights_int8_fn *fast,
                    uint32_t scratch_bytes) {
    int8_t *expected = buffer(w->output_bytes), *actual = buffer(w->output_bytes);
    memset(expected, 0, (size_t)w->output_bytes);
    memset(actual, 0, (size_t)w->output_bytes);
    w->args.output = expected;
    portable(&w->args, (thimble_range){0, w->channels}, NULL);
    uint8_t *scratch = scratch_bytes == 0 || one_in(10) ? NULL : aligned_alloc(16, scratch_bytes);
    const int32_t middle = one_in(2) ? w->channels : between(0, w->channels);
    w->args.output = actual;
    fast(&w->args, (thimble_range){0, middle}, scratch);
    fast(&w->args, (thimble_range){middle, w->channels}, scratch);
    CHECK(memcmp(expected, actual, (size_t)w->output_bytes) == 0);
    free(scratch);
    free(expected);
    free(actual);
}

static void draw_axis(thimble_axis *axis, bool is_same, int32_t kernel, int32_t stride, int32_t dilation) {
    const int32_t reach = (kernel - 1) * dilation + 1;
    axis->kernel = kernel;
    axis->stride = stride;
    axis->dilation = dilation;
    axis->input = between(is_same ? 1 : reach, reach + 9);
    const int32_t span = is_same ? axis->input : axis->input - reach + 1;
    axis->output = (span + stride - 1) / stride;
    axis->pad = thimble_max((axis->output - 1) * stride + reach - axis->input, 0) / 2;
}

static void draw_window(thimble_window *window, bool is_pool) {
    const bool is_same = one_in(2), is_square = one_in(2);
    const int32_t side = is_pool ? 2 : one_in(3) ? 1 : 3, stride = between(1, 2);
    const int32_t dilation = is_pool || !one_in(10) ? 1 : 2;
    window->batches = one_in(8) ? 2 : 1;
    draw_axis(&window->rows, is_same, is_square ? side : between(1, 4), is_square ? stride : between(1, 3),
              one_in(2) ? dilation : 1);
    draw_axis(&window->columns, is_same, is_square ? side : between(1, 4), is_square ? stride : between(1, 3),
              dilation);
}

static int32_t pixels(const thimble_window *window, bool of_output) {
    return window->batches *
           (of_output ? window->rows.output * window->columns.output : window->rows.input * window->columns.input);
}

static void conv_2d_gives_the_same_bytes(void) {
    for (int32_t i = 0; i < CONV_COUNT; i++) {
        thimble_conv_record record = {0};
        draw_window(&record.window, false);
        const int32_t groups = one_in(12) ? 2 : 1;
        record.weight_channels = one_in(4) ? 1 : between(1, 21);
        record.input_channels = record.weight_channels * groups;
        record.output_channels = between(1, 14) * groups;
        weighted w = {.args.record = &record,
                      .output_bytes = pixels(&record.window, true) * record.output_channels,
                      .channels = record.output_channels};
        draw_scale(&w, &record.scale, pixels(&record.window, false) * record.input_channels,
                   record.output_channels * record.window.rows.kernel * record.window.columns.kernel *
                       record.weight_channels);
        compare(&w, thimble_conv_2d_int8_portable, thimble_conv_2d_int8_riscv,
                thimble_conv_2d_int8_riscv_scratch(&record));
        free_weighted(&w);
    }
}

static void depthwise_conv_2d_gives_the_same_bytes(void) {
    for (int32_t i = 0; i < DEPTHWISE_COUNT; i++) {
        thimble_conv_record record = {0};
        draw_window(&record.window, false);
        record.input_channels = between(1, 9);
        record.output_channels = record.input_channels * (one_in(4) ? between(2, 3) : 1);
        weighted w = {.args.record = &record,
                      .output_bytes = pixels(&record.window, true) * record.output_channels,
                      .channels = record.output_channels};
        draw_scale(&w, &record.scale, pixels(&record.window, false) * record.input_channels,
                   record.window.rows.kernel * record.window.columns.kernel * record.output_channels);
        compare(&w, thimble_depthwise_conv_2d_int8_portable, thimble_depthwise_conv_2d_int8_riscv, 0);
        free_weighted(&w);
    }
}

static void fully_connected_gives_the_same_bytes(void) {
    for (int32_t i = 0; i < DENSE_COUNT; i++) {
        thimble_fully_connected_record record = {
            .batches = between(1, 3), .input_depth = between(1, 90), .output_depth = between(1, 40)};
        weighted w = {.args.record = &record,
                      .output_bytes = record.batches * record.output_depth,
                      .channels = record.output_depth};
        draw_scale(&w, &record.scale, record.batches * record.input_depth, record.output_depth * record.input_depth);
        if (!record.scale.per_channel && one_in(3)) {
            record.scale.weights_zero_point = (int8_t)between(-128, 127);
        }
        compare(&w, thimble_fully_connected_int8_portable, thimble_fully_connected_int8_riscv, 0);
        free_weighted(&w);
    }
}

static void add_and_sub_give_the_same_bytes(void) {
    for (int32_t i = 0; i < SUM_COUNT; i++) {
        const int32_t count = between(1, 200);
        const float scales[] = {(float)between(1, 1000), (float)between(1, 1000)};
        const float larger = scales[0] > scales[1] ? scales[0] : scales[1];
        thimble_sum_record record = {
            .pairwise = {.loop_count = 1, .loops = {{.count = count, .steps = {1, one_in(4) ? 0 : 1}}}}};
        thimble_sum_int8_factors *f = &record.int8;
        for (int32_t k = 0; k < 2; k++) {
            f->inputs[k] = thimble_rescale_of(scales[k], 1, larger, -1);
            f->zero_points[k] = (int8_t)between(-128, 127);
        }
        f->output = thimble_rescale_of(larger, 1, (float)between(1, 3000), 1 - THIMBLE_SUM_SHIFT);
        f->output_zero_point = (int8_t)between(-128, 127);
        f->lowest = (int8_t)(one_in(2) ? INT8_MIN : between(-128, 0));
        f->highest = (int8_t)(one_in(2) ? INT8_MAX : between(0, 127));
        int8_t *first = random_values(count, 128), *second = random_values(count, 128);
        int8_t *expected = buffer(count), *actual = buffer(count);
        thimble_sum_int8_args args = {
            .record = &record, .inputs = {first, second}, .output = expected, .subtract = one_in(2)};
        thimble_sum_int8_portable(&args, (thimble_range){0, count});
        args.output = actual;
        thimble_sum_int8_riscv(&args, (thimble_range){0, count});
        CHECK(memcmp(expected, actual, (size_t)count) == 0);
        free(first);
        free(second);
        free(expected);
        free(actual);
    }
}

static void max_pool_2d_gives_the_same_bytes(void) {
    for (int32_t i = 0; i < POOL_COUNT; i++) {
        thimble_pool_2d_record record = {0};
        draw_window(&record.window, true);
        record.channels = between(1, 9);
        record.lowest = (int8_t)between(-128, 0);
        record.highest = (int8_t)between(0, 127);
        const int32_t rows = thimble_window_row_count(&record.window);
        const int32_t bytes = pixels(&record.window, true) * record.channels;
        int8_t *input = random_values(pixels(&record.window, false) * record.channels, 128);
        int8_t *expected = buffer(bytes), *actual = buffer(bytes);
        thimble_pool_2d_int8_args args = {.record = &record, .input = input, .output = expected};
        thimble_max_pool_2d_int8_portable(&args, (thimble_range){0, rows});
        args.output = actual;
        const int32_t middle = between(0, rows);
        thimble_max_pool_2d_int8_riscv(&args, (thimble_range){0, middle});
        thimble_max_pool_2d_int8_riscv(&args, (thimble_range){middle, rows});
        CHECK(memcmp(expected, actual, (size_t)bytes) == 0);
        free(input);
        free(expected);
        free(actual);
    }
}

int main(void) {
    RUN(conv_2d_gives_the_same_bytes);
    RUN(depthwise_conv_2d_gives_the_same_bytes);
    RUN(fully_connected_gives_the_same_bytes);
    RUN(add_and_sub_give_the_same_bytes);
    RUN(max_pool_2d_gives_the_same_bytes);
    return check_result();
}
