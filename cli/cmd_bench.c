// cmd_bench.c - `thimble bench`: what each op takes on this host, portable kernels against generic ones, or by estimate
// on a chip.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "chip_estimate.h"
#include "json_writer.h"
#include "op_lists.h"
#include "op_names.h"
#include "op_trace.h"

enum { FEWEST_RUNS = 3, MOST_RUNS = 100000 };

typedef struct bench_arguments {
    const char *model, *chip;
    double seconds;
    bool json;
} bench_arguments;

typedef struct contestant {
    const char *name;
    host_runner runner;
    op_trace trace;
    double total_us;
    size_t run_count;
} contestant;

static cli_status contestant_open(contestant *entry, const char *name, const model_file *model,
                                  const thimble_op *const ops[]) {
    *entry = (contestant){.name = name};
    cli_status status = op_trace_open(&entry->trace, model);
    if (status == CLI_OK) {
        const thimble_options options = {.trace = op_trace_event, .context = &entry->trace};
        status = host_runner_open(&entry->runner, model, ops, &options);
    }
    return status;
}

static void contestant_close(contestant *entry) {
    host_runner_close(&entry->runner);
    op_trace_close(&entry->trace);
}

// The same pseudo-random values each time; floats are in 0 .. 1, as most models expect.
static void fill_inputs(const thimble_runner *runner) {
    uint32_t state = 2463534242u;
    for (size_t i = 0; i < thimble_input_count(runner); i++) {
        const thimble_tensor tensor = thimble_input(runner, i);
        const size_t step_bytes = type_bytes(tensor.type);
        for (size_t at = 0; at + step_bytes <= tensor.data_bytes; at += step_bytes) {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            const uint32_t small[2] = {state >> 24, 0};  // fits every integer type, also a bool's 0 and 1
            const float real = (float)(state >> 8) / 16777216.0f;
            const uint32_t bit = state >> 31;
            const void *value = tensor.type == THIMBLE_FLOAT32 ? (const void *)&real
                                : tensor.type == THIMBLE_BOOL  ? (const void *)&bit
                                                               : (const void *)small;
            memcpy((uint8_t *)tensor.data + at, value, step_bytes);
        }
    }
}

static void run_once(contestant *entry) {
    fill_inputs(&entry->runner.runner);
    thimble_run(&entry->runner.runner);
}

static void measure(contestant *entry, double seconds) {
    entry->trace.wants_crc = false;
    const double end_us = cli_now_us() + seconds * 1e6;
    do {
        run_once(entry);
        entry->run_count++;
    } while (entry->run_count < FEWEST_RUNS || (entry->run_count < MOST_RUNS && cli_now_us() < end_us));
    for (size_t i = 0; i < entry->trace.op_count; i++) {
        entry->total_us += entry->trace.notes[i].fastest_us;
    }
}

// Compares what the first run of both left behind: each op's output, and the graph's.
static cli_status compare(const model_file *model, const contestant *a, const contestant *b) {
    for (uint32_t i = 0; i < model->model.op_count; i++) {
        const op_note *left = &a->trace.notes[i], *right = &b->trace.notes[i];
        if (left->ran && right->ran && left->output_crc != right->output_crc) {
            return cli_fail(CLI_FAILED,
                            "model '%s': op %u %s: %s and %s kernels give different bytes; please report this",
                            model->path, i, op_name(model_file_op(model, i).builtin_code), a->name, b->name);
        }
    }
    for (size_t i = 0; i < thimble_output_count(&a->runner.runner); i++) {
        const thimble_tensor left = thimble_output(&a->runner.runner, i), right = thimble_output(&b->runner.runner, i);
        if (memcmp(left.data, right.data, left.data_bytes) != 0) {
            return cli_fail(CLI_FAILED,
                            "model '%s': output %zu: %s and %s kernels give different bytes; please report this",
                            model->path, i, a->name, b->name);
        }
    }
    return CLI_OK;
}

// ---- output ----

static double mega_macs_per_second(uint64_t mac_count, double us) {
    return us > 0 ? (double)mac_count / us : 0;
}

static void print_row(const char *index, const char *name, const char *shape, uint64_t mac_count, double portable_us,
                      double generic_us) {
    char macs[CLI_THOUSANDS_BYTES];
    printf("%4s  %-20s %-16s %13s %12.1f %12.1f", index, name, shape, cli_thousands(macs, mac_count), portable_us,
           generic_us);
    if (mac_count > 0) {
        printf(" %9.0f", mega_macs_per_second(mac_count, generic_us));
    } else {
        printf(" %9s", "");
    }
    printf(" %7.1fx\n", generic_us > 0 ? portable_us / generic_us : 1);
}

