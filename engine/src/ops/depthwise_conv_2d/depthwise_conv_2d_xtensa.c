// depthwise_conv_2d_xtensa.c - DEPTHWISE_CONV_2D for Xtensa cores with MAC16.
//
// Each channel is a convolution of its own with few products, so it has to cost little to bring them side by side. A strip
// holds, for each column of the image, the rows that the kernel sees now, one channel, widened to 16 bits. Row y lies at place y
// modulo `places`, so that going down one row changes one number per column, and the weights are there once for each rotation.
//
//     3 x 3 kernel, 4 places        column 0      column 1      column 2
//     rows 0 .. 2                   r0 r1 r2 -    r0 r1 r2 -    r0 r1 r2 -   ..
//     rows 1 .. 3                   -  r1 r2 r3   -  r1 r2 r3   -  r1 r2 r3  ..     "-" meets a weight of 0
//
// Four neighbouring channels are unpacked together.
//
// SPDX-License-Identifier: Apache-2.0
#include "depthwise_conv_2d.h"

#include <string.h>

#include "mac16_output.h"
#include "mac16_widen.h"

enum {
    QUAD = 4,
    READ_AHEAD = 2,  // of the inner loop, in numbers
    MOST_PLACES = 6,  // kernels of up to 6 rows and columns
    GROUP = 4,  // channels unpacked together
    MOST_OUTPUTS = 8,  // of one group
    STRIP_BYTES = 4096
};

// How an op is cut; the same for all workers. Numbers are of 16 bits.
typedef struct layout {
    int32_t multiplier;  // outputs of one input channel
    int32_t group;  // input channels at a time
    int32_t places;  // numbers in a column
    int32_t numbers;  // in a run, with some that meet weights of 0
    int32_t strip;  // numbers of one channel's strip
    thimble_range inside;  // its columns that lie inside the image
    int32_t first_column;  // of the image, at inside.begin
    int32_t rotations;  // numbers of the weights of one output channel, in all rotations
    uint32_t weights_at, bytes;  // in scratch
} layout;

static int32_t round_up(int32_t value, int32_t unit) {
    return (value + unit - 1) / unit * unit;
}

// False where the op is of a kind or size that this kernel is not made for.
static bool lay_out(const thimble_conv_record *r, layout *l) {
    const thimble_axis *rows = &r->window.rows, *columns = &r->window.columns;
    l->multiplier = r->output_channels / r->input_channels;
    if (rows->kernel > MOST_PLACES || columns->kernel > MOST_PLACES || rows->dilation != 1 || columns->dilation != 1 ||
        l->multiplier > MOST_OUTPUTS || columns->output > STRIP_BYTES || columns->stride > STRIP_BYTES) {
        return false;
    }
    l->places = round_up(rows->kernel, 2);
    l->numbers = round_up(columns->kernel * l->places, QUAD);
    l->rotations = l->places * l->numbers;
    const int32_t width = (columns->output - 1) * columns->stride + columns->kernel;
    if (width > STRIP_BYTES) {
        return false;
    }
    l->strip = width * l->places + QUAD;
    l->inside.begin = thimble_min(columns->pad, width);
    l->inside.end = thimble_clamp(columns->input + columns->pad, l->inside.begin, width);
    l->first_column = l->inside.begin - columns->pad;
    l->group = l->multiplier == 1 && r->input_channels % GROUP == 0 && GROUP * 2 * l->strip <= STRIP_BYTES ? GROUP : 1;
    l->weights_at = 2 * (uint32_t)(l->group * l->strip + READ_AHEAD);
    l->bytes = l->weights_at + 2 * (uint32_t)(l->group * l->multiplier * l->rotations + READ_AHEAD);
    return 2 * l->strip <= STRIP_BYTES;
}

uint32_t thimble_depthwise_conv_2d_int8_xtensa_scratch(const void *record) {
    layout l;
    return lay_out(record, &l) ? (uint32_t)round_up((int32_t)l.bytes, THIMBLE_ALIGNMENT) : 0;
}

