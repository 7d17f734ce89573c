// prelu.c - PRELU: negative elements times alpha, a tensor of its own that is repeated to the input's shape.
//
//     int8: output = clamp(zero_point + value * factor), factor = input scale / output scale; below zero
//           output = clamp(zero_point + value * (alpha - zp_alpha) * alpha_factor), alpha_factor = factor * alpha's scale
//
// Arithmetic: BroadcastPrelu4DSlow in tensorflow/lite/kernels/internal/reference/prelu.h of TensorFlow Lite.
//
// SPDX-License-Identifier: Apache-2.0
#include "pairwise.h"

enum { INPUT, ALPHA };

typedef struct thimble_prelu_record {
    thimble_rescale factor, alpha_factor;
    int8_t input_zero_point, alpha_zero_point, output_zero_point;
    thimble_pairwise pairwise;
} thimble_prelu_record;

static thimble_status prepare_int8(thimble_prepare *p) {
    THIMBLE_TRY(thimble_pairwise_check(p, THIMBLE_INT8));
    const thimble_tensor_view *const input = &p->inputs[INPUT], *const alpha = &p->inputs[ALPHA];
    thimble_prelu_record *record = THIMBLE_RECORD(p, thimble_prelu_record);
    record->factor = thimble_rescale_of(input->scale, 1, p->output.scale, 0);
    record->alpha_factor = thimble_rescale_of(input->scale, alpha->scale, p->output.scale, 0);
    THIMBLE_REQUIRE(p, record->factor.shift <= 30 && record->alpha_factor.shift <= 30, p->output.index,
                    "the scales are too far apart");
    record->input_zero_point = (int8_t)input->zero_point;
    record->alpha_zero_point = (int8_t)alpha->zero_point;
    record->output_zero_point = (int8_t)p->output.zero_point;
    return thimble_pairwise_prepare(p, &record->pairwise);
}

static thimble_status prepare(thimble_prepare *p) {
    if (p->inputs[INPUT].type != THIMBLE_FLOAT32) {
        return prepare_int8(p);
    }
    THIMBLE_TRY(thimble_pairwise_check(p, THIMBLE_FLOAT32));
    return thimble_pairwise_prepare(p, &THIMBLE_RECORD(p, thimble_prelu_record)->pairwise);
}

static void run_int8(const thimble_call *call) {
    const thimble_prelu_record *r = call->record;
    const thimble_pairwise_loop run = r->pairwise.loops[0];
    thimble_pairwise_walk at = {0};
    do {
        const int8_t *input = (const int8_t *)call->inputs[INPUT] + at.inputs[INPUT];
        const int8_t *alpha = (const int8_t *)call->inputs[ALPHA] + at.inputs[ALPHA];
        int8_t *output = (int8_t *)call->outputs[0] + at.output;
        for (int32_t i = 0; i < run.count; i++) {
            const int32_t value = input[i * run.steps[INPUT]] - r->input_zero_point;
            const int32_t slope = alpha[i * run.steps[ALPHA]] - r->alpha_zero_point;
            output[i] = value >= 0 ? thimble_output_int8(value, r->factor, r->output_zero_point, INT8_MIN, INT8_MAX)
                                   : thimble_output_int8(value * slope, r->alpha_factor, r->output_zero_point, INT8_MIN,
                                                         INT8_MAX);
        }
    } while (thimble_pairwise_next(&r->pairwise, &at));
}

static void run(const thimble_call *call) {
    if (call->type == THIMBLE_INT8) {
        run_int8(call);
        return;
    }
    const thimble_prelu_record *r = call->record;
    const thimble_pairwise_loop run = r->pairwise.loops[0];
    thimble_pairwise_walk at = {0};
    do {
        const float *input = (const float *)call->inputs[INPUT] + at.inputs[INPUT];
        const float *alpha = (const float *)call->inputs[ALPHA] + at.inputs[ALPHA];
        float *output = (float *)call->outputs[0] + at.output;
        for (int32_t i = 0; i < run.count; i++) {
            const float value = input[i * run.steps[INPUT]];
            output[i] = value >= 0 ? value : value * alpha[i * run.steps[ALPHA]];
        }
    } while (thimble_pairwise_next(&r->pairwise, &at));
}

THIMBLE_DEFINE_OP(prelu_int8, "PRELU", 54, prepare_int8, run_int8);
THIMBLE_DEFINE_OP(prelu, "PRELU", 54, prepare, run);
