// thimble.h - run quantized TensorFlow Lite models (.tflite) in place, without heap, globals or stdio.
//
// Life cycle of a model:
//
//     thimble_model_open     checks every byte that will be read; the model stays where it is (flash)
//     thimble_measure        says how large the arena has to be, exactly
//     thimble_init           plans memory into the caller's arena
//     fill thimble_input(), thimble_run(), read thimble_output(), as often as you like
//     thimble_reset          makes a model with state (LSTM, SVDF) forget what it has seen
//
// Everything that can fail fails before thimble_run. The caller owns all memory: the file, the arena and the two
// structs must outlive the runner and stay where they are. Nothing is allocated, so there is nothing to free. All
// functions are reentrant; a runner may be used by one thread at a time, different runners by different threads, and
// runners may share a model.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_H
#define THIMBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define THIMBLE_VERSION_MAJOR 0
#define THIMBLE_VERSION_MINOR 1
#define THIMBLE_VERSION_PATCH 0
#define THIMBLE_VERSION (THIMBLE_VERSION_MAJOR * 10000 + THIMBLE_VERSION_MINOR * 100 + THIMBLE_VERSION_PATCH)

// The version of the library that is linked, in the form of THIMBLE_VERSION.
uint32_t thimble_version(void);

// Limits (SPEC.md, "Limits"): what bounds the work done for any file, however made.
#define THIMBLE_MAX_RANK 6
#define THIMBLE_MAX_TENSORS 4096
#define THIMBLE_MAX_OPS 4096
#define THIMBLE_MAX_BUFFERS 16384
#define THIMBLE_MAX_OP_TENSORS 32  // inputs plus outputs of one op
#define THIMBLE_ALIGNMENT 16       // of the file and of the arena, in bytes

typedef enum thimble_status {
    THIMBLE_OK = 0,
    THIMBLE_ERR_ARGUMENT,     // the caller broke a rule stated in this header
    THIMBLE_ERR_MODEL,        // the bytes are not a well-formed .tflite
    THIMBLE_ERR_UNSUPPORTED,  // well-formed, but outside the subset in SPEC.md
    THIMBLE_ERR_OP_MISSING,   // the model uses an op that is not in `ops`
    THIMBLE_ERR_MEMORY,       // the buffer is smaller than needed_bytes
    THIMBLE_ERR_STOPPED,      // the trace function returned false
} thimble_status;

// Filled by the call that failed, untouched by one that succeeded. Pass NULL if you only want the status.
typedef struct thimble_error {
    thimble_status status;
    const char *text;      // what was wrong: constant, English, no line end; NULL with THIMBLE_NO_ERROR_TEXT
    const char *op_name;   // the op as TFLite names it ("CONV_2D"), or NULL where it is not known
    int32_t op_index;      // which op, in the order of the file, or -1
    int32_t builtin_code;  // its tflite BuiltinOperator number, or -1
    int32_t tensor_index;  // which tensor, in the order of the file, or -1
    size_t file_offset;    // which byte of the file, or 0
    size_t needed_bytes;   // with ERR_MEMORY: how large the buffer has to be (thimble_init: see there)
} thimble_error;

// Element types by their numbers in the TFLite schema.
typedef enum thimble_type {
    THIMBLE_FLOAT32 = 0,
    THIMBLE_INT32 = 2,
    THIMBLE_UINT8 = 3,
    THIMBLE_INT64 = 4,
    THIMBLE_BOOL = 6,
    THIMBLE_INT16 = 7,
    THIMBLE_INT8 = 9,
} thimble_type;

// A view of one tensor; real value = scale * (stored value - zero_point). Elements lie in row-major order.
typedef struct thimble_tensor {
    void *data;         // in the arena (aligned to THIMBLE_ALIGNMENT) or, for a constant, in the file
    size_t data_bytes;
    const char *name;   // from the file, zero-terminated; "" if it has none
    thimble_type type;
    int32_t rank;       // 0 is a scalar
    int32_t shape[THIMBLE_MAX_RANK];
    float scale;        // 0 if the tensor is not quantized
    int32_t zero_point;
} thimble_tensor;

// An opened model: positions in the file, all of them checked. Read-only for the caller.
typedef struct thimble_model {
    const uint8_t *file;
    uint32_t file_bytes;
    uint32_t tensor_count, op_count;
    // Positions of vectors in the file, in bytes.
    uint32_t tensors, ops, op_codes, buffers, inputs, outputs, metadata;
} thimble_model;

// Checks a .tflite file and notes where its parts lie. `file` must be aligned to THIMBLE_ALIGNMENT; it is not copied
// and must stay unchanged as long as the model is used.
// Fails with ERR_ARGUMENT (NULL or misaligned file), ERR_MODEL (damaged, or not a .tflite at all) or ERR_UNSUPPORTED
// (more than one subgraph, sparse tensors, data outside the flatbuffer, custom ops ...).
thimble_status thimble_model_open(thimble_model *model, const void *file, size_t file_bytes, thimble_error *error);

