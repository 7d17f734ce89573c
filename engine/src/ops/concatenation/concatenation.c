// concatenation.c - CONCATENATION: inputs side by side along an axis.
//
// SPDX-License-Identifier: Apache-2.0
#include "join.h"

enum { AXIS, ACTIVATION };  // ConcatenationOptions

// Stored values are copied, so they have to mean the same in every tensor.
static bool same_quantization(const thimble_tensor_view *a, const thimble_tensor_view *b) {
    return a->type == THIMBLE_INT16 ? a->zero_point == 0 && b->zero_point == 0
           : a->type == THIMBLE_INT8 || a->type == THIMBLE_UINT8
               ? a->scale == b->scale && a->zero_point == b->zero_point
               : true;
}

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_REQUIRE(p, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE) == THIMBLE_ACT_NONE, -1,
                    "a fused activation is not supported here");
    THIMBLE_TRY(thimble_join_prepare(p, thimble_option_i32(p, AXIS, 0), false));
    const thimble_tensor_view *const output = &p->output;
    for (uint32_t i = 0; i < thimble_input_slots(p); i++) {
        const thimble_tensor_view input = thimble_prepare_input(p, i);
        THIMBLE_REQUIRE(p, same_quantization(&input, output), input.index,
                        "the input's quantization differs from the output's");
    }
    return THIMBLE_OK;
}

THIMBLE_DEFINE_OP(concatenation, "CONCATENATION", 2, prepare, thimble_join_run);
