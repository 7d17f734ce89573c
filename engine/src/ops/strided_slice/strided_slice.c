// strided_slice.c - STRIDED_SLICE: along each dimension the elements begin, begin + stride ... up to before end.
//
// Begin and end count from behind the last element if negative, and are limited to the dimension; a bit in a mask
// stands for the first or last element instead. Dimensions in the shrink mask keep one element and go. Dimensions
// behind those that begin, end and strides list are taken whole.
//
// SPDX-License-Identifier: Apache-2.0
#include "copy.h"

enum { INPUT, BEGIN, END, STRIDES };
enum { BEGIN_MASK, END_MASK, ELLIPSIS_MASK, NEW_AXIS_MASK, SHRINK_MASK, OFFSET };  // StridedSliceOptions

typedef struct slice {
    int32_t begin[THIMBLE_MAX_RANK], end[THIMBLE_MAX_RANK], strides[THIMBLE_MAX_RANK];
    int32_t begin_mask, end_mask, shrink_mask;
} slice;

static thimble_status read_slice(const thimble_prepare *p, int32_t rank, slice *s) {
    THIMBLE_REQUIRE(p,
                    thimble_option_i32(p, ELLIPSIS_MASK, 0) == 0 && thimble_option_i32(p, NEW_AXIS_MASK, 0) == 0 &&
                        thimble_option_i8(p, OFFSET, 0) == 0,
                    -1, "ellipsis, new axes and ends as offsets are not supported");
    const int32_t count = thimble_prepare_constant_i32(p, BEGIN, s->begin, rank);
    THIMBLE_REQUIRE(p,
                    count >= 0 && count == thimble_prepare_constant_i32(p, END, s->end, rank) &&
                        count == thimble_prepare_constant_i32(p, STRIDES, s->strides, rank),
                    thimble_prepare_input(p, BEGIN).index,
                    "begin, end and strides have to be constant: one int32 for each dimension");
    s->begin_mask = thimble_option_i32(p, BEGIN_MASK, 0);
    s->end_mask = thimble_option_i32(p, END_MASK, 0);
    s->shrink_mask = thimble_option_i32(p, SHRINK_MASK, 0);
    for (int32_t i = count; i < rank; i++) {
        s->begin[i] = 0;
        s->end[i] = INT32_MAX;
        s->strides[i] = 1;
        s->shrink_mask &= ~(1 << i);
    }
    return THIMBLE_OK;
}

// Where `index` lies in a dimension of `size`, from -1 (before the first, going backwards) to size.
static int32_t position(int32_t index, int32_t size, int32_t stride) {
    index += index < 0 ? size : 0;
    return stride > 0 ? thimble_clamp(index, 0, size) : thimble_clamp(index, -1, size - 1);
}

// The first element along dimension `i` of `size`, and how many there are.
static int32_t count_along(const slice *s, int32_t i, int32_t size, int32_t *first) {
    const bool forward = s->strides[i] > 0;
    const int32_t begin =
        (s->begin_mask >> i & 1) != 0 ? forward ? 0 : size - 1 : position(s->begin[i], size, s->strides[i]);
    const int32_t end = (s->end_mask >> i & 1) != 0 ? forward ? size : -1 : position(s->end[i], size, s->strides[i]);
    *first = begin;
    if ((s->shrink_mask >> i & 1) != 0) {
        return forward && begin < size;
    }
    const int32_t distance = forward ? end - begin : begin - end;
    const uint32_t step = forward ? (uint32_t)s->strides[i] : 0u - (uint32_t)s->strides[i];
    return distance <= 0 ? 0 : (int32_t)(((uint32_t)distance - 1) / step) + 1;
}

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 3, 4));  // strides have to be there, too, since they have to be constant
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_REQUIRE(p, input->type == output->type, output->index, "input and output differ in type");
    slice s;
    THIMBLE_TRY(read_slice(p, input->rank, &s));

    int32_t input_step = (int32_t)thimble_type_bytes((int32_t)input->type), output_step = input_step;
    thimble_copy *copy = THIMBLE_RECORD(p, thimble_copy);
    *copy = (thimble_copy){.run_bytes = input_step, .loop_count = input->rank};
    int32_t output_rank = output->rank;  // dimensions of the output yet to be found
    for (int32_t i = input->rank - 1; i >= 0; i--) {
        THIMBLE_REQUIRE(p, s.strides[i] != 0, thimble_prepare_input(p, STRIDES).index, "a stride is 0");
        int32_t first;
        const int32_t count = count_along(&s, i, input->shape[i], &first);
        if ((s.shrink_mask >> i & 1) != 0) {
            THIMBLE_REQUIRE(p, count == 1, input->index, "the index lies outside the input");
        } else {
            output_rank--;
            THIMBLE_REQUIRE(p, output_rank >= 0 && output->shape[output_rank] == count, output->index,
                            "the output's shape does not follow from begin, end and strides");
        }
        copy->loops[i] = (thimble_copy_loop){count, count > 1 ? s.strides[i] * input_step : 0, output_step};
        copy->input_begin += count > 0 ? first * input_step : 0;
        input_step *= input->shape[i];
        output_step *= count;
    }
    THIMBLE_REQUIRE(p, output_rank == 0, output->index, "the output has too many dimensions");
    p->record_bytes = thimble_copy_simplify(copy);
    p->is_view = thimble_copy_is_plain(copy, input->data_bytes);
    return THIMBLE_OK;
}

static void run(const thimble_call *call) {
    thimble_copy_run(call->record, call->inputs[INPUT], call->outputs[0]);
}

THIMBLE_DEFINE_OP_READING(strided_slice, "STRIDED_SLICE", 45, prepare, run, 1);
