// cmd_info.c - `thimble info`: what is in a model and what it needs.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "json_writer.h"
#include "labels.h"
#include "op_advice.h"
#include "op_lists.h"
#include "op_names.h"
#include "recognizer.h"

enum { MAX_PROBLEMS = 64, MAX_OBJECTS = 64, PROBLEM_BYTES = ENGINE_ERROR_BYTES };

typedef struct info_arguments {
    const char *model, *target;
    bool prefer_small, json;
} info_arguments;

typedef struct target {
    const char *name;
    const thimble_op *const *ops;
} target;

static const target targets[] = {
    {"generic", thimble_all_ops}, {"xtensa", thimble_all_ops_xtensa}, {"riscv", thimble_all_ops_riscv}};

// What can be said about a model.
typedef struct facts {
    const info_arguments *arguments;
    model_file model;
    const target *on;
    thimble_memory need, need_small;  // without and with prefer_small
    thimble_error problems[MAX_PROBLEMS];
    size_t problem_count;   // all of them, also those beyond MAX_PROBLEMS
    labels list;            // empty if the model has none
    uint64_t mac_count, parameter_count;
    uint64_t state_bytes;  // of the variable tensors
    char objects[MAX_OBJECTS][OP_OBJECT_NAME_BYTES];
    size_t object_count;
} facts;

static const thimble_memory *chosen_need(const facts *all) {
    return all->arguments->prefer_small ? &all->need_small : &all->need;
}

// ---- finding out ----

static void note_problem(void *context, const thimble_error *problem) {
    facts *all = context;
    if (all->problem_count < MAX_PROBLEMS) {
        all->problems[all->problem_count] = *problem;
    }
    all->problem_count++;
}

// Weights and biases: constants, except the shapes and axes that some ops keep in integer constants.
static bool is_parameter(const model_file *model, const thimble_op_info *op, uint32_t input) {
    if (op->inputs[input] < 0) {
        return false;
    }
    const thimble_tensor_info info = model_file_tensor(model, op->inputs[input]);
    const bool is_integer = info.tensor.type == THIMBLE_INT32 || info.tensor.type == THIMBLE_INT64;
    return info.is_constant && (!is_integer || op->mac_count > 0);
}

static uint64_t op_parameters(const model_file *model, const thimble_op_info *op) {
    uint64_t count = 0;
    for (uint32_t i = 0; i < op->input_count; i++) {
        if (is_parameter(model, op, i)) {
            count += model_file_tensor(model, op->inputs[i]).element_count;
        }
    }
    return count;
}

// Counts tensors that several ops share once.
static cli_status add_up(facts *all) {
    cli_status status = CLI_OK;
    const thimble_model *opened = &all->model.model;
    bool *counted = cli_alloc(opened->tensor_count, sizeof *counted, &status);
    for (uint32_t i = 0; i < opened->op_count && status == CLI_OK; i++) {
        const thimble_op_info op = model_file_op(&all->model, i);
        all->mac_count = op.mac_count > UINT64_MAX - all->mac_count ? UINT64_MAX : all->mac_count + op.mac_count;
        for (uint32_t k = 0; k < op.input_count; k++) {
            if (is_parameter(&all->model, &op, k) && !counted[op.inputs[k]]) {
                counted[op.inputs[k]] = true;
                all->parameter_count += model_file_tensor(&all->model, op.inputs[k]).element_count;
            }
        }
    }
    free(counted);
    for (uint32_t i = 0; i < opened->tensor_count; i++) {
        const thimble_tensor_info info = model_file_tensor(&all->model, (int32_t)i);
        all->state_bytes += info.is_variable ? info.tensor.data_bytes : 0;
    }
    return status;
}

static cli_status find_problems(facts *all) {
    const thimble_options options = {.prefer_small = all->arguments->prefer_small};
    thimble_error error;
    if (model_file_problems(&all->model, all->on->ops, &options, note_problem, all, &error) != THIMBLE_OK) {
        note_problem(all, &error);
    }
    const thimble_options large = {.prefer_small = false}, small = {.prefer_small = true};
    if (all->problem_count == 0 &&
        (model_file_measure(&all->model, all->on->ops, &large, &all->need, &error) != THIMBLE_OK ||
         model_file_measure(&all->model, all->on->ops, &small, &all->need_small, &error) != THIMBLE_OK)) {
        note_problem(all, &error);
    }
    if (all->problem_count == 0) {
        all->object_count = op_objects(&all->model, all->objects, MAX_OBJECTS);
    }
    return add_up(all);
}

