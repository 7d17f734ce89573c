// Stack high-water measuring: paint everything below the caller, later look how far up the paint still is.
// SPDX-License-Identifier: Apache-2.0
#include "chip.h"
#include "chip_runtime.h"

#define PAINT UINT32_C(0x5ca1ab1e)
#define GUARD_WORDS 16

static uint32_t *mark;

// A leaf without a frame of its own, so that its stack pointer is its caller's.
void chip_stack_mark(void) {
#ifdef __riscv
    __asm__ volatile("mv %0, sp" : "=r"(mark));
#else
    __asm__ volatile("mov %0, sp" : "=r"(mark));
#endif
    for (uint32_t *word = chip_stack_bottom; word < mark; word++) {
        *(volatile uint32_t *)word = PAINT;
    }
}

size_t chip_stack_used(void) {
    const uint32_t *word = chip_stack_bottom;
    while (word < mark && *word == PAINT) {
        word++;
    }
    return (size_t)(mark - word) * sizeof *word;
}

int chip_stack_is_intact(void) {
    for (int i = 0; i < GUARD_WORDS; i++) {
        if (chip_stack_bottom[i] != PAINT) {
            return 0;
        }
    }
    return 1;
}
