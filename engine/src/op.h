// op.h - what an op is to the engine: how it is prepared (checked, planned) and how it is run.
//
// An op's life in a runner:
//
//     prepare   once, at thimble_measure and thimble_init: checks options, types, shapes and quantization, asks for
//               scratch, and writes its *record*: whatever run needs, in plain numbers, never pointers.
//     run       at every thimble_run: gets the record and the tensors' addresses, and cannot fail.
//
// prepare may read everything of the model; run must not look at tensor values to decide where to read or write.
//
// An op that nobody reads the output of is left out. That makes chains like SHAPE -> STRIDED_SLICE -> PACK -> RESHAPE
// disappear, since RESHAPE takes its shape from the output tensor and says (`read_inputs`) that it reads one input only.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_OP_H
#define THIMBLE_OP_H

#include "../include/thimble/thimble.h"
#include "arith.h"
#include "error.h"
#include "model.h"

enum { THIMBLE_MAX_RECORD_BYTES = 256, THIMBLE_PREPARED_INPUTS = 3 };

typedef struct thimble_prepare {
    // The first output and the first inputs; index THIMBLE_NO_TENSOR where the op has none. They come first because
    // instructions that reach only the start of a struct are shorter.
    thimble_tensor_view output, inputs[THIMBLE_PREPARED_INPUTS];
    const thimble_model *model;
    thimble_op_view op;
    const thimble_options *options;
    // What prepare decides.
    uint32_t record_bytes;  // set by THIMBLE_RECORD
    uint32_t scratch_bytes;  // per worker; 0 where options->prefer_small, unless it is state
    int32_t in_place;  // the input whose memory the first output may take over, or -1
    bool is_view;  // the output has the bytes of input 0: nothing to run if they can share memory
    thimble_error *error;  // names the op already; thimble_refuse adds the rest
    _Alignas(8) uint8_t record[THIMBLE_MAX_RECORD_BYTES];
} thimble_prepare;

// What run gets.
typedef struct thimble_call {
    const void *record;
    thimble_type type;  // of the first input
    uint32_t input_count;
    void *const *inputs;  // data of the inputs; NULL for one that the op leaves out
    void *const *outputs;
    uint8_t *
        scratch;  // a piece for each worker, of scratch_bytes rounded up to THIMBLE_ALIGNMENT; NULL if prepare asked for none
    const uint8_t *file;
    const thimble_options *options;
} thimble_call;

typedef thimble_status thimble_prepare_fn(thimble_prepare *p);
typedef void thimble_run_fn(const thimble_call *call);

struct thimble_op {
    const char *name;
    int32_t builtin_code;  // tflite BuiltinOperator
    thimble_prepare_fn *prepare;
    thimble_run_fn *run;
    uint16_t read_inputs;  // run reads the values of at most so many inputs, from the first on
    bool has_state;  // its scratch is one piece that stays as it is between runs (state.h)
};

// Names an op object; on the desk the op sources are compiled once per target, each time with another suffix.
#define THIMBLE_JOIN_(a, b) a##b
#define THIMBLE_JOIN(a, b) THIMBLE_JOIN_(a, b)
#ifdef THIMBLE_OP_SUFFIX
#define THIMBLE_OP(name) THIMBLE_JOIN(thimble_op_##name, THIMBLE_OP_SUFFIX)
#else
#define THIMBLE_OP(name) thimble_op_##name
#endif

// THIMBLE_DEFINE_OP(conv_2d, "CONV_2D", 3, prepare, run); defines thimble_op_conv_2d.
#define THIMBLE_DEFINE_OP(id, text, code, prepare_function, run_function) \
    THIMBLE_DEFINE_OP_READING(id, text, code, prepare_function, run_function, THIMBLE_MAX_OP_TENSORS)
#define THIMBLE_DEFINE_OP_READING(id, text, code, prepare_function, run_function, inputs) \
    THIMBLE_DEFINE_OP_(id, text, code, prepare_function, run_function, inputs, false)
#define THIMBLE_DEFINE_OP_WITH_STATE(id, text, code, prepare_function, run_function, inputs) \
    THIMBLE_DEFINE_OP_(id, text, code, prepare_function, run_function, inputs, true)
#define THIMBLE_DEFINE_OP_(id, text, code, prepare_function, run_function, inputs, with_state) \
    extern const thimble_op THIMBLE_OP(id);                                                    \
    const thimble_op THIMBLE_OP(id) = {.name = THIMBLE_TEXT(text),                             \
                                       .builtin_code = (code),                                 \
                                       .prepare = (prepare_function),                          \
                                       .run = (run_function),                                  \
                                       .read_inputs = (inputs),                                \
                                       .has_state = (with_state)}

// ---- for prepare --------------------------------------------------------------------------------------------------

// Number of inputs and outputs of the op.
static inline uint32_t thimble_input_slots(const thimble_prepare *p) {
    return p->op.input_count;
}

// Input `slot`, those behind p->inputs too. A missing one has index THIMBLE_NO_TENSOR.
thimble_tensor_view thimble_prepare_input(const thimble_prepare *p, uint32_t slot);

