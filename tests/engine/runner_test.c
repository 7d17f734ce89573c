// runner_test.c - measuring, planning and running: exact sizes, errors and their places, shared memory, tracing.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include "check.h"
#include "made_model.h"
#include "op.h"
#include "thimble/thimble_ops.h"
#include "vector_files.h"

enum { ROOM_BYTES = 1 << 20, SIDE = 8 };

static made_file file;
static made_graph graph;
static uint8_t *room;  // ROOM_BYTES, aligned

// ---- small graphs -------------------------------------------------------------------------------------------------

// Adds a tensor of type int8 with scale 1 and zero point 0, shape [columns].
static int32_t add_tensor(int32_t columns) {
    graph.tensors[graph.tensor_count] = (made_tensor){.type = THIMBLE_INT8, .rank = 1, .shape = {columns}, .scale = 1};
    return (int32_t)graph.tensor_count++;
}

static void add_op(int32_t builtin_code, int32_t first, int32_t second, int32_t output) {
    graph.ops[graph.op_count++] = (made_op){.builtin_code = builtin_code,
                                            .input_count = second < 0 ? 1 : 2,
                                            .inputs = {first, second},
                                            .output_count = 1,
                                            .outputs = {output}};
}

static void add_graph_input(int32_t tensor) {
    graph.inputs[graph.input_count++] = tensor;
}

static void add_graph_output(int32_t tensor) {
    graph.outputs[graph.output_count++] = tensor;
}

// Tensor 0 -> RELU -> 1 -> RELU -> 2, all of `columns` elements.
static void make_chain(int32_t columns) {
    graph = (made_graph){0};
    for (int i = 0; i < 3; i++) {
        add_tensor(columns);
    }
    add_op(BUILTIN_RELU, 0, -1, 1);
    add_op(BUILTIN_RELU, 1, -1, 2);
    add_graph_input(0);
    add_graph_output(2);
}

static thimble_model open_graph(void) {
    thimble_model model = {0};
    made_write(&file, &graph);
    CHECK_EQUAL(thimble_model_open(&model, file.bytes, file.byte_count, NULL), THIMBLE_OK);
    return model;
}

static thimble_status measure(const thimble_model *model, thimble_memory *need, thimble_error *error) {
    return thimble_measure(model, thimble_all_ops, NULL, room, ROOM_BYTES, need, error);
}

// Plans into memory of exactly the size needed. Ended by free(runner->arena).
static bool start(thimble_runner *runner, const thimble_model *model, const thimble_op *const ops[],
                  const thimble_options *options) {
    thimble_memory need;
    *runner = (thimble_runner){0};
    if (thimble_measure(model, ops, options, room, ROOM_BYTES, &need, NULL) != THIMBLE_OK) {
        return false;
    }
    uint8_t *arena = exact_memory(need.arena_bytes);
    memset(arena, 0xa5, need.arena_bytes);
    const thimble_status status = thimble_init(runner, model, ops, options, arena, need.arena_bytes, NULL);
    if (status != THIMBLE_OK) {
        free(arena);
    }
    return status == THIMBLE_OK;
}

// ---- sizes --------------------------------------------------------------------------------------------------------

static void check_measure_at(const thimble_model *model, const thimble_options *options, const thimble_memory *expected,
                             size_t misaligned) {
    // `room_bytes` are enough at any address, and the memory ends where it says.
    uint8_t *memory = exact_memory(misaligned + expected->room_bytes);
    thimble_memory need;
    thimble_error error;
    CHECK_EQUAL(
        thimble_measure(model, thimble_all_ops, options, memory + misaligned, expected->room_bytes, &need, NULL),
        THIMBLE_OK);
    CHECK(memcmp(&need, expected, sizeof need) == 0);
    if (expected->room_bytes > 7) {
        CHECK_EQUAL(thimble_measure(model, thimble_all_ops, options, memory + misaligned, expected->room_bytes - 7,
                                    &need, &error),
                    THIMBLE_ERR_MEMORY);
        CHECK_EQUAL(error.needed_bytes, expected->room_bytes);
    }
    free(memory);
}

static void check_init_sizes(const thimble_model *model, const thimble_options *options, const thimble_memory *need) {
    thimble_runner runner;
    thimble_error error;
    uint8_t *arena = exact_memory(need->arena_bytes);
    CHECK_EQUAL(thimble_init(&runner, model, thimble_all_ops, options, arena, need->arena_bytes, NULL), THIMBLE_OK);
    free(arena);
    arena = exact_memory(need->arena_bytes - 1);
    CHECK_EQUAL(thimble_init(&runner, model, thimble_all_ops, options, arena, need->arena_bytes - 1, &error),
                THIMBLE_ERR_MEMORY);
    CHECK_EQUAL(error.status, THIMBLE_ERR_MEMORY);
    CHECK_EQUAL(error.needed_bytes, need->arena_bytes);
    CHECK_EQUAL(error.op_index, -1);
    free(arena);
}

