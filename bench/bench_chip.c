// bench_chip.c - counts the instructions of one inference of each model in the linked-in pack, op by op.
//
// Prints tab-separated lines: "op", model, index, name, instructions; then "model", name, instructions of the whole
// run, of model_open + init, arena bytes (prefer_small), arena bytes (as run), bytes of stack.
//
// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "chip.h"
#include "replay.h"
#include "thimble/thimble_ops.h"

#ifndef BENCH_PREFER_SMALL
#define BENCH_PREFER_SMALL false
#endif

static const char *model_name;
static uint32_t model_name_bytes;

static bool count_op(void *context, const thimble_event *event) {
    (void)context;
    if (!event->after) {
        chip_count_begin();
        return true;
    }
    const uint64_t instructions = chip_count_end();
    chip_print_text("op\t");
    chip_write(model_name, model_name_bytes);
    chip_print_text("\t");
    chip_print_i32(event->op_index);
    chip_print_text("\t");
    chip_print_text(event->op_name);
    chip_print_text("\t");
    chip_print_u64(instructions);
    chip_print_text("\n");
    return true;
}

static bool set_up(const replay_case *one, thimble_options options, thimble_model *model, thimble_runner *runner,
                   thimble_error *error) {
    return thimble_model_open(model, one->model, one->model_bytes, error) == THIMBLE_OK &&
           thimble_init(runner, model, thimble_all_ops, &options, chip_arena, chip_arena_bytes(), error) == THIMBLE_OK;
}

static void fill_inputs(const thimble_runner *runner, const replay_case *one) {
    for (uint32_t i = 0; i < one->input_count; i++) {
        memcpy(thimble_input(runner, i).data, one->blocks[i].data, one->blocks[i].data_bytes);
    }
}

static bool outputs_are_right(const thimble_runner *runner, const replay_case *one) {
    for (uint32_t i = 0; i < one->output_count; i++) {
        const replay_block *expected = &one->blocks[one->input_count + i];
        if (memcmp(thimble_output(runner, i).data, expected->data, expected->data_bytes) != 0) {
            return false;
        }
    }
    return true;
}

static const char *bench(const replay_case *one) {
    thimble_model model;
    thimble_runner runner;
    thimble_error error = {0};
    thimble_options options = {.prefer_small = BENCH_PREFER_SMALL};
    thimble_memory small, as_run;

    chip_stack_mark();
    chip_count_begin();
    bool ready = set_up(one, options, &model, &runner, &error);
    const uint64_t set_up_instructions = chip_count_end();
    if (!ready) {
        return error.text != NULL ? error.text : "set-up failed";
    }
    fill_inputs(&runner, one);
    chip_count_begin();
    thimble_run(&runner);
    const uint64_t run_instructions = chip_count_end();
    const size_t stack_bytes = chip_stack_used();
    if (!outputs_are_right(&runner, one)) {
        return "the outputs are wrong";
    }

    options.trace = count_op;
    set_up(one, options, &model, &runner, &error);
    fill_inputs(&runner, one);
    thimble_run(&runner);

    thimble_measure(&model, thimble_all_ops, &options, chip_arena, chip_arena_bytes(), &as_run, &error);
    options.prefer_small = true;
    thimble_measure(&model, thimble_all_ops, &options, chip_arena, chip_arena_bytes(), &small, &error);
    chip_print_text("model\t");
    chip_write(one->name, one->name_bytes);
    const uint64_t figures[] = {run_instructions, set_up_instructions, small.arena_bytes, as_run.arena_bytes,
                                stack_bytes};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        chip_print_text("\t");
        chip_print_u64(figures[i]);
    }
    chip_print_text("\n");
    return NULL;
}

int main(void) {
    replay_reader reader;
    replay_case one;
    int status = 0;
    if (!replay_open(&reader, chip_pack, chip_pack_bytes)) {
        chip_print_text("not a pack\n");
        return 2;
    }
    while (replay_next(&reader, &one)) {
        model_name = one.name;
        model_name_bytes = one.name_bytes;
        const char *failure = bench(&one);
        if (failure != NULL) {
            chip_write(one.name, one.name_bytes);
            chip_print_text(": ");
            chip_print_text(failure);
            chip_print_text("\n");
            status = 1;
        }
    }
    return status;
}