// Finds the metadata buffer called `name` (such as "thimble.json"): sets *data and *data_bytes and returns true, or
// returns false if there is none.
bool thimble_model_metadata(const thimble_model *model, const char *name, const void **data, size_t *data_bytes);

// One TFLite op: how to check it and how to run it. The objects are in thimble_ops.h; list those your model needs.
typedef struct thimble_op thimble_op;

// What the trace function is told: twice per op, before and after it ran.
typedef struct thimble_event {
    bool after;                // false: about to run; true: has run, `output` holds the result
    int32_t op_index;          // in the order of the file
    int32_t builtin_code;      // tflite BuiltinOperator number
    const char *op_name;       // as in thimble_error
    const void *output;        // the first output tensor's data
    size_t output_bytes;
    int32_t output_tensor;     // its index in the file
} thimble_event;

// Returns false to stop the run, which then ends with ERR_STOPPED. For profiling, checksums, watchdogs, cancelling.
typedef bool thimble_trace_fn(void *context, const thimble_event *event);

// Calls task(argument, i) once for each i in 0 .. task_count-1, at most worker_count of them at a time, on any
// threads and in any order; returns when all have returned.
typedef void thimble_task_fn(void *argument, uint32_t task_index);
typedef void thimble_parallel_fn(void *context, thimble_task_fn *task, void *argument, uint32_t task_count);

typedef struct thimble_options {     // all zero = defaults; give the same to thimble_measure and thimble_init
    bool prefer_small;               // only kernels that need no scratch memory: same bytes out, perhaps slower
    thimble_trace_fn *trace;         // or NULL
    thimble_parallel_fn *parallel_for;  // or NULL: everything runs on the calling thread
    uint32_t worker_count;           // how many threads parallel_for uses; 0 and 1 mean one
    void *context;                   // handed to trace and parallel_for
} thimble_options;

typedef struct thimble_memory {
    size_t arena_bytes;       // what thimble_init needs, exactly: one byte less fails
    size_t activation_bytes;  // of these: tensors and scratch
    size_t record_bytes;      // of these: what init remembers about the ops
    size_t live_peak_bytes;   // largest sum of tensors alive at one op: no plan can need fewer activation_bytes
    size_t room_bytes;        // what thimble_measure itself needed
} thimble_memory;

// Says how much memory the model needs, without the arena: the same planning as thimble_init. `room` is working memory
// of any alignment, a few hundred bytes to a few KB; it is free again afterwards. `options` may be NULL.
// The answer is the same on every machine for the same target (engine/src/targets).
// Fails with ERR_MEMORY if the room is too small: needed_bytes then says what is enough, so that a first call with
// (NULL, 0) asks for the size. Otherwise as thimble_init.
thimble_status thimble_measure(const thimble_model *model, const thimble_op *const ops[],
                               const thimble_options *options, void *room, size_t room_bytes, thimble_memory *need,
                               thimble_error *error);

// A model ready to run. Read-only for the caller.
typedef struct thimble_runner {
    const thimble_model *model;
    const thimble_op *const *ops;
    uint8_t *arena;
    thimble_options options;
    uint32_t first_record;  // arena offset: what to run, in order
    uint32_t record_count;
} thimble_runner;

// Plans the model into `arena` (aligned to THIMBLE_ALIGNMENT). `ops` is a NULL-terminated list of at most 254 ops;
// `options` may be NULL. Leaves the file as it is; the whole arena belongs to the runner until its last use.
// Fails with ERR_OP_MISSING, ERR_UNSUPPORTED or ERR_MODEL (an op or its tensors, named in *error), ERR_ARGUMENT, or
// ERR_MEMORY. In the last case needed_bytes is exact, unless the arena is too small even for planning: then it is what
// planning needs, and thimble_measure tells the rest.
thimble_status thimble_init(thimble_runner *runner, const thimble_model *model, const thimble_op *const ops[],
                            const thimble_options *options, void *arena, size_t arena_bytes, thimble_error *error);

// Runs the model once: reads the inputs, fills the outputs, takes state one step on. Inputs may be overwritten. Returns THIMBLE_OK, or
// ERR_STOPPED if the trace function said so; nothing else can go wrong.
thimble_status thimble_run(thimble_runner *runner);

// Makes the runner forget: the next run finds all state as the first one did, zero (for quantized tensors the stored value
// that means zero). State is what variable tensors hold, those of UNIDIRECTIONAL_SEQUENCE_LSTM and SVDF. It lies in the
// arena, begins at thimble_init, and only thimble_run and thimble_reset change it; so every runner has its own, also those
// that share a model. A run that the trace function stopped leaves it half changed. Does nothing to a model without state.
void thimble_reset(thimble_runner *runner);

// The graph's inputs and outputs. `index` counts from 0 and must be below the count; beyond it, a tensor without data
// is returned.
size_t thimble_input_count(const thimble_runner *runner);
size_t thimble_output_count(const thimble_runner *runner);
thimble_tensor thimble_input(const thimble_runner *runner, size_t index);
thimble_tensor thimble_output(const thimble_runner *runner, size_t index);

#ifdef __cplusplus
}
#endif
#endif
