// classifier.h - a model ready to answer: opened, its contract read, planned into the arena.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_CLASSIFIER_H
#define THIMBLE_APP_CLASSIFIER_H

#include "contract.h"
#include "port.h"
#include "settings.h"
#include "thimble/thimble.h"
#include "thimble/vision.h"

typedef struct classifier_times {  // microseconds of each stage
    uint32_t capture_us, decode_us, vision_us, engine_us, decide_us;
} classifier_times;

typedef struct classifier_op_time {
    const char *name;  // as TFLite names the op
    int32_t op_index;
    uint32_t run_us;
} classifier_op_time;

typedef struct classifier {
    const port *port;
    const thimble_op *const *ops;
    uint8_t *arena;  // aligned to 16
    size_t arena_limit_bytes;
    // Of the model in use:
    thimble_model model;
    thimble_runner runner;
    thimble_memory memory;
    contract contract;
    uint64_t mac_count;      // multiply-accumulates of one run
    uint64_t stop_after_us;  // a run that takes until then is given up (at the next op); 0: none is
    // While a profile is taken:
    classifier_op_time *profile;
    size_t profile_room, profile_count;
    uint64_t op_began_us;
} classifier;

void classifier_start(classifier *started, const port *world, const thimble_op *const *ops, void *arena,
                      size_t arena_bytes);

typedef struct classifier_limits {
    size_t picture_bytes;  // of the input: height x width x channels
    uint64_t mac_count;
} classifier_limits;

// Opens and plans a model (`file` aligned to 16; it stays where it is) that keeps the limits. `room` is where its contract is read to before it
// counts. False if anything about it is wrong; `problem` then says so, and the classifier has no model until the next
// call: open the one before again. Takes the port's lock while it reads JSON and while it changes what others may read.
bool classifier_open(classifier *changed, const void *file, size_t file_bytes, const classifier_limits *limits,
                     contract *room, char *problem, size_t problem_bytes);

// Runs the model on picture[height][width][channels] of the contract. probabilities[class_count] are finite and 0 .. 1.
// False if it was given up (stop_after_us).
bool classifier_run(classifier *with, const uint8_t *picture, float *probabilities);

// The same, with the time of each op. Returns how many of the `room_count` were filled.
size_t classifier_profile(classifier *with, const uint8_t *picture, float *probabilities, classifier_op_time *room,
                          size_t room_count);

// The vision settings that a model and the user's settings give together for a picture of this size.
vision_settings classifier_vision(const contract *model, const settings *wanted, int32_t frame_height,
                                  int32_t frame_width);

#endif
