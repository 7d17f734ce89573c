// model.h - the engine's view of an opened .tflite: what thimble_model_open has checked, read back cheaply.
//
// Everything here trusts the checks of thimble_model_open and never fails.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_MODEL_H
#define THIMBLE_MODEL_H

#include "../include/thimble/thimble.h"
#include "flatbuffer.h"

// Numbers of the TFLite schema (version 3) that the engine itself needs; ops know their own.
enum { THIMBLE_BUILTIN_CUSTOM = 32, THIMBLE_NO_TENSOR = -1 };

typedef struct thimble_op_view {
    int32_t builtin_code;
    uint32_t options;  // the builtin_options table, 0 if absent
    uint32_t inputs, outputs;  // vectors of i32 tensor indices; an input may be THIMBLE_NO_TENSOR
    uint32_t input_count, output_count;
} thimble_op_view;

// Where a tensor's values are before anything ran.
typedef struct thimble_tensor_view {
    int32_t index;
    thimble_type type;
    int32_t rank;
    int32_t shape[THIMBLE_MAX_RANK];
    uint32_t element_count;
    uint32_t scale_count;  // 0: not quantized, 1: per tensor, else per channel
    float scale;           // of channel 0
    int32_t zero_point;    // of channel 0
    uint32_t data_bytes;
    uint32_t constant;  // position of the values in the file; 0: not a constant
    uint32_t scales;    // position of f32[scale_count] in the file
    int32_t quantized_dimension;
} thimble_tensor_view;

static inline thimble_fb thimble_model_fb(const thimble_model *model) {
    return (thimble_fb){.file = model->file, .file_bytes = model->file_bytes};
}

// Size of one element; 0 for types outside the subset.
uint32_t thimble_type_bytes(int32_t type);

// Both fill *view. A tensor_index of THIMBLE_NO_TENSOR gives a tensor with that index and nothing else.
void thimble_model_op(const thimble_model *model, uint32_t op_index, thimble_op_view *view);
void thimble_model_tensor(const thimble_model *model, int32_t tensor_index, thimble_tensor_view *view);

// Number `index` in a vector of tensor indices; THIMBLE_NO_TENSOR behind its end.
int32_t thimble_model_tensor_index(const thimble_model *model, uint32_t vector, uint32_t index);

// The tensor whose index that is.
void thimble_model_tensor_at(const thimble_model *model, uint32_t vector, uint32_t index, thimble_tensor_view *view);

// Whether the tensor keeps its values from one run to the next.
bool thimble_model_is_variable(const thimble_model *model, int32_t tensor_index);

// Fills what a user sees of tensor `tensor_index`, with `data` as its address.
thimble_tensor thimble_model_describe(const thimble_model *model, int32_t tensor_index, void *data);

#endif
