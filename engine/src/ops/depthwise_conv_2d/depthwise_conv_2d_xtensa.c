// depthwise_conv_2d_xtensa.c - DEPTHWISE_CONV_2D for Xtensa cores with MAC16.
//
// Each channel is a convolution of its own with few products, so it has to cost little to bring them side by side. A strip
// holds one channel of what a band of output rows sees, widened to 16 bits: for each output row, column by column, the rows
// under the kernel. So what an output is the sum of is one run of numbers.
//
//     3 x 3 kernel                column 0      column 1      column 2
//     output row 0                r0 r1 r2 -    r0 r1 r2 -    r0 r1 r2 -   ..
//     output row 1 (stride 1)     r1 r2 r3 -    r1 r2 r3 -    r1 r2 r3 -   ..     "-" meets a weight of 0
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
    LARGEST_KERNEL = 6,  // rows or columns
    GROUP = 4,  // channels unpacked together
    MOST_OUTPUTS = 8,  // of one group
    STRIPS_BYTES = 4096
};

// How an op is cut; the same for all workers. Numbers are of 16 bits.
typedef struct layout {
    int32_t multiplier;  // outputs of one input channel
    int32_t group;  // input channels at a time
    int32_t places;  // numbers in a column
    int32_t numbers;  // in a run, with some that meet weights of 0
    int32_t strip_row;  // numbers of one output row
    int32_t band;  // output rows at a time
    int32_t strip;  // numbers of one channel's strip
    thimble_range inside;  // the columns of a strip that lie inside the image
    int32_t first_column;  // of the image, at inside.begin
    uint32_t weights_at, bytes;  // in scratch
} layout;

static int32_t round_up(int32_t value, int32_t unit) {
    return (value + unit - 1) / unit * unit;
}

static int32_t divide_up(int32_t value, int32_t by) {
    return (value + by - 1) / by;
}

// Output rows whose strips have room, for `group` channels.
static int32_t fitting_rows(const layout *l, int32_t group) {
    return (STRIPS_BYTES / 2 / group - QUAD) / l->strip_row;
}

// False where the op is of a kind or size that this kernel is not made for.
static bool lay_out(const thimble_conv_record *r, layout *l) {
    const thimble_axis *rows = &r->window.rows, *columns = &r->window.columns;
    l->multiplier = r->output_channels / r->input_channels;
    if (rows->kernel > LARGEST_KERNEL || columns->kernel > LARGEST_KERNEL || columns->dilation != 1 ||
        l->multiplier > MOST_OUTPUTS || columns->output > STRIPS_BYTES || columns->stride > STRIPS_BYTES) {
        return false;
    }
    l->places = round_up(rows->kernel, 2);
    l->numbers = round_up(columns->kernel * l->places, QUAD);
    const int32_t width = (columns->output - 1) * columns->stride + columns->kernel;
    if (width > STRIPS_BYTES) {
        return false;
    }
    l->strip_row = width * l->places;
    l->inside.begin = thimble_min(columns->pad, width);
    l->inside.end = thimble_clamp(columns->input + columns->pad, l->inside.begin, width);
    l->first_column = l->inside.begin - columns->pad;
    const bool four = l->multiplier == 1 && r->input_channels % GROUP == 0 && fitting_rows(l, GROUP) > 0;
    l->group = four ? GROUP : 1;
    const int32_t fitting = fitting_rows(l, l->group);
    if (fitting == 0) {
        return false;
    }
    l->band = divide_up(rows->output, divide_up(rows->output, fitting));
    l->strip = round_up(l->band * l->strip_row, 2) + QUAD;
    l->weights_at = 2 * (uint32_t)(l->group * l->strip + READ_AHEAD);
    l->bytes = l->weights_at + 2 * (uint32_t)(l->group * l->multiplier * l->numbers + READ_AHEAD);
    return true;
}

uint32_t thimble_depthwise_conv_2d_int8_xtensa_scratch(const void *record) {
    layout l;
    return lay_out(record, &l) ? (uint32_t)round_up((int32_t)l.bytes, THIMBLE_ALIGNMENT) : 0;
}

typedef struct job {
    const thimble_weights_int8_args *args;
    layout layout;
    _Alignas(4) int8_t outside[GROUP];  // what stands for inputs outside the image
    int16_t *strips, *weights;
    thimble_range outputs;  // of the group: output channels
    thimble_mac16_output rules[MOST_OUTPUTS];
} job;

// ---- weights ------------------------------------------------------------------------------------------------------

