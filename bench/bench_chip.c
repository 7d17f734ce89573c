// bench_chip.c - counts the instructions of one inference of each model in the linked-in pack, op by op.
//
// Prints tab-separated lines, for each model first as it is and then with prefer_small:
//
//     op     model, options, kind, instructions, multiply-accumulates, output bytes
//     work   model, options, kind, instructions, amounts (cli/op_work.h): the same op for bench/fit_costs
//     model  model, options, instructions of a run, of open + init, multiply-accumulates, arena bytes, bytes of stack
//     cores  model, options, instructions of a run on two cores until the later one is done, arena bytes for two
//
// Two cores are counted on one: the workers' shares of an op run one after the other, and the longer one counts.
//
// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "chip.h"
#include "op_work.h"
#include "replay.h"
#include "thimble/thimble_inspect.h"
#include "thimble/thimble_ops.h"

static const replay_case *current;  // what is being measured, for the trace function
static thimble_model model;
static bool prefer_small;

static void print_line_start(const char *what) {
    chip_print_text(what);
    chip_print_text("\t");
    chip_write(current->name, current->name_bytes);
    chip_print_text(prefer_small ? "\tsmall" : "\tdefault");
}

static void print_figure(uint64_t figure) {
    chip_print_text("\t");
    chip_print_u64(figure);
}

// CONV_2D 3x3: the size of the kernel makes ops of one name differ.
static void print_kind(const char *name, const thimble_op_info *op) {
    chip_print_text("\t");
    chip_print_text(name);
    thimble_tensor_info weights;
    if (op->mac_count > 0 && op->input_count > 1 && thimble_inspect_tensor(&model, op->inputs[1], &weights) &&
        weights.tensor.rank == 4) {
        chip_print_text(" ");
        chip_print_i32(weights.tensor.shape[1]);
        chip_print_text("x");
        chip_print_i32(weights.tensor.shape[2]);
    }
}

static void print_work(const thimble_event *event, uint64_t instructions) {
    op_work work;
    if (!op_work_find(&model, (uint32_t)event->op_index, event->op_name, &work)) {
        return;
    }
    print_line_start("work");
    chip_print_text("\t");
    chip_print_text(work.kind);
    print_figure(instructions);
    for (int i = 0; i < OP_WORK_AMOUNTS; i++) {
        print_figure(work.amounts[i]);
    }
    chip_print_text("\n");
}

static bool count_op(void *context, const thimble_event *event) {
    (void)context;
    if (!event->after) {
        chip_count_begin();
        return true;
    }
    const uint64_t instructions = chip_count_end();
    thimble_op_info op;
    if (!thimble_inspect_op(&model, (uint32_t)event->op_index, &op)) {
        return false;
    }
    print_line_start("op");
    print_kind(event->op_name, &op);
    print_figure(instructions);
    print_figure(op.mac_count);
    print_figure(event->output_bytes);
    chip_print_text("\n");
    print_work(event, instructions);
    return true;
}

static uint64_t mac_count(void) {
    uint64_t sum = 0;
    thimble_op_info op;
    for (uint32_t i = 0; thimble_inspect_op(&model, i, &op); i++) {
        sum += op.mac_count;
    }
    return sum;
}

static thimble_status set_up(thimble_runner *runner, thimble_trace_fn *trace, thimble_error *error) {
    const thimble_options options = {.prefer_small = prefer_small, .trace = trace};
    const thimble_status status = thimble_model_open(&model, current->model, current->model_bytes, error);
    return status != THIMBLE_OK
               ? status
               : thimble_init(runner, &model, thimble_all_ops, &options, chip_arena, chip_arena_bytes(), error);
}

static void fill_inputs(const thimble_runner *runner) {
    for (uint32_t i = 0; i < current->input_count; i++) {
        memcpy(thimble_input(runner, i).data, current->blocks[i].data, current->blocks[i].data_bytes);
    }
}

static bool outputs_are_right(const thimble_runner *runner) {
    for (uint32_t i = 0; i < current->output_count; i++) {
        const replay_block *expected = &current->blocks[current->input_count + i];
        if (memcmp(thimble_output(runner, i).data, expected->data, expected->data_bytes) != 0) {
            return false;
        }
    }
    return true;
}

