// compare.c - compares two elements.
//
// int8 and int16 values are compared as real ones: (value - zero point) * 256 times the scale, rounded to whole numbers,
// as ComparisonWithScaling in tensorflow/lite/kernels/internal/reference/comparisons.h of TensorFlow Lite does. So values
// that differ by less than 1/256 may count as equal.
//
// SPDX-License-Identifier: Apache-2.0
#include "compare.h"

typedef struct thimble_compare_record {
    thimble_rescale factors[2];
    int16_t zero_points[2];
    thimble_pairwise pairwise;
} thimble_compare_record;

thimble_status thimble_compare_prepare(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_slots(p, 2, 2));
    const thimble_type type = p->inputs[0].type;
    THIMBLE_REQUIRE(p,
                    p->inputs[1].type == type && p->output.type == THIMBLE_BOOL &&
                        (type == THIMBLE_INT8 || type == THIMBLE_INT32 || type == THIMBLE_INT64 ||
                         type == THIMBLE_FLOAT32 || type == THIMBLE_BOOL),
                    p->inputs[0].index,
                    "the inputs need the same type (int8, int32, int64, float32 or bool), the output has to be bool");
    thimble_compare_record *record = THIMBLE_RECORD(p, thimble_compare_record);
    for (int32_t i = 0; i < 2 && type == THIMBLE_INT8; i++) {
        const thimble_tensor_view *const input = &p->inputs[i];
        THIMBLE_TRY(thimble_check_quantized(p, input));
        record->factors[i] = thimble_rescale_of(input->scale, 1, 1, 0);
        record->zero_points[i] = (int16_t)input->zero_point;
        THIMBLE_REQUIRE(p, record->factors[i].shift <= 0, input->index, "a scale of 1 or more is not supported here");
    }
    return thimble_pairwise_prepare(p, &record->pairwise);
}

static int32_t real_value(const thimble_compare_record *r, int32_t input, int32_t stored) {
    return thimble_apply((stored - r->zero_points[input]) * 256, r->factors[input]);
}

#define ORDER(a, b) \
    ((a) < (b) ? THIMBLE_IS_LESS : (a) > (b) ? THIMBLE_IS_GREATER : (a) == (b) ? THIMBLE_IS_EQUAL : THIMBLE_IS_NEITHER)

// How elements `first` and `second` of the inputs stand to each other.
static int32_t order_of(const thimble_call *call, int32_t first, int32_t second) {
    const void *a = call->inputs[0], *b = call->inputs[1];
    switch (call->type) {
    case THIMBLE_INT8: {
        const int32_t x = real_value(call->record, 0, ((const int8_t *)a)[first]);
        const int32_t y = real_value(call->record, 1, ((const int8_t *)b)[second]);
        return ORDER(x, y);
    }
    case THIMBLE_INT32:
        return ORDER(((const int32_t *)a)[first], ((const int32_t *)b)[second]);
    case THIMBLE_INT64: {
        int64_t x, y;  // constants of the file are aligned to 4 bytes only
        memcpy(&x, (const uint8_t *)a + sizeof x * (size_t)first, sizeof x);
        memcpy(&y, (const uint8_t *)b + sizeof y * (size_t)second, sizeof y);
        return ORDER(x, y);
    }
    case THIMBLE_FLOAT32:
        return ORDER(((const float *)a)[first], ((const float *)b)[second]);
    default:
        return ORDER(((const uint8_t *)a)[first] != 0, ((const uint8_t *)b)[second] != 0);
    }
}

void thimble_compare_run(const thimble_call *call, int32_t true_for) {
    const thimble_pairwise *pairwise = &((const thimble_compare_record *)call->record)->pairwise;
    const thimble_pairwise_loop run = pairwise->loops[0];
    uint8_t *output = call->outputs[0];
    thimble_pairwise_walk at = {0};
    do {
        for (int32_t i = 0; i < run.count; i++) {
            const int32_t order = order_of(call, at.inputs[0] + i * run.steps[0], at.inputs[1] + i * run.steps[1]);
            output[at.output + i] = (order & true_for) != 0;
        }
    } while (thimble_pairwise_next(pairwise, &at));
}
