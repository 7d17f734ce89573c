// conv_2d_portable.c - the kernels that define CONV_2D.
//
// Arithmetic: ConvPerChannel in tensorflow/lite/kernels/internal/reference/integer_ops/conv.h and Conv in
// reference/conv.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include "conv_2d.h"

static int8_t output_int8(const thimble_weights_int8_args *args, int32_t b, int32_t y, int32_t x, int32_t o,
                          thimble_rescale factor) {
    const thimble_conv_record *r = args->record;
    const thimble_window *w = &r->window;
    const int32_t group = o / thimble_conv_group_outputs(r);
    int32_t sum = args->bias != NULL ? args->bias[o] : 0;
    for (int32_t i = 0; i < w->rows.kernel; i++) {
        for (int32_t j = 0; j < w->columns.kernel; j++) {
            const int32_t row = y * w->rows.stride - w->rows.pad + i * w->rows.dilation;
            const int32_t column = x * w->columns.stride - w->columns.pad + j * w->columns.dilation;
            if (row < 0 || row >= w->rows.input || column < 0 || column >= w->columns.input) {
                continue;
            }
            for (int32_t c = 0; c < r->weight_channels; c++) {
                const int32_t value = args->input[thimble_conv_at(w->rows.input, w->columns.input, r->input_channels, b,
                                                                  row, column, group * r->weight_channels + c)];
                const int32_t weight =
                    args->weights[thimble_conv_at(w->rows.kernel, w->columns.kernel, r->weight_channels, o, i, j, c)];
                sum = thimble_mac(sum, value - r->scale.input_zero_point, weight);
            }
        }
    }
    return thimble_output_int8(sum, factor, r->scale.output_zero_point, r->scale.lowest, r->scale.highest);
}

void thimble_conv_2d_int8_portable(const thimble_weights_int8_args *args, thimble_range channels, uint8_t *scratch) {
    (void)scratch;
    const thimble_conv_record *r = args->record;
    const thimble_window *w = &r->window;
    for (int32_t o = channels.begin; o < channels.end; o++) {
        const thimble_rescale factor = thimble_weights_factor(&r->scale, args->file, o);
        for (int32_t b = 0; b < w->batches; b++) {
            for (int32_t y = 0; y < w->rows.output; y++) {
                for (int32_t x = 0; x < w->columns.output; x++) {
                    args->output[thimble_conv_at(w->rows.output, w->columns.output, r->output_channels, b, y, x, o)] =
                        output_int8(args, b, y, x, o, factor);
                }
            }
        }
    }
}

// The sum of the products in output [b][y][x][o].
static int64_t sum_int16(const thimble_weights_int16_args *args, const thimble_window_walk *at, int32_t o) {
    const thimble_conv_record *r = args->record;
    const thimble_window *w = &r->window;
    const int32_t first = o / thimble_conv_group_outputs(r) * r->weight_channels;
    int64_t sum = 0;
    for (int32_t i = at->rows.begin; i < at->rows.end; i++) {
        for (int32_t j = at->columns.begin; j < at->columns.end; j++) {
            const int16_t *values = args->input + thimble_window_pixel(at, i, j) * r->input_channels + first;
            const int8_t *weights =
                args->weights + thimble_conv_at(w->rows.kernel, w->columns.kernel, r->weight_channels, o, i, j, 0);
            for (int32_t c = 0; c < r->weight_channels; c++) {
                sum += values[c] * weights[c];
            }
        }
    }
    return sum;
}

void thimble_conv_2d_int16_portable(const thimble_weights_int16_args *args, thimble_range channels) {
    const thimble_conv_record *r = args->record;
    for (int32_t o = channels.begin; o < channels.end; o++) {
        const thimble_rescale factor = thimble_weights_factor(&r->int16.scale, args->file, o);
        int16_t *output = args->output + o;
        thimble_window_walk at;
        thimble_window_start(&at, &r->window, (thimble_range){0, thimble_window_row_count(&r->window)});
        for (; thimble_window_next(&at); output += r->output_channels) {
            *output = thimble_weights_output_int16(args, &r->int16, factor, o, sum_int16(args, &at, o));
        }
    }
}

static float output_f32(const thimble_weights_f32_args *args, int32_t b, int32_t y, int32_t x, int32_t o) {
    const thimble_conv_record *r = args->record;
    const thimble_window *w = &r->window;
    const int32_t group = o / thimble_conv_group_outputs(r);
    float sum = 0;
    for (int32_t i = 0; i < w->rows.kernel; i++) {
        for (int32_t j = 0; j < w->columns.kernel; j++) {
            const int32_t row = y * w->rows.stride - w->rows.pad + i * w->rows.dilation;
            const int32_t column = x * w->columns.stride - w->columns.pad + j * w->columns.dilation;
            if (row < 0 || row >= w->rows.input || column < 0 || column >= w->columns.input) {
                continue;
            }
            for (int32_t c = 0; c < r->weight_channels; c++) {
                sum +=
                    args->input[thimble_conv_at(w->rows.input, w->columns.input, r->input_channels, b, row, column,
                                                group * r->weight_channels + c)] *
                    args->weights[thimble_conv_at(w->rows.kernel, w->columns.kernel, r->weight_channels, o, i, j, c)];
            }
        }
    }
    sum += args->bias != NULL ? args->bias[o] : 0;
    return sum < r->range.lowest ? r->range.lowest : sum > r->range.highest ? r->range.highest : sum;
}

void thimble_conv_2d_f32_portable(const thimble_weights_f32_args *args, thimble_range channels) {
    const thimble_conv_record *r = args->record;
    const thimble_window *w = &r->window;
    for (int32_t o = channels.begin; o < channels.end; o++) {
        for (int32_t b = 0; b < w->batches; b++) {
            for (int32_t y = 0; y < w->rows.output; y++) {
                for (int32_t x = 0; x < w->columns.output; x++) {
                    args->output[thimble_conv_at(w->rows.output, w->columns.output, r->output_channels, b, y, x, o)] =
                        output_f32(args, b, y, x, o);
                }
            }
        }
    }
}
