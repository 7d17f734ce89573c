// depthwise_conv_2d_generic.c - DEPTHWISE_CONV_2D in plain C for 32-bit cores: four output channels at a time.
//
// The lanes of a tile are neighbours in the weights, and in the input the same or neighbouring channels.
//
// SPDX-License-Identifier: Apache-2.0
#include "depthwise_conv_2d.h"
#include "wide.h"

// The sums of one output position. Lane k reads channel channels[k] of the input.
static void sum_position(const thimble_conv_record *r, const thimble_tile *tile, const thimble_window_walk *at,
                         const int8_t *input, const int32_t channels[THIMBLE_TILE], int32_t sums[THIMBLE_TILE]) {
    const thimble_window *w = &r->window;
    const int32_t zero_point = r->scale.input_zero_point;
    const int32_t input_step = w->columns.dilation * r->input_channels, weights_step = r->output_channels;
    const int32_t c0 = channels[0], c1 = channels[1], c2 = channels[2], c3 = channels[3];
    const int32_t l1 = tile->lanes[1], l2 = tile->lanes[2], l3 = tile->lanes[3];
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int32_t i = at->rows.begin; i < at->rows.end && at->columns.begin < at->columns.end; i++) {
        const int32_t first = at->columns.begin;
        const int8_t *x = input + thimble_window_pixel(at, i, first) * r->input_channels;
        const int8_t *f = tile->weights[0] + (i * w->columns.kernel + first) * weights_step;
        for (int32_t j = first; j < at->columns.end; j++) {
            s0 = thimble_mac(s0, x[c0] - zero_point, f[0]);
            s1 = thimble_mac(s1, x[c1] - zero_point, f[l1]);
            s2 = thimble_mac(s2, x[c2] - zero_point, f[l2]);
            s3 = thimble_mac(s3, x[c3] - zero_point, f[l3]);
            x += input_step;
            f += weights_step;
        }
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

#if THIMBLE_HAS_VECTORS
// With sixteen channels, compilers make vectors of integers too, and need no conversion of each input value.
enum { WIDER_TILES = 4, WIDER = WIDER_TILES * THIMBLE_TILE };

// The sums of WIDER neighbouring channels, of which `input` and `weights` are the first.
static void sum_wider(const thimble_conv_record *r, const thimble_window_walk *at, const int8_t *input,
                      const int8_t *weights, int32_t zero_point, int32_t sums[WIDER]) {
    uint32_t wrapping[WIDER] = {0};
    for (int32_t i = at->rows.begin; i < at->rows.end; i++) {
        for (int32_t j = at->columns.begin; j < at->columns.end; j++) {
            const int8_t *x = input + thimble_window_pixel(at, i, j) * r->input_channels;
            const int8_t *f = weights + (i * r->window.columns.kernel + j) * r->output_channels;
            for (int32_t k = 0; k < WIDER; k++) {
                wrapping[k] += (uint32_t)((thimble_tile_factor)(x[k] - zero_point) * f[k]);
            }
        }
    }
    for (int32_t k = 0; k < WIDER; k++) {
        sums[k] = (int32_t)wrapping[k];
    }
}

// Computes WIDER channels at a time, each from the input channel of its number. Returns the first channel left over.
static int32_t run_wider(const thimble_weights_int8_args *args, thimble_range channels) {
    const thimble_conv_record *r = args->record;
    int32_t o = channels.begin;
    for (; channels.end - o >= WIDER; o += WIDER) {
        thimble_tile tiles[WIDER_TILES];
        for (int32_t t = 0; t < WIDER_TILES; t++) {
            thimble_tile_start(&tiles[t], args, &r->scale, 1, o + t * THIMBLE_TILE, channels.end);
        }
        int8_t *output = args->output + o;
        thimble_window_walk at;
        thimble_window_start(&at, &r->window, (thimble_range){0, thimble_window_row_count(&r->window)});
        while (thimble_window_next(&at)) {
            int32_t sums[WIDER];
            sum_wider(r, &at, args->input + o, tiles[0].weights[0], tiles[0].input_zero_point, sums);
            for (int32_t t = 0; t < WIDER_TILES; t++) {
                thimble_tile_store(&tiles[t], sums + t * THIMBLE_TILE, output + t * THIMBLE_TILE);
            }
            output += r->output_channels;
        }
    }
    return o;
}

// Weights of eight neighbouring channels: [row][column][THIMBLE_WIDE].
static void take_weights(const int8_t *weights, int32_t terms, int32_t step, float *taken) {
    for (int32_t i = 0; i < terms; i++) {
        for (int32_t k = 0; k < THIMBLE_WIDE; k++) {
            *taken++ = weights[i * step + k];
        }
    }
}

// The sums of eight output channels that see the input channel at `input`.
static void sum_same(const thimble_conv_record *r, const thimble_window_walk *at, const int8_t *input,
                     const float *weights, float sums[THIMBLE_WIDE]) {
    const int32_t zero_point = r->scale.input_zero_point;
    float exact[THIMBLE_WIDE] = {0};
    for (int32_t i = at->rows.begin; i < at->rows.end; i++) {
        for (int32_t j = at->columns.begin; j < at->columns.end; j++) {
            const float value = (float)(input[thimble_window_pixel(at, i, j) * r->input_channels] - zero_point);
            const float *f = weights + (i * r->window.columns.kernel + j) * THIMBLE_WIDE;
            for (int32_t k = 0; k < THIMBLE_WIDE; k++) {
                exact[k] += value * f[k];
            }
        }
    }
    memcpy(sums, exact, sizeof exact);
}

// The sums of eight output channels that see one input channel each, from `input` on.
static void sum_each(const thimble_conv_record *r, const thimble_window_walk *at, const int8_t *input,
                     const float *weights, float sums[THIMBLE_WIDE]) {
    const int32_t zero_point = r->scale.input_zero_point;
    float exact[THIMBLE_WIDE] = {0};
    for (int32_t i = at->rows.begin; i < at->rows.end; i++) {
        for (int32_t j = at->columns.begin; j < at->columns.end; j++) {
            const int8_t *x = input + thimble_window_pixel(at, i, j) * r->input_channels;
            const float *f = weights + (i * r->window.columns.kernel + j) * THIMBLE_WIDE;
            for (int32_t k = 0; k < THIMBLE_WIDE; k++) {
                exact[k] += (float)(x[k] - zero_point) * f[k];
            }
        }
    }
    memcpy(sums, exact, sizeof exact);
}

// Computes eight channels at a time, as long as there are so many. Returns the first channel left over.
static int32_t run_wide(const thimble_weights_int8_args *args, thimble_range channels, int32_t multiplier) {
    const thimble_conv_record *r = args->record;
    const int32_t terms = r->window.rows.kernel * r->window.columns.kernel;
    const bool same = multiplier % THIMBLE_WIDE == 0 && channels.begin % THIMBLE_WIDE == 0;
    int32_t o = channels.begin;
    for (; (same || multiplier == 1) && terms <= THIMBLE_WIDE_TERMS && channels.end - o >= THIMBLE_WIDE;
         o += THIMBLE_WIDE) {
        thimble_wide wide;
        thimble_wide_start(&wide, args, &r->scale, o, channels.end);
        float weights[THIMBLE_WIDE_TERMS * THIMBLE_WIDE];
        take_weights(args->weights + o, terms, r->output_channels, weights);
        const int8_t *input = args->input + o / multiplier;
        int8_t *output = args->output + o;
        thimble_window_walk at;
        thimble_window_start(&at, &r->window, (thimble_range){0, thimble_window_row_count(&r->window)});
        while (thimble_window_next(&at)) {
            float sums[THIMBLE_WIDE];
            (same ? sum_same : sum_each)(r, &at, input, weights, sums);
            thimble_wide_store(&wide, sums, output);
            output += r->output_channels;
        }
    }
    return o;
}
#endif

void thimble_depthwise_conv_2d_int8_generic(const thimble_weights_int8_args *args, thimble_range channels,
                                            uint8_t *scratch) {
    (void)scratch;
    const thimble_conv_record *r = args->record;
    const int32_t multiplier = r->output_channels / r->input_channels;
#if THIMBLE_HAS_VECTORS
    if (multiplier == 1) {
        channels.begin = run_wider(args, channels);
    }
    channels.begin = run_wide(args, channels, multiplier);
#endif
    thimble_tile tile;
    for (int32_t o = channels.begin; o < channels.end; o += tile.channel_count) {
        thimble_tile_start(&tile, args, &r->scale, 1, o, channels.end);
        int32_t input_channels[THIMBLE_TILE];
        for (int32_t k = 0; k < THIMBLE_TILE; k++) {
            input_channels[k] = (o + tile.lanes[k]) / multiplier;
        }
        int8_t *output = args->output + o;
        thimble_window_walk at;
        thimble_window_start(&at, &r->window, (thimble_range){0, thimble_window_row_count(&r->window)});
        while (thimble_window_next(&at)) {
            int32_t sums[THIMBLE_TILE];
            sum_position(r, &tile, &at, args->input, input_channels, sums);
            thimble_tile_store(&tile, sums, output);
            output += r->output_channels;
        }
    }
}
