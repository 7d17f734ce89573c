// arg_max.c - ARG_MAX: the index of the largest value along an axis, of the first one if there are several.
//
// As in TensorFlow Lite Micro, NaN is larger than nothing and nothing is larger than NaN: it wins only if it is first.
//
// SPDX-License-Identifier: Apache-2.0
#include "op.h"

enum { INPUT, AXIS };

typedef struct thimble_arg_max_record {
    int32_t output_count;
    int32_t axis_size;
    int32_t step;  // elements from one to the next along the axis
} thimble_arg_max_record;

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_REQUIRE(p, (input->type == THIMBLE_INT8 || input->type == THIMBLE_FLOAT32) && output->type == THIMBLE_INT32,
                    input->index, "the input has to be int8 or float32, the output int32");
    int32_t axis;
    THIMBLE_REQUIRE(p, thimble_prepare_constant_i32(p, AXIS, &axis, 1) == 1, thimble_prepare_input(p, AXIS).index,
                    "the axis has to be constant: one int32");
    THIMBLE_REQUIRE(p, axis >= -input->rank && axis < input->rank, input->index,
                    "the axis lies outside the input's dimensions");
    axis += axis < 0 ? input->rank : 0;
    THIMBLE_REQUIRE(p, input->shape[axis] > 0, input->index, "there is nothing along the axis");
    thimble_arg_max_record *record = THIMBLE_RECORD(p, thimble_arg_max_record);
    *record = (thimble_arg_max_record){(int32_t)input->element_count / input->shape[axis], input->shape[axis], 1};
    for (int32_t i = axis + 1; i < input->rank; i++) {
        record->step *= input->shape[i];
    }
    THIMBLE_REQUIRE(p, output->element_count == (uint32_t)record->output_count, output->index,
                    "the output's shape is not the input's without the axis");
    return THIMBLE_OK;
}

static int32_t largest_int8(const int8_t *values, int32_t count, int32_t step) {
    int32_t best = 0;
    for (int32_t i = 1; i < count; i++) {
        best = values[i * step] > values[best * step] ? i : best;
    }
    return best;
}

static int32_t largest_f32(const float *values, int32_t count, int32_t step) {
    int32_t best = 0;
    for (int32_t i = 1; i < count; i++) {
        best = values[i * step] > values[best * step] ? i : best;
    }
    return best;
}

static void run(const thimble_call *call) {
    const thimble_arg_max_record *r = call->record;
    const void *input = call->inputs[INPUT];
    int32_t *output = call->outputs[0];
    for (int32_t o = 0; o < r->output_count; o++) {
        const int32_t first = o / r->step * r->step * r->axis_size + o % r->step;
        output[o] = call->type == THIMBLE_INT8 ? largest_int8((const int8_t *)input + first, r->axis_size, r->step)
                                               : largest_f32((const float *)input + first, r->axis_size, r->step);
    }
}

THIMBLE_DEFINE_OP(arg_max, "ARG_MAX", 56, prepare, run);
