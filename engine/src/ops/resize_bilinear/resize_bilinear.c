// resize_bilinear.c - RESIZE_BILINEAR: checks and preparation.
//
// SPDX-License-Identifier: Apache-2.0
#include "resize_bilinear.h"

enum { ALIGN_CORNERS = 2, HALF_PIXEL_CENTERS };  // ResizeBilinearOptions

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    const thimble_type type = p->inputs[0].type;
    THIMBLE_REQUIRE(p, type == THIMBLE_INT8 || (float_too && type == THIMBLE_FLOAT32), p->inputs[0].index,
                    "input and output have to be int8 (or both float32)");
    thimble_resize_record *record = THIMBLE_RECORD(p, thimble_resize_record);
    THIMBLE_TRY(thimble_resize_prepare(p, ALIGN_CORNERS, HALF_PIXEL_CENTERS, record));
    THIMBLE_REQUIRE(p, !record->align_corners || !record->half_pixel_centers, -1,
                    "aligned corners and half pixel centers exclude each other");
    return THIMBLE_OK;
}

static void run_int8(const thimble_call *call) {
    const thimble_resize_bilinear_int8_args args = {
        .record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
    thimble_resize_bilinear_int8_portable(&args);
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_INT8) {
        run_int8(call);
    } else {
        const thimble_resize_bilinear_f32_args args = {
            .record = call->record, .input = call->inputs[0], .output = call->outputs[0]};
        thimble_resize_bilinear_f32_portable(&args);
    }
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return prepare(p, false);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return prepare(p, true);
}

THIMBLE_DEFINE_OP_READING(resize_bilinear_int8, "RESIZE_BILINEAR", 23, prepare_int8, run_int8, 1);
THIMBLE_DEFINE_OP_READING(resize_bilinear, "RESIZE_BILINEAR", 23, prepare_any, run, 1);