static cli_status find_labels(facts *all) {
    const int32_t output = thimble_inspect_output(&all->model.model, 0);
    if (output < 0) {
        return CLI_OK;
    }
    const uint64_t class_count = model_file_tensor(&all->model, output).element_count;
    if (class_count == 0 || class_count > RECOGNIZER_MAX_CLASSES) {
        return CLI_OK;
    }
    const cli_status status = labels_load(&all->list, &all->model, (size_t)class_count, NULL);
    if (all->list.source == NULL) {
        labels_free(&all->list);
    }
    return status;
}

// ---- for people ----

static void print_tensor(const facts *all, const char *role, size_t index, int32_t tensor_index) {
    const thimble_tensor_info info = model_file_tensor(&all->model, tensor_index);
    char shape[SHAPE_TEXT_BYTES], name[128];
    printf("%-6s %zu  %-8s %s, %zu byte%s", role, index, type_name(info.tensor.type), shape_text(shape, &info.tensor),
           info.tensor.data_bytes, info.tensor.data_bytes == 1 ? "" : "s");
    if (info.scale_count > 0) {
        printf(", scale %.9g, zero point %d", (double)info.tensor.scale, (int)info.tensor.zero_point);
    }
    printf("  %s\n", cli_printable(name, sizeof name, info.tensor.name));
}

static void print_ops(const facts *all) {
    char shape[SHAPE_TEXT_BYTES], input[SHAPE_TEXT_BYTES], macs[CLI_THOUSANDS_BYTES], parameters[CLI_THOUSANDS_BYTES];
    printf("\n%4s  %-20s %3s  %-18s %-18s %-8s %14s %12s\n", "op", "name", "v", "input", "output", "type", "MACs",
           "parameters");
    for (uint32_t i = 0; i < all->model.model.op_count; i++) {
        const thimble_op_info op = model_file_op(&all->model, i);
        const thimble_tensor_info output = model_file_tensor(&all->model, op.outputs[0]);
        const bool has_input = op.input_count > 0 && op.inputs[0] >= 0;
        const thimble_tensor_info first = model_file_tensor(&all->model, has_input ? op.inputs[0] : op.outputs[0]);
        const uint64_t parameter_count = op_parameters(&all->model, &op);
        printf("%4u  %-20s %3d  %-18s %-18s %-8s %14s %12s\n", i, op_name(op.builtin_code), (int)op.version,
               has_input ? shape_text(input, &first.tensor) : "-", shape_text(shape, &output.tensor),
               type_name(output.tensor.type), op.mac_count > 0 ? cli_thousands(macs, op.mac_count) : "",
               parameter_count > 0 ? cli_thousands(parameters, parameter_count) : "");
    }
}

static void print_memory(const facts *all) {
    char arena[CLI_THOUSANDS_BYTES], other[CLI_THOUSANDS_BYTES], part[3][CLI_THOUSANDS_BYTES];
    const thimble_memory *need = chosen_need(all);
    const bool small = all->arguments->prefer_small;
    printf("\narena  %s bytes on %s%s: %s for tensors and scratch (live-tensor peak %s), %s for records%s\n",
           cli_thousands(arena, need->arena_bytes), all->on->name, small ? " with --prefer-small" : "",
           cli_thousands(part[0], need->activation_bytes), cli_thousands(part[1], need->live_peak_bytes),
           cli_thousands(part[2], need->record_bytes),
           need->arena_bytes > need->activation_bytes + need->record_bytes ? ", the rest for planning" : "");
    printf("       %s bytes %s\n", cli_thousands(other, (small ? &all->need : &all->need_small)->arena_bytes),
           small ? "without --prefer-small" : "with --prefer-small");
    if (all->state_bytes > 0) {
        printf("state  %s bytes of these, kept from run to run\n", cli_thousands(other, all->state_bytes));
    }
    fputs("ops   ", stdout);
    for (size_t i = 0; i < all->object_count; i++) {
        printf(" &%s,", all->objects[i]);
    }
    fputs(" NULL\n", stdout);
}

// The same advice is given once.
static bool is_first_of_its_kind(const facts *all, size_t index) {
    for (size_t i = 0; i < index; i++) {
        if (op_advice_for(&all->problems[i]) == op_advice_for(&all->problems[index])) {
            return false;
        }
    }
    return true;
}

static void print_problems(const facts *all) {
    char text[PROBLEM_BYTES];
    printf("\nnot supported on %s:\n", all->on->name);
    for (size_t i = 0; i < all->problem_count && i < MAX_PROBLEMS; i++) {
        printf("  %s\n", engine_error_text(text, &all->problems[i]));
        const op_advice *advice = op_advice_for(&all->problems[i]);
        if (advice != NULL && is_first_of_its_kind(all, i)) {
            printf("      comes from: %s\n      instead: %s\n", advice->from, advice->instead);
        }
    }
    if (all->problem_count > MAX_PROBLEMS) {
        printf("  and %zu more\n", all->problem_count - MAX_PROBLEMS);
    }
}

