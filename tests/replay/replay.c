// replay.c - reads packs and runs their cases.
//
// SPDX-License-Identifier: Apache-2.0
#include "replay.h"

#include <math.h>
#include <string.h>

static uint32_t u32_at(const uint8_t *bytes) {
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

// Takes `bytes` bytes, and what is left to the next multiple of 16. NULL at the end of the pack.
static const uint8_t *take(replay_reader *reader, size_t bytes) {
    if (bytes > reader->pack_bytes - reader->offset) {
        return NULL;
    }
    const uint8_t *taken = reader->pack + reader->offset;
    const size_t padded = (bytes + 15) / 16 * 16;
    reader->offset = padded < reader->pack_bytes - reader->offset ? reader->offset + padded : reader->pack_bytes;
    return taken;
}

bool replay_open(replay_reader *reader, const uint8_t *pack, size_t pack_bytes) {
    *reader = (replay_reader){.pack = pack, .pack_bytes = pack_bytes};
    const uint8_t *header = take(reader, 16);
    if (header == NULL || memcmp(header, "TVP1", 4) != 0) {
        return false;
    }
    reader->cases_left = u32_at(header + 4);
    return true;
}

bool replay_next(replay_reader *reader, replay_case *next) {
    const uint8_t *header = reader->cases_left > 0 ? take(reader, 16) : NULL;
    if (header == NULL) {
        return false;
    }
    next->name_bytes = u32_at(header);
    next->model_bytes = u32_at(header + 4);
    next->input_count = u32_at(header + 8);
    next->output_count = u32_at(header + 12);
    next->name = (const char *)take(reader, next->name_bytes);
    next->model = take(reader, next->model_bytes);
    if (next->name == NULL || next->model == NULL || next->input_count > REPLAY_MAX_BLOCKS ||
        next->output_count > REPLAY_MAX_BLOCKS - next->input_count) {
        return false;
    }
    for (uint32_t i = 0; i < next->input_count + next->output_count; i++) {
        const uint8_t *block = take(reader, 16);
        if (block == NULL) {
            return false;
        }
        next->blocks[i] = (replay_block){.data_bytes = u32_at(block), .type = u32_at(block + 4)};
        next->blocks[i].data = take(reader, next->blocks[i].data_bytes);
        if (next->blocks[i].data == NULL) {
            return false;
        }
    }
    reader->cases_left--;
    return true;
}

// SPEC.md's tolerance for float outputs: 1e-5 relative, and the same of the tensor's largest value near zero.
static bool floats_are_close(const void *actual, const void *expected, uint32_t data_bytes) {
    const uint32_t count = data_bytes / 4;
    float largest = 0;
    for (uint32_t i = 0; i < count; i++) {
        float e;
        memcpy(&e, (const char *)expected + 4 * i, 4);
        largest = fabsf(e) > largest ? fabsf(e) : largest;
    }
    for (uint32_t i = 0; i < count; i++) {
        float a, e;
        memcpy(&a, (const char *)actual + 4 * i, 4);
        memcpy(&e, (const char *)expected + 4 * i, 4);
        if (!(fabsf(a - e) <= 1e-5f * fabsf(e) + 1e-7f * largest)) {
            return false;
        }
    }
    return true;
}

static void compare_outputs(const thimble_runner *runner, const replay_case *one, uint32_t step, uint32_t step_count,
                            replay_result *result) {
    for (uint32_t i = 0; i < one->output_count; i++) {
        const thimble_tensor output = thimble_output(runner, i);
        const replay_block *block = &one->blocks[one->input_count + i];
        const uint32_t data_bytes = (uint32_t)output.data_bytes;
        if (data_bytes * step_count != block->data_bytes || (uint32_t)output.type != block->type) {
            result->failure = "an output has another size or type";
            result->output_index = i;
            return;
        }
        const uint8_t *expected = block->data + step * data_bytes;
        for (uint32_t at = 0; at < data_bytes; at++) {
            if (((const uint8_t *)output.data)[at] == expected[at]) {
                continue;
            }
            result->output_index = i;
            result->byte_offset = step * data_bytes + at;
            if (output.type != THIMBLE_FLOAT32 || !floats_are_close(output.data, expected, data_bytes)) {
                result->failure = "an output differs";
                return;
            }
            result->close = true;
            break;
        }
    }
}

// Fills the inputs with those of `step`, runs and compares. Returns whether all was right.
static bool run_step(thimble_runner *runner, const replay_case *one, uint32_t step, uint32_t step_count,
                     replay_result *result) {
    for (uint32_t i = 0; i < one->input_count; i++) {
        const thimble_tensor input = thimble_input(runner, i);
        result->failure = "an input has another size";
        if (input.data_bytes * step_count != one->blocks[i].data_bytes) {
            return false;
        }
        memcpy(input.data, one->blocks[i].data + step * input.data_bytes, input.data_bytes);
    }
    result->failure = "thimble_run failed";
    if (thimble_run(runner) != THIMBLE_OK) {
        return false;
    }
    result->failure = NULL;
    compare_outputs(runner, one, step, step_count, result);
    return result->failure == NULL;
}

// How many steps the first input is for, the first output if there is none.
static uint32_t count_steps(const thimble_runner *runner, const replay_case *one) {
    const thimble_tensor first = one->input_count > 0 ? thimble_input(runner, 0) : thimble_output(runner, 0);
    return first.data_bytes > 0 ? one->blocks[0].data_bytes / (uint32_t)first.data_bytes : 1;
}

replay_result replay_run(const replay_setup *setup, const replay_case *one) {
    replay_result result = {.failure = "thimble_model_open failed"};
    thimble_model model;
    thimble_runner runner;
    if (setup->begin != NULL) {
        setup->begin();
    }
    if (thimble_model_open(&model, one->model, one->model_bytes, &result.error) != THIMBLE_OK) {
        return result;
    }
    result.failure = "thimble_measure failed";
    if (thimble_measure(&model, setup->ops, &setup->options, setup->memory, setup->memory_bytes, &result.memory,
                        &result.error) != THIMBLE_OK) {
        return result;
    }
    const size_t arena_bytes = result.memory.arena_bytes;
    result.failure = "the memory for the test is too small";
    if (arena_bytes > setup->memory_bytes) {
        return result;
    }
    result.failure = "one byte less than arena_bytes did not fail as it should";
    if (arena_bytes > 0 && thimble_init(&runner, &model, setup->ops, &setup->options, setup->memory, arena_bytes - 1,
                                        &result.error) != THIMBLE_ERR_MEMORY) {
        return result;
    }
    result.failure = "thimble_init failed";
    result.error = (thimble_error){0};
    memset(setup->memory, 0xa5, arena_bytes);
    if (thimble_init(&runner, &model, setup->ops, &setup->options, setup->memory, arena_bytes, &result.error) !=
        THIMBLE_OK) {
        return result;
    }
    result.failure = "the model has another number of inputs or outputs";
    if (thimble_input_count(&runner) != one->input_count || thimble_output_count(&runner) != one->output_count) {
        return result;
    }
    const uint32_t step_count = count_steps(&runner, one);
    // Twice: the second round finds what the first one left behind, but for the state.
    for (int round = 0; round < 2; round++) {
        for (uint32_t step = 0; step < step_count; step++) {
            if (!run_step(&runner, one, step, step_count, &result)) {
                return result;
            }
        }
        thimble_reset(&runner);
    }
    return result;
}
