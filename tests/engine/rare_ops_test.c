// rare_ops_test.c - types and shapes that models rarely have and vectors therefore lack: int32 arithmetic, SOFTMAX to
// int16, int64 constants, tensors without elements.
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <stdlib.h>

#include "check.h"
#include "made_model.h"
#include "thimble/thimble_ops.h"
#include "vector_files.h"

enum { ARENA_BYTES = 1 << 16, RELU = 1, RELU_N1_TO_1 = 2, RELU6 = 3 };
enum { BUILTIN_MUL = 18, BUILTIN_SOFTMAX = 25, BUILTIN_PAD = 34, BUILTIN_TRANSPOSE = 39, BUILTIN_SUB = 41 };
enum { BUILTIN_STRIDED_SLICE = 45 };

static made_file file;
static made_graph graph;
static thimble_model model;
static thimble_runner runner;
static uint8_t *arena;

// Starts a graph with one op; its inputs and output are added next.
static void make_op(int32_t builtin_code) {
    graph = (made_graph){.op_count = 1, .ops = {{.builtin_code = builtin_code}}};
}

static void add_input(made_tensor tensor) {
    made_op *op = &graph.ops[0];
    op->inputs[op->input_count++] = (int32_t)graph.tensor_count;
    if (tensor.data == NULL) {
        graph.inputs[graph.input_count++] = (int32_t)graph.tensor_count;
    }
    graph.tensors[graph.tensor_count++] = tensor;
}

static void add_output(made_tensor tensor) {
    graph.ops[0].output_count = graph.output_count = 1;
    graph.ops[0].outputs[0] = graph.outputs[0] = (int32_t)graph.tensor_count;
    graph.tensors[graph.tensor_count++] = tensor;
}

// Writes the file, with the one option given as its first four bytes.
static void write_op(uint32_t option) {
    made_write(&file, &graph);
    const uint32_t options = made_add_table(&file, 1);
    made_set(&file, options, 0, option);
    made_refer(&file, file.ops[0], OP_OPTIONS, options);
}

static bool start(void) {
    thimble_error error = {0};
    if (thimble_model_open(&model, file.bytes, file.byte_count, &error) != THIMBLE_OK ||
        thimble_init(&runner, &model, thimble_all_ops, NULL, arena, ARENA_BYTES, &error) != THIMBLE_OK) {
        checks.about = error.text;
        return false;
    }
    return true;
}

static made_tensor i32(int32_t count) {
    return (made_tensor){.type = THIMBLE_INT32, .rank = 1, .shape = {count}};
}

static void check_int32(int32_t builtin_code, uint32_t activation, const int32_t a[4], const int32_t b[4],
                        const int32_t expected[4]) {
    make_op(builtin_code);
    add_input(i32(4));
    add_input(i32(4));
    add_output(i32(4));
    write_op(activation);
    CHECK(start());
    memcpy(thimble_input(&runner, 0).data, a, 16);
    memcpy(thimble_input(&runner, 1).data, b, 16);
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    for (int i = 0; i < 4; i++) {
        CHECK_EQUAL(((int32_t *)thimble_output(&runner, 0).data)[i], expected[i]);
    }
}

static void int32_sums_and_products_wrap_around(void) {
    static const int32_t a[] = {INT32_MAX, INT32_MIN, -70000, 5}, b[] = {1, -1, 70000, 7};
    check_int32(BUILTIN_ADD, 0, a, b, (const int32_t[]){INT32_MIN, INT32_MAX, 0, 12});
    check_int32(BUILTIN_SUB, 0, a, b, (const int32_t[]){INT32_MAX - 1, INT32_MIN + 1, -140000, -2});
    check_int32(BUILTIN_MUL, 0, a, b, (const int32_t[]){INT32_MAX, INT32_MIN, (int32_t)-605032704, 35});
}

