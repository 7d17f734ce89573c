// state_test.c - models that remember: what a step leaves for the next one, thimble_reset, and what is refused. The numbers
// are those of the vectors of several steps.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include "check.h"
#include "made_model.h"
#include "thimble/thimble_inspect.h"
#include "thimble/thimble_ops.h"
#include "vector_files.h"

enum { ARENA_BYTES = 1 << 16, BUILTIN_SVDF = 27, TENSOR_COUNT = 6 };
enum { INPUT, FEATURES, TIMES, BIAS, STATE, OUTPUT };

static thimble_runner start(const thimble_model *model, void *arena) {
    thimble_runner runner = {0};
    thimble_error error = {0};
    CHECK_EQUAL(thimble_init(&runner, model, thimble_all_ops, NULL, arena, ARENA_BYTES, &error), THIMBLE_OK);
    checks.about = error.text;
    return runner;
}

// Runs step `step` of the vector; returns whether the outputs are right.
static bool run_step(thimble_runner *runner, const vector_case *one, size_t step) {
    for (uint32_t i = 0; i < one->input_count; i++) {
        const thimble_tensor input = thimble_input(runner, i);
        memcpy(input.data, one->inputs[i].data + step * input.data_bytes, input.data_bytes);
    }
    CHECK_EQUAL(thimble_run(runner), THIMBLE_OK);
    const thimble_tensor output = thimble_output(runner, 0);
    return memcmp(output.data, one->outputs[0].data + step * output.data_bytes, output.data_bytes) == 0;
}

static size_t count_steps(const thimble_runner *runner, const vector_case *one) {
    return one->inputs[0].data_bytes / thimble_input(runner, 0).data_bytes;
}

static void check_steps(void *context, const vector_case *one) {
    (void)context;
    checks.about = one->name;
    thimble_model model;
    void *arenas[] = {exact_memory(ARENA_BYTES), exact_memory(ARENA_BYTES)};
    CHECK_EQUAL(thimble_model_open(&model, one->model.data, one->model.data_bytes, NULL), THIMBLE_OK);
    thimble_runner ahead = start(&model, arenas[0]), behind = start(&model, arenas[1]);
    const size_t steps = count_steps(&ahead, one);
    CHECK(steps > 2);
    // One runner is a step ahead of the other.
    CHECK(run_step(&ahead, one, 0));
    for (size_t step = 1; step < steps; step++) {
        CHECK(run_step(&ahead, one, step));
        CHECK(run_step(&behind, one, step - 1));
    }
    // The last step after the first one: the state matters, until it is forgotten, by this runner only.
    thimble_reset(&ahead);
    CHECK(run_step(&ahead, one, 0));
    CHECK(!run_step(&ahead, one, steps - 1));
    CHECK(run_step(&behind, one, steps - 1));
    thimble_reset(&ahead);
    thimble_reset(&ahead);
    CHECK(run_step(&ahead, one, 0));
    CHECK(run_step(&ahead, one, 1));
    free(arenas[0]);
    free(arenas[1]);
}

static void every_runner_has_a_state_of_its_own(void) {
    CHECK(for_each_vector("svdf_*int8*_rank_*", check_steps, NULL) >= 2);
    CHECK(for_each_vector("unidirectional_sequence_lstm_int*_5_steps", check_steps, NULL) == 2);
}

// An int8 SVDF, [1][2] to [1][1], that remembers 3 inputs.
static made_file file;

static void make_svdf(void) {
    static const int8_t features[] = {1, 2}, times[] = {1, 2, 3};
    static const int32_t bias[] = {5};
    const made_graph graph = {
        .tensor_count = TENSOR_COUNT,
        .tensors = {[INPUT] = {.type = THIMBLE_INT8, .rank = 2, .shape = {1, 2}, .scale = 1},
                    [FEATURES] = {.type = THIMBLE_INT8,
                                  .rank = 2,
                                  .shape = {1, 2},
                                  .scale = 1,
                                  .data = features,
                                  .data_bytes = sizeof features},
                    [TIMES] = {.type = THIMBLE_INT8,
                               .rank = 2,
                               .shape = {1, 3},
                               .scale = 1,
                               .data = times,
                               .data_bytes = sizeof times},
                    [BIAS] = {.type = THIMBLE_INT32, .rank = 1, .shape = {1}, .data = bias, .data_bytes = sizeof bias},
                    [STATE] = {.type = THIMBLE_INT8, .rank = 2, .shape = {1, 3}, .scale = 1},
                    [OUTPUT] = {.type = THIMBLE_INT8, .rank = 2, .shape = {1, 1}, .scale = 1}},
        .op_count = 1,
        .ops = {{.builtin_code = BUILTIN_SVDF,
                 .input_count = 5,
                 .inputs = {0, 1, 2, 3, 4},
                 .output_count = 1,
                 .outputs = {OUTPUT}}},
        .input_count = 1,
        .inputs = {INPUT},
        .output_count = 1,
        .outputs = {OUTPUT}};
    made_write(&file, &graph);
    made_set(&file, file.tensors[STATE], TENSOR_VARIABLE, 1);
    const uint32_t options = made_add_table(&file, 2);
    made_set(&file, options, 0, 1);  // rank
    made_refer(&file, file.ops[0], OP_OPTIONS, options);
}