static void check_sizes(void *context, const vector_case *one) {
    (void)context;
    checks.about = one->name;
    thimble_model model;
    CHECK_EQUAL(thimble_model_open(&model, one->model.data, one->model.data_bytes, NULL), THIMBLE_OK);
    thimble_memory need, small;
    thimble_error error = {0};
    const thimble_options prefer_small = {.prefer_small = true};
    CHECK_EQUAL(thimble_measure(&model, thimble_all_ops, NULL, NULL, 0, &need, &error), THIMBLE_ERR_MEMORY);
    const size_t room_bytes = error.needed_bytes;
    CHECK_EQUAL(measure(&model, &need, NULL), THIMBLE_OK);
    CHECK_EQUAL(need.room_bytes, room_bytes);
    CHECK(need.live_peak_bytes <= need.activation_bytes);
    CHECK(need.arena_bytes >= need.record_bytes + need.activation_bytes);
    CHECK_EQUAL(thimble_measure(&model, thimble_all_ops, &prefer_small, room, ROOM_BYTES, &small, NULL), THIMBLE_OK);
    CHECK(small.arena_bytes <= need.arena_bytes);
    for (size_t misaligned = 0; misaligned < 4; misaligned++) {
        check_measure_at(&model, NULL, &need, misaligned);
    }
    check_init_sizes(&model, NULL, &need);
    check_init_sizes(&model, &prefer_small, &small);
}

static void measure_is_exact_for_every_vector(void) {
    CHECK(for_each_vector("*", check_sizes, NULL) > 300);
}

static void an_arena_too_small_for_planning_says_what_planning_needs(void) {
    make_chain(4);
    const thimble_model model = open_graph();
    thimble_memory need;
    thimble_runner runner;
    thimble_error error;
    CHECK_EQUAL(measure(&model, &need, NULL), THIMBLE_OK);
    size_t planning_bytes = 0;
    for (size_t bytes = 0; bytes < need.arena_bytes; bytes++) {
        uint8_t *arena = exact_memory(bytes);
        CHECK_EQUAL(thimble_init(&runner, &model, thimble_all_ops, NULL, arena, bytes, &error), THIMBLE_ERR_MEMORY);
        free(arena);
        if (bytes == 0) {
            planning_bytes = error.needed_bytes;
        }
        CHECK_EQUAL(error.needed_bytes, bytes < planning_bytes ? planning_bytes : need.arena_bytes);
    }
    CHECK(planning_bytes > 0 && planning_bytes < need.arena_bytes);
    CHECK_EQUAL(thimble_init(&runner, &model, thimble_all_ops, NULL, NULL, 0, &error), THIMBLE_ERR_MEMORY);
    CHECK_EQUAL(error.needed_bytes, planning_bytes);
}

static void an_arena_larger_than_needed_is_fine(void) {
    make_chain(4);
    const thimble_model model = open_graph();
    thimble_runner runner;
    CHECK_EQUAL(thimble_init(&runner, &model, thimble_all_ops, NULL, room, ROOM_BYTES, NULL), THIMBLE_OK);
    CHECK_EQUAL(thimble_init(&runner, &model, thimble_all_ops, NULL, room, 4097, NULL), THIMBLE_OK);
    memset(thimble_input(&runner, 0).data, -3, 4);
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    CHECK_EQUAL(((int8_t *)thimble_output(&runner, 0).data)[3], 0);
}

static void an_arena_of_two_gigabytes_is_refused(void) {
    graph = (made_graph){0};
    const int32_t gigabyte = 1 << 30;
    add_tensor(gigabyte);
    add_tensor(gigabyte);
    add_tensor(gigabyte);
    add_op(BUILTIN_ADD, 0, 1, 2);
    add_graph_input(0);
    add_graph_input(1);
    add_graph_output(0);
    add_graph_output(1);
    add_graph_output(2);
    const thimble_model model = open_graph();
    thimble_memory need;
    thimble_runner runner;
    thimble_error error;
    CHECK_EQUAL(measure(&model, &need, &error), THIMBLE_ERR_UNSUPPORTED);
    CHECK_SAYS(error.text, "2 GB");
    CHECK_EQUAL(thimble_init(&runner, &model, thimble_all_ops, NULL, room, ROOM_BYTES, &error),
                THIMBLE_ERR_UNSUPPORTED);
    CHECK_SAYS(error.text, "2 GB");
}

static void tensors_of_two_gigabytes_but_for_the_records_are_refused(void) {
    graph = (made_graph){0};
    add_tensor(INT32_MAX - 15);
    add_graph_input(0);
    add_graph_output(0);
    const thimble_model model = open_graph();
    thimble_memory need;
    thimble_error error;
    CHECK_EQUAL(measure(&model, &need, &error), THIMBLE_ERR_UNSUPPORTED);
    CHECK_SAYS(error.text, "2 GB");
}

// ---- arguments and errors -----------------------------------------------------------------------------------------

