// gather.c - GATHER: along an axis, the elements that a constant list of indices names.
//
//     input    [batches][outer][axis_size][inner]
//     indices  [batches][index_count]
//     output   [batches][outer][index_count][inner]
//
// The indices stay in the file; prepare has looked at each.
//
// SPDX-License-Identifier: Apache-2.0
#include "op.h"

enum { INPUT, INDICES };
enum { AXIS, BATCH_DIMENSIONS };  // GatherOptions

typedef struct thimble_gather_record {
    int32_t batches, outer, axis_size, index_count;
    int32_t inner_bytes;
} thimble_gather_record;

static int32_t product(const thimble_tensor_view *tensor, int32_t begin, int32_t end) {
    uint32_t result = 1;
    for (int32_t i = begin; i < end; i++) {
        result *= (uint32_t)tensor->shape[i];
    }
    return (int32_t)result;
}

static thimble_status check_indices(const thimble_prepare *p, int32_t axis_size) {
    const thimble_tensor_view *const indices = &p->inputs[INDICES];
    const uint8_t *values = thimble_prepare_constant(p, INDICES);
    THIMBLE_REQUIRE(p, values != NULL && indices->type == THIMBLE_INT32, indices->index,
                    "the indices have to be constant: int32");
    for (uint32_t i = 0; i < indices->element_count; i++) {
        int32_t index;
        memcpy(&index, values + 4 * i, sizeof index);
        THIMBLE_REQUIRE(p, index >= 0 && index < axis_size, indices->index, "an index lies outside the input");
    }
    return THIMBLE_OK;
}

// Whether the output has the input's shape with the indices' instead of the axis.
static bool shape_fits(const thimble_prepare *p, int32_t axis, int32_t batch_dimensions) {
    const thimble_tensor_view *const input = &p->inputs[INPUT], *const indices = &p->inputs[INDICES];
    const int32_t more = indices->rank - batch_dimensions;
    bool fits = p->output.rank == input->rank - 1 + more;
    for (int32_t i = 0; i < p->output.rank && fits; i++) {
        fits = p->output.shape[i] == (i < axis          ? input->shape[i]
                                      : i < axis + more ? indices->shape[i - axis + batch_dimensions]
                                                        : input->shape[i - more + 1]);
    }
    return fits;
}

static thimble_status prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    const thimble_tensor_view *const input = &p->inputs[INPUT], *const indices = &p->inputs[INDICES];
    THIMBLE_REQUIRE(p, input->type == p->output.type, p->output.index, "input and output differ in type");
    int32_t axis = thimble_option_i32(p, AXIS, 0), batch_dimensions = thimble_option_i32(p, BATCH_DIMENSIONS, 0);
    axis += axis < 0 ? input->rank : 0;
    batch_dimensions += batch_dimensions < 0 ? indices->rank : 0;
    THIMBLE_REQUIRE(p,
                    axis >= 0 && axis < input->rank && batch_dimensions >= 0 && batch_dimensions <= axis &&
                        batch_dimensions <= indices->rank,
                    input->index, "the axis or the number of batch dimensions does not fit the input");
    for (int32_t i = 0; i < batch_dimensions; i++) {
        THIMBLE_REQUIRE(p, input->shape[i] == indices->shape[i], indices->index,
                        "input and indices differ in a batch dimension");
    }
    THIMBLE_REQUIRE(p, shape_fits(p, axis, batch_dimensions), p->output.index,
                    "the output's shape does not follow from input and indices");
    THIMBLE_TRY(check_indices(p, input->shape[axis]));
    *THIMBLE_RECORD(p, thimble_gather_record) = (thimble_gather_record){
        .batches = p->output.element_count != 0 ? product(input, 0, batch_dimensions) : 0,
        .outer = product(input, batch_dimensions, axis),
        .axis_size = input->shape[axis],
        .index_count = product(indices, batch_dimensions, indices->rank),
        .inner_bytes = product(input, axis + 1, input->rank) * (int32_t)thimble_type_bytes((int32_t)input->type)};
    return THIMBLE_OK;
}

static void run(const thimble_call *call) {
    const thimble_gather_record *r = call->record;
    const size_t inner = (size_t)r->inner_bytes;
    const uint8_t *input = call->inputs[INPUT];
    const int32_t *indices = call->inputs[INDICES];
    uint8_t *output = call->outputs[0];
    for (int32_t b = 0; b < r->batches; b++) {
        for (int32_t o = 0; o < r->outer; o++) {
            for (int32_t k = 0; k < r->index_count; k++) {
                memcpy(output, input + (size_t)indices[k] * inner, inner);
                output += inner;
            }
            input += (size_t)r->axis_size * inner;
        }
        indices += r->index_count;
    }
}

THIMBLE_DEFINE_OP(gather, "GATHER", 36, prepare, run);