static void print_facts(const facts *all) {
    const thimble_model *opened = &all->model.model;
    char path[512], bytes[CLI_THOUSANDS_BYTES], macs[CLI_THOUSANDS_BYTES], parameters[CLI_THOUSANDS_BYTES];
    char name[128];
    printf("%s: %s bytes, %u ops, %u tensors, %s MACs, %s parameters\n\n",
           cli_printable(path, sizeof path, all->model.path), cli_thousands(bytes, all->model.file_bytes),
           opened->op_count, opened->tensor_count, cli_thousands(macs, all->mac_count),
           cli_thousands(parameters, all->parameter_count));
    int32_t tensor_index;
    for (size_t i = 0; (tensor_index = thimble_inspect_input(opened, i)) >= 0; i++) {
        print_tensor(all, "input", i, tensor_index);
    }
    for (size_t i = 0; (tensor_index = thimble_inspect_output(opened, i)) >= 0; i++) {
        print_tensor(all, "output", i, tensor_index);
    }
    if (all->list.count > 0) {
        printf("labels    ");
        for (size_t i = 0; i < all->list.count; i++) {
            printf("%s%s", i > 0 ? ", " : "", cli_printable(name, sizeof name, all->list.names[i]));
        }
        printf(" (%s)\n", all->list.source);
    } else {
        printf("labels    none\n");
    }
    print_ops(all);
    if (all->problem_count > 0) {
        print_problems(all);
    } else {
        print_memory(all);
    }
}

// ---- for programs ----

static void json_shape(json_writer *json, const char *key, const thimble_tensor *tensor) {
    json_row(json, key);
    for (int32_t i = 0; i < tensor->rank; i++) {
        json_integer(json, NULL, tensor->shape[i]);
    }
    json_row_end(json);
}

static void json_tensor(const facts *all, json_writer *json, int32_t tensor_index) {
    const thimble_tensor_info info = model_file_tensor(&all->model, tensor_index);
    json_object(json, NULL);
    json_integer(json, "tensor", tensor_index);
    json_text(json, "name", info.tensor.name);
    json_text(json, "type", type_name(info.tensor.type));
    json_shape(json, "shape", &info.tensor);
    json_count(json, "bytes", info.tensor.data_bytes);
    if (info.scale_count > 0) {
        json_real(json, "scale", (double)info.tensor.scale);
        json_integer(json, "zero_point", info.tensor.zero_point);
    }
    json_object_end(json);
}

static void json_indices(json_writer *json, const char *key, const int32_t *indices, uint32_t count) {
    json_row(json, key);
    for (uint32_t i = 0; i < count; i++) {
        json_integer(json, NULL, indices[i]);
    }
    json_row_end(json);
}

static void json_ops(const facts *all, json_writer *json) {
    json_array(json, "ops");
    for (uint32_t i = 0; i < all->model.model.op_count; i++) {
        const thimble_op_info op = model_file_op(&all->model, i);
        const thimble_tensor_info output = model_file_tensor(&all->model, op.outputs[0]);
        json_object(json, NULL);
        json_count(json, "op", i);
        json_text(json, "name", op_name(op.builtin_code));
        json_integer(json, "builtin_code", op.builtin_code);
        json_integer(json, "version", op.version);
        json_indices(json, "inputs", op.inputs, op.input_count);
        json_indices(json, "outputs", op.outputs, op.output_count);
        json_text(json, "output_type", type_name(output.tensor.type));
        json_shape(json, "output_shape", &output.tensor);
        json_count(json, "macs", op.mac_count);
        json_count(json, "parameters", op_parameters(&all->model, &op));
        json_object_end(json);
    }
    json_array_end(json);
}

static void json_need(json_writer *json, const char *key, const thimble_memory *need) {
    json_object(json, key);
    json_count(json, "arena_bytes", need->arena_bytes);
    json_count(json, "activation_bytes", need->activation_bytes);
    json_count(json, "record_bytes", need->record_bytes);
    json_count(json, "live_peak_bytes", need->live_peak_bytes);
    json_object_end(json);
}

static void json_problems(const facts *all, json_writer *json) {
    json_array(json, "unsupported");
    for (size_t i = 0; i < all->problem_count && i < MAX_PROBLEMS; i++) {
        const thimble_error *problem = &all->problems[i];
        json_object(json, NULL);
        json_integer(json, "op", problem->op_index);
        json_text(json, "name", problem->builtin_code >= 0 ? op_name(problem->builtin_code) : problem->op_name);
        json_integer(json, "tensor", problem->tensor_index);
        json_text(json, "reason", problem->text);
        const op_advice *advice = op_advice_for(problem);
        json_text(json, "comes_from", advice != NULL ? advice->from : NULL);
        json_text(json, "instead", advice != NULL ? advice->instead : NULL);
        json_object_end(json);
    }
    json_array_end(json);
}