static void wrong_arguments_are_refused(void) {
    make_chain(4);
    const thimble_model model = open_graph(), unopened = {0};
    thimble_runner runner;
    thimble_memory need;
    thimble_error error = {0};
    const size_t bytes = ROOM_BYTES / 2;
    CHECK_EQUAL(thimble_measure(NULL, thimble_all_ops, NULL, room, bytes, &need, &error), THIMBLE_ERR_ARGUMENT);
    CHECK_EQUAL(thimble_measure(&unopened, thimble_all_ops, NULL, room, bytes, &need, &error), THIMBLE_ERR_ARGUMENT);
    CHECK_EQUAL(thimble_measure(&model, NULL, NULL, room, bytes, &need, &error), THIMBLE_ERR_ARGUMENT);
    CHECK_EQUAL(thimble_init(NULL, &model, thimble_all_ops, NULL, room, bytes, &error), THIMBLE_ERR_ARGUMENT);
    CHECK_EQUAL(thimble_init(&runner, NULL, thimble_all_ops, NULL, room, bytes, &error), THIMBLE_ERR_ARGUMENT);
    CHECK_EQUAL(thimble_init(&runner, &model, NULL, NULL, room, bytes, &error), THIMBLE_ERR_ARGUMENT);
    CHECK_EQUAL(thimble_init(&runner, &model, thimble_all_ops, NULL, NULL, bytes, &error), THIMBLE_ERR_ARGUMENT);
    for (int misaligned = 1; misaligned < 16; misaligned++) {
        error = (thimble_error){0};
        CHECK_EQUAL(thimble_init(&runner, &model, thimble_all_ops, NULL, room + misaligned, bytes, &error),
                    THIMBLE_ERR_ARGUMENT);
        CHECK_EQUAL(error.status, THIMBLE_ERR_ARGUMENT);
        CHECK_SAYS(error.text, "aligned");
    }
}

static void an_op_that_is_not_listed_is_named(void) {
    make_chain(4);
    const thimble_model model = open_graph();
    const thimble_op *const none[] = {NULL}, *const others[] = {&thimble_op_add, &thimble_op_softmax, NULL};
    const thimble_op *const *const lists[] = {none, others};
    for (int i = 0; i < 2; i++) {
        thimble_memory need;
        thimble_runner runner;
        thimble_error error;
        CHECK_EQUAL(thimble_measure(&model, lists[i], NULL, room, ROOM_BYTES, &need, &error), THIMBLE_ERR_OP_MISSING);
        CHECK_EQUAL(error.status, THIMBLE_ERR_OP_MISSING);
        CHECK_EQUAL(error.op_index, 0);
        CHECK_EQUAL(error.builtin_code, BUILTIN_RELU);
        CHECK_EQUAL(error.tensor_index, -1);
        CHECK_SAYS(error.text, "list");
        CHECK_EQUAL(thimble_init(&runner, &model, lists[i], NULL, room, ROOM_BYTES, NULL), THIMBLE_ERR_OP_MISSING);
    }
}

static void the_first_op_listed_for_a_code_is_used(void) {
    make_chain(4);
    graph.tensors[0].type = graph.tensors[1].type = graph.tensors[2].type = THIMBLE_FLOAT32;
    const thimble_model model = open_graph();
    const thimble_op *const ops[] = {&thimble_op_relu_int8, &thimble_op_relu, NULL};
    thimble_memory need;
    thimble_error error;
    CHECK_EQUAL(thimble_measure(&model, ops, NULL, room, ROOM_BYTES, &need, &error), THIMBLE_ERR_UNSUPPORTED);
    CHECK_EQUAL(thimble_measure(&model, ops + 1, NULL, room, ROOM_BYTES, &need, &error), THIMBLE_OK);
}

static void the_last_of_254_ops_is_found(void) {
    make_chain(4);
    const thimble_model model = open_graph();
    const thimble_op *ops[256] = {NULL};
    for (int i = 0; i < 253; i++) {
        ops[i] = &thimble_op_add;
    }
    ops[253] = &thimble_op_relu;
    thimble_runner runner;
    CHECK(start(&runner, &model, ops, NULL));
    memset(thimble_input(&runner, 0).data, 9, 4);
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    CHECK_EQUAL(((int8_t *)thimble_output(&runner, 0).data)[0], 9);
    free(runner.arena);
}

static void an_op_s_refusal_names_op_and_tensor(void) {
    make_chain(4);
    graph.tensors[2].shape[0] = 5;
    const thimble_model model = open_graph();
    thimble_memory need;
    thimble_error error;
    CHECK_EQUAL(measure(&model, &need, &error), THIMBLE_ERR_UNSUPPORTED);
    CHECK_EQUAL(error.op_index, 1);
    CHECK_EQUAL(error.builtin_code, BUILTIN_RELU);
    CHECK_EQUAL(error.tensor_index, 2);
    CHECK_SAYS(error.op_name, "RELU");
    CHECK_SAYS(error.text, "shape");
}

static void success_leaves_the_error_untouched(void) {
    make_chain(4);
    const thimble_model model = open_graph();
    thimble_memory need;
    thimble_runner runner;
    thimble_error error, before;
    memset(&error, 0x5a, sizeof error);
    before = error;
    CHECK_EQUAL(measure(&model, &need, &error), THIMBLE_OK);
    CHECK_EQUAL(thimble_init(&runner, &model, thimble_all_ops, NULL, room, ROOM_BYTES, &error), THIMBLE_OK);
    CHECK(memcmp(&error, &before, sizeof error) == 0);
}

