// broadcast_to.c - BROADCAST_TO: repeats the input along the dimensions where it has 1 and the output more.
//
// SPDX-License-Identifier: Apache-2.0
#include "copy.h"

enum { INPUT };

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    const thimble_tensor_view *const input = &p->inputs[INPUT], *const output = &p->output;
    const int32_t new_dimensions = output->rank - input->rank;  // in front
    THIMBLE_REQUIRE(p, input->type == output->type && new_dimensions >= 0, output->index,
                    "input and output differ in type, or the output has fewer dimensions");
    int32_t input_step = (int32_t)thimble_type_bytes((int32_t)input->type), output_step = input_step;
    thimble_copy *copy = THIMBLE_RECORD(p, thimble_copy);
    *copy = (thimble_copy){.run_bytes = input_step, .loop_count = output->rank};
    for (int32_t i = output->rank - 1; i >= 0; i--) {
        const int32_t count = output->shape[i], size = i < new_dimensions ? 1 : input->shape[i - new_dimensions];
        THIMBLE_REQUIRE(p, size == count || size == 1, output->index, "the input cannot be repeated to this shape");
        copy->loops[i] = (thimble_copy_loop){count, size == count ? input_step : 0, output_step};
        input_step *= size;
        output_step *= count;
    }
    p->record_bytes = thimble_copy_simplify(copy);
    p->is_view = thimble_copy_is_plain(copy, input->data_bytes);
    return THIMBLE_OK;
}

static void run(const thimble_call *call) {
    thimble_copy_run(call->record, call->inputs[INPUT], call->outputs[0]);
}

THIMBLE_DEFINE_OP_READING(broadcast_to, "BROADCAST_TO", 130, prepare, run, 1);
