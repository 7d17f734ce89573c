// conv_2d_riscv.c - CONV_2D for RV32IM: a matrix product in pairs, over positions gathered into scratch.
//
// The input under the kernel at a position is copied into scratch as pairs, the zero point where it leaves the image, so
// that the product knows no borders. Scratch holds as many output channels as fit; for each further block of them
// all positions are gathered again, which takes 3 instructions per value.
//
// A 3x3 kernel over one input channel slides along the rows instead (plane_riscv.h). What neither serves goes to
// the generic kernel: groups, dilation along columns, few positions, rare scales.
//
// SPDX-License-Identifier: Apache-2.0
#include "conv_2d.h"
#include "pairs_riscv.h"
#include "plane_riscv.h"

enum { FEWEST_POSITIONS = 4, LEAST_BYTES = 3744, MOST_BYTES = 16384 };

static int32_t depth_of(const thimble_conv_record *r) {
    return r->window.rows.kernel * r->window.columns.kernel * r->weight_channels;
}

static bool is_plane(const thimble_conv_record *r) {
    return r->input_channels == 1 && thimble_plane_serves(&r->window);
}

static bool is_product(const thimble_conv_record *r) {
    const thimble_window *w = &r->window;
    const int32_t largest_kernel = THIMBLE_STEP_DEPTH;
    return r->weight_channels == r->input_channels && w->columns.dilation == 1 && !is_plane(r) &&
           w->rows.kernel <= largest_kernel && w->columns.kernel <= largest_kernel / w->rows.kernel &&
           r->weight_channels <= largest_kernel / (w->rows.kernel * w->columns.kernel) &&
           w->batches * w->rows.output * w->columns.output >= FEWEST_POSITIONS;
}

// Pairs go from value to value of a row of the kernel. If these are odd in number, the values are gathered as bytes first.
static bool needs_bytes(const thimble_conv_record *r) {
    return r->weight_channels % 2 != 0;
}

static uint32_t block_bytes(const thimble_conv_record *r, int32_t tile_count) {
    const uint32_t pairs = thimble_pairs_bytes(depth_of(r), tile_count);
    return pairs + (needs_bytes(r) ? (uint32_t)depth_of(r) + 1 : 0);
}

// Where tensors are large a model's memory may peak: there scratch is small. At least two tiles, if these do not take more
// than MOST_BYTES, and as many as fit into LEAST_BYTES.
static int32_t tiles_of(const thimble_conv_record *r) {
    const thimble_window *w = &r->window;
    const int32_t all = (r->output_channels + THIMBLE_PAIRS_CHANNELS - 1) / THIMBLE_PAIRS_CHANNELS;
    const uint32_t tensors = (uint32_t)(w->rows.input * w->columns.input * r->input_channels) +
                             (uint32_t)(w->rows.output * w->columns.output * r->output_channels);
    const uint32_t one = block_bytes(r, 1), next = block_bytes(r, 2) - one;
    const int32_t wanted = thimble_max(13 * 1024 - (int32_t)(tensors / 2), LEAST_BYTES);
    const int32_t fewest = one + next <= MOST_BYTES ? 2 : 1;
    return thimble_min(all, thimble_max(fewest, 1 + (wanted - (int32_t)one) / (int32_t)next));
}

uint32_t thimble_conv_2d_int8_riscv_scratch(const void *record) {
    const thimble_conv_record *r = record;
    const uint32_t bytes = is_product(r) && block_bytes(r, 1) <= MOST_BYTES ? block_bytes(r, tiles_of(r)) : 0;
    return (bytes + THIMBLE_ALIGNMENT - 1) & ~(THIMBLE_ALIGNMENT - 1u);
}

// Gathers what the kernel sees at a position into `to`, as pairs.
static void gather_pairs(const thimble_weights_int8_args *args, const thimble_window_walk *at, uint32_t *to) {
    const thimble_conv_record *r = args->record;
    const int32_t pairs = r->input_channels / 2;
    const uint32_t outside = thimble_pairs_word(r->scale.input_zero_point, r->scale.input_zero_point);
    const int32_t row_pairs = r->window.columns.kernel * pairs;
    for (int32_t i = 0; i < r->window.rows.kernel; i++) {
        const int32_t begin = thimble_min(at->columns.begin, at->columns.end), end = at->columns.end;
        if (i < at->rows.begin || i >= at->rows.end || begin == end) {
            to = thimble_pairs_fill(to, outside, row_pairs);
            continue;
        }
        to = thimble_pairs_fill(to, outside, begin * pairs);
        to = thimble_pairs_put(to, args->input + thimble_window_pixel(at, i, begin) * r->input_channels,
                               (end - begin) * pairs);
        to = thimble_pairs_fill(to, outside, row_pairs - end * pairs);
    }
}

static int8_t *copy_bytes(int8_t *to, const int8_t *from, int32_t count) {
    for (const int8_t *const end = to + count; to != end; to++) {
        *to = *from++;
    }
    return to;
}

static int8_t *fill_bytes(int8_t *to, int8_t value, int32_t count) {
    for (const int8_t *const end = to + count; to != end; to++) {
        *to = value;
    }
    return to;
}

