// fuzz_run.c - one execution of the fuzzer.
//
// SPDX-License-Identifier: Apache-2.0
#define _POSIX_C_SOURCE 200809L
#include "fuzz_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "thimble/thimble_inspect.h"
#include "thimble/thimble_ops.h"

extern const thimble_op *const thimble_all_ops_portable[], *const thimble_all_ops_xtensa[];

// The objects that link no float code, where an op has one.
static const thimble_op *const int8_ops[] = {&thimble_op_add_int8,
                                             &thimble_op_arg_max,
                                             &thimble_op_average_pool_2d_int8,
                                             &thimble_op_conv_2d_int8,
                                             &thimble_op_concatenation,
                                             &thimble_op_depthwise_conv_2d_int8,
                                             &thimble_op_expand_dims,
                                             &thimble_op_fully_connected_int8,
                                             &thimble_op_quantize_int8,
                                             &thimble_op_dequantize_int8,
                                             &thimble_op_logistic_int8,
                                             &thimble_op_max_pool_2d_int8,
                                             &thimble_op_mean_int8,
                                             &thimble_op_mul_int8,
                                             &thimble_op_pack,
                                             &thimble_op_pad,
                                             &thimble_op_padv2,
                                             &thimble_op_relu_int8,
                                             &thimble_op_relu6_int8,
                                             &thimble_op_reshape,
                                             &thimble_op_shape,
                                             &thimble_op_softmax_int8,
                                             &thimble_op_squeeze,
                                             &thimble_op_strided_slice,
                                             &thimble_op_sub_int8,
                                             &thimble_op_transpose,
                                             NULL};

static const uint64_t most_steps = 1000000;  // multiplications, or elements touched
static const size_t most_arena_bytes = (size_t)16 << 20;

static void expect(bool right, const char *what) {
    if (!right) {
        fprintf(stderr, "broken promise: %s\n", what);
        abort();
    }
}

