// inspect_test.c - looking into models: ops, tensors, multiply-accumulates, and the list of all problems.
//
// SPDX-License-Identifier: Apache-2.0
#include "thimble/thimble_inspect.h"

#include <stdlib.h>

#include "check.h"
#include "made_model.h"
#include "thimble/thimble_ops.h"
#include "vector_files.h"

enum { ROOM_BYTES = 1 << 18, BUILTIN_DEPTHWISE_CONV_2D = 4, BUILTIN_FULLY_CONNECTED = 9 };

static made_file file;
static uint8_t *room;

static thimble_model open_made(const made_graph *graph) {
    thimble_model model = {0};
    made_write(&file, graph);
    CHECK_EQUAL(thimble_model_open(&model, file.bytes, file.byte_count, NULL), THIMBLE_OK);
    return model;
}

// One op with input 0, weights 1 and output 2.
static made_graph one_op(int32_t builtin_code) {
    return (made_graph){
        .tensor_count = 3,
        .tensors = {{.type = THIMBLE_INT8, .rank = 4, .shape = {1, 8, 8, 3}, .scale = 0.5f, .name = "picture"},
                    {.type = THIMBLE_INT8, .rank = 4, .shape = {5, 2, 3, 3}, .scale = 0.25f},
                    {.type = THIMBLE_INT8, .rank = 4, .shape = {1, 7, 6, 5}, .scale = 1}},
        .op_count = 1,
        .ops =
            {{.builtin_code = builtin_code, .input_count = 3, .inputs = {0, 1, -1}, .output_count = 1, .outputs = {2}}},
        .input_count = 2,
        .inputs = {0, 1},
        .output_count = 1,
        .outputs = {2},
    };
}

static uint64_t macs_of(const made_graph *graph) {
    const thimble_model model = open_made(graph);
    thimble_op_info info = {0};
    CHECK(thimble_inspect_op(&model, 0, &info));
    return info.mac_count;
}

static void ops_are_described(void) {
    const made_graph graph = one_op(BUILTIN_CONV_2D);
    const thimble_model model = open_made(&graph);
    thimble_op_info info;
    CHECK(thimble_inspect_op(&model, 0, &info));
    CHECK_EQUAL(info.builtin_code, BUILTIN_CONV_2D);
    CHECK_EQUAL(info.version, 1);
    CHECK_EQUAL(info.input_count, 3);
    CHECK_EQUAL(info.inputs[1], 1);
    CHECK_EQUAL(info.inputs[2], -1);
    CHECK_EQUAL(info.output_count, 1);
    CHECK_EQUAL(info.outputs[0], 2);
    made_set(&file, file.op_codes[0], OP_CODE_VERSION, 4);
    CHECK(thimble_inspect_op(&model, 0, &info));
    CHECK_EQUAL(info.version, 4);
    info.version = 77;
    CHECK(!thimble_inspect_op(&model, 1, &info));
    CHECK_EQUAL(info.version, 77);
}

static void tensors_are_described(void) {
    const made_graph graph = one_op(BUILTIN_CONV_2D);
    const thimble_model model = open_made(&graph);
    thimble_tensor_info info;
    CHECK(thimble_inspect_tensor(&model, 0, &info));
    CHECK_SAYS(info.tensor.name, "picture");
    CHECK_EQUAL(info.element_count, 192);
    CHECK_EQUAL(info.scale_count, 1);
    CHECK(!info.is_constant && !info.is_variable && info.tensor.data == NULL);
    info.element_count = 77;
    CHECK(!thimble_inspect_tensor(&model, 3, &info));
    CHECK(!thimble_inspect_tensor(&model, -1, &info));
    CHECK_EQUAL(info.element_count, 77);
    CHECK_EQUAL(thimble_inspect_input(&model, 1), 1);
    CHECK_EQUAL(thimble_inspect_input(&model, 2), -1);
    CHECK_EQUAL(thimble_inspect_output(&model, 0), 2);
    CHECK_EQUAL(thimble_inspect_output(&model, SIZE_MAX), -1);
}

static void multiply_accumulates_are_the_textbook_s(void) {
    made_graph graph = one_op(BUILTIN_CONV_2D);
    CHECK_EQUAL(macs_of(&graph), 7 * 6 * 5 * (2 * 3 * 3));
    graph.ops[0].builtin_code = BUILTIN_DEPTHWISE_CONV_2D;
    CHECK_EQUAL(macs_of(&graph), 7 * 6 * 5 * (2 * 3));
    graph.ops[0].builtin_code = BUILTIN_FULLY_CONNECTED;
    CHECK_EQUAL(macs_of(&graph), 7 * 6 * 5 * 3);
    graph.ops[0].builtin_code = BUILTIN_ADD;
    CHECK_EQUAL(macs_of(&graph), 0);
}