static void print_table(const model_file *model, const contestant *portable, const contestant *generic) {
    uint64_t mac_count = 0;
    char index[16], shape[SHAPE_TEXT_BYTES];
    printf("%4s  %-20s %-16s %13s %12s %12s %9s %8s\n", "op", "name", "output", "MACs", "portable us", "generic us",
           "MMAC/s", "gain");
    for (uint32_t i = 0; i < model->model.op_count; i++) {
        const thimble_op_info op = model_file_op(model, i);
        const op_note *slow = &portable->trace.notes[i], *fast = &generic->trace.notes[i];
        if (!slow->ran && !fast->ran) {
            continue;
        }
        mac_count += op.mac_count;
        snprintf(index, sizeof index, "%u", i);
        const thimble_tensor_info output = model_file_tensor(model, op.outputs[0]);
        print_row(index, op_name(op.builtin_code), shape_text(shape, &output.tensor), op.mac_count, slow->fastest_us,
                  fast->fastest_us);
    }
    print_row("", "all", "", mac_count, portable->total_us, generic->total_us);
    printf("\nfastest of %zu and %zu runs; both kernel sets give the same bytes after every op\n", portable->run_count,
           generic->run_count);
}

static void print_json(const model_file *model, const contestant *portable, const contestant *generic) {
    json_writer json;
    json_begin(&json, stdout);
    json_text(&json, "model", model->path);
    json_bool(&json, "same_bytes", true);
    json_real(&json, "portable_us", portable->total_us);
    json_real(&json, "generic_us", generic->total_us);
    json_array(&json, "ops");
    for (uint32_t i = 0; i < model->model.op_count; i++) {
        const thimble_op_info op = model_file_op(model, i);
        const op_note *slow = &portable->trace.notes[i], *fast = &generic->trace.notes[i];
        if (slow->ran || fast->ran) {
            json_object(&json, NULL);
            json_count(&json, "op", i);
            json_text(&json, "name", op_name(op.builtin_code));
            json_count(&json, "macs", op.mac_count);
            json_real(&json, "portable_us", slow->fastest_us);
            json_real(&json, "generic_us", fast->fastest_us);
            json_object_end(&json);
        }
    }
    json_array_end(&json);
    json_end(&json);
}

// ---- on a chip ----

static void print_chip_json(const model_file *model, const chip *on, const contestant *runner, double instructions) {
    json_writer json;
    json_begin(&json, stdout);
    json_text(&json, "model", model->path);
    json_text(&json, "chip", on->name);
    json_real(&json, "instructions", instructions);
    json_real(&json, "milliseconds", chip_milliseconds(on, instructions));
    json_count(&json, "model_bytes", model->file_bytes);
    json_count(&json, "arena_bytes", runner->runner.need.arena_bytes);
    json_array(&json, "ops");
    for (uint32_t i = 0; i < model->model.op_count; i++) {
        if (runner->trace.notes[i].ran) {
            bool is_known;
            const double op_instructions = chip_op_instructions(on, model, i, &is_known);
            json_object(&json, NULL);
            json_count(&json, "op", i);
            json_text(&json, "name", op_name(model_file_op(model, i).builtin_code));
            json_real(&json, "instructions", op_instructions);
            json_bool(&json, "measured_kind", is_known);
            json_object_end(&json);
        }
    }
    json_array_end(&json);
    json_end(&json);
}

static void print_chip_row(const chip *on, const char *index, const char *name, const char *shape, uint64_t mac_count,
                           double instructions, const char *remark) {
    char macs[CLI_THOUSANDS_BYTES], counted[CLI_THOUSANDS_BYTES];
    printf("%4s  %-20s %-16s %13s %13s %9.2f%s\n", index, name, shape, cli_thousands(macs, mac_count),
           cli_thousands(counted, (uint64_t)(instructions + 0.5)), chip_milliseconds(on, instructions), remark);
}

