// vector_files.c - reads the vectors of the ops; the current folder is the root of the repository.
//
// SPDX-License-Identifier: Apache-2.0
#define _POSIX_C_SOURCE 200809L
#include "vector_files.h"

#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *exact_memory(size_t bytes) {
    void *memory = NULL;
    if (posix_memalign(&memory, THIMBLE_ALIGNMENT, bytes) != 0) {
        abort();
    }
    return memory;
}

vector_block read_aligned(const char *path) {
    vector_block block = {0};
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return block;
    }
    fseek(file, 0, SEEK_END);
    block.data_bytes = (size_t)ftell(file);
    rewind(file);
    block.data = exact_memory(block.data_bytes);
    if (fread(block.data, 1, block.data_bytes, file) != block.data_bytes) {
        abort();
    }
    fclose(file);
    return block;
}

// Reads STEM.in0, STEM.in1 ... and returns how many there are.
static uint32_t read_blocks(const char *stem, const char *kind, vector_block blocks[VECTOR_MOST_BLOCKS]) {
    for (uint32_t i = 0; i < VECTOR_MOST_BLOCKS; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s.%s%u", stem, kind, (unsigned)i);
        blocks[i] = read_aligned(path);
        if (blocks[i].data == NULL) {
            return i;
        }
    }
    return VECTOR_MOST_BLOCKS;
}

static void take_vector(char *path, vector_fn *function, void *context) {
    vector_case one = {.model = read_aligned(path)};
    *strrchr(path, '.') = '\0';  // the stem
    one.name = strrchr(path, '/') + 1;
    one.input_count = read_blocks(path, "in", one.inputs);
    one.output_count = read_blocks(path, "out", one.outputs);
    function(context, &one);
    free(one.model.data);
    for (uint32_t i = 0; i < one.input_count; i++) {
        free(one.inputs[i].data);
    }
    for (uint32_t i = 0; i < one.output_count; i++) {
        free(one.outputs[i].data);
    }
}

uint32_t for_each_vector(const char *pattern, vector_fn *function, void *context) {
    char path[256];
    snprintf(path, sizeof path, "engine/src/ops/*/vectors/%s.tflite", pattern);
    glob_t found;
    uint32_t count = 0;
    if (glob(path, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            take_vector(found.gl_pathv[i], function, context);
        }
        count = (uint32_t)found.gl_pathc;
        globfree(&found);
    }
    return count;
}

void fill_inputs(const thimble_runner *runner, const vector_case *one) {
    for (uint32_t i = 0; i < one->input_count && i < thimble_input_count(runner); i++) {
        const thimble_tensor input = thimble_input(runner, i);
        if (input.data_bytes <= one->inputs[i].data_bytes) {
            memcpy(input.data, one->inputs[i].data, input.data_bytes);
        }
    }
}

static bool floats_match(const uint8_t *actual, const uint8_t *expected, size_t bytes) {
    float largest = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t at = 0; at < bytes; at += 4) {
            float a, e;
            memcpy(&a, actual + at, 4);
            memcpy(&e, expected + at, 4);
            if (pass == 0) {
                largest = fabsf(e) > largest ? fabsf(e) : largest;
            } else if (memcmp(&a, &e, 4) != 0 && !(fabsf(a - e) <= 1e-5f * fabsf(e) + 1e-7f * largest)) {
                return false;
            }
        }
    }
    return true;
}

bool outputs_match(const thimble_runner *runner, const vector_case *one) {
    bool match = thimble_output_count(runner) == one->output_count;
    for (uint32_t i = 0; i < one->output_count && match; i++) {
        const thimble_tensor output = thimble_output(runner, i);
        const vector_block *expected = &one->outputs[i];
        match = output.data_bytes <= expected->data_bytes &&
                (memcmp(output.data, expected->data, output.data_bytes) == 0 ||
                 (output.type == THIMBLE_FLOAT32 && floats_match(output.data, expected->data, output.data_bytes)));
    }
    return match;
}
