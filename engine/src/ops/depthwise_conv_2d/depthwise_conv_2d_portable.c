// depthwise_conv_2d_portable.c - the kernels that define DEPTHWISE_CONV_2D.
//
// Arithmetic: DepthwiseConvPerChannel in tensorflow/lite/kernels/internal/reference/integer_ops/depthwise_conv.h and
// DepthwiseConv in reference/depthwiseconv_float.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include "depthwise_conv_2d.h"

static int8_t output_int8(const thimble_weights_int8_args *args, int32_t b, int32_t y, int32_t x, int32_t o,
                          thimble_rescale factor) {
    const thimble_conv_record *r = args->record;
    const thimble_window *w = &r->window;
    const int32_t c = o / (r->output_channels / r->input_channels);
    int32_t sum = args->bias != NULL ? args->bias[o] : 0;
    for (int32_t i = 0; i < w->rows.kernel; i++) {
        for (int32_t j = 0; j < w->columns.kernel; j++) {
            const int32_t row = y * w->rows.stride - w->rows.pad + i * w->rows.dilation;
            const int32_t column = x * w->columns.stride - w->columns.pad + j * w->columns.dilation;
            if (row < 0 || row >= w->rows.input || column < 0 || column >= w->columns.input) {
                continue;
            }
            const int32_t value =
                args->input[thimble_conv_at(w->rows.input, w->columns.input, r->input_channels, b, row, column, c)];
            const int32_t weight =
                args->weights[thimble_conv_at(w->rows.kernel, w->columns.kernel, r->output_channels, 0, i, j, o)];
            sum = thimble_mac(sum, value - r->scale.input_zero_point, weight);
        }
    }
    return thimble_output_int8(sum, factor, r->scale.output_zero_point, r->scale.lowest, r->scale.highest);
}

void thimble_depthwise_conv_2d_int8_portable(const thimble_weights_int8_args *args, thimble_range channels,
                                             uint8_t *scratch) {
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
    const int32_t c = o / (r->output_channels / r->input_channels);
    int64_t sum = 0;
    for (int32_t i = at->rows.begin; i < at->rows.end; i++) {
        for (int32_t j = at->columns.begin; j < at->columns.end; j++) {
            const int32_t value = args->input[thimble_window_pixel(at, i, j) * r->input_channels + c];
            sum += value * args->weights[(i * r->window.columns.kernel + j) * r->output_channels + o];
        }
    }
    return sum;
}

void thimble_depthwise_conv_2d_int16_portable(const thimble_weights_int16_args *args, thimble_range channels) {
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
    const int32_t c = o / (r->output_channels / r->input_channels);
    float sum = 0;
    for (int32_t i = 0; i < w->rows.kernel; i++) {
        for (int32_t j = 0; j < w->columns.kernel; j++) {
            const int32_t row = y * w->rows.stride - w->rows.pad + i * w->rows.dilation;
            const int32_t column = x * w->columns.stride - w->columns.pad + j * w->columns.dilation;
            if (row < 0 || row >= w->rows.input || column < 0 || column >= w->columns.input) {
                continue;
            }
            sum += args->input[thimble_conv_at(w->rows.input, w->columns.input, r->input_channels, b, row, column, c)] *
                   args->weights[thimble_conv_at(w->rows.kernel, w->columns.kernel, r->output_channels, 0, i, j, o)];
        }
    }
    sum += args->bias != NULL ? args->bias[o] : 0;
    return sum < r->range.lowest ? r->range.lowest : sum > r->range.highest ? r->range.highest : sum;
}

void thimble_depthwise_conv_2d_f32_portable(const thimble_weights_f32_args *args, thimble_range channels) {
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
