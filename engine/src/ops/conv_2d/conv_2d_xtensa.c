// conv_2d_xtensa.c - CONV_2D for Xtensa cores with MAC16: about one instruction per multiply-accumulate.
//
// A strip of output positions at a time: the part of the input that it sees is widened to 16 bits, column by column, so
// that everything under the kernel is one run of numbers and the next position's run begins `step` further on.
//
//      input rows                     strip (3 x 3 kernel)
//      a0 a1 a2 a3 ..                 a0 b0 c0 | a1 b1 c1 | a2 b2 c2 | a3 b3 c3 ..      each letter: all channels
//      b0 b1 b2 b3 ..       --->      \_________ position 0 ________/
//      c0 c1 c2 c3 ..                            \_________ position 1 ________/
//
// The weights of one output channel are widened in the same order, their products with each run of the strip summed,
// then those of the next channel. Where all weights are small they are widened once and stay.
//
// SPDX-License-Identifier: Apache-2.0
#include "conv_2d.h"
#include "mac16_output.h"
#include "mac16_widen.h"

enum {
    QUAD = 4,  // what the inner loop takes per turn
    READ_AHEAD = 2,  // numbers that it reads behind the end
    STRIP_BYTES = 3520,
    LARGE_STRIP_BYTES = 9728,  // for ops with small tensors: a model's memory does not peak there
    SMALL_TENSORS_BYTES = 12288,
    RESIDENT_WEIGHTS_BYTES = 1280,
    ENOUGH_POSITIONS = 80,  // what a channel costs per strip is little beside so many outputs
    LARGEST_KERNEL = 64,
    MOST_CHANNELS = 2048
};

// What is known of an output channel before its sums.
typedef struct channel {
    int32_t bias;  // for sums of (x + 128) * w
    thimble_rescale factor;
} channel;

// How an op is cut into strips. Numbers are of 16 bits.
typedef struct layout {
    thimble_axis rows, columns;
    int32_t row_count;  // output rows of all batches
    int32_t channels;  // of the input
    int32_t column;  // numbers in a column of a strip: kernel rows * channels, made even
    int32_t pitch;  // columns from one position's run to the next one's
    int32_t numbers;  // in a run, with some that meet weights of 0 up to a multiple of QUAD
    int32_t strip_rows, strip_columns;  // output positions in a strip
    int32_t strip_row;  // numbers in one row of a strip
    bool weights_stay;
    uint32_t weights_at, channels_at, bytes;  // in scratch
} layout;

static int32_t round_up(int32_t value, int32_t unit) {
    return (value + unit - 1) / unit * unit;
}

static int32_t share_out(int32_t total, int32_t most) {
    const int32_t parts = (total + most - 1) / most;
    return (total + parts - 1) / parts;
}

// Columns of a strip that `positions` neighbours see.
static int32_t width_of(const layout *l, int32_t positions) {
    return (positions - 1) * l->pitch + l->columns.kernel;
}

// The largest strip with at most `most` columns, but not many more positions than are `enough`.
static void size_strip(layout *l, int32_t most, int32_t enough) {
    const int32_t fitting = (most - l->columns.kernel) / l->pitch + 1;
    l->strip_columns = share_out(l->columns.output, thimble_min(fitting, enough));
    l->strip_rows = 1;
    if (l->strip_columns == l->columns.output) {
        const int32_t rows = thimble_min(most / width_of(l, l->strip_columns), enough / l->strip_columns);
        l->strip_rows = share_out(l->row_count, thimble_max(rows, 1));
    }
}

static uint32_t tensors_bytes(const thimble_conv_record *r) {
    const thimble_window *w = &r->window;
    const uint32_t input = (uint32_t)(w->rows.input * w->columns.input * r->input_channels);
    const uint32_t output = (uint32_t)(w->rows.output * w->columns.output * r->output_channels);
    return (uint32_t)w->batches * (input + output);
}

