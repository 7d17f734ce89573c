// op.c - what the prepare and run functions of the ops share.
//
// SPDX-License-Identifier: Apache-2.0
#include "op.h"

#include <float.h>

void thimble_refuse(const thimble_prepare *p, thimble_status status, const char *text, int32_t tensor_index) {
    p->error->status = status;
    p->error->text = text;
    p->error->tensor_index = tensor_index;
}

#ifdef THIMBLE_NO_ERROR_TEXT
void thimble_unsupported_(const thimble_prepare *p, int32_t tensor_index) {
    thimble_refuse(p, THIMBLE_ERR_UNSUPPORTED, NULL, tensor_index);
}
#else
void thimble_unsupported_(const thimble_prepare *p, int32_t tensor_index, const char *text) {
    thimble_refuse(p, THIMBLE_ERR_UNSUPPORTED, text, tensor_index);
}
#endif

thimble_tensor_view thimble_prepare_input(const thimble_prepare *p, uint32_t slot) {
    thimble_tensor_view tensor;
    thimble_model_tensor_at(p->model, p->op.inputs, slot, &tensor);
    return tensor;
}

const void *thimble_prepare_constant(const thimble_prepare *p, uint32_t slot) {
    const thimble_tensor_view tensor = thimble_prepare_input(p, slot);
    return tensor.constant != 0 ? p->model->file + tensor.constant : NULL;
}

int32_t thimble_prepare_constant_i32(const thimble_prepare *p, uint32_t slot, int32_t values[], int32_t limit) {
    const thimble_tensor_view tensor = thimble_prepare_input(p, slot);
    const uint8_t *data = thimble_prepare_constant(p, slot);
    if (data == NULL || tensor.element_count > (uint32_t)limit ||
        (tensor.type != THIMBLE_INT32 && tensor.type != THIMBLE_INT64)) {
        return -1;
    }
    const int32_t count = (int32_t)tensor.element_count;
    if (tensor.type == THIMBLE_INT32) {
        memcpy(values, data, (size_t)count * sizeof *values);
        return count;
    }
    for (int32_t i = 0; i < count; i++) {
        int64_t wide;
        memcpy(&wide, data + 8 * i, sizeof wide);
        values[i] = wide < INT32_MIN ? INT32_MIN : wide > INT32_MAX ? INT32_MAX : (int32_t)wide;
    }
    return count;
}

int32_t thimble_option_i32(const thimble_prepare *p, uint32_t field, int32_t absent) {
    return thimble_fb_field_i32(p->model->file, p->op.options, field, absent);
}

int32_t thimble_option_i8(const thimble_prepare *p, uint32_t field, int32_t absent) {
    return thimble_fb_field_i8(p->model->file, p->op.options, field, absent);
}

