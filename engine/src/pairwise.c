// pairwise.c - checks, plans and walks two tensors that are combined element by element.
//
// SPDX-License-Identifier: Apache-2.0
#include "pairwise.h"

#include <float.h>

thimble_status thimble_pairwise_tensors_check(const thimble_prepare *p, bool all_types, thimble_pairwise_tensors *t) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    t->first = thimble_prepare_input(p, 0);
    t->second = thimble_prepare_input(p, 1);
    t->output = thimble_prepare_output(p, 0);
    const thimble_type type = t->first.type;
    THIMBLE_REQUIRE(p, type == THIMBLE_INT8 || (all_types && (type == THIMBLE_FLOAT32 || type == THIMBLE_INT32)),
                    t->first.index, "the inputs have to be int8 (float32 or int32 with the op for all types)");
    const thimble_tensor_view *const tensors[] = {&t->first, &t->second, &t->output};
    for (int32_t i = 0; i < 3; i++) {
        THIMBLE_REQUIRE(p, tensors[i]->type == type, tensors[i]->index, "inputs and output need the same type");
        if (type == THIMBLE_INT8) {
            THIMBLE_TRY(thimble_check_quantized(p, tensors[i]));
        }
    }
    return THIMBLE_OK;
}

// Dimension `from_end` (0: the last one) of `tensor`, as if it had ones in front.
static int32_t dimension(const thimble_tensor_view *tensor, int32_t from_end) {
    return from_end < tensor->rank ? tensor->shape[tensor->rank - 1 - from_end] : 1;
}

thimble_status thimble_pairwise_prepare(thimble_prepare *p, const thimble_pairwise_tensors *t,
                                        thimble_pairwise *pairwise) {
    thimble_pairwise_loop *loop = pairwise->loops;
    *loop = (thimble_pairwise_loop){1, 0, 0};
    int32_t first_size = 1, second_size = 1;
    for (int32_t i = 0; i < THIMBLE_MAX_RANK; i++) {
        const int32_t first = dimension(&t->first, i), second = dimension(&t->second, i);
        const int32_t output = dimension(&t->output, i);
        THIMBLE_REQUIRE(p, first == output ? second == output || second == 1 : first == 1 && second == output,
                        t->output.index, "the output's shape is not the one that the inputs broadcast to");
        if (output == 1) {
            continue;
        }
        const int32_t first_step = first == output ? first_size : 0, second_step = second == output ? second_size : 0;
        if (loop->count == 1) {
            *loop = (thimble_pairwise_loop){output, first_step, second_step};
        } else if ((loop->first_step == 0) == (first_step == 0) && (loop->second_step == 0) == (second_step == 0)) {
            loop->count *= output;
        } else {
            *++loop = (thimble_pairwise_loop){output, first_step, second_step};
        }
        first_size *= first;
        second_size *= second;
    }
    if (t->output.element_count == 0) {
        loop = pairwise->loops;
        loop->count = 0;
    }
    pairwise->loop_count = (int32_t)(loop - pairwise->loops) + 1;
    p->record_bytes = (uint32_t)((const uint8_t *)(loop + 1) - p->record);
    p->in_place = t->first.element_count == t->output.element_count && t->first.constant == 0 ? 0
                  : t->second.element_count == t->output.element_count                        ? 1
                                                                                              : -1;
    return THIMBLE_OK;
}

thimble_status thimble_pairwise_range_prepare(const thimble_prepare *p, thimble_type type, int32_t activation,
                                              thimble_pairwise_range *range) {
    float lowest, highest;
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
        walk->first += loop->first_step;
        walk->second += loop->second_step;
        if (++walk->index[i] < loop->count) {
            return true;
        }
        walk->index[i] = 0;
        walk->first -= loop->count * loop->first_step;
        walk->second -= loop->count * loop->second_step;
    }
    return false;
}