// False where the op is of a kind or size that this kernel is not made for.
static bool lay_out(const thimble_conv_record *r, layout *l) {
    const thimble_window *w = &r->window;
    *l = (layout){.rows = w->rows,
                  .columns = w->columns,
                  .row_count = thimble_window_row_count(w),
                  .channels = r->input_channels};
    if (w->columns.dilation != 1 || r->weight_channels != l->channels || l->rows.kernel > LARGEST_KERNEL ||
        l->columns.kernel > LARGEST_KERNEL || l->channels > MOST_CHANNELS || r->output_channels > MOST_CHANNELS ||
        l->row_count == 0) {
        return false;
    }
    if (l->rows.kernel == 1 && l->columns.kernel == 1 && l->rows.stride == 1 && l->columns.stride == 1) {
        // All positions lie side by side.
        l->columns.input = l->columns.output = l->row_count * l->columns.output;
        l->rows.input = l->rows.output = l->row_count = 1;
    }
    l->column = round_up(l->rows.kernel * l->channels, 2);
    l->pitch = thimble_min(l->columns.stride, l->columns.kernel);
    l->numbers = round_up(l->columns.kernel * l->column, QUAD);
    // Not much more than the tensors themselves, or a small model would be mostly scratch.
    const uint32_t tensors = tensors_bytes(r);
    const bool small = tensors <= SMALL_TENSORS_BYTES;
    const int32_t room = small ? thimble_clamp((int32_t)tensors + 512, STRIP_BYTES, LARGE_STRIP_BYTES) : STRIP_BYTES;
    const int32_t behind = QUAD + READ_AHEAD, most_columns = (room / 2 - behind) / l->column;
    if (most_columns < l->columns.kernel) {
        return false;
    }
    const uint32_t channel_bytes = 2 * (uint32_t)l->numbers;
    const uint32_t weights_bytes = channel_bytes * (uint32_t)r->output_channels;
    l->weights_stay = weights_bytes <= RESIDENT_WEIGHTS_BYTES;
    size_strip(l, most_columns, small && !l->weights_stay ? most_columns : ENOUGH_POSITIONS);
    l->strip_row = width_of(l, l->strip_columns) * l->column;
    l->weights_at = 2 * (uint32_t)(l->strip_rows * l->strip_row + behind);
    l->channels_at = l->weights_at + (l->weights_stay ? weights_bytes : channel_bytes) + 2 * READ_AHEAD;
    l->bytes = l->channels_at;
    if (l->strip_rows < l->row_count || l->strip_columns < l->columns.output) {
        l->bytes += (uint32_t)r->output_channels * (uint32_t)sizeof(channel);
    } else {
        l->bytes += (uint32_t)sizeof(channel);
    }
    return true;
}

uint32_t thimble_conv_2d_int8_xtensa_scratch(const void *record) {
    layout l;
    return lay_out(record, &l) ? (uint32_t)round_up((int32_t)l.bytes, THIMBLE_ALIGNMENT) : 0;
}

// ---- strips -------------------------------------------------------------------------------------------------------

static int16_t *widen_columns(const layout *l, int16_t *strip, const int8_t *input, int32_t count) {
    if (l->column == l->channels && l->channels % 4 == 0) {
        return thimble_mac16_widen_inputs(strip, input, count * l->channels);
    }
    if (l->channels == 1) {
        for (; count > 0; count--) {
            *strip = (int16_t)((uint8_t)*input++ ^ 0x80);
            strip += l->column;
        }
        return strip;
    }
    for (; count > 0; count--) {
        if (l->channels % 4 == 0) {
            thimble_mac16_widen_inputs(strip, input, l->channels);
        } else {
            thimble_mac16_copy_inputs(strip, input, l->channels);
        }
        strip += l->column;
        input += l->channels;
    }
    return strip;
}

static int16_t *fill_columns(const layout *l, int16_t *strip, int32_t zero, int32_t count) {
    for (; count > 0; count--) {
        thimble_mac16_fill(strip, zero, l->channels);
        strip += l->column;
    }
    return strip;
}

// One kernel row's part of a row of a strip, for `positions` output columns from `x` on. `input` is NULL where that row
// is outside the image.
static void fill_kernel_row(const layout *l, int16_t *strip, int32_t zero, const int8_t *input, int32_t x,
                            int32_t positions) {
    // With strides beyond the kernel, the runs of neighbours have no column in common.
    const int32_t runs = l->columns.stride > l->columns.kernel ? positions : 1;
    const int32_t run = runs == 1 ? width_of(l, positions) : l->columns.kernel;
    int32_t left = x * l->columns.stride - l->columns.pad;
    for (int32_t i = 0; i < runs; i++) {
        int32_t begin = run, end = run;
        if (input != NULL) {
            begin = thimble_clamp(-left, 0, run);
            end = thimble_clamp(l->columns.input - left, begin, run);
        }
        strip = fill_columns(l, strip, zero, begin);
        if (begin != end) {
            strip = widen_columns(l, strip, input + (left + begin) * l->channels, end - begin);
        }
        strip = fill_columns(l, strip, zero, run - end);
        left += l->columns.stride;
    }
}

// Columns of an odd length end with a number that meets a weight of 0.
static void fill_gaps(const layout *l, int16_t *strip, int32_t positions) {
    if (l->column != l->rows.kernel * l->channels) {
        for (int32_t i = 1; i <= width_of(l, positions); i++) {
            strip[i * l->column - 1] = 0;
        }
    }
}

// Output row `row` (through the batches), `positions` columns from `x` on.
static void fill_strip_row(const layout *l, int16_t *strip, int32_t zero, const int8_t *input, int32_t row, int32_t x,
                           int32_t positions) {
    const int32_t row_bytes = l->columns.input * l->channels;
    const int8_t *image = input + row / l->rows.output * l->rows.input * row_bytes;
    int32_t y = row % l->rows.output * l->rows.stride - l->rows.pad;
    for (int32_t i = 0; i < l->rows.kernel; i++) {
        const bool is_inside = y >= 0 && y < l->rows.input;
        fill_kernel_row(l, strip + i * l->channels, zero, is_inside ? image + y * row_bytes : NULL, x, positions);
        y += l->rows.dilation;
    }
    fill_gaps(l, strip, positions);
}

