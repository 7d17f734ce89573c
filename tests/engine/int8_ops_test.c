// int8_ops_test.c - the op objects for int8 only: the same bytes as those for all types, and no other type accepted.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include "check.h"
#include "thimble/thimble_inspect.h"
#include "thimble/thimble_ops.h"
#include "vector_files.h"

enum { MEMORY_BYTES = 1 << 20, BUILTIN_QUANTIZE = 114 };

static const thimble_op *const int8_ops[] = {&thimble_op_add_int8,
                                             &thimble_op_average_pool_2d_int8,
                                             &thimble_op_conv_2d_int8,
                                             &thimble_op_depthwise_conv_2d_int8,
                                             &thimble_op_dequantize_int8,
                                             &thimble_op_fully_connected_int8,
                                             &thimble_op_logistic_int8,
                                             &thimble_op_max_pool_2d_int8,
                                             &thimble_op_mean_int8,
                                             &thimble_op_mul_int8,
                                             &thimble_op_quantize_int8,
                                             &thimble_op_relu_int8,
                                             &thimble_op_relu6_int8,
                                             &thimble_op_resize_bilinear_int8,
                                             &thimble_op_softmax_int8,
                                             &thimble_op_sub_int8,
                                             &thimble_op_transpose_conv_int8,
                                             NULL};

static uint8_t *memory;

static void check_int8(void *context, const vector_case *one) {
    checks.about = one->name;
    thimble_model model;
    thimble_runner runner;
    thimble_error error = {0};
    CHECK_EQUAL(thimble_model_open(&model, one->model.data, one->model.data_bytes, NULL), THIMBLE_OK);
    const thimble_status status = thimble_init(&runner, &model, int8_ops, NULL, memory, MEMORY_BYTES, &error);
    if (status == THIMBLE_OK) {
        ++*(uint32_t *)context;
        fill_inputs(&runner, one);
        CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
        CHECK(outputs_match(&runner, one));
    } else if (status != THIMBLE_ERR_OP_MISSING) {
        // Only what is not int8 is refused, and QUANTIZE that is not from float32 to int8.
        thimble_tensor_info first, output;
        thimble_op_info op;
        CHECK(thimble_inspect_op(&model, 0, &op) && thimble_inspect_tensor(&model, op.inputs[0], &first) &&
              thimble_inspect_tensor(&model, op.outputs[0], &output));
        CHECK_EQUAL(status, THIMBLE_ERR_UNSUPPORTED);
        CHECK(first.tensor.type != THIMBLE_INT8 || output.tensor.type != THIMBLE_INT8 ||
              op.builtin_code == BUILTIN_QUANTIZE);
        CHECK_SAYS(error.text, "int8");
        CHECK_EQUAL(error.op_index, 0);
    }
}

static void int8_ops_give_the_bytes_of_the_vectors(void) {
    uint32_t count = 0;
    for_each_vector("*", check_int8, &count);
    CHECK(count > 100);
}

int main(void) {
    memory = exact_memory(MEMORY_BYTES);
    RUN(int8_ops_give_the_bytes_of_the_vectors);
    free(memory);
    return check_result();
}