static void print_chip_table(const model_file *model, const chip *on, const contestant *runner, double instructions) {
    uint64_t mac_count = 0;
    char index[16], shape[SHAPE_TEXT_BYTES], file[CLI_THOUSANDS_BYTES], arena[CLI_THOUSANDS_BYTES];
    printf("%4s  %-20s %-16s %13s %13s %9s\n", "op", "name", "output", "MACs", "instructions", "ms");
    for (uint32_t i = 0; i < model->model.op_count; i++) {
        if (!runner->trace.notes[i].ran) {
            continue;
        }
        bool is_known;
        const thimble_op_info op = model_file_op(model, i);
        const thimble_tensor_info output = model_file_tensor(model, op.outputs[0]);
        const double op_instructions = chip_op_instructions(on, model, i, &is_known);
        mac_count += op.mac_count;
        snprintf(index, sizeof index, "%u", i);
        print_chip_row(on, index, op_name(op.builtin_code), shape_text(shape, &output.tensor), op.mac_count,
                       op_instructions, is_known ? "" : "  a guess: not measured");
    }
    print_chip_row(on, "", "all", "", mac_count, instructions, "");
    printf("\n%s at %.0f MHz and %.1f cycles per instruction; estimated from costs counted in the emulator\n", on->name,
           on->clock_mhz, CHIP_CYCLES_PER_INSTRUCTION);
    printf("flash: %s bytes for the model, beside the engine; arena: %s bytes\n",
           cli_thousands(file, model->file_bytes), cli_thousands(arena, runner->runner.need.arena_bytes));
}

// One run here tells which ops run at all.
static cli_status estimate(const bench_arguments *arguments, const chip *on) {
    model_file model;
    contestant runner = {0};
    cli_status status = model_file_open(&model, arguments->model);
    if (status == CLI_OK) {
        status = contestant_open(&runner, on->name, &model, on->ops);
    }
    if (status == CLI_OK) {
        run_once(&runner);
        const double instructions = chip_instructions(on, &model, &runner.trace);
        if (arguments->json) {
            print_chip_json(&model, on, &runner, instructions);
        } else {
            print_chip_table(&model, on, &runner, instructions);
        }
    }
    contestant_close(&runner);
    model_file_close(&model);
    return status;
}

// ---- command ----

static cli_status bench(const bench_arguments *arguments) {
    model_file model;
    contestant portable = {0}, generic = {0};
    cli_status status = model_file_open(&model, arguments->model);
    if (status == CLI_OK) {
        status = contestant_open(&portable, "portable", &model, thimble_all_ops_portable);
    }
    if (status == CLI_OK) {
        status = contestant_open(&generic, "generic", &model, thimble_all_ops);
    }
    if (status == CLI_OK) {
        run_once(&portable);
        run_once(&generic);
        status = compare(&model, &portable, &generic);
    }
    if (status == CLI_OK) {
        measure(&portable, arguments->seconds);
        measure(&generic, arguments->seconds);
        if (arguments->json) {
            print_json(&model, &portable, &generic);
        } else {
            print_table(&model, &portable, &generic);
        }
    }
    contestant_close(&portable);
    contestant_close(&generic);
    model_file_close(&model);
    return status;
}

static cli_status run(int argument_count, char **argument_list) {
    bench_arguments arguments = {.seconds = 1};
    const cli_option options[] = {{CLI_REAL, "--seconds", &arguments.seconds},
                                  {CLI_TEXT, "--chip", &arguments.chip},
                                  {CLI_FLAG, "--json", &arguments.json},
                                  {CLI_END, NULL, NULL}};
    cli_texts positional = {0};
    cli_status status = cli_parse(&cmd_bench, argument_count, argument_list, options, &positional);
    if (status == CLI_OK && positional.count != 1) {
        status = cli_wrong_usage(&cmd_bench, "wants one model, got %zu", positional.count);
    }
    if (status == CLI_OK && (arguments.seconds < 0 || arguments.seconds > 3600)) {
        status = cli_wrong_usage(&cmd_bench, "--seconds wants 0 to 3600");
    }
    const chip *on = arguments.chip != NULL ? chip_find(arguments.chip) : NULL;
    if (status == CLI_OK && arguments.chip != NULL && on == NULL) {
        status = cli_wrong_usage(&cmd_bench, "--chip wants esp32, esp32s3 or esp32c3, got '%s'", arguments.chip);
    }
    if (status == CLI_OK) {
        arguments.model = positional.items[0];
        status = on != NULL ? estimate(&arguments, on) : bench(&arguments);
    }
    cli_texts_free(&positional);
    return status;
}

const cli_command cmd_bench = {
    "bench", "time each op here, portable kernels against generic ones",
    "usage: thimble bench MODEL [options]\n\n"
    "Runs the model on pseudo-random inputs with both kernel sets, checks that they give the same\n"
    "bytes after every op, and prints the fastest time of each op.\n\n"
    "  --chip NAME              instead estimate what it takes on an esp32, esp32s3 or esp32c3\n"
    "  --seconds S              how long to run each kernel set; default 1\n"
    "  --json                   print JSON instead\n",
    run};
