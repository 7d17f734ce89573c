// chip_estimate.h - what a model will take on a chip, without the chip: instructions, time, flash and arena.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_CHIP_ESTIMATE_H
#define THIMBLE_CLI_CHIP_ESTIMATE_H

#include "chip_costs.h"
#include "model_file.h"
#include "op_trace.h"

#define CHIP_CYCLES_PER_INSTRUCTION 1.2  // as published times of ESP32 and ESP32-C3 have it
// For kinds of ops that were not measured.
#define CHIP_OTHER_INSTRUCTIONS_PER_MAC 10.0
#define CHIP_OTHER_INSTRUCTIONS_PER_OUTPUT 150.0

typedef struct chip {
    const char *name;
    double clock_mhz;
    const chip_cost *costs;
    const thimble_op *const *ops;
} chip;

extern const chip chips[];  // CHIP_COUNT of them, and one without a name

// The chip called `name`, or NULL.
const chip *chip_find(const char *name);

// Instructions that op `op_index` takes there. *is_known: whether its kind was measured.
double chip_op_instructions(const chip *on, const model_file *model, uint32_t op_index, bool *is_known);

// Instructions of all ops that ran when `trace` was taken.
double chip_instructions(const chip *on, const model_file *model, const op_trace *trace);

double chip_milliseconds(const chip *on, double instructions);

typedef struct chip_estimate {
    double milliseconds;  // of one inference
    size_t arena_bytes;   // with that chip's kernels
} chip_estimate;

enum { CHIP_COUNT = 3 };

// What the model takes on each of `chips`, in their order. Runs it once here: only that tells which of its ops run at all.
cli_status chip_estimate_all(const model_file *model, chip_estimate estimates[CHIP_COUNT]);

#endif
