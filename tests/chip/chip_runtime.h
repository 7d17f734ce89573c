// What the parts of the runtime ask of each other; programs include chip.h only.
// SPDX-License-Identifier: Apache-2.0
#ifndef CHIP_RUNTIME_H
#define CHIP_RUNTIME_H

#include <stdint.h>

// Set by the linker scripts. The stack lies at the very bottom of RAM, so that an overflow leaves RAM and faults.
extern uint32_t chip_stack_bottom[];
extern uint32_t chip_stack_top[];
extern uint8_t chip_bss[];
extern uint8_t chip_bss_end[];

// First C code after reset: clears memory, calls main, exits.
_Noreturn void chip_start(void);

// Per chip: the state of its counters at one moment. Taking it costs the same every time.
typedef struct chip_sample {
    uint32_t words[3];
} chip_sample;
void chip_sample_take(chip_sample *sample);

// Per chip: the instructions between two samples, less than 10^11 apart. An all-zero sample stands for the start.
uint64_t chip_sample_distance(const chip_sample *from, const chip_sample *to);

// What a pair of chip_count calls costs by itself; until then, it is part of what they tell.
void chip_count_set_empty(uint64_t instructions);

// 0 if the lowest words of the stack have been overwritten.
int chip_stack_is_intact(void);

// Called by the exception handler with what the chip knows; prints it and ends the program.
_Noreturn void chip_fault(const char *name, uint32_t cause, uint32_t pc, uint32_t address);

// Per chip: leave the emulator with `status`, 0..255.
_Noreturn void chip_board_exit(uint32_t status);

#endif