// ---- weights ------------------------------------------------------------------------------------------------------

// The weights of one output channel, in the order of a run.
static void widen_weights(const layout *l, int16_t *wide, const int8_t *weights) {
    if (l->numbers != l->rows.kernel * l->columns.kernel * l->channels) {
        thimble_mac16_fill(wide, 0, l->numbers);
    }
    for (int32_t i = 0; i < l->rows.kernel; i++) {
        int16_t *place = wide + i * l->channels;
        for (int32_t j = 0; j < l->columns.kernel; j++) {
            if (l->channels == 1) {
                *place = (int16_t)(*weights++ * 256);
                place += l->column;
                continue;
            }
            if (l->channels % 4 == 0) {
                thimble_mac16_widen_weights(place, weights, l->channels);
            } else {
                thimble_mac16_copy_weights(place, weights, l->channels);
            }
            weights += l->channels;
            place += l->column;
        }
    }
}

static channel prepare_channel(const layout *l, const thimble_weights_int8_args *args, int32_t o, const int16_t *wide) {
    const thimble_conv_record *r = args->record;
    const int32_t zero = thimble_mac16_zero(r->scale.input_zero_point);
    int32_t sum = 0;
    for (int32_t i = 0; i < l->numbers && zero != 0; i++) {
        sum += wide[i] >> 8;
    }
    const int32_t bias = args->bias != NULL ? args->bias[o] : 0;
    return (channel){thimble_subtract_wrapping(bias, sum * zero), thimble_weights_factor(&r->scale, args->file, o)};
}

// ---- strips of outputs --------------------------------------------------------------------------------------------

// What a call works on.
typedef struct job {
    const thimble_weights_int8_args *args;
    thimble_range channels;
    layout layout;
    int16_t *strip, *weights;
    channel *known;  // of all channels in their order from channels.begin on, or of one at a time
} job;

// All channels of `rows` x `columns` positions.
static void run_strip(const job *work, thimble_range rows, thimble_range columns) {
    const layout *l = &work->layout;
    const thimble_weights_int8_args *args = work->args;
    const thimble_conv_record *r = args->record;
    const bool is_first = rows.begin == 0 && columns.begin == 0;
    const int32_t positions = columns.end - columns.begin, kernel = l->rows.kernel * l->columns.kernel * l->channels;
    for (int32_t y = rows.begin; y < rows.end; y++) {
        fill_strip_row(l, work->strip + (y - rows.begin) * l->strip_row, thimble_mac16_zero(r->scale.input_zero_point),
                       args->input, y, columns.begin, positions);
    }
    // Strips of more than one row have all columns, so that outputs go on from row to row.
    thimble_mac16_runs runs = {.inputs = work->strip,
                               .step = l->pitch * l->column,
                               .row_step = l->strip_row,
                               .count = positions,
                               .rows = rows.end - rows.begin,
                               .quads = l->numbers / QUAD};
    const bool is_only = rows.end == l->row_count && columns.end == l->columns.output;
    for (int32_t o = work->channels.begin; o < work->channels.end; o++) {
        const int32_t index = o - work->channels.begin;
        int16_t *weights = work->weights + (l->weights_stay ? index * l->numbers : 0);
        channel *known = work->known + (is_first && is_only ? 0 : index);
        if (is_first || !l->weights_stay) {
            widen_weights(l, weights, args->weights + o * kernel);
        }
        if (is_first) {
            *known = prepare_channel(l, args, o, weights);
        }
        thimble_mac16_output rule;
        thimble_mac16_output_start(&rule, &r->scale, known->factor, known->bias, kernel);
        runs.weights = weights;
        thimble_mac16_run(&runs, &rule,
                          args->output + (rows.begin * l->columns.output + columns.begin) * r->output_channels + o,
                          r->output_channels);
    }
}

void thimble_conv_2d_int8_xtensa(const thimble_weights_int8_args *args, thimble_range channels, uint8_t *scratch) {
    job work = {.args = args, .channels = channels};
    layout *l = &work.layout;
    if (scratch == NULL || !lay_out(args->record, l)) {
        thimble_conv_2d_int8_generic(args, channels, NULL);
        return;
    }
    work.strip = (int16_t *)(void *)scratch;
    work.weights = (int16_t *)(void *)(scratch + l->weights_at);
    work.known = (channel *)(void *)(scratch + l->channels_at);
    thimble_mac16_fill(work.weights - QUAD - READ_AHEAD, 0, QUAD + READ_AHEAD);
    for (int32_t y = 0; y < l->row_count; y += l->strip_rows) {
        const thimble_range rows = {y, thimble_min(y + l->strip_rows, l->row_count)};
        for (int32_t x = 0; x < l->columns.output; x += l->strip_columns) {
            run_strip(&work, rows, (thimble_range){x, thimble_min(x + l->strip_columns, l->columns.output)});
        }
    }
}
