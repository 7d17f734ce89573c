// state.c - checks of variable tensors.
//
// SPDX-License-Identifier: Apache-2.0
#include "state.h"

// How often the op lists the tensor among its inputs.
static uint32_t count_uses(const thimble_model *model, const thimble_op_view *op, int32_t tensor_index) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < op->input_count; i++) {
        count += thimble_model_tensor_index(model, op->inputs, i) == tensor_index;
    }
    return count;
}

thimble_status thimble_state_prepare(const thimble_prepare *p, uint32_t slot, uint64_t element_count,
                                     thimble_tensor_view *tensor) {
    *tensor = thimble_prepare_input(p, slot);
    THIMBLE_REQUIRE(p,
                    tensor->index != THIMBLE_NO_TENSOR && thimble_model_is_variable(p->model, tensor->index) &&
                        tensor->element_count == element_count && (tensor->constant == 0 || element_count == 0),
                    tensor->index, "the op's state has to be a variable tensor of the right size");
    uint32_t uses = 0;
    for (uint32_t i = 0; i < p->model->op_count; i++) {
        thimble_op_view op;
        thimble_model_op(p->model, i, &op);
        uses += count_uses(p->model, &op, tensor->index);
    }
    THIMBLE_REQUIRE(p, uses == 1, tensor->index, "the op's state is used by another op, too");
    return THIMBLE_OK;
}
