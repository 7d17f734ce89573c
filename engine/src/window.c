// window.c - the geometry of a kernel that slides over an image.
//
// SPDX-License-Identifier: Apache-2.0
#include "window.h"

enum { PADDING_SAME, PADDING_VALID, LARGEST = 1 << 24 };

static bool in_bounds(int32_t value) {
    return value >= 1 && value <= LARGEST;
}

// Output size and leading padding along one axis, as TensorFlow defines them. False if the sizes make no sense.
static bool along(int32_t padding, int32_t input, int32_t kernel, int32_t stride, int32_t dilation, int32_t output,
                  int32_t *pad) {
    if (!in_bounds(input) || !in_bounds(kernel) || !in_bounds(stride) || !in_bounds(dilation)) {
        return false;
    }
    const int64_t reach = (int64_t)(kernel - 1) * dilation + 1;
    if (reach > LARGEST) {
        return false;
    }
    const int32_t span = padding == PADDING_SAME ? input : input - (int32_t)reach + 1;
    const int64_t missing = (int64_t)(output - 1) * stride + reach - input;
    *pad = padding == PADDING_SAME && missing > 0 ? (int32_t)(missing / 2) : 0;
    return span > 0 && output == (span + stride - 1) / stride;
}

thimble_status thimble_window_prepare(const thimble_prepare *p, thimble_window *window, int32_t padding,
                                      const thimble_tensor_view *input, const thimble_tensor_view *output) {
    THIMBLE_REQUIRE(p, input->rank == 4 && output->rank == 4, input->index, "input and output need 4 dimensions");
    THIMBLE_REQUIRE(p, padding == PADDING_SAME || padding == PADDING_VALID, -1, "the padding is not SAME or VALID");
    THIMBLE_REQUIRE(p, input->shape[0] == output->shape[0], output->index, "input and output differ in batch size");
    window->batches = input->shape[0];
    window->input_height = input->shape[1];
    window->input_width = input->shape[2];
    window->output_height = output->shape[1];
    window->output_width = output->shape[2];
    THIMBLE_REQUIRE(p,
                    in_bounds(window->output_height) && in_bounds(window->output_width) &&
                        along(padding, window->input_height, window->kernel_height, window->stride_height,
                              window->dilation_height, window->output_height, &window->pad_top) &&
                        along(padding, window->input_width, window->kernel_width, window->stride_width,
                              window->dilation_width, window->output_width, &window->pad_left),
                    output->index, "the output's height or width does not follow from input, kernel and stride");
    return THIMBLE_OK;
}

thimble_range thimble_window_taps(int32_t start, int32_t input, int32_t kernel, int32_t dilation) {
    const int32_t before = start < 0 ? -start : 0, within = input > start ? input - start : 0;
    int32_t begin = before, end = within;
    if (dilation != 1) {
        begin = (before + dilation - 1) / dilation;
        end = (within + dilation - 1) / dilation;
    }
    return (thimble_range){begin, end < kernel ? end : kernel};
}