static void check_refused(int32_t op_index, int32_t tensor_index, const char *says) {
    const thimble_model model = open_graph();
    thimble_memory need;
    thimble_runner runner;
    thimble_error error;
    CHECK_EQUAL(measure(&model, &need, &error), THIMBLE_ERR_MODEL);
    CHECK_EQUAL(error.op_index, op_index);
    CHECK_EQUAL(error.tensor_index, tensor_index);
    CHECK_SAYS(error.text, says);
    CHECK_EQUAL(thimble_init(&runner, &model, thimble_all_ops, NULL, room, ROOM_BYTES, NULL), THIMBLE_ERR_MODEL);
}

static void tensors_read_before_they_are_written_are_refused(void) {
    make_chain(4);
    const made_op first = graph.ops[0];
    graph.ops[0] = graph.ops[1];
    graph.ops[1] = first;
    check_refused(0, 1, "read before");
    make_chain(4);
    graph.op_count = 1;
    check_refused(-1, 2, "read before");
    make_chain(4);
    graph.ops[0].inputs[0] = 1;  // an op that reads its own output
    check_refused(0, 1, "read before");
}

static void tensors_written_twice_are_refused(void) {
    make_chain(4);
    graph.ops[1].outputs[0] = 1;
    graph.outputs[0] = 1;
    check_refused(1, 1, "twice");
    make_chain(4);
    graph.ops[1].outputs[0] = 0;  // a graph input
    graph.outputs[0] = 0;
    check_refused(-1, 0, "twice");
    make_chain(4);
    add_graph_input(0);
    check_refused(-1, 0, "twice");
    make_chain(4);
    graph.tensors[2].data = "1234";  // a constant
    graph.tensors[2].data_bytes = 4;
    graph.tensors[0].data = "1234";
    graph.tensors[0].data_bytes = 4;
    check_refused(-1, 0, "twice");
}

static void more_tensors_than_can_be_planned_are_refused(void) {
    make_chain(4);
    made_write(&file, &graph);
    // 4096 times the same op, with 17 outputs.
    const uint32_t ops = made_add_vector(&file, THIMBLE_MAX_OPS, 4, NULL), op = made_add_table(&file, OP_OPTIONS + 1);
    made_set(&file, op, OP_CODE_INDEX, 0);
    made_refer(&file, op, OP_OUTPUTS, made_add_vector(&file, 17, 4, NULL));
    for (uint32_t i = 0; i < THIMBLE_MAX_OPS; i++) {
        made_set_u32(&file, ops + 4 + 4 * i, op - (ops + 4 + 4 * i));
    }
    made_refer(&file, file.subgraph, SUBGRAPH_OPS, ops);
    thimble_model model;
    thimble_memory need;
    thimble_error error;
    CHECK_EQUAL(thimble_model_open(&model, file.bytes, file.byte_count, NULL), THIMBLE_OK);
    CHECK_EQUAL(measure(&model, &need, &error), THIMBLE_ERR_UNSUPPORTED);
    CHECK_SAYS(error.text, "too many tensors");
}

// ---- inputs and outputs -------------------------------------------------------------------------------------------

static void inputs_and_outputs_are_described(void) {
    make_chain(4);
    graph.tensors[0].name = "picture";
    graph.tensors[0].zero_point = -7;
    graph.tensors[0].rank = graph.tensors[1].rank = 3;
    graph.tensors[0].shape[1] = graph.tensors[0].shape[2] = graph.tensors[1].shape[1] = graph.tensors[1].shape[2] = 1;
    graph.ops[1].builtin_code = BUILTIN_RESHAPE;
    const thimble_model model = open_graph();
    thimble_runner runner;
    CHECK_EQUAL(thimble_init(&runner, &model, thimble_all_ops, NULL, room, ROOM_BYTES, NULL), THIMBLE_OK);
    CHECK_EQUAL(thimble_input_count(&runner), 1);
    CHECK_EQUAL(thimble_output_count(&runner), 1);
    const thimble_tensor input = thimble_input(&runner, 0);
    CHECK_SAYS(input.name, "picture");
    CHECK_EQUAL(input.type, THIMBLE_INT8);
    CHECK_EQUAL(input.rank, 3);
    CHECK_EQUAL(input.shape[0], 4);
    CHECK_EQUAL(input.shape[2], 1);
    CHECK_EQUAL(input.data_bytes, 4);
    CHECK_EQUAL(input.zero_point, -7);
    CHECK(input.scale == 1);
    CHECK_EQUAL((uintptr_t)input.data % THIMBLE_ALIGNMENT, 0);
    CHECK_EQUAL((uintptr_t)thimble_output(&runner, 0).data % THIMBLE_ALIGNMENT, 0);
    CHECK_EQUAL(thimble_output(&runner, 0).rank, 1);
}

