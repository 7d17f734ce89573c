// replay.h - runs the models of a pack and compares their outputs with the recorded ones, on the host and on a chip.
//
// A pack (tests/oracle/pack.py) holds models with inputs and the outputs that TensorFlow Lite Micro gave. Everything in
// it starts at a multiple of 16 bytes, so that models and inputs are used where they lie:
//
//     "TVP1", u32 case count, 8 unused bytes
//     case:   u32 name bytes, u32 model bytes, u32 input count, u32 output count; name; model; blocks
//     block:  u32 data bytes, u32 tensor type, 8 unused bytes; data          (inputs first, then outputs)
//
// The data of a model with state is for several steps, one after the other: all tensors of a case hold as many.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef REPLAY_H
#define REPLAY_H

#include "thimble/thimble.h"

typedef struct replay_block {
    uint32_t data_bytes, type;
    const uint8_t *data;
} replay_block;

enum { REPLAY_MAX_BLOCKS = 64 };

typedef struct replay_case {
    const char *name;
    uint32_t name_bytes;
    const uint8_t *model;
    uint32_t model_bytes;
    uint32_t input_count, output_count;
    replay_block blocks[REPLAY_MAX_BLOCKS];  // inputs, then outputs
} replay_case;

typedef struct replay_reader {
    const uint8_t *pack;
    size_t pack_bytes, offset;
    uint32_t cases_left;
} replay_reader;

// False if `pack` is not a pack.
bool replay_open(replay_reader *reader, const uint8_t *pack, size_t pack_bytes);

// The next case; false at the end, and if the pack is cut short (then cases_left is not 0).
bool replay_next(replay_reader *reader, replay_case *next);

// How a case is run.
typedef struct replay_setup {
    const thimble_op *const *ops;
    thimble_options options;
    uint8_t *memory;  // aligned to 16 bytes: the arena goes here
    size_t memory_bytes;
    void (*begin)(void);  // or NULL: called before the first call of the engine, from the function that makes it
} replay_setup;

typedef struct replay_result {
    const char *failure;  // NULL: the outputs are right
    uint32_t output_index, byte_offset;  // where the first difference is
    bool close;  // floats that differ in bytes, but by less than SPEC.md's tolerance
    thimble_memory memory;
    thimble_error error;
} replay_result;

// Measures, plans (into exactly arena_bytes; one byte less has to fail), runs all steps and compares; then resets and
// runs them once more.
replay_result replay_run(const replay_setup *setup, const replay_case *one);

#endif
