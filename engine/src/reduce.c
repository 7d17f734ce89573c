// reduce.c - what the ops share that make one value of many along some axes.
//
// SPDX-License-Identifier: Apache-2.0
#include "reduce.h"

#include <float.h>

enum { INPUT, AXES };
enum { MAX_AXES = 16 };  // repeated ones included

// The dimensions to reduce, as bits. Axes count from the end if negative.
static thimble_status find_axes(const thimble_prepare *p, int32_t rank, uint32_t *reduced) {
    int32_t axes[MAX_AXES];
    const int32_t count = thimble_prepare_constant_i32(p, AXES, axes, MAX_AXES);
    THIMBLE_REQUIRE(p, count >= 0, thimble_prepare_input(p, AXES).index,
                    "the axes have to be constant: an int32 tensor of at most 16");
    for (int32_t i = 0; i < count && rank != 0; i++) {
        THIMBLE_REQUIRE(p, axes[i] >= -rank && axes[i] < rank, thimble_prepare_input(p, AXES).index,
                        "an axis lies outside the input's dimensions");
        *reduced |= 1u << (axes[i] < 0 ? axes[i] + rank : axes[i]);
    }
    return THIMBLE_OK;
}

// Gathers the input's dimensions in groups, from the last one on.
static void set_sizes(const thimble_tensor_view *input, uint32_t reduced, int32_t sizes[]) {
    int32_t group = THIMBLE_REDUCE_SIZES - 1;
    for (int32_t i = 0; i < THIMBLE_REDUCE_SIZES; i++) {
        sizes[i] = 1;
    }
    for (int32_t i = input->rank - 1; i >= 0; i--) {
        const int32_t is_reduced = reduced >> i & 1;
        group -= group % 2 != is_reduced;
        sizes[group] *= input->shape[i];
    }
}

thimble_status thimble_reduce_prepare(const thimble_prepare *p, int32_t sizes[THIMBLE_REDUCE_SIZES], uint32_t *count) {
    uint32_t reduced = 0;
    THIMBLE_TRY(find_axes(p, p->inputs[INPUT].rank, &reduced));
    set_sizes(&p->inputs[INPUT], reduced, sizes);
    *count = (uint32_t)(sizes[1] * sizes[3] * sizes[5]);
    THIMBLE_REQUIRE(p, p->output.element_count == (uint32_t)(sizes[0] * sizes[2] * sizes[4] * sizes[6]),
                    p->output.index, "the output's shape is not the input's without the axes");
    if (*count == 0) {
        sizes[1] = 0;  // not so many rounds of nothing
    }
    return THIMBLE_OK;
}

thimble_reduce_walk thimble_reduce_start(const int32_t sizes[THIMBLE_REDUCE_SIZES]) {
    thimble_reduce_walk walk = {.output_count = 1};
    int32_t step = 1;
    for (int32_t i = THIMBLE_REDUCE_SIZES - 1; i >= 0; i--) {
        walk.steps[i] = step;
        step *= sizes[i];
        walk.output_count *= i % 2 == 0 ? sizes[i] : 1;
    }
    return walk;
}

int32_t thimble_reduce_first(const int32_t sizes[THIMBLE_REDUCE_SIZES], const thimble_reduce_walk *walk,
                             int32_t index) {
    int32_t first = 0;
    for (int32_t i = THIMBLE_REDUCE_SIZES - 1; i >= 0; i -= 2) {
        first += index % sizes[i] * walk->steps[i];
        index /= sizes[i];
    }
    return first;
}

// ---- extremum -----------------------------------------------------------------------------------------------------

typedef struct thimble_extremum_record {
    int32_t sizes[THIMBLE_REDUCE_SIZES];
} thimble_extremum_record;

static thimble_status prepare_extremum(thimble_prepare *p, bool float_too) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    const thimble_tensor_view *const input = &p->inputs[INPUT], *const output = &p->output;
    const bool is_float = float_too && input->type == THIMBLE_FLOAT32;
    THIMBLE_REQUIRE(p, (is_float || input->type == THIMBLE_INT8) && output->type == input->type, input->index,
                    "input and output both have to be int8 (or both float32)");
    THIMBLE_REQUIRE(p, is_float || (input->scale == output->scale && input->zero_point == output->zero_point),
                    output->index, "input and output need the same scale and zero point");
    uint32_t count;
    return thimble_reduce_prepare(p, THIMBLE_RECORD(p, thimble_extremum_record)->sizes, &count);
}

thimble_status thimble_reduce_extremum_prepare_int8(thimble_prepare *p) {
    return prepare_extremum(p, false);
}

thimble_status thimble_reduce_extremum_prepare(thimble_prepare *p) {
    return prepare_extremum(p, true);
}

void thimble_reduce_extremum_run_int8(const thimble_call *call, bool largest) {
    const int32_t *sizes = ((const thimble_extremum_record *)call->record)->sizes;
    const thimble_reduce_walk w = thimble_reduce_start(sizes);
    for (int32_t o = 0; o < w.output_count; o++) {
        const int8_t *values = (const int8_t *)call->inputs[INPUT] + thimble_reduce_first(sizes, &w, o);
        int32_t best = largest ? INT8_MIN : INT8_MAX;
        for (int32_t i = 0; i < sizes[1]; i++) {
            for (int32_t j = 0; j < sizes[3]; j++) {
                for (int32_t k = 0; k < sizes[5]; k++) {
                    const int32_t value = values[i * w.steps[1] + j * w.steps[3] + k * w.steps[5]];
                    best = (largest ? value > best : value < best) ? value : best;
                }
            }
        }
        ((int8_t *)call->outputs[0])[o] = (int8_t)best;
    }
}

static void run_f32(const thimble_call *call, bool largest) {
    const int32_t *sizes = ((const thimble_extremum_record *)call->record)->sizes;
    const thimble_reduce_walk w = thimble_reduce_start(sizes);
    for (int32_t o = 0; o < w.output_count; o++) {
        const float *values = (const float *)call->inputs[INPUT] + thimble_reduce_first(sizes, &w, o);
        float best = largest ? -FLT_MAX : FLT_MAX;
        for (int32_t i = 0; i < sizes[1]; i++) {
            for (int32_t j = 0; j < sizes[3]; j++) {
                for (int32_t k = 0; k < sizes[5]; k++) {
                    const float value = values[i * w.steps[1] + j * w.steps[3] + k * w.steps[5]];
                    best = (largest ? value > best : value < best) ? value : best;
                }
            }
        }
        ((float *)call->outputs[0])[o] = best;
    }
}

void thimble_reduce_extremum_run(const thimble_call *call, bool largest) {
    if (call->type == THIMBLE_INT8) {
        thimble_reduce_extremum_run_int8(call, largest);
    } else {
        run_f32(call, largest);
    }
}
