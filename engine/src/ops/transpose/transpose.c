// transpose.c - TRANSPOSE: dimension i of the output is dimension order[i] of the input.
//
// SPDX-License-Identifier: Apache-2.0
#include "copy.h"

enum { INPUT, ORDER };

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_REQUIRE(p, input->type == output->type && input->rank == output->rank, output->index,
                    "input and output differ in type or number of dimensions");
    int32_t order[THIMBLE_MAX_RANK];
    THIMBLE_REQUIRE(p, thimble_prepare_constant_i32(p, ORDER, order, THIMBLE_MAX_RANK) == input->rank,
                    thimble_prepare_input(p, ORDER).index,
                    "the order of dimensions has to be constant: one int32 for each");

    int32_t input_steps[THIMBLE_MAX_RANK];
    int32_t step = (int32_t)thimble_type_bytes((int32_t)input->type), output_step = step;
    thimble_copy *copy = THIMBLE_RECORD(p, thimble_copy);
    *copy = (thimble_copy){.run_bytes = step, .loop_count = input->rank};
    for (int32_t i = input->rank - 1; i >= 0; i--) {
        input_steps[i] = step;
        step *= input->shape[i];
    }
    uint32_t used = 0;
    for (int32_t i = input->rank - 1; i >= 0; i--) {
        const int32_t from = order[i];
        THIMBLE_REQUIRE(p, from >= 0 && from < input->rank && (used >> from & 1) == 0,
                        thimble_prepare_input(p, ORDER).index, "the order has to name each dimension once");
        THIMBLE_REQUIRE(p, output->shape[i] == input->shape[from], output->index,
                        "the output's shape is not the input's in the new order");
        used |= 1u << from;
        copy->loops[i] = (thimble_copy_loop){output->shape[i], input_steps[from], output_step};
        output_step *= output->shape[i];
    }
    p->record_bytes = thimble_copy_simplify(copy);
    p->is_view = thimble_copy_is_plain(copy, output->data_bytes);
    return THIMBLE_OK;
}

static void run(const thimble_call *call) {
    thimble_copy_run(call->record, call->inputs[INPUT], call->outputs[0]);
}

THIMBLE_DEFINE_OP(transpose, "TRANSPOSE", 39, prepare, run);
