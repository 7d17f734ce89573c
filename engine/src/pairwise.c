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
    const thimble_type type = t->output.type;
    THIMBLE_REQUIRE(p,
                    type == THIMBLE_INT8 || (all_types && (type == THIMBLE_FLOAT32 || type == THIMBLE_INT32)),
                    t->output.index, "only int8 is supported here (with the op for all types: float32 and int32 too)");
    THIMBLE_REQUIRE(p, t->first.type == type && t->second.type == type, t->output.index,
                    "both inputs and the output need the same type");
    if (type == THIMBLE_INT8) {
        THIMBLE_TRY(thimble_check_quantized(p, &t->first));
        THIMBLE_TRY(thimble_check_quantized(p, &t->second));
        THIMBLE_TRY(thimble_check_quantized(p, &t->output));
    }
    return THIMBLE_OK;
}

// Dimension `from_end` (0: the last one) of `tensor`, as if it had ones in front.
static int32_t dimension(const thimble_tensor_view *tensor, int32_t from_end) {
    return from_end < tensor->rank ? tensor->shape[tensor->rank - 1 - from_end] : 1;
}

thimble_status thimble_pairwise_prepare(thimble_prepare *p, const thimble_pairwise_tensors *t,
                                        thimble_pairwise *pairwise) {
    thimble_pairwise_level loops[THIMBLE_MAX_RANK] = {{.count = 1}};  // inside out, the run first; steps are strides
    int32_t last = 0, first_size = 1, second_size = 1;
    bool same_as_first = true, same_as_second = true, started = false;
    for (int32_t i = 0; i < THIMBLE_MAX_RANK; i++) {
        const int32_t first = dimension(&t->first, i), second = dimension(&t->second, i);
        const int32_t output = dimension(&t->output, i);
        THIMBLE_REQUIRE(p,
                        (first == output && (second == output || second == 1)) ||
                            (first == 1 && second == output),
                        t->output.index, "the output's shape is not the one that the inputs broadcast to");
        if (output == 1) {
            continue;
        }
        const bool first_moves = first == output, second_moves = second == output;
        if (!started || first_moves != same_as_first || second_moves != same_as_second) {
            last += started;
            loops[last] = (thimble_pairwise_level){1, first_moves ? first_size : 0, second_moves ? second_size : 0};
            same_as_first = first_moves;
            same_as_second = second_moves;
            started = true;
        }
        loops[last].count *= output;
        first_size *= first;
        second_size *= second;
    }
    const bool empty = t->output.element_count == 0;
    pairwise->run = empty ? 0 : loops[0].count;
    pairwise->first_step = (uint8_t)(loops[0].first_step != 0);
    pairwise->second_step = (uint8_t)(loops[0].second_step != 0);
    pairwise->level_count = (uint8_t)(empty ? 0 : last);
    for (int32_t i = 0; i < pairwise->level_count; i++) {
        thimble_pairwise_level *level = &pairwise->levels[i];
        *level = loops[i + 1];
        if (i > 0) {
            // The loop inside has moved on by all of its steps.
            level->first_step -= loops[i].count * loops[i].first_step;
            level->second_step -= loops[i].count * loops[i].second_step;
        }
    }
    p->record_bytes = (uint32_t)((const uint8_t *)(pairwise->levels + pairwise->level_count) - p->record);

    const bool first_is_whole = t->first.element_count == t->output.element_count;
    const bool second_is_whole = t->second.element_count == t->output.element_count;
    p->in_place = first_is_whole && t->first.constant == 0 ? 0 : second_is_whole ? 1 : -1;
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
    walk->output += pairwise->run;
    for (int32_t i = 0; i < pairwise->level_count; i++) {
        const thimble_pairwise_level *level = &pairwise->levels[i];
        walk->first += level->first_step;
        walk->second += level->second_step;
        if (++walk->index[i] < level->count) {
            return true;
        }
        walk->index[i] = 0;
    }
    return false;
}
