// shape.c - SHAPE: the input's dimensions. All shapes are known before anything runs, so it always folds.
//
// SPDX-License-Identifier: Apache-2.0
#include "op.h"

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 1, 1));
    const thimble_tensor_view output = thimble_prepare_output(p, 0);
    THIMBLE_REQUIRE(p,
                    output.type == THIMBLE_INT32 && output.element_count == (uint32_t)thimble_prepare_input(p, 0).rank,
                    output.index, "the output has to be int32, one element for each dimension of the input");
    p->is_constant = true;
    return THIMBLE_OK;
}

static void fold(const thimble_prepare *p, int32_t *output) {
    const thimble_tensor_view input = thimble_prepare_input(p, 0);
    memcpy(output, input.shape, (size_t)input.rank * sizeof *output);
}

THIMBLE_DEFINE_FOLDING_OP(shape, "SHAPE", 77, prepare, NULL, fold);
