// l2_pool_2d.c - L2_POOL_2D: the root of the mean square of each window, of float32.
//
// Arithmetic: L2Pool in tensorflow/lite/kernels/internal/reference/pooling.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "pool_2d.h"

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_REQUIRE(p, p->inputs[0].type == THIMBLE_FLOAT32, p->inputs[0].index,
                    "input and output have to be float32: TensorFlow Lite Micro has the op for no other type");
    return thimble_pool_2d_prepare(p);
}

// One channel of one output.
static float pool(const thimble_pool_2d_record *r, const float *input, const thimble_window_walk *at, int32_t c) {
    float sum = 0, count = 0;
    for (int32_t i = at->rows.begin; i < at->rows.end; i++) {
        for (int32_t j = at->columns.begin; j < at->columns.end; j++) {
            const float value = input[thimble_window_pixel(at, i, j) * r->channels + c];
            sum += value * value;
            count++;
        }
    }
    const float root = sqrtf(sum / count);
    return root < r->lowest_f32 ? r->lowest_f32 : root > r->highest_f32 ? r->highest_f32 : root;
}

static void run(const thimble_call *call) {
    const thimble_pool_2d_record *r = call->record;
    float *output = call->outputs[0];
    thimble_window_walk at;
    thimble_window_start(&at, &r->window, (thimble_range){0, thimble_window_row_count(&r->window)});
    while (thimble_window_next(&at)) {
        for (int32_t c = 0; c < r->channels; c++) {
            *output++ = pool(r, call->inputs[0], &at, c);
        }
    }
}

THIMBLE_DEFINE_OP(l2_pool_2d, "L2_POOL_2D", 12, prepare, run);