// Writes the weights of output channel `o` in the order of a run. Returns their sum.
static int32_t widen_weights(const layout *l, const thimble_conv_record *r, const int8_t *weights, int32_t o,
                             int16_t *wide) {
    const int32_t rows = r->window.rows.kernel, columns = r->window.columns.kernel;
    int32_t sum = 0;
    thimble_mac16_fill(wide, 0, l->numbers);
    weights += o;
    for (int32_t i = 0; i < rows; i++) {
        int16_t *at = wide + i;
        for (int32_t j = 0; j < columns; j++) {
            *at = (int16_t)(*weights * 256);
            sum += *weights;
            at += l->places;
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

// One channel of `count` pixels, `step` bytes apart, to every `places`th number.
static void unpack_one(int16_t *numbers, int32_t places, const int8_t *pixels, int32_t step, int32_t count) {
    for (; count > 0; count--) {
        *numbers = (int16_t)((uint8_t)*pixels ^ 0x80);
        numbers += places;
        pixels += step;
    }
}

// Fills one row of the group's strips, at `numbers`, with what the output row sees whose kernel begins at row `top` of
// `image`. Columns outside the image hold the zero point from the start.
static void fill_row(const job *work, int16_t *numbers, const int8_t *image, int32_t top) {
    const layout *l = &work->layout;
    const thimble_conv_record *r = work->args->record;
    const thimble_axis *rows = &r->window.rows;
    const int32_t row_bytes = r->window.columns.input * r->input_channels, apart = rows->dilation * row_bytes;
    const int32_t count = l->inside.end - l->inside.begin;
    const int8_t *pixels = image + top * row_bytes + l->first_column * r->input_channels;
    thimble_mac16_four to = {numbers + l->inside.begin * l->places, l->strip, l->places};
    const bool is_inside = top >= 0 && top + (rows->kernel - 1) * rows->dilation < rows->input;
    if (l->group == GROUP && rows->kernel == 3 && is_inside) {
        thimble_mac16_unpack_three_rows(to, pixels, apart, r->input_channels, count);
        return;
    }
    for (int32_t i = 0; i < rows->kernel; i++) {
        const int32_t y = top + i * rows->dilation;
        const bool is_row_inside = y >= 0 && y < rows->input;
        const int8_t *from = is_row_inside ? pixels : work->outside;
        const int32_t step = is_row_inside ? r->input_channels : 0;
        if (l->group == GROUP) {
            thimble_mac16_unpack_four(to, from, step, count);
        } else {
            unpack_one(to.numbers, l->places, from, step, count);
        }
        to.numbers++;
        pixels += apart;
    }
}

// ---- groups -------------------------------------------------------------------------------------------------------

// Rows `band` of an image, of which `row` is the first through the batches, for all outputs of the group.
static void run_band(const job *work, const int8_t *image, thimble_range band, int32_t row) {
    const thimble_conv_record *r = work->args->record;
    const layout *l = &work->layout;
    for (int32_t y = band.begin; y < band.end; y++) {
        fill_row(work, work->strips + (y - band.begin) * l->strip_row, image,
                 y * r->window.rows.stride - r->window.rows.pad);
    }
    int8_t *output = work->args->output + row * r->window.columns.output * r->output_channels;
    thimble_mac16_runs runs = {.inputs = work->strips,
                               .weights = work->weights,
                               .step = r->window.columns.stride * l->places,
                               .row_step = l->strip_row,
                               .count = r->window.columns.output,
                               .rows = band.end - band.begin,
                               .quads = l->numbers / QUAD};
    const thimble_mac16_output *rule = work->rules;
    for (int32_t o = work->outputs.begin; o < work->outputs.end; o++) {
        thimble_mac16_run(&runs, rule++, output + o, r->output_channels);
        runs.inputs += l->group == 1 ? 0 : l->strip;
        runs.weights += l->numbers;
    }
}

// All rows of the outputs that see `channel` and, in a group, the channels behind it.
static void run_group(job *work, int32_t channel) {
    const thimble_conv_record *r = work->args->record;
    const layout *l = &work->layout;
    const thimble_axis *rows = &r->window.rows;
    for (int32_t o = work->outputs.begin; o < work->outputs.end; o++) {
        const int32_t k = o - work->outputs.begin;
        start_output(l, work->args, o, work->weights + k * l->numbers, &work->rules[k]);
    }
    for (int32_t b = 0; b < r->window.batches; b++) {
        const int8_t *image =
            work->args->input + b * rows->input * r->window.columns.input * r->input_channels + channel;
        for (int32_t y = 0; y < rows->output; y += l->band) {
            run_band(work, image, (thimble_range){y, thimble_min(y + l->band, rows->output)}, b * rows->output + y);
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
    const int32_t zero_point = ((const thimble_conv_record *)args->record)->scale.input_zero_point;
    memset(work.outside, zero_point, sizeof work.outside);
    work.strips = (int16_t *)(void *)scratch;
    work.weights = (int16_t *)(void *)(scratch + l->weights_at);
    thimble_mac16_fill(work.strips, thimble_mac16_zero(zero_point), l->group * l->strip + READ_AHEAD);
    const int32_t largest_group = l->group;
    for (int32_t o = channels.begin; o < channels.end; o = work.outputs.end) {
        const int32_t channel = o / l->multiplier;
        l->group = largest_group == GROUP && channel % GROUP == 0 && channels.end - o >= GROUP ? GROUP : 1;
        work.outputs.begin = o;
        work.outputs.end = thimble_min((channel + l->group) * l->multiplier, channels.end);
        run_group(&work, channel);
    }
}