static void print_json(const facts *all) {
    const thimble_model *opened = &all->model.model;
    json_writer json;
    int32_t tensor_index;
    json_begin(&json, stdout);
    json_text(&json, "model", all->model.path);
    json_count(&json, "bytes", all->model.file_bytes);
    json_count(&json, "macs", all->mac_count);
    json_count(&json, "parameters", all->parameter_count);
    json_count(&json, "tensors", opened->tensor_count);
    json_count(&json, "state_bytes", all->state_bytes);
    json_array(&json, "inputs");
    for (size_t i = 0; (tensor_index = thimble_inspect_input(opened, i)) >= 0; i++) {
        json_tensor(all, &json, tensor_index);
    }
    json_array_end(&json);
    json_array(&json, "outputs");
    for (size_t i = 0; (tensor_index = thimble_inspect_output(opened, i)) >= 0; i++) {
        json_tensor(all, &json, tensor_index);
    }
    json_array_end(&json);
    json_row(&json, "labels");
    for (size_t i = 0; i < all->list.count; i++) {
        json_text(&json, NULL, all->list.names[i]);
    }
    json_row_end(&json);
    json_text(&json, "target", all->on->name);
    json_bool(&json, "prefer_small", all->arguments->prefer_small);
    if (all->problem_count == 0) {
        json_count(&json, "arena_bytes", chosen_need(all)->arena_bytes);
        json_need(&json, "memory", &all->need);
        json_need(&json, "memory_prefer_small", &all->need_small);
        json_row(&json, "op_objects");
        for (size_t i = 0; i < all->object_count; i++) {
            json_text(&json, NULL, all->objects[i]);
        }
        json_row_end(&json);
    }
    json_problems(all, &json);
    json_ops(all, &json);
    json_end(&json);
}

// ---- command ----

static cli_status info(const info_arguments *arguments, const target *on) {
    cli_status status = CLI_OK;
    facts *all = cli_alloc(1, sizeof *all, &status);
    if (status != CLI_OK) {
        return status;
    }
    all->arguments = arguments;
    all->on = on;
    status = model_file_open(&all->model, arguments->model);
    if (status == CLI_OK) {
        status = find_problems(all);
    }
    if (status == CLI_OK) {
        status = find_labels(all);
    }
    if (status == CLI_OK && arguments->json) {
        print_json(all);
    } else if (status == CLI_OK) {
        print_facts(all);
    }
    if (status == CLI_OK && all->problem_count > 0) {
        char text[PROBLEM_BYTES];
        fflush(stdout);
        status =
            cli_fail(CLI_MODEL, "model '%s' does not run on %s, %zu problem%s, the first: %s; change or convert it",
                     arguments->model, on->name, all->problem_count, all->problem_count > 1 ? "s" : "",
                     engine_error_text(text, &all->problems[0]));
    }
    labels_free(&all->list);
    model_file_close(&all->model);
    free(all);
    return status;
}

static const target *find_target(const char *name) {
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        if (strcmp(targets[i].name, name) == 0) {
            return &targets[i];
        }
    }
    return NULL;
}

static cli_status run(int argument_count, char **argument_list) {
    info_arguments arguments = {.target = "generic"};
    const cli_option options[] = {{CLI_TEXT, "--target", &arguments.target},
                                  {CLI_FLAG, "--prefer-small", &arguments.prefer_small},
                                  {CLI_FLAG, "--json", &arguments.json},
                                  {CLI_END, NULL, NULL}};
    cli_texts positional = {0};
    cli_status status = cli_parse(&cmd_info, argument_count, argument_list, options, &positional);
    if (status == CLI_OK && positional.count != 1) {
        status = cli_wrong_usage(&cmd_info, "wants one model, got %zu", positional.count);
    }
    const target *on = find_target(arguments.target);
    if (status == CLI_OK && on == NULL) {
        status = cli_wrong_usage(&cmd_info, "--target wants generic, xtensa or riscv, not '%s'", arguments.target);
    }
    if (status == CLI_OK) {
        arguments.model = positional.items[0];
        status = info(&arguments, on);
    }
    cli_texts_free(&positional);
    return status;
}

const cli_command cmd_info = {
    "info", "say what is in a model, what it needs, what is not supported",
    "usage: thimble info MODEL [options]\n\n"
    "Prints sizes, inputs, outputs, labels, the ops in order with shapes, multiply-accumulates\n"
    "(MACs) and parameters, the exact arena, and the op objects a firmware has to list. Ops that\n"
    "cannot run are all listed with the reason, what makes them in Keras and what avoids them; the\n"
    "exit code is 3 then.\n\n"
    "  --target TARGET          generic (default), xtensa or riscv: for which the arena is\n"
    "  --prefer-small           the arena with kernels that need no scratch memory\n"
    "  --json                   print JSON instead\n",
    run};