static void beyond_the_count_there_is_no_data(void) {
    make_chain(4);
    const thimble_model model = open_graph();
    thimble_runner runner;
    CHECK_EQUAL(thimble_init(&runner, &model, thimble_all_ops, NULL, room, ROOM_BYTES, NULL), THIMBLE_OK);
    const size_t indices[] = {1, 2, 1000, SIZE_MAX, (size_t)UINT32_MAX + 1};
    for (size_t i = 0; i < sizeof indices / sizeof indices[0]; i++) {
        if (indices[i] != 0) {  // SIZE_MAX may be UINT32_MAX
            CHECK(thimble_input(&runner, indices[i]).data == NULL);
            CHECK(thimble_output(&runner, indices[i]).data == NULL);
            CHECK(strcmp(thimble_output(&runner, indices[i]).name, "") == 0);
        }
    }
}

static void an_output_may_be_an_input(void) {
    graph = (made_graph){0};
    add_graph_input(add_tensor(4));
    add_graph_output(0);
    const thimble_model model = open_graph();
    thimble_runner runner;
    CHECK(start(&runner, &model, thimble_all_ops, NULL));
    CHECK(thimble_input(&runner, 0).data == thimble_output(&runner, 0).data);
    memset(thimble_input(&runner, 0).data, 5, 4);
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    CHECK_EQUAL(((int8_t *)thimble_output(&runner, 0).data)[3], 5);
    free(runner.arena);
}

static void an_output_may_be_a_constant(void) {
    graph = (made_graph){0};
    add_graph_input(add_tensor(4));
    add_graph_output(add_tensor(4));
    graph.tensors[1].data = "abcd";
    graph.tensors[1].data_bytes = 4;
    const thimble_model model = open_graph();
    thimble_runner runner;
    CHECK(start(&runner, &model, thimble_all_ops, NULL));
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    const uint8_t *data = thimble_output(&runner, 0).data;
    CHECK(data > file.bytes && data < file.bytes + file.byte_count);
    CHECK(memcmp(data, "abcd", 4) == 0);
    free(runner.arena);
}

static void a_tensor_may_be_output_twice(void) {
    make_chain(4);
    add_graph_output(2);
    add_graph_output(1);
    const thimble_model model = open_graph();
    thimble_runner runner;
    CHECK(start(&runner, &model, thimble_all_ops, NULL));
    memcpy(thimble_input(&runner, 0).data, "\xff\x01\x02\x80", 4);
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    CHECK_EQUAL(thimble_output_count(&runner), 3);
    for (size_t i = 0; i < 3; i++) {
        CHECK(memcmp(thimble_output(&runner, i).data, "\x00\x01\x02\x00", 4) == 0);
    }
    CHECK(thimble_output(&runner, 0).data == thimble_output(&runner, 1).data);
    free(runner.arena);
}

static void a_graph_may_have_neither_inputs_nor_outputs(void) {
    graph = (made_graph){0};
    const thimble_model model = open_graph();
    thimble_memory need;
    thimble_runner runner;
    CHECK_EQUAL(measure(&model, &need, NULL), THIMBLE_OK);
    CHECK_EQUAL(need.arena_bytes, 0);
    CHECK_EQUAL(thimble_init(&runner, &model, thimble_all_ops, NULL, room, 0, NULL), THIMBLE_OK);
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    CHECK_EQUAL(thimble_output_count(&runner), 0);
}

static void tensors_without_elements_take_no_memory(void) {
    make_chain(0);
    const thimble_model model = open_graph();
    thimble_runner runner;
    thimble_memory need;
    CHECK_EQUAL(measure(&model, &need, NULL), THIMBLE_OK);
    CHECK_EQUAL(need.activation_bytes, 0);
    CHECK(start(&runner, &model, thimble_all_ops, NULL));
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    CHECK_EQUAL(thimble_output(&runner, 0).data_bytes, 0);
    free(runner.arena);
}

// ---- what runs ----------------------------------------------------------------------------------------------------

typedef struct seen {
    uint32_t events;
    uint32_t stop_at;  // the event to stop at; 0: none
    thimble_event last;
    const thimble_model *model;
} seen;

static bool watch(void *context, const thimble_event *event) {
    seen *s = context;
    const bool first_half = s->events % 2 == 0;
    CHECK_EQUAL(event->after, !first_half);
    if (!first_half) {
        CHECK_EQUAL(event->op_index, s->last.op_index);
        CHECK(event->output == s->last.output);
    } else {
        CHECK(s->events == 0 || event->op_index > s->last.op_index);
    }
    CHECK(event->op_name != NULL && event->output != NULL);
    s->last = *event;
    return ++s->events != s->stop_at;
}

static void trace_sees_each_op_before_and_after(void) {
    make_chain(4);
    add_graph_output(1);  // so that nothing happens in place
    const thimble_model model = open_graph();
    seen s = {.model = &model};
    const thimble_options options = {.trace = watch, .context = &s};
    thimble_runner runner;
    CHECK(start(&runner, &model, thimble_all_ops, &options));
    memset(thimble_input(&runner, 0).data, 3, 4);
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    CHECK_EQUAL(s.events, 4);
    CHECK_EQUAL(s.last.op_index, 1);
    CHECK_EQUAL(s.last.builtin_code, BUILTIN_RELU);
    CHECK_SAYS(s.last.op_name, "RELU");
    CHECK(s.last.output == thimble_output(&runner, 0).data);
    CHECK_EQUAL(s.last.output_bytes, 4);
    CHECK_EQUAL(s.last.output_tensor, 2);
    free(runner.arena);
}