static void multiply_accumulates_of_odd_models_are_no_trap(void) {
    made_graph graph = one_op(BUILTIN_CONV_2D);
    for (int i = 0; i < 3; i++) {
        graph.tensors[i].shape[0] = graph.tensors[i].shape[1] = graph.tensors[i].shape[2] = 1 << 10;
        graph.tensors[i].shape[3] = 1;
    }
    CHECK_EQUAL(macs_of(&graph), INT64_C(1) << 50);
    graph.tensors[1].shape[0] = 0;  // without elements, the others may be as large as they like
    graph.tensors[1].shape[1] = INT32_MAX;
    graph.tensors[1].shape[2] = 1;
    CHECK_EQUAL(macs_of(&graph), ((INT64_C(1) << 30) * INT32_MAX));
    made_graph flat = one_op(BUILTIN_CONV_2D);
    flat.tensors[1].rank = 3;
    CHECK_EQUAL(macs_of(&flat), 0);
    flat.ops[0].builtin_code = BUILTIN_DEPTHWISE_CONV_2D;
    CHECK_EQUAL(macs_of(&flat), 0);
    flat.ops[0].builtin_code = BUILTIN_FULLY_CONNECTED;
    flat.tensors[1].rank = 0;
    CHECK_EQUAL(macs_of(&flat), 0);
    flat.ops[0].inputs[1] = -1;
    CHECK_EQUAL(macs_of(&flat), 0);
    flat.ops[0].input_count = 1;
    CHECK_EQUAL(macs_of(&flat), 0);
}

typedef struct problems {
    uint32_t count;
    thimble_error list[8];
} problems;

static void note_problem(void *context, const thimble_error *problem) {
    problems *p = context;
    if (p->count < 8) {
        p->list[p->count++] = *problem;
    }
}

// An op the engine does not have, one that is refused, one that is fine.
static made_graph graph_with_problems(void) {
    return (made_graph){
        .tensor_count = 4,
        .tensors = {{.type = THIMBLE_INT8, .rank = 1, .shape = {4}, .scale = 1},
                    {.type = THIMBLE_INT8, .rank = 1, .shape = {4}, .scale = 1},
                    {.type = THIMBLE_INT8, .rank = 1, .shape = {5}, .scale = 1},
                    {.type = THIMBLE_INT8, .rank = 1, .shape = {5}, .scale = 1}},
        .op_count = 3,
        .ops = {{.builtin_code = 200, .input_count = 1, .inputs = {0}, .output_count = 1, .outputs = {1}},
                {.builtin_code = BUILTIN_RELU, .input_count = 1, .inputs = {1}, .output_count = 1, .outputs = {2}},
                {.builtin_code = BUILTIN_RELU, .input_count = 1, .inputs = {2}, .output_count = 1, .outputs = {3}}},
        .input_count = 1,
        .inputs = {0},
        .output_count = 1,
        .outputs = {3},
    };
}

static void all_problems_are_reported(void) {
    const made_graph graph = graph_with_problems();
    const thimble_model model = open_made(&graph);
    problems found = {0};
    CHECK_EQUAL(thimble_inspect_problems(&model, thimble_all_ops, NULL, note_problem, &found, room, ROOM_BYTES, NULL),
                THIMBLE_OK);
    CHECK_EQUAL(found.count, 2);
    CHECK_EQUAL(found.list[0].status, THIMBLE_ERR_OP_MISSING);
    CHECK_EQUAL(found.list[0].op_index, 0);
    CHECK_EQUAL(found.list[0].builtin_code, 200);
    CHECK(found.list[0].op_name == NULL);
    CHECK_EQUAL(found.list[1].status, THIMBLE_ERR_UNSUPPORTED);
    CHECK_EQUAL(found.list[1].op_index, 1);
    CHECK_EQUAL(found.list[1].tensor_index, 2);
    CHECK_SAYS(found.list[1].op_name, "RELU");
    CHECK_SAYS(found.list[1].text, "shape");
}

