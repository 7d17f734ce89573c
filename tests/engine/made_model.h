// made_model.h - writes small .tflite files for tests: whole ones, and places where to break them.
//
// Every table has a slot of 8 bytes for each field of the schema that the engine reads, used or not, so that a test can
// add, change or remove any field afterwards:
//
//     made_set(&file, file.tensors[0], TENSOR_VARIABLE, 1);      the field is there and has this value
//     made_remove(&file, file.tensors[0], TENSOR_BUFFER);        the field is absent
//     made_refer(&file, file.tensors[0], TENSOR_SHAPE, vector);  the field refers to a vector
//
// SPDX-License-Identifier: Apache-2.0
#ifndef MADE_MODEL_H
#define MADE_MODEL_H

#include "thimble/thimble.h"

enum { MADE_MOST_BYTES = 1 << 17, MADE_MOST_PARTS = 64, MADE_MOST_RANK = 8, MADE_MOST_SLOTS = 40 };

// Field numbers of the schema.
enum { MODEL_VERSION, MODEL_OP_CODES, MODEL_SUBGRAPHS, MODEL_BUFFERS = 4, MODEL_METADATA = 6 };
enum { SUBGRAPH_TENSORS, SUBGRAPH_INPUTS, SUBGRAPH_OUTPUTS, SUBGRAPH_OPS };
enum { TENSOR_SHAPE, TENSOR_TYPE, TENSOR_BUFFER, TENSOR_NAME, TENSOR_QUANTIZATION, TENSOR_VARIABLE, TENSOR_SPARSITY };
enum { QUANTIZATION_SCALE = 2, QUANTIZATION_ZERO_POINT, QUANTIZATION_DIMENSION = 6 };
enum { BUFFER_DATA, BUFFER_OFFSET, BUFFER_SIZE };
enum { OP_CODE_INDEX, OP_INPUTS, OP_OUTPUTS, OP_OPTIONS = 4 };
enum { OP_CODE_DEPRECATED, OP_CODE_VERSION = 2, OP_CODE_BUILTIN };
enum { METADATA_NAME, METADATA_BUFFER };

// BuiltinOperator numbers.
enum {
    BUILTIN_ADD = 0,
    BUILTIN_CONCATENATION = 2,
    BUILTIN_CONV_2D = 3,
    BUILTIN_RELU = 19,
    BUILTIN_RESHAPE = 22,
    BUILTIN_CUSTOM = 32,
    BUILTIN_ABS = 101
};

typedef struct made_tensor {
    int32_t type;  // 0: float32
    uint32_t rank;
    int32_t shape[MADE_MOST_RANK];
    float scale;  // 0: not quantized
    int32_t zero_point;
    const void *data;  // of a constant
    uint32_t data_bytes;
    const char *name;  // or NULL
} made_tensor;

typedef struct made_op {
    int32_t builtin_code;
    uint32_t input_count, output_count;
    int32_t inputs[MADE_MOST_SLOTS], outputs[MADE_MOST_SLOTS];
} made_op;

typedef struct made_graph {
    uint32_t tensor_count, op_count, input_count, output_count;
    made_tensor tensors[MADE_MOST_PARTS];
    made_op ops[MADE_MOST_PARTS];
    int32_t inputs[MADE_MOST_SLOTS], outputs[MADE_MOST_SLOTS];
} made_graph;

typedef struct made_file {
    uint32_t byte_count;
    uint32_t model, subgraph, metadata;  // positions of tables
    uint32_t tensors[MADE_MOST_PARTS], ops[MADE_MOST_PARTS], op_codes[MADE_MOST_PARTS];
    uint32_t buffers[MADE_MOST_PARTS + 2];  // 0: the empty one; of tensor i: i + 1; of the metadata: the last one
    _Alignas(16) uint8_t bytes[MADE_MOST_BYTES];
} made_file;

// The file has metadata called "note" with the bytes "hello".
void made_write(made_file *file, const made_graph *graph);

// Position of a table's field, whether it is in use or not.
uint32_t made_field(uint32_t table, uint32_t field);

// Uses the field and sets its first 4 bytes.
void made_set(made_file *file, uint32_t table, uint32_t field, uint32_t value);

void made_remove(made_file *file, uint32_t table, uint32_t field);

// Uses the field and lets it refer to `target`, which lies behind it.
void made_refer(made_file *file, uint32_t table, uint32_t field, uint32_t target);

// What the field refers to.
uint32_t made_target(const made_file *file, uint32_t table, uint32_t field);

// Adds a vector at the end of the file and returns its position; its elements start 4 bytes behind. `elements` may be
// NULL: zeros.
uint32_t made_add_vector(made_file *file, uint32_t count, uint32_t element_bytes, const void *elements);

// Adds a table without any field in use, and returns its position.
uint32_t made_add_table(made_file *file, uint32_t field_count);

uint32_t made_u32(const made_file *file, uint32_t position);
void made_set_u32(made_file *file, uint32_t position, uint32_t value);
void made_set_u16(made_file *file, uint32_t position, uint32_t value);

// Position of the field's entry in the table's vtable.
uint32_t made_vtable_entry(const made_file *file, uint32_t table, uint32_t field);

#endif
