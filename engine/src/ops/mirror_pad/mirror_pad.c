// mirror_pad.c - MIRROR_PAD: a border of what lies on the other side of the edge, without the edge itself (REFLECT) or
// with it (SYMMETRIC).
//
//     REFLECT     c b | a b c | b a        SYMMETRIC   b a | a b c | c b
//
// SPDX-License-Identifier: Apache-2.0
#include "op.h"

enum { INPUT, PADDINGS };
enum { MODE };  // MirrorPadOptions
enum { REFLECT, SYMMETRIC };

typedef struct mirror_axis {
    int32_t before, input, output;  // elements in front, of the input, of the output
    int32_t step;                   // from one to the next in the input, in elements
} mirror_axis;

typedef struct thimble_mirror_pad_record {
    int32_t rank, rows;  // rows of the output, along the last dimension
    int32_t element_bytes;
    int32_t edge;  // 1: the edge is not repeated
    mirror_axis axes[THIMBLE_MAX_RANK];
} thimble_mirror_pad_record;

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    const thimble_tensor_view *const input = &p->inputs[INPUT], *const output = &p->output;
    const int32_t mode = thimble_option_i8(p, MODE, REFLECT), rank = input->rank;
    THIMBLE_REQUIRE(p, input->type == output->type && rank == output->rank && rank >= 1, output->index,
                    "input and output differ in type or number of dimensions, or have none");
    THIMBLE_REQUIRE(p, mode == REFLECT || mode == SYMMETRIC, -1, "the mode is not REFLECT or SYMMETRIC");
    int32_t paddings[2 * THIMBLE_MAX_RANK];
    THIMBLE_REQUIRE(p, thimble_prepare_constant_i32(p, PADDINGS, paddings, 2 * THIMBLE_MAX_RANK) == 2 * rank,
                    p->inputs[PADDINGS].index, "the paddings have to be constant: two int32 for each dimension");
    thimble_mirror_pad_record *record = THIMBLE_RECORD(p, thimble_mirror_pad_record);
    record->rank = rank;
    record->element_bytes = (int32_t)thimble_type_bytes((int32_t)input->type);
    record->edge = mode == REFLECT;
    int32_t step = 1;
    for (int32_t i = rank - 1; i >= 0; i--) {
        const int32_t before = paddings[2 * i], after = paddings[2 * i + 1], size = input->shape[i];
        const int32_t most = thimble_max(size - record->edge, 0);
        THIMBLE_REQUIRE(p,
                        before >= 0 && before <= most && after >= 0 && after <= most &&
                            (int64_t)size + before + after == output->shape[i],
                        output->index,
                        "a border is wider than the input, or the output's shape is not the input's with the paddings");
        record->axes[i] = (mirror_axis){before, size, output->shape[i], step};
        step *= size;
    }
    record->rows = output->element_count != 0 ? (int32_t)output->element_count / output->shape[rank - 1] : 0;
    p->record_bytes =
        (uint32_t)offsetof(thimble_mirror_pad_record, axes) + (uint32_t)rank * (uint32_t)sizeof(mirror_axis);
    return THIMBLE_OK;
}

// The input's element, along one axis, that becomes element `index` of the output.
static int32_t source(const mirror_axis *axis, int32_t edge, int32_t index) {
    const int32_t at = index - axis->before, last = axis->input - 1;
    return at < 0 ? -at - 1 + edge : at > last ? 2 * last - at + 1 - edge : at;
}

static void run(const thimble_call *call) {
    const thimble_mirror_pad_record *r = call->record;
    const mirror_axis *inner = &r->axes[r->rank - 1];
    const size_t bytes = (size_t)r->element_bytes;
    uint8_t *output = call->outputs[0];
    for (int32_t row = 0; row < r->rows; row++) {
        int32_t first = 0;
        for (int32_t i = r->rank - 2, rest = row; i >= 0; rest /= r->axes[i].output, i--) {
            first += source(&r->axes[i], r->edge, rest % r->axes[i].output) * r->axes[i].step;
        }
        const uint8_t *input = (const uint8_t *)call->inputs[INPUT] + (size_t)first * bytes;
        for (int32_t i = 0; i < inner->output; i++) {
            memcpy(output, input + (size_t)source(inner, r->edge, i) * bytes, bytes);
            output += bytes;
        }
    }
}

THIMBLE_DEFINE_OP_READING(mirror_pad, "MIRROR_PAD", 100, prepare, run, 1);