static uint32_t next_random(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static void fill_random(void *memory, size_t bytes, uint32_t *state) {
    uint8_t *byte = memory;
    for (size_t i = 0; i < bytes; i++) {
        byte[i] = (uint8_t)(next_random(state) >> 11);
    }
}

// A block that ends where it says, aligned like a file or an arena.
static uint8_t *allocate(size_t bytes) {
    void *block = NULL;
    expect(posix_memalign(&block, THIMBLE_ALIGNMENT, bytes) == 0, "memory for a test");
    return block;
}

static void expect_error(const thimble_error *error, thimble_status status) {
    expect(error->status == status, "the error has the status that was returned");
    expect(error->text != NULL && error->text[0] != 0, "an error has a text");
}

// ---- options ------------------------------------------------------------------------------------------------------

typedef struct watch {
    uint32_t events_left;  // then stops the run
    uint32_t sum;
} watch;

static bool trace(void *context, const thimble_event *event) {
    watch *w = context;
    const uint8_t *output = event->output;
    for (size_t i = 0; i < event->output_bytes; i++) {
        w->sum += event->after ? output[i] : 0;
    }
    expect(event->op_name != NULL, "an event names its op");
    return w->events_left-- != 0;
}

// Backwards: whoever depends on the order of tasks fails.
static void run_tasks(void *context, thimble_task_fn *task, void *argument, uint32_t task_count) {
    (void)context;
    for (uint32_t i = task_count; i > 0; i--) {
        task(argument, i - 1);
    }
}

// ---- looking ------------------------------------------------------------------------------------------------------

static void report(void *context, const thimble_error *problem) {
    expect_error(problem, problem->status);
    ++*(uint32_t *)context;
}

static void inspect(const thimble_model *model, const thimble_op *const ops[], const thimble_options *options) {
    const void *data;
    size_t data_bytes;
    if (thimble_model_metadata(model, "min_runtime_version", &data, &data_bytes)) {
        expect((const uint8_t *)data + data_bytes <= model->file + model->file_bytes, "metadata lies in the file");
    }
    thimble_op_info op;
    for (uint32_t i = 0; thimble_inspect_op(model, i, &op); i++) {
        expect(op.input_count + op.output_count <= THIMBLE_MAX_OP_TENSORS, "an op has at most 32 tensors");
    }
    thimble_tensor_info tensor;
    for (int32_t i = 0; thimble_inspect_tensor(model, i, &tensor); i++) {
        expect(strlen(tensor.tensor.name) <= model->file_bytes, "a name lies in the file");
    }
    thimble_error error;
    if (thimble_inspect_problems(model, ops, options, report, &(uint32_t){0}, NULL, 0, &error) == THIMBLE_ERR_MEMORY) {
        uint32_t problem_count = 0;
        void *room = malloc(error.needed_bytes);
        expect(room != NULL, "memory for a test");
        const thimble_status status =
            thimble_inspect_problems(model, ops, options, report, &problem_count, room, error.needed_bytes, &error);
        expect(status != THIMBLE_ERR_MEMORY, "needed_bytes of thimble_inspect_problems are enough");
        free(room);
    }
}

// About how many steps a run takes; at least most_steps if too many.
static uint64_t steps_of(const thimble_model *model) {
    enum { AVERAGE_POOL_2D = 1, MAX_POOL_2D = 17, FILTER_WIDTH = 3, FILTER_HEIGHT = 4 };  // BuiltinOperator, options
    uint64_t steps = 0;
    for (uint32_t i = 0; i < model->op_count && steps < most_steps; i++) {
        thimble_op_info info;
        thimble_inspect_op(model, i, &info);
        steps += info.mac_count < most_steps ? info.mac_count : most_steps;
        thimble_op_view op;
        thimble_model_op(model, i, &op);
        uint64_t elements = 0;
        for (uint32_t t = 0; t < op.input_count + op.output_count; t++) {
            thimble_tensor_view tensor;
            thimble_model_tensor(model, t < op.input_count ? info.inputs[t] : info.outputs[t - op.input_count],
                                 &tensor);
            elements += tensor.element_count;
        }
        if (op.builtin_code == AVERAGE_POOL_2D || op.builtin_code == MAX_POOL_2D) {
            const int32_t width = thimble_fb_field_i32(model->file, op.options, FILTER_WIDTH, 1);
            const int32_t height = thimble_fb_field_i32(model->file, op.options, FILTER_HEIGHT, 1);
            const int64_t taps = width > 0 && height > 0 ? (int64_t)width * height : 1;
            elements *= taps < (int64_t)most_steps ? (uint64_t)taps : most_steps;
        }
        steps += elements;
    }
    return steps;
}

// ---- running ------------------------------------------------------------------------------------------------------

typedef struct outputs {
    uint8_t *bytes;
    size_t count;
    bool all_integer;
} outputs;

// Fills what the model may not rely on with one kind of garbage, the inputs with another, runs it and collects the
// outputs. State begins anew: it is what a run may rely on. Returns false if the run was stopped.
static bool run(thimble_runner *runner, const thimble_memory *need, uint32_t garbage, uint32_t seed, outputs *result) {
    fill_random(runner->arena + need->record_bytes, need->arena_bytes - need->record_bytes, &garbage);
    thimble_reset(runner);
    for (size_t i = 0; i < thimble_input_count(runner); i++) {
        const thimble_tensor input = thimble_input(runner, i);
        fill_random(input.data, input.data_bytes, &seed);
    }
    const thimble_status status = thimble_run(runner);
    expect(status == THIMBLE_OK || status == THIMBLE_ERR_STOPPED, "thimble_run can only be stopped");
    *result = (outputs){.all_integer = true};
    for (size_t i = 0; i < thimble_output_count(runner) && status == THIMBLE_OK; i++) {
        const thimble_tensor output = thimble_output(runner, i);
        uint8_t *bytes = realloc(result->bytes, result->count + output.data_bytes + 1);
        expect(bytes != NULL, "memory for a test");
        memcpy(bytes + result->count, output.data, output.data_bytes);
        result->bytes = bytes;
        result->count += output.data_bytes;
        result->all_integer &= output.type != THIMBLE_FLOAT32;
    }
    return status == THIMBLE_OK;
}

static bool same_outputs(const outputs *a, const outputs *b) {
    return a->count == b->count && (a->count == 0 || memcmp(a->bytes, b->bytes, a->count) == 0);
}

// A runner in an arena of exactly the measured size.
static uint8_t *start(thimble_runner *runner, const thimble_model *model, const thimble_op *const ops[],
                      const thimble_options *options, const thimble_memory *need) {
    thimble_error error;
    uint8_t *arena = allocate(need->arena_bytes);
    expect(thimble_init(runner, model, ops, options, arena, need->arena_bytes, &error) == THIMBLE_OK,
           "arena_bytes are enough");
    return arena;
}

static bool measure(const thimble_model *model, const thimble_op *const ops[], const thimble_options *options,
                    uint32_t misalignment, thimble_memory *need) {
    thimble_error error;
    thimble_status status = thimble_measure(model, ops, options, NULL, 0, need, &error);
    if (status == THIMBLE_ERR_MEMORY) {
        const size_t room_bytes = error.needed_bytes;
        uint8_t *block = malloc(room_bytes + misalignment);
        expect(block != NULL, "memory for a test");
        status = thimble_measure(model, ops, options, block + misalignment, room_bytes, need, &error);
        expect(status != THIMBLE_ERR_MEMORY, "needed_bytes of thimble_measure are enough");
        free(block);
    }
    if (status != THIMBLE_OK) {
        expect_error(&error, status);
    }
    return status == THIMBLE_OK;
}

// Runs the model with other ops; false if they do not take it.
static bool compare(const thimble_model *model, const thimble_op *const ops[], uint32_t seed, const outputs *expected) {
    thimble_memory need;
    if (!measure(model, ops, NULL, 0, &need)) {
        return false;
    }
    thimble_runner runner;
    outputs result;
    uint8_t *arena = start(&runner, model, ops, NULL, &need);
    run(&runner, &need, seed | 1, seed | 2, &result);
    expect(!expected->all_integer || same_outputs(expected, &result), "all kernel sets give the same bytes");
    free(result.bytes);
    free(arena);
    return true;
}

static void expect_one_byte_less_fails(const thimble_model *model, const thimble_op *const ops[],
                                       const thimble_options *options, const thimble_memory *need) {
    if (need->arena_bytes == 0) {
        return;
    }
    thimble_error error = {0};
    thimble_runner runner;
    uint8_t *arena = allocate(need->arena_bytes - 1);
    const thimble_status status = thimble_init(&runner, model, ops, options, arena, need->arena_bytes - 1, &error);
    expect(status == THIMBLE_ERR_MEMORY, "one byte less than arena_bytes fails");
    expect_error(&error, status);
    expect(error.needed_bytes == need->arena_bytes, "and needed_bytes then says arena_bytes");
    free(arena);
}

static fuzz_stage run_model(const thimble_model *model, uint32_t seed) {
    watch watched = {.events_left = seed >> 27 == 0 ? (seed >> 20) % 8 : UINT32_MAX};
    const thimble_options options = {.prefer_small = (seed & 1) != 0,
                                     .trace = (seed & 2) != 0 ? trace : NULL,
                                     .parallel_for = (seed & 4) != 0 ? run_tasks : NULL,
                                     .worker_count = (seed >> 3) % 4,
                                     .context = &watched};
    inspect(model, thimble_all_ops, &options);
    thimble_memory need;
    measure(model, thimble_all_ops_xtensa, &options, 0, &need);
    if (!measure(model, thimble_all_ops, &options, (seed >> 5) % 4, &need)) {
        return FUZZ_OPENED;
    }
    if (need.arena_bytes > most_arena_bytes) {
        return FUZZ_INITIALISED;
    }
    expect_one_byte_less_fails(model, thimble_all_ops, &options, &need);
    thimble_runner runner;
    uint8_t *arena = start(&runner, model, thimble_all_ops, &options, &need);
    fuzz_stage stage = FUZZ_INITIALISED;
    if (steps_of(model) < most_steps) {
        stage = FUZZ_RAN;
        outputs first, second;
        const bool whole = run(&runner, &need, seed | 1, seed | 2, &first);
        if (run(&runner, &need, ~seed | 1, seed | 2, &second) && whole) {
            expect(same_outputs(&first, &second), "a run does not depend on what was in the arena");
            expect(compare(model, thimble_all_ops_portable, seed, &first), "both kernel sets take the model");
            compare(model, int8_ops, seed, &first);
        }
        free(first.bytes);
        free(second.bytes);
    }
    free(arena);
    return stage;
}

fuzz_stage fuzz_run(const uint8_t *file, size_t file_bytes) {
    uint32_t seed = 2166136261u;
    for (size_t i = 0; i < file_bytes; i++) {
        seed = (seed ^ file[i]) * 16777619u;
    }
    uint8_t *copy = allocate(file_bytes);
    memcpy(copy, file, file_bytes);
    thimble_model model;
    thimble_error error;
    fuzz_stage stage = FUZZ_REFUSED;
    const thimble_status status = thimble_model_open(&model, copy, file_bytes, &error);
    if (status == THIMBLE_OK) {
        stage = run_model(&model, seed);
    } else {
        expect_error(&error, status);
    }
    free(copy);
    return stage;
}
