// Counts the instructions of a program, and of a piece of it without those that counting takes.
// SPDX-License-Identifier: Apache-2.0
#include "chip.h"
#include "chip_runtime.h"

static chip_sample begin_sample;
static uint64_t empty_instructions;  // what a pair with nothing between tells before correction

// Between the readings of begin and end lies nothing whose cost depends on data: no arithmetic, above all.
void chip_count_begin(void) {
    chip_sample_take(&begin_sample);
}

uint64_t chip_count_end(void) {
    chip_sample end_sample;
    chip_sample_take(&end_sample);
    return chip_sample_distance(&begin_sample, &end_sample) - empty_instructions;
}

void chip_count_set_empty(uint64_t instructions) {
    empty_instructions = instructions;
}

uint64_t chip_instructions(void) {
    static chip_sample previous;
    static uint64_t instructions;
    chip_sample now;
    chip_sample_take(&now);
    instructions += chip_sample_distance(&previous, &now);
    previous = now;
    return instructions;
}
