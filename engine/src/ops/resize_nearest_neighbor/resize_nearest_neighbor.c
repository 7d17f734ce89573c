// resize_nearest_neighbor.c - RESIZE_NEAREST_NEIGHBOR: each pixel of the output is one of the input's.
//
//     row of the input for row y:  floor(y * input / output), with half pixel centers floor((y + 1/2) * input / output);
//     with aligned corners it is round(y * (input - 1) / (output - 1)); columns alike
//
// In float, as GetNearestNeighbor in tensorflow/lite/kernels/internal/reference/resize_nearest_neighbor.h of TensorFlow
// Lite. That is done for one row of each input row: rows that see the same one are copies.
//
// SPDX-License-Identifier: Apache-2.0
#include "resize.h"

enum { ALIGN_CORNERS, HALF_PIXEL_CENTERS };  // ResizeNearestNeighborOptions

static thimble_status prepare(thimble_prepare *p) {
    thimble_resize_record *record = THIMBLE_RECORD(p, thimble_resize_record);
    return thimble_resize_prepare(p, ALIGN_CORNERS, HALF_PIXEL_CENTERS, record);
}

static int32_t nearest(const thimble_resize_record *r, thimble_resize_axis axis, int32_t index) {
    const float scale = r->align_corners && axis.output > 1 ? (float)(axis.input - 1) / (float)(axis.output - 1)
                                                            : (float)axis.input / (float)axis.output;
    const float position = ((float)index + (r->half_pixel_centers ? 0.5f : 0.0f)) * scale;
    return thimble_min(r->align_corners ? thimble_round_quotient(position, 1) : (int32_t)position, axis.input - 1);
}

static void run(const thimble_call *call) {
    const thimble_resize_record *r = call->record;
    const size_t input_row_bytes = (size_t)r->columns.input * (size_t)r->pixel_bytes;
    const size_t row_bytes = (size_t)r->columns.output * (size_t)r->pixel_bytes;
    const uint8_t *input = call->inputs[0];
    uint8_t *output = call->outputs[0];
    for (int32_t b = 0; b < r->batches; b++) {
        int32_t last = -1;
        for (int32_t y = 0; y < r->rows.output; y++) {
            const int32_t row = nearest(r, r->rows, y);
            if (row == last) {
                memcpy(output, output - row_bytes, row_bytes);
            } else {
                for (int32_t x = 0; x < r->columns.output; x++) {
                    const size_t from = (size_t)nearest(r, r->columns, x) * (size_t)r->pixel_bytes;
                    memcpy(output + (size_t)x * (size_t)r->pixel_bytes, input + (size_t)row * input_row_bytes + from,
                           (size_t)r->pixel_bytes);
                }
            }
            last = row;
            output += row_bytes;
        }
        input += (size_t)r->rows.input * input_row_bytes;
    }
}

THIMBLE_DEFINE_OP_READING(resize_nearest_neighbor, "RESIZE_NEAREST_NEIGHBOR", 97, prepare, run, 1);
