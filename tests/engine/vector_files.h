// vector_files.h - reads the vectors of the ops: one-op models with inputs and the outputs TensorFlow Lite Micro gave.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef VECTOR_FILES_H
#define VECTOR_FILES_H

#include "thimble/thimble.h"

enum { VECTOR_MOST_BLOCKS = 32 };

typedef struct vector_block {
    uint8_t *data;
    size_t data_bytes;
} vector_block;

typedef struct vector_case {
    const char *name;  // such as "add_int8_scalar"
    vector_block model;
    uint32_t input_count, output_count;
    vector_block inputs[VECTOR_MOST_BLOCKS], outputs[VECTOR_MOST_BLOCKS];
} vector_case;

typedef void vector_fn(void *context, const vector_case *one);

// Calls `function` for the vectors whose name matches `pattern`, such as "*" or "conv_2d_int8_*". Returns how many.
uint32_t for_each_vector(const char *pattern, vector_fn *function, void *context);

// A file in memory of exactly its size, aligned to 16 bytes; data NULL if it cannot be read. Ended by free.
vector_block read_aligned(const char *path);

// Memory of exactly `bytes` bytes, aligned to 16, so that a sanitizer sees who leaves it. Ended by free.
void *exact_memory(size_t bytes);

// The inputs of the vector go into the runner; those of the first step, if it has several.
void fill_inputs(const thimble_runner *runner, const vector_case *one);

// Whether the runner's outputs are the vector's (of the first step): all bytes, and for floats up to 1e-5 relative.
bool outputs_match(const thimble_runner *runner, const vector_case *one);

#endif
