// model_file.h - a model in the memory of the host, and runners for it with their arenas on the heap.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_MODEL_FILE_H
#define THIMBLE_CLI_MODEL_FILE_H

#include "cli.h"
#include "thimble/thimble.h"
#include "thimble/thimble_inspect.h"

typedef struct model_file {
    const char *path;
    uint8_t *file;
    size_t file_bytes;
    thimble_model model;
} model_file;

// Reads and opens the model. model_file_close frees it, also after a failure.
cli_status model_file_open(model_file *model, const char *path);
void model_file_close(model_file *model);

// The engine's error as text: "op 7 CONV_2D, tensor 12: needs one scale per output channel". Returns `room`.
#define ENGINE_ERROR_BYTES 400
const char *engine_error_text(char *room, const thimble_error *error);

// Prints the engine's error as the command's error line. CLI_MODEL, or CLI_FAILED for what is not the model's fault.
cli_status model_file_refuse(const model_file *model, const thimble_error *error);

// Measures the arena. After a failure *error says why; nothing is printed.
thimble_status model_file_measure(const model_file *model, const thimble_op *const ops[],
                                  const thimble_options *options, thimble_memory *need, thimble_error *error);

// All ops that cannot run, as thimble_inspect_problems.
thimble_status model_file_problems(const model_file *model, const thimble_op *const ops[],
                                   const thimble_options *options, thimble_problem_fn *report, void *context,
                                   thimble_error *error);

typedef struct host_runner {
    thimble_runner runner;
    void *arena;
    thimble_memory need;
} host_runner;

// Measures, allocates the arena and initializes. host_runner_close frees it, also after a failure.
cli_status host_runner_open(host_runner *runner, const model_file *model, const thimble_op *const ops[],
                            const thimble_options *options);
void host_runner_close(host_runner *runner);

// What `index` says about a tensor of the model; the model was opened, so it is there.
thimble_tensor_info model_file_tensor(const model_file *model, int32_t tensor_index);
thimble_op_info model_file_op(const model_file *model, uint32_t op_index);

#endif
