// depthwise_conv_2d_generic.c - DEPTHWISE_CONV_2D in plain C for 32-bit cores: four output channels at a time.
//
// The four lanes of a tile are neighbouring channels of the weights. In the input they are neighbours too if the depth
// multiplier is 1, and one and the same channel if it is a multiple of 4. In all other cases, and for the last
// channels, a tile has one channel and its four lanes all compute the same.
//
// SPDX-License-Identifier: Apache-2.0
#include "depthwise_conv_2d.h"

enum { TILE = 4 };

typedef struct tile {
    int32_t channels;                  // 1 or TILE
    int32_t input_step, weights_step;  // from lane to lane, in elements
    int32_t first_input, first_output;
    int32_t bias[TILE];
    thimble_rescale factor[TILE];
} tile;

static void start_tile(const thimble_conv_int8_args *args, int32_t o, int32_t end, tile *t) {
    const thimble_conv_record *r = args->record;
    const int32_t multiplier = r->output_channels / r->input_channels;
    const bool whole = end - o >= TILE && (multiplier == 1 || (multiplier % TILE == 0 && o % TILE == 0));
    t->channels = whole ? TILE : 1;
    t->weights_step = whole;
    t->input_step = whole && multiplier == 1;
    t->first_input = o / multiplier;
    t->first_output = o;
    for (int32_t i = 0; i < t->channels; i++) {
        t->bias[i] = args->bias != NULL ? args->bias[o + i] : 0;
        t->factor[i] = thimble_channel_rescale(&r->scale, args->file, o + i);
    }
}

// sums[k] = the products of lane k, for the window that starts at (top, left) of `image`.
static void sum_taps(const thimble_conv_record *r, const tile *t, const int8_t *image, const int8_t *weights,
                     int32_t top, int32_t left, int32_t sums[TILE]) {
    const thimble_window *w = &r->window;
    const thimble_range rows = thimble_window_taps(top, w->input_height, w->kernel_height, w->dilation_height);
    const thimble_range columns = thimble_window_taps(left, w->input_width, w->kernel_width, w->dilation_width);
    const int32_t input_offset = -r->input_zero_point, input_step = t->input_step, weights_step = t->weights_step;
    const int32_t input_stride = w->dilation_width * r->input_channels, weights_stride = r->output_channels;
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int32_t i = rows.begin; i < rows.end && columns.begin < columns.end; i++) {
        const int32_t row = top + i * w->dilation_height, column = left + columns.begin * w->dilation_width;
        const int8_t *x = image + (row * w->input_width + column) * r->input_channels;
        const int8_t *f = weights + (i * w->kernel_width + columns.begin) * weights_stride;
        for (int32_t j = columns.begin; j < columns.end; j++) {
            s0 = thimble_mac(s0, x[0] + input_offset, f[0]);
            s1 = thimble_mac(s1, x[input_step] + input_offset, f[weights_step]);
            s2 = thimble_mac(s2, x[2 * input_step] + input_offset, f[2 * weights_step]);
            s3 = thimble_mac(s3, x[3 * input_step] + input_offset, f[3 * weights_step]);
            x += input_stride;
            f += weights_stride;
        }
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

void thimble_depthwise_conv_2d_int8_generic(const thimble_conv_int8_args *args, thimble_range channels) {
    const thimble_conv_record *r = args->record;
    const thimble_window *w = &r->window;
    tile t;
    for (int32_t o = channels.begin; o < channels.end; o += t.channels) {
        start_tile(args, o, channels.end, &t);
        int8_t *output = args->output + o;
        for (int32_t b = 0; b < w->batches; b++) {
            const int8_t *image =
                args->input + b * w->input_height * w->input_width * r->input_channels + t.first_input;
            for (int32_t y = 0; y < w->output_height; y++) {
                for (int32_t x = 0; x < w->output_width; x++) {
                    int32_t sums[TILE];
                    sum_taps(r, &t, image, args->weights + o, y * w->stride_height - w->pad_top,
                             x * w->stride_width - w->pad_left, sums);
                    for (int32_t i = 0; i < t.channels; i++) {
                        const int32_t sum = thimble_add_wrapping(sums[i], t.bias[i]);
                        output[i] = thimble_output_int8(sum, t.factor[i], r->output_zero_point, r->lowest, r->highest);
                    }
                    output += r->output_channels;
                }
            }
        }
    }
}