static void int32_results_obey_the_activation_but_for_add(void) {
    static const int32_t a[] = {-9, 3, 9, 0}, b[] = {1, 1, 1, 1};
    check_int32(BUILTIN_ADD, RELU6, a, b, (const int32_t[]){-8, 4, 10, 1});
    check_int32(BUILTIN_SUB, RELU, a, b, (const int32_t[]){0, 2, 8, 0});
    check_int32(BUILTIN_SUB, RELU_N1_TO_1, a, b, (const int32_t[]){-1, 1, 1, -1});
    check_int32(BUILTIN_MUL, RELU6, a, b, (const int32_t[]){0, 3, 6, 0});
}

static void int32_repeats_the_smaller_input(void) {
    static const int32_t codes[] = {BUILTIN_ADD, BUILTIN_SUB, BUILTIN_MUL};
    static const int32_t expected[3][6] = {
        {11, 12, 23, 24, 35, 36}, {9, 8, 17, 16, 25, 24}, {10, 20, 60, 80, 150, 180}};
    for (int k = 0; k < 3; k++) {
        make_op(codes[k]);
        add_input((made_tensor){.type = THIMBLE_INT32, .rank = 2, .shape = {3, 1}});
        add_input((made_tensor){.type = THIMBLE_INT32, .rank = 2, .shape = {3, 2}});
        add_output((made_tensor){.type = THIMBLE_INT32, .rank = 2, .shape = {3, 2}});
        write_op(0);
        CHECK(start());
        memcpy(thimble_input(&runner, 0).data, (const int32_t[]){10, 20, 30}, 12);
        memcpy(thimble_input(&runner, 1).data, (const int32_t[]){1, 2, 3, 4, 5, 6}, 24);
        CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
        for (int i = 0; i < 6; i++) {
            CHECK_EQUAL(((int32_t *)thimble_output(&runner, 0).data)[i], expected[k][i]);
        }
    }
}

static void softmax_to_int16_is_near_the_real_one(void) {
    enum { COLUMNS = 10, ROWS = 20 };
    const float beta = 1, scale = 0.07f;
    uint32_t beta_bits;
    memcpy(&beta_bits, &beta, 4);
    make_op(BUILTIN_SOFTMAX);
    add_input(
        (made_tensor){.type = THIMBLE_INT8, .rank = 2, .shape = {ROWS, COLUMNS}, .scale = scale, .zero_point = 4});
    add_output((made_tensor){
        .type = THIMBLE_INT16, .rank = 2, .shape = {ROWS, COLUMNS}, .scale = 1.0f / 65536, .zero_point = -32768});
    write_op(beta_bits);
    CHECK(start());
    int8_t values[ROWS][COLUMNS];
    uint64_t random = 41;
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        values[i / COLUMNS][i % COLUMNS] = (int8_t)next_random(&random);
    }
    memcpy(thimble_input(&runner, 0).data, values, sizeof values);
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    const int16_t *output = thimble_output(&runner, 0).data;
    for (int row = 0; row < ROWS; row++) {
        double sum = 0;
        for (int i = 0; i < COLUMNS; i++) {
            sum += exp((double)scale * values[row][i]);
        }
        for (int i = 0; i < COLUMNS; i++) {
            const double expected = exp((double)scale * values[row][i]) / sum * 65536;
            CHECK(fabs(output[row * COLUMNS + i] + 32768 - expected) < 4);
        }
    }
}

static void constants_may_be_int64(void) {
    static const int64_t paddings[] = {1, 0};
    make_op(BUILTIN_PAD);
    add_input((made_tensor){.type = THIMBLE_INT8, .rank = 1, .shape = {2}, .scale = 1, .zero_point = -5});
    add_input((made_tensor){
        .type = THIMBLE_INT64, .rank = 2, .shape = {1, 2}, .data = paddings, .data_bytes = sizeof paddings});
    add_output((made_tensor){.type = THIMBLE_INT8, .rank = 1, .shape = {3}, .scale = 1, .zero_point = -5});
    write_op(0);
    CHECK(start());
    memcpy(thimble_input(&runner, 0).data, "\x01\x02", 2);
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    CHECK(memcmp(thimble_output(&runner, 0).data, "\xfb\x01\x02", 3) == 0);
}

