// conv_2d_generic.c - CONV_2D in plain C for 32-bit cores: four output channels at a time.
//
// A tile of four channels reads each input value once for four multiplications, and keeps four sums in registers:
// 14 instructions per 4 MACs on RV32IM, plus the loop. Where the kernel's columns lie side by side in the input (no
// dilation, no groups) a whole kernel row is one run of values.
//
// SPDX-License-Identifier: Apache-2.0
#include "conv_2d.h"
#include "dot.h"

enum { TILE = 4 };

// Up to TILE channels of one group; where there are fewer, the last one is computed again.
typedef struct tile {
    const int8_t *weights[TILE];
    int32_t bias[TILE];
    thimble_rescale factor[TILE];
    int32_t output[TILE];  // channel
    int32_t first_input;   // channel of the input where the group starts
} tile;

static void start_tile(const thimble_conv_int8_args *args, int32_t o, int32_t end, tile *t) {
    const thimble_conv_record *r = args->record;
    const int32_t kernel = r->window.kernel_height * r->window.kernel_width * r->weight_channels;
    const int32_t group_outputs = thimble_conv_group_outputs(r);
    t->first_input = o / group_outputs * r->weight_channels;
    for (int32_t i = 0; i < TILE; i++) {
        const int32_t channel = o + i < end ? o + i : end - 1;
        t->output[i] = channel;
        t->weights[i] = args->weights + channel * kernel;
        t->bias[i] = args->bias != NULL ? args->bias[channel] : 0;
        t->factor[i] = thimble_channel_rescale(&r->scale, args->file, channel);
    }
}

// The sums of one output position, whose input window starts at row `top` and column `left`.
static void sum_position(const thimble_conv_record *r, const tile *t, const int8_t *image, int32_t top, int32_t left,
                         int32_t sums[TILE]) {
    const thimble_window *w = &r->window;
    const thimble_range rows = thimble_window_taps(top, w->input_height, w->kernel_height, w->dilation_height);
    const thimble_range columns = thimble_window_taps(left, w->input_width, w->kernel_width, w->dilation_width);
    const bool side_by_side = w->dilation_width == 1 && r->weight_channels == r->input_channels;
    const int32_t runs = side_by_side ? 1 : columns.end - columns.begin;
    const int32_t run = side_by_side ? (columns.end - columns.begin) * r->weight_channels : r->weight_channels;
    for (int32_t i = 0; i < TILE; i++) {
        sums[i] = t->bias[i];
    }
    for (int32_t i = rows.begin; i < rows.end && run > 0; i++) {
        for (int32_t j = 0; j < runs; j++) {
            const int32_t column = columns.begin + j;
            const int8_t *input =
                image +
                ((top + i * w->dilation_height) * w->input_width + left + column * w->dilation_width) *
                    r->input_channels +
                t->first_input;
            thimble_dot_4(input, t->weights, (i * w->kernel_width + column) * r->weight_channels, run,
                          -r->input_zero_point, sums);
        }
    }
}

void thimble_conv_2d_int8_generic(const thimble_conv_int8_args *args, thimble_range channels) {
    const thimble_conv_record *r = args->record;
    const thimble_window *w = &r->window;
    const int32_t group_outputs = thimble_conv_group_outputs(r);
    tile t;
    for (int32_t o = channels.begin, next; o < channels.end; o = next) {
        const int32_t group_end = (o / group_outputs + 1) * group_outputs;
        next = thimble_min(o + TILE, thimble_min(group_end, channels.end));
        start_tile(args, o, next, &t);
        for (int32_t b = 0; b < w->batches; b++) {
            const int8_t *image = args->input + b * w->input_height * w->input_width * r->input_channels;
            int8_t *output = args->output + b * w->output_height * w->output_width * r->output_channels;
            for (int32_t y = 0; y < w->output_height; y++) {
                for (int32_t x = 0; x < w->output_width; x++) {
                    int32_t sums[TILE];
                    sum_position(r, &t, image, y * w->stride_height - w->pad_top, x * w->stride_width - w->pad_left,
                                 sums);
                    for (int32_t i = 0; i < TILE; i++) {
                        output[t.output[i]] =
                            thimble_output_int8(sums[i], t.factor[i], r->output_zero_point, r->lowest, r->highest);
                    }
                    output += r->output_channels;
                }
            }
        }
    }
}
