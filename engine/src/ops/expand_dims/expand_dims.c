// expand_dims.c - EXPAND_DIMS: a new dimension of size 1.
//
// SPDX-License-Identifier: Apache-2.0
#include "view.h"

enum { INPUT, AXIS };

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_view_prepare(p, 2, 2));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    int32_t axis;
    THIMBLE_REQUIRE(p, thimble_prepare_constant_i32(p, AXIS, &axis, 1) == 1, thimble_prepare_input(p, AXIS).index,
                    "the axis has to be constant: one int32");
    bool agrees = output->rank == input->rank + 1 && axis >= -output->rank && axis < output->rank;
    axis += axis < 0 ? output->rank : 0;
    for (int32_t i = 0; i < output->rank && agrees; i++) {
        agrees = output->shape[i] == (i == axis ? 1 : input->shape[i - (i > axis)]);
    }
    THIMBLE_REQUIRE(p, agrees, output->index, "the output's shape is not the input's with a 1 at the axis");
    return THIMBLE_OK;
}

THIMBLE_DEFINE_OP(expand_dims, "EXPAND_DIMS", 70, prepare, thimble_view_run);
