// The RISC-V test machine's serial port, power switch, instruction counter and trap names (QEMU `virt`).
// SPDX-License-Identifier: Apache-2.0
#include "chip.h"
#include "chip_runtime.h"

#define UART ((volatile uint8_t *)0x10000000)  // a 16550
#define UART_DATA 0
#define UART_LINE_STATUS 5
#define UART_CAN_SEND 0x20
#define POWER ((volatile uint32_t *)0x00100000)  // SiFive test finisher
#define POWER_PASS UINT32_C(0x5555)
#define POWER_FAIL UINT32_C(0x3333)  // the exit status in the upper half

_Noreturn void chip_trap(uint32_t cause, uint32_t pc, uint32_t address);

void chip_write(const char *text, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) {
        while ((UART[UART_LINE_STATUS] & UART_CAN_SEND) == 0) {}
        UART[UART_DATA] = (uint8_t)text[i];
    }
}

_Noreturn void chip_board_exit(uint32_t status) {
    *POWER = status == 0 ? POWER_PASS : (status << 16 | POWER_FAIL);
    for (;;) {}
}

void chip_sample_take(chip_sample *sample) {
    uint32_t high;
    uint32_t low;
    uint32_t high_after;
    do {  // again if the low word wrapped between the readings
        __asm__ volatile("csrr %0, minstreth" : "=r"(high));
        __asm__ volatile("csrr %0, minstret" : "=r"(low));
        __asm__ volatile("csrr %0, minstreth" : "=r"(high_after));
    } while (high != high_after);
    sample->words[0] = low;
    sample->words[1] = high;
}

static uint64_t instructions_at(const chip_sample *sample) {
    return (uint64_t)sample->words[1] << 32 | sample->words[0];
}

uint64_t chip_sample_distance(const chip_sample *from, const chip_sample *to) {
    return instructions_at(to) - instructions_at(from);
}

_Noreturn void chip_trap(uint32_t cause, uint32_t pc, uint32_t address) {
    static const char *const names[] = {
        "instruction address misaligned",    "instruction access fault", "illegal instruction",
        "breakpoint (trap of the compiler)", "load address misaligned",  "load access fault",
        "store address misaligned",          "store access fault",
    };
    chip_fault(cause < sizeof names / sizeof names[0] ? names[cause] : "unexpected trap", cause, pc, address);
}
