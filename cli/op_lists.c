// op_lists.c - which op objects a firmware has to list for a model.
//
// SPDX-License-Identifier: Apache-2.0
#include "op_lists.h"

#include <ctype.h>
#include <string.h>

#include "op_names.h"

// Ops that also exist for one type alone.
typedef struct narrow_op {
    const char *name;
    const thimble_op *int8, *int16;  // int16 may be NULL
} narrow_op;

static const narrow_op narrow_ops[] = {
    {"ABS", &thimble_op_abs_int8, NULL},
    {"ADD", &thimble_op_add_int8, &thimble_op_add_int16},
    {"AVERAGE_POOL_2D", &thimble_op_average_pool_2d_int8, &thimble_op_average_pool_2d_int16},
    {"BATCH_MATMUL", &thimble_op_batch_matmul_int8, NULL},
    {"CONV_2D", &thimble_op_conv_2d_int8, &thimble_op_conv_2d_int16},
    {"DEPTHWISE_CONV_2D", &thimble_op_depthwise_conv_2d_int8, &thimble_op_depthwise_conv_2d_int16},
    {"DEQUANTIZE", &thimble_op_dequantize_int8, NULL},
    {"DIV", &thimble_op_div_int8, NULL},
    {"ELU", &thimble_op_elu_int8, NULL},
    {"FULLY_CONNECTED", &thimble_op_fully_connected_int8, &thimble_op_fully_connected_int16},
    {"HARD_SWISH", &thimble_op_hard_swish_int8, NULL},
    {"L2_NORMALIZATION", &thimble_op_l2_normalization_int8, NULL},
    {"LEAKY_RELU", &thimble_op_leaky_relu_int8, &thimble_op_leaky_relu_int16},
    {"LOGISTIC", &thimble_op_logistic_int8, &thimble_op_logistic_int16},
    {"LOG_SOFTMAX", &thimble_op_log_softmax_int8, NULL},
    {"MAX_POOL_2D", &thimble_op_max_pool_2d_int8, &thimble_op_max_pool_2d_int16},
    {"MEAN", &thimble_op_mean_int8, &thimble_op_mean_int16},
    {"MUL", &thimble_op_mul_int8, &thimble_op_mul_int16},
    {"PRELU", &thimble_op_prelu_int8, NULL},
    {"QUANTIZE", &thimble_op_quantize_int8, NULL},
    {"REDUCE_MAX", &thimble_op_reduce_max_int8, NULL},
    {"REDUCE_MIN", &thimble_op_reduce_min_int8, NULL},
    {"RELU", &thimble_op_relu_int8, NULL},
    {"RELU6", &thimble_op_relu6_int8, NULL},
    {"RESIZE_BILINEAR", &thimble_op_resize_bilinear_int8, NULL},
    {"RSQRT", &thimble_op_rsqrt_int8, NULL},
    {"SOFTMAX", &thimble_op_softmax_int8, &thimble_op_softmax_int16},
    {"SUB", &thimble_op_sub_int8, &thimble_op_sub_int16},
    {"SUM", &thimble_op_sum_int8, &thimble_op_sum_int16},
    {"SVDF", &thimble_op_svdf_int8, NULL},
    {"TANH", &thimble_op_tanh_int8, &thimble_op_tanh_int16},
    {"TRANSPOSE_CONV", &thimble_op_transpose_conv_int8, &thimble_op_transpose_conv_int16},
    {"UNIDIRECTIONAL_SEQUENCE_LSTM", &thimble_op_unidirectional_sequence_lstm_int8,
     &thimble_op_unidirectional_sequence_lstm_int16},
};

static void count_problem(void *context, const thimble_error *problem) {
    (void)problem;
    (*(size_t *)context)++;
}

// Whether the engine takes every use of this op in the model with `op` in its list. Asked of the engine itself: the
// ops not in question are missing from the list, which counts as a problem for each of them.
static bool suffices(const model_file *model, const thimble_op *op, int32_t builtin_code) {
    const thimble_op *const only[] = {op, NULL};
    size_t others = 0, problems = 0;
    for (uint32_t i = 0; i < model->model.op_count; i++) {
        others += model_file_op(model, i).builtin_code != builtin_code;
    }
    thimble_error error;
    return model_file_problems(model, only, NULL, count_problem, &problems, &error) == THIMBLE_OK && problems == others;
}

size_t op_objects(const model_file *model, char room[][OP_OBJECT_NAME_BYTES], size_t room_count) {
    size_t count = 0;
    for (uint32_t i = 0; i < model->model.op_count; i++) {
        const int32_t code = model_file_op(model, i).builtin_code;
        bool is_first = true;
        for (uint32_t before = 0; before < i && is_first; before++) {
            is_first = model_file_op(model, before).builtin_code != code;
        }
        if (!is_first || count == room_count) {
            continue;
        }
        const char *ending = "";
        for (size_t k = 0; k < sizeof narrow_ops / sizeof narrow_ops[0]; k++) {
            if (strcmp(narrow_ops[k].name, op_name(code)) != 0) {
                continue;
            }
            if (suffices(model, narrow_ops[k].int8, code)) {
                ending = "_int8";
            } else if (narrow_ops[k].int16 != NULL && suffices(model, narrow_ops[k].int16, code)) {
                ending = "_int16";
            }
        }
        char *name = room[count++];
        snprintf(name, OP_OBJECT_NAME_BYTES, "thimble_op_%s%s", op_name(code), ending);
        for (char *c = name; *c != 0; c++) {
            *c = (char)tolower((unsigned char)*c);
        }
    }
    return count;
}
