// slice.c - SLICE: along each dimension `size` elements from `begin` on; a size of -1 means all that are left.
//
// SPDX-License-Identifier: Apache-2.0
#include "copy.h"

enum { INPUT, BEGIN, SIZE };

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 3, 3));
    const thimble_tensor_view *const input = &p->inputs[INPUT], *const output = &p->output;
    THIMBLE_REQUIRE(p, input->type == output->type && input->rank == output->rank, output->index,
                    "input and output differ in type or number of dimensions");
    int32_t begin[THIMBLE_MAX_RANK], size[THIMBLE_MAX_RANK];
    THIMBLE_REQUIRE(p,
                    thimble_prepare_constant_i32(p, BEGIN, begin, THIMBLE_MAX_RANK) == input->rank &&
                        thimble_prepare_constant_i32(p, SIZE, size, THIMBLE_MAX_RANK) == input->rank,
                    p->inputs[BEGIN].index, "begin and size have to be constant: one int32 for each dimension");

    int32_t input_step = (int32_t)thimble_type_bytes((int32_t)input->type), output_step = input_step;
    thimble_copy *copy = THIMBLE_RECORD(p, thimble_copy);
    *copy = (thimble_copy){.run_bytes = input_step, .loop_count = input->rank};
    for (int32_t i = input->rank - 1; i >= 0; i--) {
        const int32_t count = output->shape[i];
        THIMBLE_REQUIRE(p,
                        begin[i] >= 0 && begin[i] <= input->shape[i] - count &&
                            count == (size[i] == -1 ? input->shape[i] - begin[i] : size[i]),
                        output->index, "the output's shape does not follow from begin and size");
        copy->loops[i] = (thimble_copy_loop){count, input_step, output_step};
        copy->input_begin += count > 0 ? begin[i] * input_step : 0;
        input_step *= input->shape[i];
        output_step *= count;
    }
    p->record_bytes = thimble_copy_simplify(copy);
    p->is_view = thimble_copy_is_plain(copy, input->data_bytes);
    return THIMBLE_OK;
}

static void run(const thimble_call *call) {
    thimble_copy_run(call->record, call->inputs[INPUT], call->outputs[0]);
}

THIMBLE_DEFINE_OP_READING(slice, "SLICE", 65, prepare, run, 1);