typedef struct job {
    const thimble_weights_int8_args *args;
    layout layout;
    int32_t zero;  // what stands for an input outside the image
    int16_t *strips, *weights;
    thimble_range outputs;  // of the group: output channels
    thimble_mac16_output rules[MOST_OUTPUTS];
} job;

// ---- weights ------------------------------------------------------------------------------------------------------

// Writes all rotations of output channel `o`, of which `wide` has room for l->rotations numbers. Returns the sum of the
// weights.
static int32_t widen_weights(const layout *l, const thimble_conv_record *r, const int8_t *weights, int32_t o,
                             int16_t *wide) {
    const int32_t rows = r->window.rows.kernel, columns = r->window.columns.kernel, places = l->places;
    const int32_t next_rotation = l->numbers + 1;
    int32_t sum = 0;
    memset(wide, 0, sizeof *wide * (size_t)l->rotations);
    weights += o;
    for (int32_t i = 0; i < rows; i++) {
        for (int32_t j = 0; j < columns; j++) {
            const int32_t weight = *weights;
            // Row i goes to place i of rotation 0, place i + 1 of rotation 1 ... and on from place 0.
            int16_t *at = wide + j * places + i;
            for (int32_t left = places - i; left > 0; left--) {
                *at = (int16_t)(weight * 256);
                at += next_rotation;
            }
            at -= places;
            for (int32_t left = i; left > 0; left--) {
                *at = (int16_t)(weight * 256);
                at += next_rotation;
            }
            sum += weight;
            weights += r->output_channels;
        }
    }
    return sum;
}

static void start_output(const layout *l, const thimble_weights_int8_args *args, int32_t o, int16_t *wide,
                         thimble_mac16_output *rule) {
    const thimble_conv_record *r = args->record;
    const int32_t sum = widen_weights(l, r, args->weights, o, wide);
    const int32_t bias = args->bias != NULL ? args->bias[o] : 0;
    thimble_mac16_output_start(rule, &r->scale, thimble_weights_factor(&r->scale, args->file, o),
                               thimble_subtract_wrapping(bias, sum * thimble_mac16_zero(r->scale.input_zero_point)),
                               r->window.rows.kernel * r->window.columns.kernel);
}

// ---- strips -------------------------------------------------------------------------------------------------------

// Numbers `step` apart.
static void fill(int16_t *numbers, int32_t step, int32_t value, int32_t count) {
    for (; count > 0; count--) {
        *numbers = (int16_t)value;
        numbers += step;
    }
}

// One channel of `count` pixels, `channels` bytes apart.
static void unpack_one(int16_t *numbers, int32_t step, const int8_t *pixels, int32_t channels, int32_t count) {
    for (; count > 0; count--) {
        *numbers = (int16_t)((uint8_t)*pixels ^ 0x80);
        numbers += step;
        pixels += channels;
    }
}

// Four neighbouring channels, into strips of `strip` numbers.
static void unpack_four(int16_t *numbers, int32_t step, int32_t strip, const int8_t *pixels, int32_t channels,
                        int32_t count) {
    int16_t *first = numbers, *second = first + strip, *third = second + strip, *fourth = third + strip;
    for (; count > 0; count--) {
        const uint32_t word = thimble_mac16_load(pixels) ^ 0x80808080;
        *first = (int16_t)(word & 0xff);
        *second = (int16_t)(word >> 8 & 0xff);
        *third = (int16_t)(word >> 16 & 0xff);
        *fourth = (int16_t)(word >> 24);
        first += step;
        second += step;
        third += step;
        fourth += step;
        pixels += channels;
    }
}