static thimble_status try_svdf(const thimble_op *const ops[], thimble_error *error) {
    thimble_model model;
    thimble_runner runner;
    void *arena = exact_memory(ARENA_BYTES);
    *error = (thimble_error){0};
    thimble_status status = thimble_model_open(&model, file.bytes, file.byte_count, error);
    if (status == THIMBLE_OK) {
        status = thimble_init(&runner, &model, ops, NULL, arena, ARENA_BYTES, error);
    }
    free(arena);
    return status;
}

// 5 + 1 * oldest + 2 * middle + 3 * newest, of features 1 * first + 2 * second.
static void svdf_by_hand(void) {
    static const int8_t inputs[][2] = {{1, 1}, {2, 0}, {0, -1}, {0, 0}};
    static const int8_t outputs[] = {5 + 9, 5 + 6 + 6, 5 + 3 + 4 - 6, 5 + 2 - 4};
    thimble_model model;
    void *arena = exact_memory(ARENA_BYTES);
    make_svdf();
    CHECK_EQUAL(thimble_model_open(&model, file.bytes, file.byte_count, NULL), THIMBLE_OK);
    memset(arena, 0x55, ARENA_BYTES);
    thimble_runner runner = start(&model, arena);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof outputs; i++) {
            memcpy(thimble_input(&runner, 0).data, inputs[i], 2);
            CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
            CHECK_EQUAL(*(const int8_t *)thimble_output(&runner, 0).data, outputs[i]);
        }
        thimble_reset(&runner);
    }
    free(arena);
}

static void tools_see_variable_tensors(void) {
    thimble_model model;
    thimble_tensor_info info;
    make_svdf();
    CHECK_EQUAL(thimble_model_open(&model, file.bytes, file.byte_count, NULL), THIMBLE_OK);
    for (int32_t i = 0; i < TENSOR_COUNT; i++) {
        CHECK(thimble_inspect_tensor(&model, i, &info));
        CHECK_EQUAL(info.is_variable, i == STATE);
    }
}

static void count_problem(void *context, const thimble_error *problem) {
    CHECK_EQUAL(problem->status, THIMBLE_ERR_OP_MISSING);
    ++*(uint32_t *)context;
}

static void a_missing_op_with_state_is_named(void) {
    const thimble_op *const others[] = {&thimble_op_add, NULL};
    thimble_error error;
    make_svdf();
    CHECK_EQUAL(try_svdf(others, &error), THIMBLE_ERR_OP_MISSING);
    CHECK_EQUAL(error.builtin_code, BUILTIN_SVDF);
    thimble_model model;
    uint32_t count = 0;
    void *room = exact_memory(ARENA_BYTES);
    CHECK_EQUAL(thimble_model_open(&model, file.bytes, file.byte_count, NULL), THIMBLE_OK);
    CHECK_EQUAL(thimble_inspect_problems(&model, others, NULL, count_problem, &count, room, ARENA_BYTES, &error),
                THIMBLE_OK);
    CHECK_EQUAL(count, 1);
    free(room);
}

static void state_has_to_be_a_variable_tensor_of_its_own(void) {
    thimble_error error;
    make_svdf();
    CHECK_EQUAL(try_svdf(thimble_all_ops, &error), THIMBLE_OK);

    made_remove(&file, file.tensors[STATE], TENSOR_VARIABLE);
    CHECK_EQUAL(try_svdf(thimble_all_ops, &error), THIMBLE_ERR_UNSUPPORTED);
    CHECK_EQUAL(error.tensor_index, STATE);
    CHECK_SAYS(error.text, "variable tensor");

    make_svdf();  // with values in the file
    made_set(&file, file.tensors[STATE], TENSOR_BUFFER, TIMES + 1);
    CHECK_EQUAL(try_svdf(thimble_all_ops, &error), THIMBLE_ERR_UNSUPPORTED);
    CHECK_SAYS(error.text, "variable tensor");

    make_svdf();  // too small
    made_set_u32(&file, made_target(&file, file.tensors[STATE], TENSOR_SHAPE) + 8, 2);
    CHECK_EQUAL(try_svdf(thimble_all_ops, &error), THIMBLE_ERR_UNSUPPORTED);
    CHECK_SAYS(error.text, "variable tensor");

    make_svdf();  // of another type
    made_set(&file, file.tensors[STATE], TENSOR_TYPE, THIMBLE_INT16);
    CHECK_EQUAL(try_svdf(thimble_all_ops, &error), THIMBLE_ERR_UNSUPPORTED);
    CHECK_SAYS(error.text, "int16");

    make_svdf();  // read by the op as something else, too
    made_set_u32(&file, made_target(&file, file.ops[0], OP_INPUTS) + 4, STATE);
    CHECK(try_svdf(thimble_all_ops, &error) != THIMBLE_OK);

    make_svdf();  // and a graph output: no op writes it
    made_set_u32(&file, made_target(&file, file.subgraph, SUBGRAPH_OUTPUTS) + 4, STATE);
    CHECK_EQUAL(try_svdf(thimble_all_ops, &error), THIMBLE_ERR_MODEL);
}

int main(void) {
    RUN(every_runner_has_a_state_of_its_own);
    RUN(svdf_by_hand);
    RUN(tools_see_variable_tensors);
    RUN(a_missing_op_with_state_is_named);
    RUN(state_has_to_be_a_variable_tensor_of_its_own);
    return check_result();
}