// The same by way of `bytes`, which has room for an even number of values.
static void gather_bytes(const thimble_weights_int8_args *args, const thimble_window_walk *at, int8_t *bytes,
                         uint32_t *to) {
    const thimble_conv_record *r = args->record;
    const int8_t outside = r->scale.input_zero_point;
    const int32_t row_bytes = r->window.columns.kernel * r->input_channels;
    int8_t *byte = bytes;
    for (int32_t i = 0; i < r->window.rows.kernel; i++) {
        const int32_t begin = thimble_min(at->columns.begin, at->columns.end), end = at->columns.end;
        if (i < at->rows.begin || i >= at->rows.end || begin == end) {
            byte = fill_bytes(byte, outside, row_bytes);
            continue;
        }
        byte = fill_bytes(byte, outside, begin * r->input_channels);
        byte = copy_bytes(byte, args->input + thimble_window_pixel(at, i, begin) * r->input_channels,
                          (end - begin) * r->input_channels);
        byte = fill_bytes(byte, outside, row_bytes - end * r->input_channels);
    }
    *byte = 0;
    thimble_pairs_put(to, bytes, (depth_of(r) + 1) / 2);
}

// All positions for the channels that are packed; `channel` is the first.
static void run_block(const thimble_weights_int8_args *args, const thimble_pairs *block, int8_t *bytes,
                      int32_t channel) {
    const thimble_conv_record *r = args->record;
    int8_t *output = args->output + channel;
    thimble_window_walk at;
    thimble_window_start(&at, &r->window, (thimble_range){0, thimble_window_row_count(&r->window)});
    bool more = thimble_window_next(&at);
    while (more) {
        int32_t positions = 0;
        for (; positions < THIMBLE_PAIRS_POSITIONS && more; positions++) {
            if (bytes != NULL) {
                gather_bytes(args, &at, bytes, block->values + positions);
            } else {
                gather_pairs(args, &at, block->values + positions);
            }
            more = thimble_window_next(&at);
        }
        thimble_pairs_multiply(block, output, positions > 1 ? output + r->output_channels : output);
        output += positions * r->output_channels;
    }
}

// A 1x1 kernel with stride 1 over an even number of channels: the input's values lie as the product wants them.
static bool is_plain_product(const thimble_conv_record *r) {
    const thimble_window *w = &r->window;
    return w->rows.kernel == 1 && w->columns.kernel == 1 && w->rows.stride == 1 && w->columns.stride == 1 &&
           !needs_bytes(r);
}

// run_block for a plain product.
static void run_plain_block(const thimble_weights_int8_args *args, const thimble_pairs *block, int32_t channel) {
    const thimble_conv_record *r = args->record;
    const int8_t *input = args->input;
    int8_t *output = args->output + channel;
    int32_t left = thimble_window_row_count(&r->window) * r->window.columns.output;
    for (; left > 0; left -= THIMBLE_PAIRS_POSITIONS) {
        thimble_pairs_put(block->values, input, r->input_channels / 2);
        int8_t *second = output;
        if (left > 1) {
            thimble_pairs_put(block->values + 1, input + r->input_channels, r->input_channels / 2);
            second += r->output_channels;
        }
        thimble_pairs_multiply(block, output, second);
        input += THIMBLE_PAIRS_POSITIONS * r->input_channels;
        output += THIMBLE_PAIRS_POSITIONS * r->output_channels;
    }
}

static void run_product(const thimble_weights_int8_args *args, thimble_range channels, uint8_t *scratch) {
    const thimble_conv_record *r = args->record;
    const int32_t tile_count = tiles_of(r);
    int8_t *bytes = needs_bytes(r) ? (int8_t *)scratch + thimble_pairs_bytes(depth_of(r), tile_count) : NULL;
    thimble_pairs block;
    thimble_pairs_start(&block, args, &r->scale, depth_of(r), tile_count, scratch);
    while (channels.begin < channels.end) {
        int32_t o = channels.begin, end = o;
        block.tile_count = 0;
        do {
            o = end;
            end = thimble_min(o + THIMBLE_PAIRS_CHANNELS, channels.end);
        } while (o < end && block.tile_count < tile_count && thimble_pairs_pack(&block, o, end - o));
        if (o > channels.begin) {
            if (is_plain_product(r)) {
                run_plain_block(args, &block, channels.begin);
            } else {
                run_block(args, &block, bytes, channels.begin);
            }
            channels.begin = o;
        } else {
            thimble_conv_2d_int8_generic(args, (thimble_range){o, end}, NULL);
            channels.begin = end;
        }
    }
}

// One output channel of a 3x3 kernel over one input channel.
static void run_plane(const thimble_weights_int8_args *args, int32_t o) {
    const thimble_conv_record *r = args->record;
    thimble_plane plane = {.window = &r->window,
                           .scale = &r->scale,
                           .input = args->input,
                           .weights = args->weights + o * depth_of(r),
                           .output = args->output + o,
                           .input_step = 1,
                           .weights_step = 1,
                           .output_step = r->output_channels,
                           .bias = thimble_output_bias(args, o)};
    if (thimble_output_step_make(&plane.step, args, &r->scale, o)) {
        thimble_plane_run(&plane);
    } else {
        thimble_conv_2d_int8_generic(args, (thimble_range){o, o + 1}, NULL);
    }
}

void thimble_conv_2d_int8_riscv(const thimble_weights_int8_args *args, thimble_range channels, uint8_t *scratch) {
    const thimble_conv_record *r = args->record;
    if (is_plane(r)) {
        for (int32_t o = channels.begin; o < channels.end; o++) {
            run_plane(args, o);
        }
    } else if (is_product(r) && scratch != NULL) {
        run_product(args, channels, scratch);
    } else {
        thimble_conv_2d_int8_generic(args, channels, NULL);
    }
}
