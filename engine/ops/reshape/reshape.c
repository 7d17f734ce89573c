// reshape.c - RESHAPE: the shape is the output tensor's.
//
// The file may say it again: in the second input, which is checked where it is known, or in the options of old files.
//
// SPDX-License-Identifier: Apache-2.0
#include "view.h"

enum { INPUT, SHAPE };

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_view_prepare(p, 1, 2));
    const thimble_tensor_view output = thimble_prepare_output(p, 0);
    int32_t shape[THIMBLE_MAX_RANK];
    const int32_t count = thimble_prepare_constant_i32(p, SHAPE, shape, THIMBLE_MAX_RANK);
    bool agrees = count < 0 || count == output.rank;
    for (int32_t i = 0; i < count && agrees; i++) {
        agrees = shape[i] == -1 || shape[i] == output.shape[i];
    }
    THIMBLE_REQUIRE(p, agrees, output.index, "the shape input is not the output's shape");
    return THIMBLE_OK;
}

THIMBLE_DEFINE_OP(reshape, "RESHAPE", 22, prepare, thimble_view_run);