// ---- two cores ----------------------------------------------------------------------------------------------------

enum { CORES = 2 };

static uint64_t until_done;  // instructions of the core that works longer, so far

// Everything outside of the shares is counted, too: one core does it while the other waits.
static void count_longest(void *context, thimble_task_fn *task, void *argument, uint32_t task_count) {
    (void)context;
    until_done += chip_count_end();
    uint64_t longest = 0;
    for (uint32_t i = 0; i < task_count; i++) {
        chip_count_begin();
        task(argument, i);
        const uint64_t instructions = chip_count_end();
        longest = instructions > longest ? instructions : longest;
    }
    until_done += longest;
    chip_count_begin();
}

// NULL, or what went wrong.
static const char *bench_cores(void) {
    const thimble_options options = {
        .prefer_small = prefer_small, .parallel_for = count_longest, .worker_count = CORES};
    thimble_runner runner;
    thimble_memory memory;
    thimble_error error = {0};
    if (thimble_model_open(&model, current->model, current->model_bytes, &error) != THIMBLE_OK ||
        thimble_measure(&model, thimble_all_ops, &options, chip_arena, chip_arena_bytes(), &memory, &error) !=
            THIMBLE_OK ||
        thimble_init(&runner, &model, thimble_all_ops, &options, chip_arena, chip_arena_bytes(), &error) !=
            THIMBLE_OK) {
        return error.text;
    }
    fill_inputs(&runner);
    until_done = 0;
    chip_count_begin();
    thimble_run(&runner);
    until_done += chip_count_end();
    if (!outputs_are_right(&runner)) {
        return "the outputs on two cores are wrong";
    }
    print_line_start("cores");
    print_figure(until_done);
    print_figure(memory.arena_bytes);
    chip_print_text("\n");
    return NULL;
}

// ---- one core -----------------------------------------------------------------------------------------------------

// NULL, or what went wrong.
static const char *bench(void) {
    thimble_runner runner;
    thimble_error error = {0};
    chip_stack_mark();
    chip_count_begin();
    const thimble_status status = set_up(&runner, NULL, &error);
    const uint64_t set_up_instructions = chip_count_end();
    if (status != THIMBLE_OK) {
        return error.text;
    }
    fill_inputs(&runner);
    chip_count_begin();
    thimble_run(&runner);
    const uint64_t run_instructions = chip_count_end();
    const size_t stack_bytes = chip_stack_used();
    if (!outputs_are_right(&runner)) {
        return "the outputs are wrong";
    }
    thimble_memory memory;
    const thimble_options options = {.prefer_small = prefer_small};
    if (thimble_measure(&model, thimble_all_ops, &options, chip_arena, chip_arena_bytes(), &memory, &error) !=
        THIMBLE_OK) {
        return error.text;
    }

    if (set_up(&runner, count_op, &error) != THIMBLE_OK) {
        return error.text;
    }
    fill_inputs(&runner);
    thimble_run(&runner);

    print_line_start("model");
    print_figure(run_instructions);
    print_figure(set_up_instructions);
    print_figure(mac_count());
    print_figure(memory.arena_bytes);
    print_figure(stack_bytes);
    chip_print_text("\n");
    return NULL;
}

int main(void) {
    replay_reader reader;
    replay_case one, previous = {0};
    int status = 0;
    if (!replay_open(&reader, chip_pack, chip_pack_bytes)) {
        chip_print_text("not a pack\n");
        return 2;
    }
    while (replay_next(&reader, &one)) {
        // The same model with another input takes as long.
        if (one.model_bytes == previous.model_bytes && memcmp(one.model, previous.model, one.model_bytes) == 0) {
            continue;
        }
        previous = one;
        current = &one;
        for (int i = 0; i < 2; i++) {
            prefer_small = i == 1;
            const char *failure = bench();
            failure = failure == NULL ? bench_cores() : failure;
            if (failure != NULL) {
                print_line_start("FAILED");
                chip_print_text("\t");
                chip_print_text(failure);
                chip_print_text("\n");
                status = 1;
            }
        }
    }
    return status;
}
