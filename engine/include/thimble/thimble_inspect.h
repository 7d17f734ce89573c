// thimble_inspect.h - look inside a model: its ops and tensors as the file lists them. For tools, not for running.
//
// All functions take a model that thimble_model_open accepted, and read the file only. Nothing here is linked into a
// program that does not call it.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_INSPECT_H
#define THIMBLE_INSPECT_H

#include "thimble.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct thimble_op_info {
    int32_t builtin_code;  // tflite BuiltinOperator number
    int32_t version;  // of the op, as the converter wrote it; 1 if it wrote none
    uint32_t input_count, output_count;
    int32_t inputs[THIMBLE_MAX_OP_TENSORS];  // tensor indices; -1 where an optional input is left out
    int32_t outputs[THIMBLE_MAX_OP_TENSORS];
    // Multiply-accumulates of one run: convolutions and FULLY_CONNECTED as the textbook counts them (padding included),
    // 0 for all other ops. UINT64_MAX if the number is larger.
    uint64_t mac_count;
} thimble_op_info;

typedef struct thimble_tensor_info {
    thimble_tensor tensor;  // data: in the file if it is a constant, else NULL; scale and zero_point: of channel 0
    uint64_t element_count;
    bool is_constant;  // its values are in the file
    bool is_variable;  // it is state: its values stay from one run to the next
    uint32_t scale_count;  // 0: not quantized, 1: per tensor, more: per channel
    int32_t channel_dimension;  // with more than one scale: the dimension they run along
} thimble_tensor_info;

// Op number `op_index`, in the order of the file. False, and *info untouched, if there is no such op.
bool thimble_inspect_op(const thimble_model *model, uint32_t op_index, thimble_op_info *info);

// Tensor number `tensor_index`. False, and *info untouched, if there is no such tensor.
bool thimble_inspect_tensor(const thimble_model *model, int32_t tensor_index, thimble_tensor_info *info);

// Tensor index of the graph's input or output number `index`; -1 if there is no such one. They are the tensors that
// thimble_input and thimble_output give, known here without a runner.
int32_t thimble_inspect_input(const thimble_model *model, size_t index);
int32_t thimble_inspect_output(const thimble_model *model, size_t index);

// Is told of an op that cannot run, and why; called in the order of the file.
typedef void thimble_problem_fn(void *context, const thimble_error *problem);

// Plans as thimble_measure does, but goes on behind an op that is missing or unsupported, so that all of them are
// reported. (An op whose shapes follow from such an op's output may be reported for that reason.) Returns THIMBLE_OK if
// all ops were looked at, problems or not. `room` is working memory, with ERR_MEMORY as at thimble_measure.
thimble_status thimble_inspect_problems(const thimble_model *model, const thimble_op *const ops[],
                                        const thimble_options *options, thimble_problem_fn *report, void *context,
                                        void *room, size_t room_bytes, thimble_error *error);

#ifdef __cplusplus
}
#endif
#endif
