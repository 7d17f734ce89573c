// log_softmax.c - LOG_SOFTMAX: the logarithms of what SOFTMAX would give, along the last dimension.
//
//     output = input - largest - log(sum of exp(input - largest))
//
// Arithmetic: LogSoftmaxQuantized and LogSoftmax in tensorflow/lite/kernels/internal/reference/log_softmax.h of TensorFlow
// Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include <float.h>
#include <math.h>

#include "fixed_point.h"
#include "op.h"

enum { INTEGER_BITS = 5, SUM_INTEGER_BITS = 12, OUTPUT_INTEGER_BITS = 4 };

typedef struct thimble_log_softmax_record {
    int32_t rows, columns;
    thimble_rescale factor;  // from the input's steps to Q5.26: scale * 2^26, above 1
    thimble_rescale inverse;  // back to steps
    int32_t farthest;  // steps below the largest that still count for the sum
} thimble_log_softmax_record;

static thimble_status prepare(thimble_prepare *p, bool float_too) {
    THIMBLE_TRY(thimble_check_slots(p, 1, 1));
    const thimble_tensor_view *const input = &p->inputs[0], *const output = &p->output;
    THIMBLE_REQUIRE(p,
                    (input->type == THIMBLE_INT8 || (float_too && input->type == THIMBLE_FLOAT32)) &&
                        output->type == input->type,
                    input->index, "input and output have to be int8 (or both float32)");
    THIMBLE_REQUIRE(p, input->rank >= 1 && thimble_same_shape(input, output), output->index,
                    "the output needs the input's shape, of at least one dimension");
    thimble_log_softmax_record *record = THIMBLE_RECORD(p, thimble_log_softmax_record);
    record->columns = input->shape[input->rank - 1];
    record->rows = record->columns != 0 ? (int32_t)input->element_count / record->columns : 0;
    if (input->type == THIMBLE_FLOAT32) {
        return THIMBLE_OK;
    }
    THIMBLE_TRY(thimble_check_quantized(p, input));
    THIMBLE_REQUIRE(p, output->scale_count >= 1 && output->scale == 1.0f / 16 && output->zero_point == INT8_MAX,
                    output->index, "an int8 output needs scale 1/16 and zero point 127");
    record->factor = thimble_rescale_of(input->scale, 1, 1, 31 - INTEGER_BITS);
    const int32_t shift = record->factor.shift;
    THIMBLE_REQUIRE(p, shift >= 1 && shift <= 31 && (shift > 1 || record->factor.multiplier > 1 << 30), input->index,
                    "the input's scale has to be above 2^-26 and below 32");
    record->inverse = thimble_rescale_of(1, 1, (float)record->factor.multiplier, 31 - shift);
    record->farthest = (((1 << INTEGER_BITS) - 1) << (31 - INTEGER_BITS)) >> shift;
    return THIMBLE_OK;
}

// log(sum of exp(x - largest)) of a row, Q5.26.
static int32_t log_of_sum(const thimble_log_softmax_record *r, const int8_t *row, int32_t largest) {
    int32_t sum = 0;  // Q12.19, at least 1 because of the largest
    for (int32_t c = 0; c < r->columns; c++) {
        const int32_t difference = row[c] - largest;
        if (difference >= -r->farthest) {
            const int32_t exp = thimble_exp_of_negative(thimble_apply(difference, r->factor), INTEGER_BITS);
            const int32_t term = thimble_rounding_shift_right(exp, SUM_INTEGER_BITS);
            sum = sum > INT32_MAX - term ? INT32_MAX : sum + term;
        }
    }
    return thimble_log_at_least_one(sum);
}

static void run_int8(const thimble_call *call) {
    const thimble_log_softmax_record *r = call->record;
    for (int32_t i = 0; i < r->rows; i++) {
        const int8_t *row = (const int8_t *)call->inputs[0] + i * r->columns;
        int8_t *output = (int8_t *)call->outputs[0] + i * r->columns;
        int32_t largest = INT8_MIN;
        for (int32_t c = 0; c < r->columns; c++) {
            largest = thimble_max(largest, row[c]);
        }
        const int32_t log_sum = log_of_sum(r, row, largest);
        const int32_t lowest = thimble_max(-r->farthest - 1, thimble_apply(log_sum + INT32_MIN, r->inverse));
        for (int32_t c = 0; c < r->columns; c++) {
            const int32_t difference = row[c] - largest;
            int32_t result = INT8_MIN;
            if (difference > lowest) {
                const int32_t fine = thimble_subtract_wrapping(thimble_apply(difference, r->factor), log_sum);
                result = thimble_rounding_shift_right(fine, 31 - INTEGER_BITS - OUTPUT_INTEGER_BITS) + INT8_MAX;
            }
            output[c] = (int8_t)thimble_clamp(result, INT8_MIN, INT8_MAX);
        }
    }
}

static void run_f32(const thimble_call *call) {
    const thimble_log_softmax_record *r = call->record;
    for (int32_t i = 0; i < r->rows; i++) {
        const float *row = (const float *)call->inputs[0] + i * r->columns;
        float *output = (float *)call->outputs[0] + i * r->columns;
        float largest = -FLT_MAX, sum = 0;
        for (int32_t c = 0; c < r->columns; c++) {
            largest = largest < row[c] ? row[c] : largest;
        }
        for (int32_t c = 0; c < r->columns; c++) {
            sum += expf(row[c] - largest);
        }
        const float log_sum = logf(sum);
        for (int32_t c = 0; c < r->columns; c++) {
            output[c] = row[c] - largest - log_sum;
        }
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

THIMBLE_DEFINE_OP(log_softmax_int8, "LOG_SOFTMAX", 50, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(log_softmax, "LOG_SOFTMAX", 50, prepare_any, run);
