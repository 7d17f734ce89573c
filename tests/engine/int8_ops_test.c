// int8_ops_test.c - the op objects for int8 or int16 only: the same bytes as those for all types, no other type accepted.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include "check.h"
#include "thimble/thimble_inspect.h"
#include "thimble/thimble_ops.h"
#include "vector_files.h"

enum { MEMORY_BYTES = 1 << 20, BUILTIN_QUANTIZE = 114 };

static const thimble_op *const int8_ops[] = {&thimble_op_abs_int8,
                                             &thimble_op_add_int8,
                                             &thimble_op_average_pool_2d_int8,
                                             &thimble_op_batch_matmul_int8,
                                             &thimble_op_conv_2d_int8,
                                             &thimble_op_depthwise_conv_2d_int8,
                                             &thimble_op_dequantize_int8,
                                             &thimble_op_div_int8,
                                             &thimble_op_elu_int8,
                                             &thimble_op_fully_connected_int8,
                                             &thimble_op_hard_swish_int8,
                                             &thimble_op_l2_normalization_int8,
                                             &thimble_op_leaky_relu_int8,
                                             &thimble_op_log_softmax_int8,
                                             &thimble_op_logistic_int8,
                                             &thimble_op_max_pool_2d_int8,
                                             &thimble_op_mean_int8,
                                             &thimble_op_mul_int8,
                                             &thimble_op_prelu_int8,
                                             &thimble_op_quantize_int8,
                                             &thimble_op_reduce_max_int8,
                                             &thimble_op_reduce_min_int8,
                                             &thimble_op_relu_int8,
                                             &thimble_op_relu6_int8,
                                             &thimble_op_resize_bilinear_int8,
                                             &thimble_op_rsqrt_int8,
                                             &thimble_op_softmax_int8,
                                             &thimble_op_sub_int8,
                                             &thimble_op_sum_int8,
                                             &thimble_op_svdf_int8,
                                             &thimble_op_tanh_int8,
                                             &thimble_op_transpose_conv_int8,
                                             &thimble_op_unidirectional_sequence_lstm_int8,
                                             NULL};

static const thimble_op *const int16_ops[] = {&thimble_op_add_int16,
                                              &thimble_op_average_pool_2d_int16,
                                              &thimble_op_conv_2d_int16,
                                              &thimble_op_depthwise_conv_2d_int16,
                                              &thimble_op_fully_connected_int16,
                                              &thimble_op_leaky_relu_int16,
                                              &thimble_op_logistic_int16,
                                              &thimble_op_max_pool_2d_int16,
                                              &thimble_op_mean_int16,
                                              &thimble_op_mul_int16,
                                              &thimble_op_softmax_int16,
                                              &thimble_op_sub_int16,
                                              &thimble_op_sum_int16,
                                              &thimble_op_tanh_int16,
                                              &thimble_op_transpose_conv_int16,
                                              &thimble_op_unidirectional_sequence_lstm_int16,
                                              NULL};

// What is run, and how often it could be.
typedef struct one_type {
    const thimble_op *const *ops;
    thimble_type type;
    const char *name;
    uint32_t count;
} one_type;

static uint8_t *memory;

static void check_type(void *context, const vector_case *one) {
    one_type *only = context;
    checks.about = one->name;
    thimble_model model;
    thimble_runner runner;
    thimble_error error = {0};
    CHECK_EQUAL(thimble_model_open(&model, one->model.data, one->model.data_bytes, NULL), THIMBLE_OK);
    const thimble_status status = thimble_init(&runner, &model, only->ops, NULL, memory, MEMORY_BYTES, &error);
    if (status == THIMBLE_OK) {
        only->count++;
        fill_inputs(&runner, one);
        CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
        CHECK(outputs_match(&runner, one));
    } else if (status != THIMBLE_ERR_OP_MISSING) {
        // Only other types are refused, and QUANTIZE that is not from float32 to int8.
        thimble_tensor_info first, output;
        thimble_op_info op;
        CHECK(thimble_inspect_op(&model, 0, &op) && thimble_inspect_tensor(&model, op.inputs[0], &first) &&
              thimble_inspect_tensor(&model, op.outputs[0], &output));
        CHECK_EQUAL(status, THIMBLE_ERR_UNSUPPORTED);
        CHECK(first.tensor.type != only->type || output.tensor.type != only->type ||
              op.builtin_code == BUILTIN_QUANTIZE);
        CHECK_SAYS(error.text, only->name);
        CHECK_EQUAL(error.op_index, 0);
    }
}

static void int8_ops_give_the_bytes_of_the_vectors(void) {
    one_type only = {int8_ops, THIMBLE_INT8, "int8", 0};
    for_each_vector("*", check_type, &only);
    CHECK(only.count > 100);
}

static void int16_ops_give_the_bytes_of_the_vectors(void) {
    one_type only = {int16_ops, THIMBLE_INT16, "int16", 0};
    for_each_vector("*", check_type, &only);
    CHECK(only.count > 60);
}

int main(void) {
    memory = exact_memory(MEMORY_BYTES);
    RUN(int8_ops_give_the_bytes_of_the_vectors);
    RUN(int16_ops_give_the_bytes_of_the_vectors);
    free(memory);
    return check_result();
}
