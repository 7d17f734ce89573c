// The Xtensa test machine's output, exit, instruction counter and exception names (QEMU `sim`).
// SPDX-License-Identifier: Apache-2.0
#include "chip.h"
#include "chip_runtime.h"

#define SIMCALL_EXIT 1
#define SIMCALL_WRITE 4
#define STANDARD_OUTPUT 1
#define INSTRUCTIONS_PER_CLOCK 25   // one per nanosecond (icount shift 0), and a clock of 40 MHz
#define EMULATION_INSTRUCTIONS 98  // what one MULUH or MULSH costs beyond 1; checked by the self test

_Noreturn void chip_trap(uint32_t cause, uint32_t pc, uint32_t address);

static uint32_t simcall(uint32_t call, uint32_t first, uint32_t second, uint32_t third) {
    register uint32_t a2 __asm__("a2") = call;
    register uint32_t a3 __asm__("a3") = first;
    register uint32_t a4 __asm__("a4") = second;
    register uint32_t a5 __asm__("a5") = third;
    __asm__ volatile("simcall" : "+r"(a2), "+r"(a3) : "r"(a4), "r"(a5) : "memory");
    return a2;
}

void chip_write(const char *text, size_t bytes) {
    while (bytes > 0) {
        uint32_t done = simcall(SIMCALL_WRITE, STANDARD_OUTPUT, (uint32_t)(uintptr_t)text, bytes);
        if (done == 0 || done > bytes) {
            chip_board_exit(CHIP_STATUS_FAULT);  // nobody is left to tell
        }
        text += done;
        bytes -= done;
    }
}

_Noreturn void chip_board_exit(uint32_t status) {
    (void)simcall(SIMCALL_EXIT, status, 0, 0);
    for (;;) {}
}

// CCOUNT moves once in 25 instructions, but its phase is not lost. With t the instructions so far and readings k apart,
// where k and 25 have no common factor, t, t + k, ... t + 24 k take every remainder by 25 once, so the sum of
// floor((t + i k) / 25) for i = 0..24 is exactly t + 12 (k - 1). Sums are modulo 2^32; the first reading gives the rest.
uint64_t chip_sample_distance(const chip_sample *from, const chip_sample *to) {
    uint32_t clocks = to->words[0] - from->words[0];
    uint32_t sum = to->words[1] - from->words[1];
    uint32_t emulated = to->words[2] - from->words[2];
    int32_t phase = (int32_t)(sum - INSTRUCTIONS_PER_CLOCK * clocks);
    return (uint64_t)clocks * INSTRUCTIONS_PER_CLOCK + (uint64_t)(int64_t)phase -
           (uint64_t)emulated * EMULATION_INSTRUCTIONS;
}

_Noreturn void chip_trap(uint32_t cause, uint32_t pc, uint32_t address) {
    const char *name = "unexpected exception";
    switch (cause) {
    case 0:
        name = "illegal instruction";
        break;
    case 2:
        name = "instruction fetch error";
        break;
    case 3:
        name = "load or store error";
        break;
    case 6:
        name = "integer division by zero";
        break;
    case 9:
        name = "load or store misaligned";
        break;
    case 12:
    case 14:
        name = "instruction access fault";
        break;
    case 13:
    case 15:
        name = "load or store access fault";
        break;
    case 16:
    case 17:
    case 18:
    case 20:
        name = "instruction address not mapped";
        break;
    case 24:
    case 25:
    case 26:
    case 28:
    case 29:
        name = "load or store address not mapped";
        break;
    default:
        break;
    }
    chip_fault(name, cause, pc, address);
}