float thimble_option_f32(const thimble_prepare *p, uint32_t field, float absent) {
    const int32_t bits = thimble_option_i32(p, field, (int32_t)thimble_float_bits(absent));
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

thimble_status thimble_check_slots(const thimble_prepare *p, uint32_t fewest, uint32_t most) {
    THIMBLE_REQUIRE(p, p->op.input_count >= fewest && p->op.input_count <= most && p->op.output_count == 1, -1,
                    "the op has an unexpected number of inputs or outputs");
    for (uint32_t i = 0; i < fewest; i++) {
        THIMBLE_REQUIRE(p, p->inputs[i].index != THIMBLE_NO_TENSOR, -1,
                        "an input is missing that the op cannot do without");
    }
    return THIMBLE_OK;
}

thimble_status thimble_check_elementwise(const thimble_prepare *p, uint32_t fewest, uint32_t most) {
    THIMBLE_TRY(thimble_check_slots(p, fewest, most));
    THIMBLE_REQUIRE(p, p->inputs[0].element_count == p->output.element_count, p->output.index,
                    "input and output differ in their number of elements");
    return THIMBLE_OK;
}

bool thimble_is_positive(float value) {
    return thimble_float_bits(value) - 1 < 0x7f800000 - 1;
}

thimble_status thimble_check_quantized(const thimble_prepare *p, const thimble_tensor_view *tensor) {
    const int32_t zero_point = tensor->zero_point;
    const bool fits = tensor->type == THIMBLE_INT8    ? zero_point == (int8_t)zero_point
                      : tensor->type == THIMBLE_UINT8 ? zero_point == (uint8_t)zero_point
                      : tensor->type == THIMBLE_INT16 ? zero_point == (int16_t)zero_point
                                                      : true;
    THIMBLE_REQUIRE(p, tensor->scale_count >= 1 && thimble_is_positive(tensor->scale) && fits, tensor->index,
                    "the tensor needs a quantization: a scale above 0 and a zero point within its type");
    return THIMBLE_OK;
}

thimble_status thimble_check_int16(const thimble_prepare *p, const thimble_tensor_view *tensor) {
    THIMBLE_REQUIRE(p, tensor->type == THIMBLE_INT16, tensor->index, "inputs and output all have to be int16");
    THIMBLE_REQUIRE(p, tensor->zero_point == 0, tensor->index, "the zero point of an int16 tensor has to be 0");
    return thimble_check_quantized(p, tensor);
}

bool thimble_same_shape(const thimble_tensor_view *a, const thimble_tensor_view *b) {
    return a->rank == b->rank && memcmp(a->shape, b->shape, sizeof a->shape) == 0;  // zeros behind the rank
}

thimble_status thimble_activation_range_f32(const thimble_prepare *p, int32_t activation, float *lowest,
                                            float *highest) {
    THIMBLE_REQUIRE(p, activation >= THIMBLE_ACT_NONE && activation <= THIMBLE_ACT_RELU6, -1,
                    "the fused activation is not NONE, RELU, RELU_N1_TO_1 or RELU6");
    *lowest = activation == THIMBLE_ACT_NONE ? -FLT_MAX : activation == THIMBLE_ACT_RELU_N1_TO_1 ? -1.0f : 0.0f;
    *highest = activation == THIMBLE_ACT_RELU6 ? 6.0f : activation == THIMBLE_ACT_RELU_N1_TO_1 ? 1.0f : FLT_MAX;
    return THIMBLE_OK;
}

thimble_status thimble_activation_range_int8(const thimble_prepare *p, int32_t activation,
                                             const thimble_tensor_view *output, int8_t *lowest, int8_t *highest) {
    THIMBLE_REQUIRE(p, activation >= THIMBLE_ACT_NONE && activation <= THIMBLE_ACT_RELU6, -1,
                    "the fused activation is not NONE, RELU, RELU_N1_TO_1 or RELU6");
    int32_t low = INT8_MIN, high = INT8_MAX;
    if (activation != THIMBLE_ACT_NONE) {
        low = output->zero_point;
    }
    if (activation > THIMBLE_ACT_RELU) {
        const int32_t end = thimble_round_quotient(activation == THIMBLE_ACT_RELU6 ? 6 : 1, output->scale);
        high = output->zero_point + end;
        low -= activation == THIMBLE_ACT_RELU6 ? 0 : end;
    }
    *lowest = (int8_t)thimble_max(low, INT8_MIN);
    *highest = (int8_t)thimble_min(high, INT8_MAX);
    return THIMBLE_OK;
}

thimble_status thimble_activation_range_int16(const thimble_prepare *p, int32_t activation,
                                              const thimble_tensor_view *output, int16_t *lowest, int16_t *highest) {
    THIMBLE_REQUIRE(p, activation >= THIMBLE_ACT_NONE && activation <= THIMBLE_ACT_RELU6, -1,
                    "the fused activation is not NONE, RELU, RELU_N1_TO_1 or RELU6");
    int32_t high = INT16_MAX;
    if (activation > THIMBLE_ACT_RELU) {
        high = thimble_min(thimble_round_quotient(activation == THIMBLE_ACT_RELU6 ? 6 : 1, output->scale), INT16_MAX);
    }
    *highest = (int16_t)high;
    *lowest = (int16_t)(activation == THIMBLE_ACT_NONE ? INT16_MIN
                        : activation == THIMBLE_ACT_RELU_N1_TO_1
                            ? thimble_max(-thimble_round_quotient(1, output->scale), INT16_MIN)
                            : 0);
    return THIMBLE_OK;
}

thimble_range thimble_share(int32_t total, int32_t granule, uint32_t task, uint32_t task_count) {
    const uint32_t step = (uint32_t)granule * task_count, all = (uint32_t)total;
    const uint32_t each = (all + step - 1) / step * (uint32_t)granule;
    const uint32_t begin = each * task, end = begin + each;
    return (thimble_range){(int32_t)(begin < all ? begin : all), (int32_t)(end < all ? end : all)};
}

void thimble_parallel(const thimble_options *options, thimble_task_fn *task, void *argument) {
    if (thimble_worker_count(options) > 1) {
        options->parallel_for(options->context, task, argument, options->worker_count);
    } else {
        task(argument, 0);
    }
}
