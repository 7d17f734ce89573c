// window.c - the geometry of a kernel that slides over an image.
//
// SPDX-License-Identifier: Apache-2.0
#include "window.h"

enum { PADDING, STRIDE_W, STRIDE_H };  // where the options of all ops with a window agree
enum { PADDING_SAME, PADDING_VALID, LARGEST = 1 << 24 };

static bool in_bounds(int32_t value) {
    return (uint32_t)value - 1 < LARGEST;
}

// Output size and leading padding along dimension `dimension`, as TensorFlow defines them. False if the sizes make no
// sense.
static bool prepare_axis(const thimble_prepare *p, thimble_axis *axis, int32_t dimension, int32_t stride,
                         int32_t padding) {
    const int32_t input = p->inputs[0].shape[dimension], output = p->output.shape[dimension];
    const int32_t kernel = axis->kernel, dilation = axis->dilation;
    if (!in_bounds(input) || !in_bounds(output) || !in_bounds(kernel) || !in_bounds(stride) || !in_bounds(dilation) ||
        kernel - 1 > (LARGEST - 1) / dilation) {
        return false;
    }
    const int32_t reach = (kernel - 1) * dilation + 1;
    const int32_t span = padding == PADDING_SAME ? input : input - reach + 1;
    if (span <= 0 || output != (span + stride - 1) / stride) {
        return false;
    }
    const int32_t missing = (output - 1) * stride + reach - input;  // not above 0 for PADDING_VALID
    axis->input = input;
    axis->output = output;
    axis->stride = stride;
    axis->pad = thimble_max(missing, 0) / 2;
    return true;
}

thimble_status thimble_window_prepare(const thimble_prepare *p, thimble_window *window) {
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    const int32_t padding = thimble_option_i8(p, PADDING, PADDING_SAME);
    THIMBLE_REQUIRE(p, input->rank == 4 && output->rank == 4, input->index, "input and output need 4 dimensions");
    THIMBLE_REQUIRE(p, padding == PADDING_SAME || padding == PADDING_VALID, -1, "the padding is not SAME or VALID");
    THIMBLE_REQUIRE(p, input->shape[0] == output->shape[0], output->index, "input and output differ in batch size");
    THIMBLE_REQUIRE(p,
                    prepare_axis(p, &window->rows, 1, thimble_option_i32(p, STRIDE_H, 0), padding) &&
                        prepare_axis(p, &window->columns, 2, thimble_option_i32(p, STRIDE_W, 0), padding),
                    output->index, "the output's height or width does not follow from input, kernel and stride");
    window->batches = input->shape[0];
    return THIMBLE_OK;
}

thimble_range thimble_window_taps(const thimble_axis *axis, int32_t start) {
    thimble_range taps = {thimble_max(-start, 0), axis->input - start};
    if (axis->dilation != 1) {
        taps.begin = (taps.begin + axis->dilation - 1) / axis->dilation;
        taps.end = (taps.end + axis->dilation - 1) / axis->dilation;
    }
    taps.end = thimble_min(taps.end, axis->kernel);
    return taps;
}

void thimble_window_start(thimble_window_walk *walk, const thimble_window *window, thimble_range rows) {
    walk->window = window;
    walk->row = rows.begin - 1;
    walk->end_row = rows.end;
    walk->column = window->columns.output - 1;
}

bool thimble_window_next(thimble_window_walk *walk) {
    const thimble_window *w = walk->window;
    if (++walk->column == w->columns.output) {
        walk->column = 0;
        if (++walk->row >= walk->end_row) {
            return false;
        }
        const int32_t batch = walk->row / w->rows.output;
        const int32_t top = walk->row % w->rows.output * w->rows.stride - w->rows.pad;
        walk->rows = thimble_window_taps(&w->rows, top);
        walk->row_pixel = (batch * w->rows.input + top) * w->columns.input;
    }
    const int32_t left = walk->column * w->columns.stride - w->columns.pad;
    walk->columns = thimble_window_taps(&w->columns, left);
    walk->pixel = walk->row_pixel + left;
    return true;
}