static void trace_may_stop_before_and_after_each_op(void) {
    make_chain(4);
    const thimble_model model = open_graph();
    for (uint32_t stop_at = 1; stop_at <= 4; stop_at++) {
        seen s = {.stop_at = stop_at};
        const thimble_options options = {.trace = watch, .context = &s};
        thimble_runner runner;
        CHECK(start(&runner, &model, thimble_all_ops, &options));
        memset(thimble_input(&runner, 0).data, -3, 4);
        CHECK_EQUAL(thimble_run(&runner), THIMBLE_ERR_STOPPED);
        CHECK_EQUAL(s.events, stop_at);
        s = (seen){0};  // and it can be run again
        memset(thimble_input(&runner, 0).data, 7, 4);
        CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
        CHECK_EQUAL(s.events, 4);
        CHECK_EQUAL(((int8_t *)thimble_output(&runner, 0).data)[0], 7);
        free(runner.arena);
    }
}

static bool count_ops(void *context, const thimble_event *event) {
    *(uint32_t *)context += event->after;
    return true;
}

static void check_left_out(void *context, const vector_case *one) {
    thimble_model model;
    uint32_t op_count = 0;
    const thimble_options options = {.trace = count_ops, .context = &op_count};
    CHECK_EQUAL(thimble_model_open(&model, one->model.data, one->model.data_bytes, NULL), THIMBLE_OK);
    CHECK(model.op_count >= 4);
    // SHAPE, STRIDED_SLICE and PACK need not even be listed.
    const thimble_op *const ops[] = {&thimble_op_reshape, NULL};
    thimble_runner runner;
    CHECK(start(&runner, &model, ops, &options));
    fill_inputs(&runner, one);
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    CHECK(outputs_match(&runner, one));
    CHECK_EQUAL(op_count, 0);  // and RESHAPE shares its input's memory
    free(runner.arena);
    ++*(uint32_t *)context;
}

static void ops_that_nobody_reads_are_left_out(void) {
    uint32_t count = 0;
    for_each_vector("shape_int8_feeds_reshape", check_left_out, &count);
    CHECK_EQUAL(count, 1);
    // An op whose output nobody reads may be wrong, too.
    make_chain(4);
    graph.tensors[add_tensor(9)].type = THIMBLE_BOOL;
    add_op(BUILTIN_CONV_2D, 0, 1, 3);
    const thimble_model model = open_graph();
    thimble_memory need;
    CHECK_EQUAL(measure(&model, &need, NULL), THIMBLE_OK);
}

// ---- several runners, several workers -----------------------------------------------------------------------------

static void run_backwards(void *context, thimble_task_fn *task, void *argument, uint32_t task_count) {
    CHECK_EQUAL(task_count, *(const uint32_t *)context);
    for (uint32_t i = task_count; i > 0; i--) {
        task(argument, i - 1);
    }
}

static void check_workers(void *context, const vector_case *one) {
    (void)context;
    checks.about = one->name;
    thimble_model model;
    CHECK_EQUAL(thimble_model_open(&model, one->model.data, one->model.data_bytes, NULL), THIMBLE_OK);
    for (uint32_t workers = 0; workers <= 5; workers++) {
        const thimble_options options = {
            .parallel_for = run_backwards, .worker_count = workers, .context = (void *)&workers};
        thimble_runner runner;
        CHECK(start(&runner, &model, thimble_all_ops, &options));
        fill_inputs(&runner, one);
        CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
        CHECK(outputs_match(&runner, one));
        free(runner.arena);
    }
}

static void any_number_of_workers_gives_the_same_bytes(void) {
    CHECK(for_each_vector("*conv_2d_*", check_workers, NULL) > 20);
    CHECK(for_each_vector("fully_connected_*", check_workers, NULL) > 5);
    CHECK(for_each_vector("*pool_2d_*", check_workers, NULL) > 10);
}

static void check_runners(void *context, const vector_case *one) {
    (void)context;
    checks.about = one->name;
    enum { RUNNERS = 3 };
    thimble_model model;
    thimble_runner runners[RUNNERS];
    CHECK_EQUAL(thimble_model_open(&model, one->model.data, one->model.data_bytes, NULL), THIMBLE_OK);
    uint32_t started = 0;
    while (started < RUNNERS && start(&runners[started], &model, thimble_all_ops, NULL)) {
        started++;
    }
    CHECK_EQUAL(started, RUNNERS);
    // All are filled before any runs, one of them with other numbers; then once more, since runs overwrite inputs,
    // and forgotten what they saw.
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < started; i++) {
            thimble_reset(&runners[i]);
            fill_inputs(&runners[i], one);
        }
        if (started == RUNNERS && thimble_input_count(&runners[1]) != 0) {
            const thimble_tensor other = thimble_input(&runners[1], 0);
            memset(other.data, other.type == THIMBLE_BOOL ? 1 : 0, other.data_bytes);
        }
        for (uint32_t i = 0; i < started; i++) {
            CHECK_EQUAL(thimble_run(&runners[i]), THIMBLE_OK);
        }
        for (uint32_t i = 0; i < started; i += 2) {
            CHECK(outputs_match(&runners[i], one));
        }
    }
    for (uint32_t i = 0; i < started; i++) {
        free(runners[i].arena);
    }
}

