// Interface between a test program and the bare-metal runtime below it, the same on every emulated chip.
// SPDX-License-Identifier: Apache-2.0
//
// A program is ordinary C11 with `int main(void)`; what main returns is the exit status of chip_run. There is no heap:
// large buffers go into the arena below. Nothing here is reentrant, and there is one core.
#ifndef CHIP_H
#define CHIP_H

#include <stddef.h>
#include <stdint.h>

// Exit status after a fault (misaligned access, bad address, illegal instruction, lost stack guard).
#define CHIP_STATUS_FAULT 98

// Output: bytes go to chip_run's standard output as they are.
void chip_write(const char *text, size_t bytes);
void chip_print_text(const char *text);   // up to the terminating zero
void chip_print_u32(uint32_t value);      // decimal
void chip_print_i32(int32_t value);       // decimal
void chip_print_u64(uint64_t value);      // decimal
void chip_print_hex32(uint32_t value);    // 0x and 8 digits
void chip_print_hex64(uint64_t value);    // 0x and 16 digits

// Ends the program. A status outside 0..255 becomes 255, so that no failure can look like success.
_Noreturn void chip_exit(int status);

// Instructions executed since the start. The difference of two results is exact on both chips, but includes what reading
// costs, about a hundred instructions; to measure a piece of code use the pair below. At most 10^11 apart.
uint64_t chip_instructions(void);

// Instructions between the two calls, exact: 0 if nothing lies between them. Measurements do not nest.
//     chip_count_begin();
//     work();
//     uint64_t instructions = chip_count_end();
void chip_count_begin(void);
uint64_t chip_count_end(void);

// Free memory between the program and the end of RAM: more than 64 MiB, aligned to 16 bytes, zero at the start.
extern uint8_t chip_arena[];
extern uint8_t chip_arena_end[];
static inline size_t chip_arena_bytes(void) {
    return (size_t)(chip_arena_end - chip_arena);
}

// The file given by chip_build --pack, aligned to 16 bytes; chip_pack_bytes is 0 without one.
extern const uint8_t chip_pack[];
extern const size_t chip_pack_bytes;

// Stack use: chip_stack_mark paints the stack below its caller, chip_stack_used then says how many bytes below that
// point have been used since, by anything at all: so call it before printing.
void chip_stack_mark(void);
size_t chip_stack_used(void);

#endif
