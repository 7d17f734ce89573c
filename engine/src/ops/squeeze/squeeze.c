// squeeze.c - SQUEEZE: without dimensions of size 1, either those that the options list or all.
//
// SPDX-License-Identifier: Apache-2.0
#include "view.h"

enum { SQUEEZE_DIMS };  // SqueezeOptions

// The dimensions to leave out, as bits.
static thimble_status find_gone(const thimble_prepare *p, const thimble_tensor_view *input, uint32_t *gone) {
    thimble_fb fb = thimble_model_fb(p->model);
    const uint32_t listed = thimble_fb_field_vector(&fb, p->op.options, SQUEEZE_DIMS, 4);
    const uint32_t listed_count = thimble_fb_count(fb.file, listed);
    THIMBLE_REQUIRE(p, !fb.damaged, -1, "the list of dimensions lies outside the file");
    for (int32_t i = 0; i < input->rank && listed_count == 0; i++) {
        *gone |= input->shape[i] == 1 ? 1u << i : 0;
    }
    THIMBLE_REQUIRE(p, listed_count <= THIMBLE_MAX_RANK, input->index, "more dimensions are listed than there can be");
    for (uint32_t i = 0; i < listed_count; i++) {
        int32_t axis = thimble_fb_i32(fb.file, thimble_fb_elements(listed) + 4 * i);
        axis += axis < 0 ? input->rank : 0;
        THIMBLE_REQUIRE(p, axis >= 0 && axis < input->rank && input->shape[axis] == 1, input->index,
                        "a dimension to squeeze does not exist or is not 1");
        *gone |= 1u << axis;
    }
    return THIMBLE_OK;
}

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_view_prepare(p, 1, 1));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    uint32_t gone = 0;
    THIMBLE_TRY(find_gone(p, input, &gone));
    int32_t rank = 0;
    bool agrees = true;
    for (int32_t i = 0; i < input->rank; i++) {
        if ((gone >> i & 1) == 0) {
            agrees = agrees && rank < output->rank && output->shape[rank] == input->shape[i];
            rank++;
        }
    }
    THIMBLE_REQUIRE(p, agrees && rank == output->rank, output->index,
                    "the output's shape is not the input's without the dimensions");
    return THIMBLE_OK;
}

THIMBLE_DEFINE_OP(squeeze, "SQUEEZE", 43, prepare, thimble_view_run);