static void runners_of_one_model_do_not_disturb_each_other(void) {
    CHECK(for_each_vector("*", check_runners, NULL) > 300);
}

// ---- scratch ------------------------------------------------------------------------------------------------------

// ABS by way of scratch memory: a piece for each worker, aligned, kept apart from everything that is alive.
enum { SCRATCH_BYTES = 40 };

static thimble_status prepare_with_scratch(thimble_prepare *p) {
    THIMBLE_TRY(thimble_check_elementwise(p, 1, 1));
    *THIMBLE_RECORD(p, uint32_t) = p->output.element_count;
    p->scratch_bytes = p->options->prefer_small ? 0 : SCRATCH_BYTES;
    return THIMBLE_OK;
}

static void run_with_scratch(const thimble_call *call) {
    const uint32_t count = *(const uint32_t *)call->record;
    const int8_t *input = call->inputs[0];
    int8_t *output = call->outputs[0];
    CHECK((call->scratch == NULL) == call->options->prefer_small);
    if (call->scratch != NULL) {
        CHECK_EQUAL((uintptr_t)call->scratch % THIMBLE_ALIGNMENT, 0);
        memset(call->scratch, 0x77, (size_t)thimble_worker_count(call->options) * SCRATCH_BYTES);
    }
    for (uint32_t i = 0; i < count; i++) {
        output[i] = (int8_t)(input[i] < 0 ? -input[i] : input[i]);
    }
}

static void scratch_is_there_while_the_op_runs(void) {
    static const thimble_op op = {"ABS", BUILTIN_ABS, prepare_with_scratch, run_with_scratch, THIMBLE_MAX_OP_TENSORS,
                                  false};
    const thimble_op *const ops[] = {&op, NULL};
    make_chain(4);
    graph.ops[0].builtin_code = graph.ops[1].builtin_code = BUILTIN_ABS;
    const thimble_model model = open_graph();
    size_t arena_bytes = 0;
    for (uint32_t workers = 1; workers <= 4; workers++) {
        const thimble_options options = {
            .parallel_for = run_backwards, .worker_count = workers, .context = (void *)&workers};
        thimble_memory need;
        thimble_runner runner;
        CHECK_EQUAL(thimble_measure(&model, ops, &options, room, ROOM_BYTES, &need, NULL), THIMBLE_OK);
        CHECK(workers == 1 || need.activation_bytes == arena_bytes + 48);
        arena_bytes = need.activation_bytes;
        CHECK(start(&runner, &model, ops, &options));
        memcpy(thimble_input(&runner, 0).data, "\xff\x01\xfe\x81", 4);
        CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
        CHECK(memcmp(thimble_output(&runner, 0).data, "\x01\x01\x02\x7f", 4) == 0);
        free(runner.arena);
    }
    const thimble_options small = {.prefer_small = true};
    thimble_runner runner;
    CHECK(start(&runner, &model, ops, &small));
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    free(runner.arena);
}

// ---- random graphs ------------------------------------------------------------------------------------------------

// What each tensor of a random graph holds, computed without sharing any memory.
static int8_t values[MADE_MOST_PARTS][SIDE * SIDE];

static int8_t limited(int32_t value) {
    return (int8_t)(value < -128 ? -128 : value > 127 ? 127 : value);
}

// An op over tensors that are there: RELU, RESHAPE, ADD (equal shapes or with one that is repeated), CONCATENATION.
static void add_random_op(uint64_t *random, int32_t sizes[]) {
    const int32_t count = (int32_t)graph.tensor_count;
    const int32_t a = (int32_t)random_below(random, (uint32_t)count);
    int32_t b = (int32_t)random_below(random, (uint32_t)count);
    const uint32_t kind = random_below(random, 5);
    int32_t size = sizes[a];
    if (kind == 0 && sizes[a] + sizes[b] <= SIDE * SIDE) {
        size = sizes[a] + sizes[b];
        add_op(BUILTIN_CONCATENATION, a, b, count);
        memcpy(values[count], values[a], (size_t)sizes[a]);
        memcpy(values[count] + sizes[a], values[b], (size_t)sizes[b]);
    } else if (kind <= 2) {
        b = sizes[b] == sizes[a] || sizes[b] == 1 ? b : a;
        add_op(BUILTIN_ADD, a, b, count);
        for (int32_t i = 0; i < size; i++) {
            values[count][i] = limited(values[a][i] + values[b][sizes[b] == 1 ? 0 : i]);
        }
    } else {
        add_op(kind == 3 ? BUILTIN_RELU : BUILTIN_RESHAPE, a, -1, count);
        for (int32_t i = 0; i < size; i++) {
            values[count][i] = kind == 3 && values[a][i] < 0 ? 0 : values[a][i];
        }
    }
    sizes[add_tensor(size)] = size;
}

