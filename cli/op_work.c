// op_work.c - how much work an op is.
//
// SPDX-License-Identifier: Apache-2.0
#include "op_work.h"

#include <string.h>

enum { LARGE_TENSORS = 50000 };  // elements: kernels that work in strips of bounded size cut these in other ways

static void append(op_work *work, const char *text) {
    const size_t begin = strlen(work->kind), room = sizeof work->kind - 1 - begin, bytes = strlen(text);
    memcpy(work->kind + begin, text, bytes < room ? bytes : room);
}

static void name_kernel(op_work *work, const thimble_tensor *weights, const thimble_tensor *input) {
    const bool is_1x1 = weights->shape[1] == 1 && weights->shape[2] == 1;
    const bool is_3x3 = weights->shape[1] == 3 && weights->shape[2] == 3;
    append(work, is_1x1 ? " 1x1" : is_3x3 ? " 3x3" : " other");
    if (!is_1x1 && input->shape[3] % 2 != 0) {
        append(work, input->shape[3] == 1 ? " of 1 channel" : " of odd channels");
    }
}

bool op_work_find(const thimble_model *model, uint32_t op_index, const char *name, op_work *work) {
    thimble_op_info op;
    thimble_tensor_info input, output, weights = {0};
    if (!thimble_inspect_op(model, op_index, &op) || op.input_count == 0 || op.output_count == 0 ||
        !thimble_inspect_tensor(model, op.inputs[0], &input) ||
        !thimble_inspect_tensor(model, op.outputs[0], &output)) {
        return false;
    }
    memset(work, 0, sizeof *work);
    append(work, name);
    if (op.mac_count > 0 && op.input_count > 1 && thimble_inspect_tensor(model, op.inputs[1], &weights) &&
        weights.tensor.rank == 4 && input.tensor.rank == 4) {
        name_kernel(work, &weights.tensor, &input.tensor);
    }
    if (input.tensor.type == THIMBLE_FLOAT32 || output.tensor.type == THIMBLE_FLOAT32) {
        append(work, " float32");
    }
    if (op.mac_count > 0 && input.element_count + output.element_count > LARGE_TENSORS) {
        append(work, " large");
    }
    const int32_t rank = output.tensor.rank;
    const uint64_t channels = rank > 0 ? (uint64_t)output.tensor.shape[rank - 1] : 1;
    work->amounts[OP_WORK_MACS] = op.mac_count;
    work->amounts[OP_WORK_OUTPUTS] = output.element_count;
    work->amounts[OP_WORK_INPUTS] = input.element_count;
    work->amounts[OP_WORK_WEIGHTS] = weights.element_count;
    work->amounts[OP_WORK_CHANNELS] = channels;
    work->amounts[OP_WORK_ROWS] = rank == 4 ? channels * (uint64_t)output.tensor.shape[1] : channels;
    work->amounts[OP_WORK_ONCE] = 1;
    return true;
}
