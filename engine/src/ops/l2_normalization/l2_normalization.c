// l2_normalization.c - L2_NORMALIZATION: rows along the last dimension become vectors of length 1.
//
// Arithmetic: L2Normalization in tensorflow/lite/kernels/internal/reference/integer_ops/l2normalization.h and
// reference/l2normalization.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "fixed_point.h"
#include "op.h"

enum { ACTIVATION };  // L2NormOptions
enum { OUTPUT_BITS = 7 };

typedef struct thimble_l2_normalization_record {
    int32_t rows, columns;
    int32_t zero_point;
} thimble_l2_normalization_record;

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    THIMBLE_TRY(thimble_check_slots(p, 1, 1));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_REQUIRE(p,
                    (input->type == THIMBLE_INT8 || (float_too && input->type == THIMBLE_FLOAT32)) &&
                        output->type == input->type,
                    input->index, "input and output have to be int8 (or both float32)");
    THIMBLE_REQUIRE(p, input->rank >= 1 && thimble_same_shape(input, output), output->index,
                    "the output needs the input's shape, of at least one dimension");
    THIMBLE_REQUIRE(p, thimble_option_i8(p, ACTIVATION, THIMBLE_ACT_NONE) == THIMBLE_ACT_NONE, -1,
                    "a fused activation is not supported here");
    const int32_t columns = input->shape[input->rank - 1];
    *THIMBLE_RECORD(p, thimble_l2_normalization_record) = (thimble_l2_normalization_record){
        columns != 0 ? (int32_t)input->element_count / columns : 0, columns, input->zero_point};
    p->in_place = 0;
    return input->type == THIMBLE_INT8 ? thimble_check_quantized(p, input) : THIMBLE_OK;
}

// The output's scale is 1/128 and its zero point 0, whatever the file says.
static void run_int8(const thimble_call *call) {
    const thimble_l2_normalization_record *r = call->record;
    const int8_t *input = call->inputs[0];
    int8_t *output = call->outputs[0];
    for (int32_t row = 0; row < r->rows; row++) {
        int32_t sum = 0;
        for (int32_t c = 0; c < r->columns; c++) {
            sum = thimble_mac(sum, input[c] - r->zero_point, input[c] - r->zero_point);
        }
        thimble_rescale factor = thimble_inverse_sqrt(sum);
        factor.shift += OUTPUT_BITS;
        for (int32_t c = 0; c < r->columns; c++) {
            output[c] = thimble_output_int8(input[c] - r->zero_point, factor, 0, INT8_MIN, INT8_MAX);
        }
        input += r->columns;
        output += r->columns;
    }
}

static void run_f32(const thimble_call *call) {
    const thimble_l2_normalization_record *r = call->record;
    const float *input = call->inputs[0];
    float *output = call->outputs[0];
    for (int32_t row = 0; row < r->rows; row++) {
        float sum = 0;
        for (int32_t c = 0; c < r->columns; c++) {
            sum += input[c] * input[c];
        }
        const float root = sqrtf(sum), smallest = 1e-6f;
        const float length = root < smallest ? smallest : root;
        for (int32_t c = 0; c < r->columns; c++) {
            output[c] = input[c] / length;
        }
        input += r->columns;
        output += r->columns;
    }
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_INT8) {
        run_int8(call);
    } else {
        run_f32(call);
    }
}

static thimble_status prepare_int8(thimble_prepare *p) {
    return prepare(p, false);
}

static thimble_status prepare_any(thimble_prepare *p) {
    return prepare(p, true);
}

THIMBLE_DEFINE_OP(l2_normalization_int8, "L2_NORMALIZATION", 11, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(l2_normalization, "L2_NORMALIZATION", 11, prepare_any, run);