// The values of input `slot` if it is a constant, else NULL. 4-byte aligned.
const void *thimble_prepare_constant(const thimble_prepare *p, uint32_t slot);

// The values of the int32 or int64 constant in input `slot` as int32 (saturated): writes at most `limit` of them.
// Returns how many there are, or -1 if they are not known, not of these types, or more than `limit`.
int32_t thimble_prepare_constant_i32(const thimble_prepare *p, uint32_t slot, int32_t values[], int32_t limit);

// Fields of the op's options table, by number, with the schema's default.
int32_t thimble_option_i32(const thimble_prepare *p, uint32_t field, int32_t absent);
int32_t thimble_option_i8(const thimble_prepare *p, uint32_t field, int32_t absent);
float thimble_option_f32(const thimble_prepare *p, uint32_t field, float absent);

// Reports why prepare fails, with the op and `tensor_index` (or -1); prepare then returns that status.
void thimble_refuse(const thimble_prepare *p, thimble_status status, const char *text, int32_t tensor_index);

// The same with ERR_UNSUPPORTED, as a value to return. It is the most frequent call in the engine: a function of its own
// for each number of arguments that is left, and not the last thing its callers do, so that these share one way out.
#ifdef THIMBLE_NO_ERROR_TEXT
void thimble_unsupported_(const thimble_prepare *p, int32_t tensor_index);
#define THIMBLE_UNSUPPORTED(p, tensor_index, text) (thimble_unsupported_(p, tensor_index), THIMBLE_ERR_UNSUPPORTED)
#else
void thimble_unsupported_(const thimble_prepare *p, int32_t tensor_index, const char *text);
#define THIMBLE_UNSUPPORTED(p, tensor_index, text) \
    (thimble_unsupported_(p, tensor_index, text), THIMBLE_ERR_UNSUPPORTED)
#endif

// THIMBLE_REQUIRE(p, input.rank == 4, input.index, "the input has to have 4 dimensions");
#define THIMBLE_REQUIRE(p, condition, tensor_index, text)        \
    do {                                                         \
        if (!(condition)) {                                      \
            return THIMBLE_UNSUPPORTED(p, (tensor_index), text); \
        }                                                        \
    } while (0)

// Between `fewest` and `most` inputs of which the first `fewest` (at most THIMBLE_PREPARED_INPUTS) are present, and
// exactly one output.
thimble_status thimble_check_slots(const thimble_prepare *p, uint32_t fewest, uint32_t most);

// thimble_check_slots for an op that makes each element of the output from the one of the first input at the same
// place: also checks that the two have as many elements.
thimble_status thimble_check_elementwise(const thimble_prepare *p, uint32_t fewest, uint32_t most);

// Whether `value` is above 0 and finite.
bool thimble_is_positive(float value);

// A usable per-tensor quantization: a finite scale > 0, and a zero point that the type can hold.
thimble_status thimble_check_quantized(const thimble_prepare *p, const thimble_tensor_view *tensor);

// The same for int16, whose zero point has to be 0, and the type.
thimble_status thimble_check_int16(const thimble_prepare *p, const thimble_tensor_view *tensor);

bool thimble_same_shape(const thimble_tensor_view *a, const thimble_tensor_view *b);

// Points to the record as a `type`, of which sizeof(type) bytes are kept.
#define THIMBLE_RECORD(p, type) ((type *)thimble_prepare_record(p, sizeof(type)))
static inline void *thimble_prepare_record(thimble_prepare *p, size_t bytes) {
    p->record_bytes = (uint32_t)bytes;
    return p->record;
}

// Fused activations by their numbers in the schema.
enum { THIMBLE_ACT_NONE, THIMBLE_ACT_RELU, THIMBLE_ACT_RELU_N1_TO_1, THIMBLE_ACT_RELU6 };

// The smallest and largest value after the activation; for integers as stored in `output`, which is quantized.
// ERR_UNSUPPORTED for activations that are not one of the four above.
thimble_status thimble_activation_range_int8(const thimble_prepare *p, int32_t activation,
                                             const thimble_tensor_view *output, int8_t *lowest, int8_t *highest);
thimble_status thimble_activation_range_int16(const thimble_prepare *p, int32_t activation,
                                              const thimble_tensor_view *output, int16_t *lowest, int16_t *highest);
thimble_status thimble_activation_range_f32(const thimble_prepare *p, int32_t activation, float *lowest,
                                            float *highest);

// ---- for run ------------------------------------------------------------------------------------------------------

// The data of an optional input: NULL if the op leaves it out or has fewer inputs.
static inline const void *thimble_optional_input(const thimble_call *call, uint32_t slot) {
    return slot < call->input_count ? call->inputs[slot] : NULL;
}

// Worker `task`'s share of `total` units, in multiples of `granule`.
thimble_range thimble_share(int32_t total, int32_t granule, uint32_t task, uint32_t task_count);

static inline uint32_t thimble_worker_count(const thimble_options *options) {
    return options->parallel_for != NULL && options->worker_count > 1 ? options->worker_count : 1;
}

// Runs task(argument, i) for every worker i, on all workers at once if there are several.
void thimble_parallel(const thimble_options *options, thimble_task_fn *task, void *argument);

#endif
