// transpose_conv_portable.c - the kernels that define TRANSPOSE_CONV.
//
// Arithmetic: TransposeConv in tensorflow/lite/kernels/internal/reference/integer_ops/transpose_conv.h and
// reference/transpose_conv.h of TensorFlow Lite, which go through the inputs and keep all sums at once. Here the inputs of
// one output are looked up, in the same order.
//
// SPDX-License-Identifier: Apache-2.0
#include "transpose_conv.h"

// The inputs that reach output `at` along one axis, and the tap of the kernel over the first of them; one input further
// it is `stride` taps less.
typedef struct reach {
    thimble_range inputs;
    int32_t first_tap;
} reach;

static reach reach_of(const thimble_axis *axis, int32_t at) {
    const int32_t padded = at + axis->pad;
    const int32_t from = padded - axis->kernel;  // inputs up to there end before the output
    const int32_t begin = from < 0 ? 0 : from / axis->stride + 1;
    const int32_t end = thimble_min(padded / axis->stride + 1, axis->output);
    return (reach){{begin, end}, padded - begin * axis->stride};
}

static int32_t sum_int8(const thimble_weights_int8_args *args, int32_t b, const reach *y, const reach *x, int32_t o) {
    const thimble_conv_record *r = args->record;
    const thimble_window *w = &r->window;
    int32_t sum = args->bias != NULL ? args->bias[o] : 0;
    for (int32_t row = y->inputs.begin, i = y->first_tap; row < y->inputs.end; row++, i -= w->rows.stride) {
        for (int32_t column = x->inputs.begin, j = x->first_tap; column < x->inputs.end;
             column++, j -= w->columns.stride) {
            const int8_t *input =
                args->input + thimble_conv_at(w->rows.output, w->columns.output, r->input_channels, b, row, column, 0);
            const int8_t *weights =
                args->weights + thimble_conv_at(w->rows.kernel, w->columns.kernel, r->input_channels, o, i, j, 0);
            for (int32_t c = 0; c < r->input_channels; c++) {
                sum = thimble_mac(sum, input[c] - r->scale.input_zero_point, weights[c]);
            }
        }
    }
    return sum;
}

void thimble_transpose_conv_int8_portable(const thimble_weights_int8_args *args, thimble_range channels,
                                          uint8_t *scratch) {
    (void)scratch;
    const thimble_conv_record *r = args->record;
    const thimble_window *w = &r->window;
    for (int32_t o = channels.begin; o < channels.end; o++) {
        const thimble_rescale factor = thimble_weights_factor(&r->scale, args->file, o);
        int8_t *output = args->output + o;
        for (int32_t b = 0; b < w->batches; b++) {
            for (int32_t row = 0; row < w->rows.input; row++) {
                const reach y = reach_of(&w->rows, row);
                for (int32_t column = 0; column < w->columns.input; column++) {
                    const reach x = reach_of(&w->columns, column);
                    *output = thimble_output_int8(sum_int8(args, b, &y, &x, o), factor, r->scale.output_zero_point,
                                                  r->scale.lowest, r->scale.highest);
                    output += r->output_channels;
                }
            }
        }
    }
}

static int64_t sum_int16(const thimble_weights_int16_args *args, int32_t b, const reach *y, const reach *x, int32_t o) {
    const thimble_conv_record *r = args->record;
    const thimble_window *w = &r->window;
    int64_t sum = 0;
    for (int32_t row = y->inputs.begin, i = y->first_tap; row < y->inputs.end; row++, i -= w->rows.stride) {
        for (int32_t column = x->inputs.begin, j = x->first_tap; column < x->inputs.end;
             column++, j -= w->columns.stride) {
            const int16_t *input =
                args->input + thimble_conv_at(w->rows.output, w->columns.output, r->input_channels, b, row, column, 0);
            const int8_t *weights =
                args->weights + thimble_conv_at(w->rows.kernel, w->columns.kernel, r->input_channels, o, i, j, 0);
            for (int32_t c = 0; c < r->input_channels; c++) {
                sum += input[c] * weights[c];
            }
        }
    }
    return sum;
}

void thimble_transpose_conv_int16_portable(const thimble_weights_int16_args *args, thimble_range channels) {
    const thimble_conv_record *r = args->record;
    const thimble_window *w = &r->window;
    for (int32_t o = channels.begin; o < channels.end; o++) {
        const thimble_rescale factor = thimble_weights_factor(&r->int16.scale, args->file, o);
        int16_t *output = args->output + o;
        for (int32_t b = 0; b < w->batches; b++) {
            for (int32_t row = 0; row < w->rows.input; row++) {
                const reach y = reach_of(&w->rows, row);
                for (int32_t column = 0; column < w->columns.input; column++) {
                    const reach x = reach_of(&w->columns, column);
                    *output = thimble_weights_output_int16(args, &r->int16, factor, o, sum_int16(args, b, &y, &x, o));
                    output += r->output_channels;
                }
            }
        }
    }
}

static float sum_f32(const thimble_weights_f32_args *args, int32_t b, const reach *y, const reach *x, int32_t o) {
    const thimble_conv_record *r = args->record;
    const thimble_window *w = &r->window;
    float sum = 0;
    for (int32_t row = y->inputs.begin, i = y->first_tap; row < y->inputs.end; row++, i -= w->rows.stride) {
        for (int32_t column = x->inputs.begin, j = x->first_tap; column < x->inputs.end;
             column++, j -= w->columns.stride) {
            const float *input =
                args->input + thimble_conv_at(w->rows.output, w->columns.output, r->input_channels, b, row, column, 0);
            const float *weights =
                args->weights + thimble_conv_at(w->rows.kernel, w->columns.kernel, r->input_channels, o, i, j, 0);
            for (int32_t c = 0; c < r->input_channels; c++) {
                sum += input[c] * weights[c];
            }
        }
    }
    return args->bias != NULL ? sum + args->bias[o] : sum;
}

void thimble_transpose_conv_f32_portable(const thimble_weights_f32_args *args, thimble_range channels) {
    const thimble_conv_record *r = args->record;
    const thimble_window *w = &r->window;
    float *output = args->output;
    for (int32_t b = 0; b < w->batches; b++) {
        for (int32_t row = 0; row < w->rows.input; row++) {
            const reach y = reach_of(&w->rows, row);
            for (int32_t column = 0; column < w->columns.input; column++) {
                const reach x = reach_of(&w->columns, column);
                for (int32_t o = channels.begin; o < channels.end; o++) {
                    const float sum = sum_f32(args, b, &y, &x, o);
                    output[o] = sum < r->range.lowest    ? r->range.lowest
                                : sum > r->range.highest ? r->range.highest
                                                         : sum;
                }
                output += r->output_channels;
            }
        }
    }
}
