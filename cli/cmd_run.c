// cmd_run.c - `thimble run`: raw input tensors in, raw output tensors out.
//
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "op_lists.h"
#include "op_names.h"
#include "op_trace.h"
#include "out_file.h"
#include "read_file.h"

enum { NAME_BYTES = 64, SPARE_BYTES = 1 << 20 };

typedef struct run_arguments {
    const char *model, *output_dir;
    cli_texts inputs;
    bool trace;
} run_arguments;

// ---- inputs ----

static cli_status fill_input(const thimble_runner *runner, size_t index, const char *path) {
    const thimble_tensor tensor = thimble_input(runner, index);
    uint8_t *bytes = NULL;
    size_t byte_count = 0;
    cli_status status = read_file(path, "input", CLI_INPUT, tensor.data_bytes + SPARE_BYTES, &bytes, &byte_count);
    if (status == CLI_OK && byte_count != tensor.data_bytes) {
        char shape[SHAPE_TEXT_BYTES];
        status = cli_fail(CLI_INPUT, "input '%s' has %zu bytes, but input %zu is %s %s; give a file of %zu bytes", path,
                          byte_count, index, type_name(tensor.type), shape_text(shape, &tensor), tensor.data_bytes);
    } else if (status == CLI_OK && byte_count > 0) {
        memcpy(tensor.data, bytes, byte_count);
    }
    free(bytes);
    return status;
}

// How many times `paths` has a file for each input: so often the model runs.
static cli_status count_steps(const thimble_runner *runner, const cli_texts *paths, size_t *steps) {
    const size_t count = thimble_input_count(runner);
    if (count == 0 || paths->count == 0 || paths->count % count != 0) {
        return cli_fail(CLI_INPUT,
                        "the model has %zu inputs, --input names %zu files; give one file per input (or several "
                        "for each: all inputs of the first run, then of the second ...)",
                        count, paths->count);
    }
    *steps = paths->count / count;
    return CLI_OK;
}

static cli_status fill_inputs(const thimble_runner *runner, const cli_texts *paths, size_t step) {
    const size_t count = thimble_input_count(runner);
    cli_status status = CLI_OK;
    for (size_t i = 0; i < count && status == CLI_OK; i++) {
        status = fill_input(runner, i, paths->items[step * count + i]);
    }
    return status;
}

// ---- outputs ----

// The outputs on their way to the disk. A file holds one output of all runs, one after the other.
typedef struct output_files {
    const char *folder;
    bool folder_is_new;
    size_t count;
    out_file *files;
} output_files;

static cli_status open_output(const output_files *outputs, size_t index) {
    cli_status status = CLI_OK;
    const size_t room_bytes = strlen(outputs->folder) + NAME_BYTES;
    char *path = cli_alloc(room_bytes, 1, &status);
    if (status == CLI_OK) {
        snprintf(path, room_bytes, "%s/out%zu.bin", outputs->folder, index);
        status = out_file_open(&outputs->files[index], path);
    }
    free(path);
    return status;
}

static cli_status outputs_open(output_files *outputs, const thimble_runner *runner, const char *folder) {
    outputs->folder = folder;
    outputs->folder_is_new = mkdir(folder, 0777) == 0;
    if (!outputs->folder_is_new && errno != EEXIST) {
        return cli_fail(CLI_FAILED, "cannot make folder '%s': %s; choose a place that exists and is writable", folder,
                        strerror(errno));
    }
    cli_status status = CLI_OK;
    outputs->count = thimble_output_count(runner);
    outputs->files = cli_alloc(outputs->count, sizeof *outputs->files, &status);
    for (size_t i = 0; i < outputs->count && status == CLI_OK; i++) {
        status = open_output(outputs, i);
    }
    return status;
}

static void outputs_add(const output_files *outputs, const thimble_runner *runner) {
    for (size_t i = 0; i < outputs->count; i++) {
        const thimble_tensor tensor = thimble_output(runner, i);
        fwrite(tensor.data, 1, tensor.data_bytes, outputs->files[i].stream);
    }
}

// All outputs are complete before the first one gets its name; with an earlier error they vanish.
static cli_status outputs_close(output_files *outputs, cli_status status) {
    for (size_t i = 0; i < outputs->count && status == CLI_OK; i++) {
        status = out_file_finish(&outputs->files[i]);
    }
    for (size_t i = 0; i < outputs->count && status == CLI_OK; i++) {
        status = out_file_commit(&outputs->files[i]);
    }
    for (size_t i = 0; outputs->files != NULL && i < outputs->count; i++) {
        out_file_discard(&outputs->files[i]);
    }
    free(outputs->files);
    if (status != CLI_OK && outputs->folder_is_new) {
        rmdir(outputs->folder);
    }
    return status;
}