static void room_for_problems_is_exact_at_any_address(void) {
    const made_graph graph = graph_with_problems();
    const thimble_model model = open_made(&graph);
    problems found = {0};
    thimble_error error;
    const thimble_options options = {.prefer_small = true};
    CHECK_EQUAL(thimble_inspect_problems(&model, thimble_all_ops, &options, note_problem, &found, NULL, 0, &error),
                THIMBLE_ERR_MEMORY);
    const size_t bytes = error.needed_bytes;
    for (size_t misaligned = 0; misaligned < 16; misaligned++) {
        uint8_t *exact = exact_memory(misaligned + bytes);
        CHECK_EQUAL(thimble_inspect_problems(&model, thimble_all_ops, &options, note_problem, &found,
                                             exact + misaligned, bytes, &error),
                    THIMBLE_OK);
        CHECK_EQUAL(thimble_inspect_problems(&model, thimble_all_ops, &options, note_problem, &found,
                                             exact + misaligned, bytes - 32, &error),
                    THIMBLE_ERR_MEMORY);
        CHECK_EQUAL(error.needed_bytes, bytes);
        CHECK_EQUAL(thimble_inspect_problems(&model, thimble_all_ops, &options, note_problem, &found,
                                             exact + misaligned, bytes - 32, NULL),
                    THIMBLE_ERR_MEMORY);
        free(exact);
    }
}

static void a_graph_that_cannot_be_planned_has_no_problems_but_an_error(void) {
    made_graph graph = graph_with_problems();
    graph.ops[1].outputs[0] = 1;
    const thimble_model model = open_made(&graph);
    problems found = {0};
    thimble_error error;
    CHECK_EQUAL(thimble_inspect_problems(&model, thimble_all_ops, NULL, note_problem, &found, room, ROOM_BYTES, &error),
                THIMBLE_ERR_MODEL);
    CHECK_EQUAL(found.count, 0);
    CHECK_EQUAL(error.tensor_index, 2);
}

static void models_with_over_254_kinds_of_ops_are_refused(void) {
    const made_graph graph = graph_with_problems();
    made_write(&file, &graph);
    enum { KINDS = 255 };
    // Each op has a code of its own.
    const uint32_t codes = made_add_vector(&file, KINDS, 4, NULL), ops = made_add_vector(&file, KINDS, 4, NULL);
    for (uint32_t i = 0; i < KINDS; i++) {
        const uint32_t code = made_add_table(&file, OP_CODE_BUILTIN + 1), op = made_add_table(&file, OP_OPTIONS + 1);
        made_set(&file, code, OP_CODE_BUILTIN, 300 + i);
        made_set_u32(&file, codes + 4 + 4 * i, code - (codes + 4 + 4 * i));
        made_set(&file, op, OP_CODE_INDEX, i);
        made_refer(&file, op, OP_OUTPUTS, made_add_vector(&file, 1, 4, (const int32_t[]){3}));
        made_set_u32(&file, ops + 4 + 4 * i, op - (ops + 4 + 4 * i));
    }
    made_refer(&file, file.model, MODEL_OP_CODES, codes);
    made_refer(&file, file.subgraph, SUBGRAPH_OPS, ops);
    thimble_model model;
    problems found = {0};
    thimble_error error = {0};
    CHECK_EQUAL(thimble_model_open(&model, file.bytes, file.byte_count, NULL), THIMBLE_OK);
    CHECK_EQUAL(thimble_inspect_problems(&model, thimble_all_ops, NULL, note_problem, &found, room, ROOM_BYTES, &error),
                THIMBLE_ERR_UNSUPPORTED);
    CHECK_SAYS(error.text, "254");
}

static void check_no_problems(void *context, const vector_case *one) {
    (void)context;
    checks.about = one->name;
    thimble_model model;
    problems found = {0};
    CHECK_EQUAL(thimble_model_open(&model, one->model.data, one->model.data_bytes, NULL), THIMBLE_OK);
    CHECK_EQUAL(thimble_inspect_problems(&model, thimble_all_ops, NULL, note_problem, &found, room, ROOM_BYTES, NULL),
                THIMBLE_OK);
    CHECK_EQUAL(found.count, 0);
}

static void vectors_have_no_problems(void) {
    CHECK(for_each_vector("*", check_no_problems, NULL) > 300);
}

int main(void) {
    room = exact_memory(ROOM_BYTES);
    RUN(ops_are_described);
    RUN(tensors_are_described);
    RUN(multiply_accumulates_are_the_textbook_s);
    RUN(multiply_accumulates_of_odd_models_are_no_trap);
    RUN(all_problems_are_reported);
    RUN(room_for_problems_is_exact_at_any_address);
    RUN(a_graph_that_cannot_be_planned_has_no_problems_but_an_error);
    RUN(models_with_over_254_kinds_of_ops_are_refused);
    RUN(vectors_have_no_problems);
    free(room);
    return check_result();
}
