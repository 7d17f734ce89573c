// Does one thing that must end the program with a failure; FAULT, set by the compiler's command line, says which.
// SPDX-License-Identifier: Apache-2.0
#include "chip.h"

static uint32_t words[4];
static volatile uintptr_t address = 0;
static volatile uint32_t value;

enum {
    MISALIGNED_LOAD = 1,
    MISALIGNED_STORE,
    BAD_ADDRESS,
    NULL_CALL,
    NULL_WRITE,
    STACK_OVERFLOW,
    DIVISION,
    STATUS_256,
    STATUS_3,
    ENDLESS
};

__attribute__((noinline)) static uint32_t recurse(uint32_t depth) {
    volatile uint32_t room[64];
    room[depth % 64] = depth;
    return depth == 0 ? 0 : recurse(depth + 1) + room[depth % 64];
}

int main(void) {
    chip_print_text("fault test\n");
    switch (FAULT) {
    case MISALIGNED_LOAD:
        address = (uintptr_t)words + 2;
        value = *(volatile uint32_t *)address;
        break;
    case MISALIGNED_STORE:
        address = (uintptr_t)words + 1;
        *(volatile uint16_t *)address = 1;
        break;
    case BAD_ADDRESS:
        address = 0xf0000000;
        value = *(volatile uint32_t *)address;
        break;
    case NULL_CALL:
        ((void (*)(void))address)();
        break;
    case NULL_WRITE:
        *(volatile uint32_t *)address = 1;
        break;
    case STACK_OVERFLOW:
        value = recurse(1);
        break;
    case DIVISION:
        value = 7 / value;
        break;
    case STATUS_256:
        return 256;
    case STATUS_3:
        return 3;
    case ENDLESS:
        for (;;) {
            value = 0;
        }
    default:
        break;
    }
    return 0;
}