// Puts row `y` of an image, which may lie outside of it, in its place. `image` is at the group's first channel. Columns
// outside the image hold the zero point from the start.
static void fill_row(const job *work, const int8_t *image, int32_t y, int32_t place) {
    const layout *l = &work->layout;
    const thimble_conv_record *r = work->args->record;
    int16_t *numbers = work->strips + l->inside.begin * l->places + place;
    const int32_t count = l->inside.end - l->inside.begin;
    const int8_t *pixels = image + (y * r->window.columns.input + l->first_column) * r->input_channels;
    if (y < 0 || y >= r->window.rows.input) {
        for (int32_t k = 0; k < l->group; k++) {
            fill(numbers + k * l->strip, l->places, work->zero, count);
        }
    } else if (l->group == GROUP) {
        unpack_four(numbers, l->places, l->strip, pixels, r->input_channels, count);
    } else {
        unpack_one(numbers, l->places, pixels, r->input_channels, count);
    }
}

static int32_t modulo(int32_t value, int32_t places) {
    const int32_t rest = value % places;
    return rest < 0 ? rest + places : rest;
}

// ---- groups -------------------------------------------------------------------------------------------------------

// One output row of all channels of the group, whose strips are filled.
static void run_row(const job *work, int32_t row, int32_t rotation) {
    const thimble_conv_record *r = work->args->record;
    const layout *l = &work->layout;
    int8_t *output = work->args->output + row * r->window.columns.output * r->output_channels;
    thimble_mac16_runs runs = {.inputs = work->strips,
                               .weights = work->weights + rotation * l->numbers,
                               .step = r->window.columns.stride * l->places,
                               .quads = l->numbers / QUAD};
    const thimble_mac16_output *rule = work->rules;
    for (int32_t o = work->outputs.begin; o < work->outputs.end; o++) {
        thimble_mac16_run(&runs, rule++, output + o, r->output_channels, r->window.columns.output);
        runs.inputs += l->group == 1 ? 0 : l->strip;
        runs.weights += l->rotations;
    }
}

// All rows of the outputs that see `channel` and, in a group, the channels behind it.
static void run_group(job *work, int32_t channel) {
    const thimble_conv_record *r = work->args->record;
    const layout *l = &work->layout;
    const thimble_axis *rows = &r->window.rows;
    for (int32_t o = work->outputs.begin; o < work->outputs.end; o++) {
        const int32_t k = o - work->outputs.begin;
        start_output(l, work->args, o, work->weights + k * l->rotations, &work->rules[k]);
    }
    for (int32_t b = 0; b < r->window.batches; b++) {
        const int8_t *image =
            work->args->input + b * rows->input * r->window.columns.input * r->input_channels + channel;
        int32_t next = -rows->pad;  // the first row that is not in its place yet
        for (int32_t y = 0; y < rows->output; y++) {
            const int32_t top = y * rows->stride - rows->pad;
            for (next = thimble_max(next, top); next < top + rows->kernel; next++) {
                fill_row(work, image, next, modulo(next, l->places));
            }
            run_row(work, b * rows->output + y, modulo(top, l->places));
        }
    }
}

void thimble_depthwise_conv_2d_int8_xtensa(const thimble_weights_int8_args *args, thimble_range channels,
                                           uint8_t *scratch) {
    job work = {.args = args};
    layout *l = &work.layout;
    if (scratch == NULL || !lay_out(args->record, l)) {
        thimble_depthwise_conv_2d_int8_generic(args, channels, NULL);
        return;
    }
    work.strips = (int16_t *)(void *)scratch;
    work.weights = (int16_t *)(void *)(scratch + l->weights_at);
    work.zero = thimble_mac16_zero(((const thimble_conv_record *)args->record)->scale.input_zero_point);
    thimble_mac16_fill(work.strips, work.zero, l->group * l->strip + READ_AHEAD);
    const int32_t largest_group = l->group;
    for (int32_t o = channels.begin; o < channels.end; o = work.outputs.end) {
        const int32_t channel = o / l->multiplier;
        l->group = largest_group == GROUP && channel % GROUP == 0 && channels.end - o >= GROUP ? GROUP : 1;
        work.outputs.begin = o;
        work.outputs.end = thimble_min((channel + l->group) * l->multiplier, channels.end);
        run_group(&work, channel);
    }
}
