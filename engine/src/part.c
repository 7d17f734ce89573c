// part.c - takes an input apart along one axis.
//
// SPDX-License-Identifier: Apache-2.0
#include "part.h"

typedef struct thimble_part_record {
    int32_t rounds;  // the product of the dimensions before the axis
    uint16_t input_slot, output_count;
    int32_t part_bytes[];  // of each output, in one round
} thimble_part_record;

_Static_assert(4 * (2 + THIMBLE_MAX_OP_TENSORS) <= THIMBLE_MAX_RECORD_BYTES, "any number of outputs has to fit");

// Checks output number `index` and sets how much of it each round fills. Adds its size along the axis to *sum.
static thimble_status add_part(thimble_prepare *p, const thimble_tensor_view *input, int32_t axis, bool is_removed,
                               uint32_t index, int64_t *sum) {
    thimble_tensor_view part;
    thimble_model_tensor_at(p->model, p->op.outputs, index, &part);
    bool fits = part.type == input->type && part.rank == input->rank - is_removed;
    uint32_t bytes = thimble_type_bytes((int32_t)part.type);
    for (int32_t i = 0; i < input->rank && fits; i++) {
        if (i != axis) {
            const int32_t size = part.shape[i - (is_removed && i > axis)];
            fits = size == input->shape[i];
            bytes *= i > axis ? (uint32_t)size : 1;
        }
    }
    THIMBLE_REQUIRE(p, fits, part.index, "the output's type or shape does not fit the input's");
    const int32_t size = is_removed ? 1 : part.shape[axis];
    *sum += size;
    ((thimble_part_record *)(void *)p->record)->part_bytes[index] = (int32_t)(bytes * (uint32_t)size);
    return THIMBLE_OK;
}

thimble_status thimble_part_prepare(thimble_prepare *p, uint32_t slot, int32_t axis, bool is_removed) {
    const thimble_tensor_view input = thimble_prepare_input(p, slot);
    THIMBLE_REQUIRE(p, input.index != THIMBLE_NO_TENSOR && axis >= -input.rank && axis < input.rank, input.index,
                    "the axis lies outside the input's dimensions");
    axis += axis < 0 ? input.rank : 0;
    thimble_part_record *record = THIMBLE_RECORD(p, thimble_part_record);
    p->record_bytes += 4 * p->op.output_count;
    int64_t sum = 0;
    for (uint32_t i = 0; i < p->op.output_count; i++) {
        THIMBLE_TRY(add_part(p, &input, axis, is_removed, i, &sum));
    }
    THIMBLE_REQUIRE(p, sum == input.shape[axis], input.index, "the outputs do not make up the input");
    record->input_slot = (uint16_t)slot;
    record->output_count = (uint16_t)p->op.output_count;
    record->rounds = input.element_count != 0;
    for (int32_t i = 0; i < axis && record->rounds != 0; i++) {
        record->rounds *= input.shape[i];
    }
    p->is_view = p->op.output_count == 1 && slot == 0;
    return THIMBLE_OK;
}

void thimble_part_run(const thimble_call *call) {
    const thimble_part_record *record = call->record;
    const uint8_t *input = call->inputs[record->input_slot];
    for (int32_t round = 0; round < record->rounds; round++) {
        for (uint32_t i = 0; i < record->output_count; i++) {
            const size_t bytes = (size_t)record->part_bytes[i];
            memcpy((uint8_t *)call->outputs[i] + (size_t)round * bytes, input, bytes);
            input += bytes;
        }
    }
}

thimble_status thimble_part_axis(const thimble_prepare *p, uint32_t slot, int32_t *axis) {
    THIMBLE_REQUIRE(p, thimble_prepare_constant_i32(p, slot, axis, 1) == 1, thimble_prepare_input(p, slot).index,
                    "the axis has to be constant: one int32");
    return THIMBLE_OK;
}