// ---- trace ----

static void print_trace(const model_file *model, const op_trace *trace) {
    double total_us = 0;
    uint64_t total_macs = 0;
    char shape[SHAPE_TEXT_BYTES], macs[CLI_THOUSANDS_BYTES];
    printf("%4s  %-20s %-18s %12s %14s  %s\n", "op", "name", "output", "us", "MACs", "CRC-32 of output");
    for (uint32_t i = 0; i < model->model.op_count; i++) {
        const thimble_op_info op = model_file_op(model, i);
        const thimble_tensor_info output = model_file_tensor(model, op.outputs[0]);
        const op_note *note = &trace->notes[i];
        printf("%4u  %-20s %-18s ", i, op_name(op.builtin_code), shape_text(shape, &output.tensor));
        if (note->ran) {
            printf("%12.1f %14s  %08x\n", note->last_us, cli_thousands(macs, op.mac_count), note->output_crc);
            total_us += note->last_us;
            total_macs += op.mac_count;
        } else {
            printf("%12s %14s  nothing to run\n", "-", "-");
        }
    }
    printf("%4s  %-20s %-18s %12.1f %14s\n", "", "all", "", total_us, cli_thousands(macs, total_macs));
}

// ---- command ----

static cli_status run_model(const run_arguments *arguments) {
    model_file model;
    host_runner runner = {0};
    op_trace trace = {0};
    cli_status status = model_file_open(&model, arguments->model);
    if (status == CLI_OK) {
        status = op_trace_open(&trace, &model);
    }
    if (status == CLI_OK) {
        const thimble_options options = {.trace = arguments->trace ? op_trace_event : NULL, .context = &trace};
        status = host_runner_open(&runner, &model, thimble_all_ops, &options);
    }
    size_t steps = 0;
    output_files outputs = {0};
    if (status == CLI_OK) {
        status = count_steps(&runner.runner, &arguments->inputs, &steps);
    }
    if (status == CLI_OK) {
        status = fill_inputs(&runner.runner, &arguments->inputs, 0);
    }
    if (status == CLI_OK) {
        status = outputs_open(&outputs, &runner.runner, arguments->output_dir);
    }
    for (size_t step = 0; step < steps && status == CLI_OK; step++) {
        status = step == 0 ? CLI_OK : fill_inputs(&runner.runner, &arguments->inputs, step);
        if (status == CLI_OK) {
            thimble_run(&runner.runner);
            outputs_add(&outputs, &runner.runner);
        }
    }
    status = outputs_close(&outputs, status);
    if (status == CLI_OK && arguments->trace) {
        print_trace(&model, &trace);
    }
    host_runner_close(&runner);
    op_trace_close(&trace);
    model_file_close(&model);
    return status;
}

static cli_status run(int argument_count, char **argument_list) {
    run_arguments arguments = {0};
    const cli_option options[] = {{CLI_TEXTS, "--input", &arguments.inputs},
                                  {CLI_TEXT, "--output-dir", &arguments.output_dir},
                                  {CLI_FLAG, "--trace", &arguments.trace},
                                  {CLI_END, NULL, NULL}};
    cli_texts positional = {0};
    cli_status status = cli_parse(&cmd_run, argument_count, argument_list, options, &positional);
    if (status == CLI_OK && positional.count != 1) {
        status = cli_wrong_usage(&cmd_run, "wants one model (before --input), got %zu", positional.count);
    }
    if (status == CLI_OK && (arguments.inputs.count == 0 || arguments.output_dir == NULL)) {
        status = cli_wrong_usage(&cmd_run, "wants --input and --output-dir");
    }
    if (status == CLI_OK) {
        arguments.model = positional.items[0];
        status = run_model(&arguments);
    }
    cli_texts_free(&arguments.inputs);
    cli_texts_free(&positional);
    return status;
}

const cli_command cmd_run = {
    "run", "run a model on raw tensors",
    "usage: thimble run MODEL --input FILE... --output-dir DIR [--trace]\n\n"
    "Reads each input tensor from a file (raw elements, little-endian, nothing else), runs the\n"
    "model once and writes out0.bin, out1.bin ... to DIR, which is made if it does not exist.\n"
    "Nothing is written unless everything was right.\n\n"
    "  --input FILE...          one file per input, in the model's order; with more files the model\n"
    "                           runs several times, keeps its state in between (LSTM, SVDF), and\n"
    "                           each output file holds the outputs of all runs\n"
    "  --output-dir DIR         where the outputs go; files there are replaced\n"
    "  --trace                  print per op: shape, time, multiply-accumulates, CRC of output\n",
    run};