static bool check_output(void *context, const thimble_event *event) {
    (void)context;
    if (event->after) {
        CHECK(memcmp(event->output, values[event->output_tensor], event->output_bytes) == 0);
    }
    return true;
}

static void make_random_graph(uint64_t *random) {
    int32_t sizes[MADE_MOST_PARTS];
    graph = (made_graph){0};
    const uint32_t input_count = 1 + random_below(random, 3), op_count = 1 + random_below(random, 20);
    for (uint32_t i = 0; i < input_count; i++) {
        const int32_t size = random_below(random, 6) == 0 ? 1 : 4 << random_below(random, 4);
        const int32_t tensor = add_tensor(size);
        sizes[tensor] = size;
        for (int32_t k = 0; k < size; k++) {
            values[tensor][k] = (int8_t)next_random(random);
        }
        if (random_below(random, 4) == 0) {
            graph.tensors[tensor].data = values[tensor];  // a constant
            graph.tensors[tensor].data_bytes = (uint32_t)size;
        } else {
            add_graph_input(tensor);
        }
    }
    for (uint32_t i = 0; i < op_count; i++) {
        add_random_op(random, sizes);
    }
    const uint32_t output_count = 1 + random_below(random, 4);
    for (uint32_t i = 0; i < output_count; i++) {
        add_graph_output((int32_t)random_below(random, graph.tensor_count));
    }
}

static void sharing_memory_never_changes_a_tensor_that_is_needed(void) {
    uint64_t random = 31;
    for (int round = 0; round < 5000; round++) {
        char about[32];
        snprintf(about, sizeof about, "graph %d", round);
        checks.about = about;
        make_random_graph(&random);
        const thimble_model model = open_graph();
        const thimble_options options = {.trace = check_output};
        thimble_memory need;
        thimble_runner runner;
        CHECK_EQUAL(measure(&model, &need, NULL), THIMBLE_OK);
        CHECK(need.live_peak_bytes <= need.activation_bytes);
        CHECK(start(&runner, &model, thimble_all_ops, &options));
        for (uint32_t i = 0; i < graph.input_count; i++) {
            const thimble_tensor input = thimble_input(&runner, i);
            memcpy(input.data, values[graph.inputs[i]], input.data_bytes);
        }
        CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
        for (uint32_t i = 0; i < graph.output_count; i++) {
            const thimble_tensor output = thimble_output(&runner, i);
            CHECK(memcmp(output.data, values[graph.outputs[i]], output.data_bytes) == 0);
        }
        free(runner.arena);
    }
}

static void ops_work_in_place_where_their_input_dies(void) {
    make_chain(1024);
    const thimble_model chain = open_graph();
    thimble_memory need;
    CHECK_EQUAL(measure(&chain, &need, NULL), THIMBLE_OK);
    CHECK_EQUAL(need.activation_bytes, 1024);
    add_graph_output(0);  // now the input lives on: two tensors, the second op in place
    const thimble_model kept = open_graph();
    CHECK_EQUAL(measure(&kept, &need, NULL), THIMBLE_OK);
    CHECK_EQUAL(need.activation_bytes, 2048);
}

int main(void) {
    room = exact_memory(ROOM_BYTES);
    RUN(measure_is_exact_for_every_vector);
    RUN(an_arena_too_small_for_planning_says_what_planning_needs);
    RUN(an_arena_larger_than_needed_is_fine);
    RUN(an_arena_of_two_gigabytes_is_refused);
    RUN(tensors_of_two_gigabytes_but_for_the_records_are_refused);
    RUN(wrong_arguments_are_refused);
    RUN(an_op_that_is_not_listed_is_named);
    RUN(the_first_op_listed_for_a_code_is_used);
    RUN(the_last_of_254_ops_is_found);
    RUN(an_op_s_refusal_names_op_and_tensor);
    RUN(success_leaves_the_error_untouched);
    RUN(tensors_read_before_they_are_written_are_refused);
    RUN(tensors_written_twice_are_refused);
    RUN(more_tensors_than_can_be_planned_are_refused);
    RUN(inputs_and_outputs_are_described);
    RUN(beyond_the_count_there_is_no_data);
    RUN(an_output_may_be_an_input);
    RUN(an_output_may_be_a_constant);
    RUN(a_tensor_may_be_output_twice);
    RUN(a_graph_may_have_neither_inputs_nor_outputs);
    RUN(tensors_without_elements_take_no_memory);
    RUN(trace_sees_each_op_before_and_after);
    RUN(trace_may_stop_before_and_after_each_op);
    RUN(ops_that_nobody_reads_are_left_out);
    RUN(any_number_of_workers_gives_the_same_bytes);
    RUN(runners_of_one_model_do_not_disturb_each_other);
    RUN(scratch_is_there_while_the_op_runs);
    RUN(sharing_memory_never_changes_a_tensor_that_is_needed);
    RUN(ops_work_in_place_where_their_input_dies);
    free(room);
    return check_result();
}
