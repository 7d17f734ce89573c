// join.c - puts the inputs of an op side by side along one axis.
//
// SPDX-License-Identifier: Apache-2.0
#include "join.h"

typedef struct thimble_join_record {
    int32_t rounds;        // the product of the dimensions before the axis
    int32_t part_bytes[];  // of each input, in one round
} thimble_join_record;

_Static_assert(4 * (1 + THIMBLE_MAX_OP_TENSORS) <= THIMBLE_MAX_RECORD_BYTES, "any number of inputs has to fit");

// Checks input `slot` and sets how much of it each round takes. Adds its size along the axis to *sum.
static thimble_status add_part(thimble_prepare *p, const thimble_tensor_view *output, int32_t axis, bool is_new_axis,
                               uint32_t slot, int64_t *sum) {
    const thimble_tensor_view part = thimble_prepare_input(p, slot);
    THIMBLE_REQUIRE(p, part.index != THIMBLE_NO_TENSOR && part.type == output->type, part.index,
                    "an input is missing, or inputs and output differ in type");
    bool fits = part.rank == output->rank - is_new_axis;
    uint32_t bytes = thimble_type_bytes((int32_t)part.type);
    for (int32_t i = 0; i < output->rank && fits; i++) {
        if (i != axis) {
            const int32_t size = part.shape[i - (is_new_axis && i > axis)];
            fits = size == output->shape[i];
            bytes *= i > axis ? (uint32_t)size : 1;
        }
    }
    THIMBLE_REQUIRE(p, fits, part.index, "the input's shape does not fit the output's");
    const int32_t size = is_new_axis ? 1 : part.shape[axis];
    *sum += size;
    ((thimble_join_record *)(void *)p->record)->part_bytes[slot] = (int32_t)(bytes * (uint32_t)size);
    return THIMBLE_OK;
}

thimble_status thimble_join_prepare(thimble_prepare *p, int32_t axis, bool is_new_axis) {
    const uint32_t count = thimble_input_slots(p);
    THIMBLE_TRY(thimble_check_slots(p, 1, THIMBLE_MAX_OP_TENSORS));
    const thimble_tensor_view *const output = &p->output;
    THIMBLE_REQUIRE(p, axis >= -output->rank && axis < output->rank, output->index,
                    "the axis lies outside the output's dimensions");
    axis += axis < 0 ? output->rank : 0;
    thimble_join_record *record = THIMBLE_RECORD(p, thimble_join_record);
    p->record_bytes += 4 * count;
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        THIMBLE_TRY(add_part(p, output, axis, is_new_axis, i, &sum));
    }
    THIMBLE_REQUIRE(p, sum == output->shape[axis], output->index, "the inputs do not fill the output");
    record->rounds = output->element_count != 0;
    for (int32_t i = 0; i < axis && record->rounds != 0; i++) {
        record->rounds *= output->shape[i];
    }
    p->is_view = count == 1;
    return THIMBLE_OK;
}

void thimble_join_run(const thimble_call *call) {
    const thimble_join_record *record = call->record;
    uint8_t *output = call->outputs[0];
    for (int32_t round = 0; round < record->rounds; round++) {
        for (uint32_t i = 0; i < call->input_count; i++) {
            const size_t bytes = (size_t)record->part_bytes[i];
            memcpy(output, (const uint8_t *)call->inputs[i] + (size_t)round * bytes, bytes);
            output += bytes;
        }
    }
}