// Ends far outside, as converters write them for "to the end".
static void int64_constants_beyond_32_bits_are_limited(void) {
    static const int64_t begin[] = {INT64_MIN}, end[] = {INT64_MAX}, strides[] = {1};
    const made_tensor constant = {.type = THIMBLE_INT64, .rank = 1, .shape = {1}, .data_bytes = 8};
    made_tensor constants[] = {constant, constant, constant};
    constants[0].data = begin;
    constants[1].data = end;
    constants[2].data = strides;
    make_op(BUILTIN_STRIDED_SLICE);
    add_input((made_tensor){.type = THIMBLE_INT8, .rank = 1, .shape = {3}});
    for (int i = 0; i < 3; i++) {
        add_input(constants[i]);
    }
    add_output((made_tensor){.type = THIMBLE_INT8, .rank = 1, .shape = {3}});
    write_op(0);
    CHECK(start());
    memcpy(thimble_input(&runner, 0).data, "abc", 3);
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    CHECK(memcmp(thimble_output(&runner, 0).data, "abc", 3) == 0);
}

static void a_border_around_nothing_is_all_border(void) {
    static const int32_t paddings[] = {1, 2, 0, 1};
    make_op(BUILTIN_PAD);
    add_input((made_tensor){.type = THIMBLE_INT8, .rank = 2, .shape = {0, 2}, .scale = 1, .zero_point = 9});
    add_input((made_tensor){
        .type = THIMBLE_INT32, .rank = 2, .shape = {2, 2}, .data = paddings, .data_bytes = sizeof paddings});
    add_output((made_tensor){.type = THIMBLE_INT8, .rank = 2, .shape = {3, 3}, .scale = 1, .zero_point = 9});
    write_op(0);
    CHECK(start());
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    CHECK(memcmp(thimble_output(&runner, 0).data, "\t\t\t\t\t\t\t\t\t", 9) == 0);
}

static void nothing_can_be_transposed(void) {
    static const int32_t order[] = {2, 0, 1};
    make_op(BUILTIN_TRANSPOSE);
    add_input((made_tensor){.type = THIMBLE_INT8, .rank = 3, .shape = {2, 3, 0}});
    add_input((made_tensor){.type = THIMBLE_INT32, .rank = 1, .shape = {3}, .data = order, .data_bytes = sizeof order});
    add_output((made_tensor){.type = THIMBLE_INT8, .rank = 3, .shape = {0, 2, 3}});
    write_op(0);
    CHECK(start());
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    CHECK_EQUAL(thimble_output(&runner, 0).data_bytes, 0);
}

static void nothing_can_be_added_and_multiplied(void) {
    static const int32_t codes[] = {BUILTIN_ADD, BUILTIN_SUB, BUILTIN_MUL};
    static const int32_t types[] = {THIMBLE_INT8, THIMBLE_FLOAT32, THIMBLE_INT32};
    for (int k = 0; k < 9; k++) {
        make_op(codes[k % 3]);
        const float scale = types[k / 3] == THIMBLE_INT8 ? 1 : 0;
        const made_tensor nothing = {.type = types[k / 3], .rank = 3, .shape = {4, 0, 3}, .scale = scale};
        add_input(nothing);
        add_input((made_tensor){.type = types[k / 3], .rank = 2, .shape = {1, 3}, .scale = scale});
        add_output(nothing);
        write_op(0);
        CHECK(start());
        CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    }
}

int main(void) {
    arena = exact_memory(ARENA_BYTES);
    memset(arena, 0, ARENA_BYTES);
    RUN(int32_sums_and_products_wrap_around);
    RUN(int32_results_obey_the_activation_but_for_add);
    RUN(int32_repeats_the_smaller_input);
    RUN(softmax_to_int16_is_near_the_real_one);
    RUN(constants_may_be_int64);
    RUN(int64_constants_beyond_32_bits_are_limited);
    RUN(a_border_around_nothing_is_all_border);
    RUN(nothing_can_be_transposed);
    RUN(nothing_can_be_added_and_multiplied);
    free(arena);
    return check_result();
}
