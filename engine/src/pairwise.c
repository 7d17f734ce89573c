// pairwise.c - checks, plans and walks two tensors that are combined element by element.
//
// SPDX-License-Identifier: Apache-2.0
#include "pairwise.h"

#include <float.h>

thimble_status thimble_pairwise_check(const thimble_prepare *p, thimble_type type) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    const thimble_tensor_view *const tensors[] = {&p->inputs[0], &p->inputs[1], &p->output};
    for (int32_t i = 0; i < 3; i++) {
        THIMBLE_REQUIRE(
            p, tensors[i]->type == type, tensors[i]->index,
            "inputs and output need the same type: int8 (with the op for all types: int16, float32, int32)");
        if (type == THIMBLE_INT8) {
            THIMBLE_TRY(thimble_check_quantized(p, tensors[i]));
        }
    }
    return THIMBLE_OK;
}

thimble_status thimble_pairwise_check_int16(const thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    THIMBLE_TRY(thimble_check_int16(p, &p->inputs[0]));
    THIMBLE_TRY(thimble_check_int16(p, &p->inputs[1]));
    return thimble_check_int16(p, &p->output);
}

// Dimension `from_end` (0: the last one) of `tensor`, as if it had ones in front.
static int32_t dimension(const thimble_tensor_view *tensor, int32_t from_end) {
    return from_end < tensor->rank ? tensor->shape[tensor->rank - 1 - from_end] : 1;
}

thimble_status thimble_pairwise_prepare(thimble_prepare *p, thimble_pairwise *pairwise) {
    thimble_pairwise_loop *loop = pairwise->loops;
    *loop = (thimble_pairwise_loop){.count = 1};
    int32_t sizes[2] = {1, 1};  // of the inputs' dimensions so far
    for (int32_t i = 0; i < THIMBLE_MAX_RANK; i++) {
        const int32_t output = dimension(&p->output, i);
        thimble_pairwise_loop next = {.count = output};
        bool alike = true, fits = false, differs = false;
        for (int32_t k = 0; k < 2; k++) {
            const int32_t input = dimension(&p->inputs[k], i);
            if (input == output) {
                fits = true;
                next.steps[k] = sizes[k];
                sizes[k] *= input != 0 ? input : 1;
            } else {
                differs |= input != 1;
            }
            alike &= (next.steps[k] == 0) == (loop->steps[k] == 0);
        }
        THIMBLE_REQUIRE(p, fits && !differs, p->output.index,
                        "the output's shape is not the one that the inputs broadcast to");
        if (output == 1) {
            continue;
        }
        if (alike) {
            loop->count *= output;
        } else {
            loop += loop->count != 1;
            *loop = next;
        }
    }
    if (p->output.element_count == 0) {
        loop = pairwise->loops;
        loop->count = 0;
    }
    pairwise->loop_count = (int32_t)(loop - pairwise->loops) + 1;
    p->record_bytes = (uint32_t)((const uint8_t *)(loop + 1) - p->record);
    for (int32_t k = 0; k < 2; k++) {
        if (p->inputs[k].element_count == p->output.element_count && p->inputs[k].constant == 0) {
            p->in_place = k;
        }
    }
    return THIMBLE_OK;
}

thimble_status thimble_pairwise_range_prepare(const thimble_prepare *p, thimble_type type, int32_t activation,
                                              thimble_pairwise_range *range) {
    float lowest, highest;
    THIMBLE_REQUIRE(p, type == THIMBLE_FLOAT32 || type == THIMBLE_INT32, -1,
                    "only int8, int16, float32 and int32 are supported");
    THIMBLE_TRY(thimble_activation_range_f32(p, activation, &lowest, &highest));
    if (type == THIMBLE_FLOAT32) {
        range->lowest_f32 = lowest;
        range->highest_f32 = highest;
    } else {
        range->lowest_i32 = lowest == -FLT_MAX ? INT32_MIN : (int32_t)lowest;
        range->highest_i32 = highest == FLT_MAX ? INT32_MAX : (int32_t)highest;
    }
    return THIMBLE_OK;
}

bool thimble_pairwise_next(const thimble_pairwise *pairwise, thimble_pairwise_walk *walk) {
    walk->output += pairwise->loops[0].count;
    for (int32_t i = 1; i < pairwise->loop_count; i++) {
        const thimble_pairwise_loop *loop = &pairwise->loops[i];
        const bool ends = ++walk->index[i] == loop->count;
        const int32_t steps = ends ? 1 - loop->count : 1;
        walk->inputs[0] += steps * loop->steps[0];
        walk->inputs[1] += steps * loop->steps[1];
        if (!ends) {
            return true;
        }
        walk->index[i] = 0;
    }
    return false;
}
