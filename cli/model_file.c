// model_file.c - loads a model, formats the engine's errors, gives runners their arenas.
//
// SPDX-License-Identifier: Apache-2.0
#include "model_file.h"

#include <stdlib.h>
#include <string.h>

#include "op_names.h"
#include "read_file.h"

enum { MODEL_LIMIT_BYTES = 1 << 30 };

cli_status model_file_open(model_file *model, const char *path) {
    *model = (model_file){.path = path};
    cli_status status = read_file(path, "model", CLI_MODEL, MODEL_LIMIT_BYTES, &model->file, &model->file_bytes);
    if (status != CLI_OK) {
        return status;
    }
    if (model->file_bytes == 0) {
        return cli_fail(CLI_MODEL, "model '%s' is empty; copy or convert it again", path);
    }
    thimble_error error;
    if (thimble_model_open(&model->model, model->file, model->file_bytes, &error) != THIMBLE_OK) {
        return model_file_refuse(model, &error);
    }
    return CLI_OK;
}

void model_file_close(model_file *model) {
    free(model->file);
    *model = (model_file){0};
}

const char *engine_error_text(char *room, const thimble_error *error) {
    char place[160] = "";
    size_t used = 0;
    if (error->op_index >= 0) {
        const char *name = error->op_name != NULL     ? error->op_name
                           : error->builtin_code >= 0 ? op_name(error->builtin_code)
                                                      : "";
        used += (size_t)snprintf(place, sizeof place, "op %d%s%s", (int)error->op_index, *name != 0 ? " " : "", name);
    }
    if (error->tensor_index >= 0) {
        used += (size_t)snprintf(place + used, sizeof place - used, "%stensor %d", used > 0 ? ", " : "",
                                 (int)error->tensor_index);
    }
    if (error->file_offset > 0) {
        used +=
            (size_t)snprintf(place + used, sizeof place - used, "%sbyte %zu", used > 0 ? ", " : "", error->file_offset);
    }
    snprintf(room, ENGINE_ERROR_BYTES, "%s%s%s", place, used > 0 ? ": " : "",
             error->text != NULL ? error->text : "refused");
    return room;
}

cli_status model_file_refuse(const model_file *model, const thimble_error *error) {
    const char *advice = "";
    cli_status status = CLI_MODEL;
    switch (error->status) {
    case THIMBLE_ERR_MODEL:
        advice = "copy or convert it again";
        break;
    case THIMBLE_ERR_UNSUPPORTED:
        advice = "SPEC.md has what is supported";
        break;
    case THIMBLE_ERR_OP_MISSING:
        advice = "`thimble info` lists all ops of the model that are missing";
        break;
    case THIMBLE_ERR_MEMORY:
        advice = "close other programs";
        status = CLI_FAILED;
        break;
    default:
        advice = "please report this";
        status = CLI_FAILED;
        break;
    }
    char text[ENGINE_ERROR_BYTES];
    return cli_fail(status, "model '%s' refused: %s; %s", model->path, engine_error_text(text, error), advice);
}

thimble_status model_file_measure(const model_file *model, const thimble_op *const ops[],
                                  const thimble_options *options, thimble_memory *need, thimble_error *error) {
    thimble_status status = thimble_measure(&model->model, ops, options, NULL, 0, need, error);
    if (status == THIMBLE_ERR_MEMORY) {
        const size_t room_bytes = error->needed_bytes;
        void *room = malloc(room_bytes);
        if (room != NULL) {
            status = thimble_measure(&model->model, ops, options, room, room_bytes, need, error);
        }
        free(room);
    }
    return status;
}

thimble_status model_file_problems(const model_file *model, const thimble_op *const ops[],
                                   const thimble_options *options, thimble_problem_fn *report, void *context,
                                   thimble_error *error) {
    const thimble_model *opened = &model->model;
    thimble_status status = thimble_inspect_problems(opened, ops, options, report, context, NULL, 0, error);
    if (status == THIMBLE_ERR_MEMORY) {
        const size_t room_bytes = error->needed_bytes;
        void *room = malloc(room_bytes);
        if (room != NULL) {
            status = thimble_inspect_problems(opened, ops, options, report, context, room, room_bytes, error);
        }
        free(room);
    }
    return status;
}

cli_status host_runner_open(host_runner *runner, const model_file *model, const thimble_op *const ops[],
                            const thimble_options *options) {
    *runner = (host_runner){0};
    thimble_error error;
    if (model_file_measure(model, ops, options, &runner->need, &error) != THIMBLE_OK) {
        return model_file_refuse(model, &error);
    }
    const size_t arena_bytes = runner->need.arena_bytes;
    if (posix_memalign(&runner->arena, THIMBLE_ALIGNMENT, arena_bytes > 0 ? arena_bytes : 1) != 0) {
        runner->arena = NULL;
        return cli_fail(CLI_FAILED, "model '%s' needs %zu bytes of memory to run; free some, or use a smaller model",
                        model->path, arena_bytes);
    }
    // Zeroed, so that an input nobody fills gives the same outputs every time.
    memset(runner->arena, 0, arena_bytes);
    if (thimble_init(&runner->runner, &model->model, ops, options, runner->arena, arena_bytes, &error) != THIMBLE_OK) {
        return model_file_refuse(model, &error);
    }
    return CLI_OK;
}

void host_runner_close(host_runner *runner) {
    free(runner->arena);
    *runner = (host_runner){0};
}

thimble_tensor_info model_file_tensor(const model_file *model, int32_t tensor_index) {
    thimble_tensor_info info = {0};
    thimble_inspect_tensor(&model->model, tensor_index, &info);
    return info;
}

thimble_op_info model_file_op(const model_file *model, uint32_t op_index) {
    thimble_op_info info = {0};
    thimble_inspect_op(&model->model, op_index, &info);
    return info;
}
