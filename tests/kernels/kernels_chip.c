// kernels_chip.c - compares kernels on an emulated chip; the pack is two u32, seed and number of cases. Guard bytes
// surround every buffer.
//
// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "chip.h"
#include "kernels.h"

enum { GUARD_BYTES = 32, GUARD = 0x5a };
static size_t taken_bytes;

// In the arena: a guard, its size, the buffer at a multiple of 16, a guard.
void *kernels_take(size_t bytes) {
    uint8_t *start = chip_arena + taken_bytes, *buffer = start + 16 + GUARD_BYTES;
    const size_t all = 16 + GUARD_BYTES + bytes + GUARD_BYTES;
    memcpy(start, &bytes, sizeof bytes);
    memset(start + 16, GUARD, GUARD_BYTES);
    memset(buffer + bytes, GUARD, GUARD_BYTES);
    taken_bytes += (all + 15) / 16 * 16;
    return buffer;
}

static bool is_guard(const uint8_t *bytes) {
    for (size_t i = 0; i < GUARD_BYTES; i++) {
        if (bytes[i] != GUARD) {
            return false;
        }
    }
    return true;
}

bool kernels_release(void) {
    bool whole = true;
    for (size_t at = 0; whole && at < taken_bytes;) {
        size_t bytes;
        memcpy(&bytes, chip_arena + at, sizeof bytes);
        whole = is_guard(chip_arena + at + 16) && is_guard(chip_arena + at + 16 + GUARD_BYTES + bytes);
        at += (16 + GUARD_BYTES + bytes + GUARD_BYTES + 15) / 16 * 16;
    }
    taken_bytes = 0;
    return whole;
}

int main(void) {
    uint32_t numbers[2], scratch_count;
    kernels_failure failure;
    if (chip_pack_bytes != sizeof numbers) {
        chip_print_text("the pack has to be seed and number of cases\n");
        return 2;
    }
    memcpy(numbers, chip_pack, sizeof numbers);
    chip_print_text("seed ");
    chip_print_u32(numbers[0]);
    if (!kernels_compare(numbers[0], numbers[1], &scratch_count, &failure)) {
        chip_print_text(": FAILED ");
        chip_print_text(failure.op);
        chip_print_text(", case ");
        chip_print_u32(failure.case_index);
        chip_print_text(": ");
        chip_print_text(failure.what);
        chip_print_text("; shape");
        for (size_t i = 0; i < sizeof failure.shape / sizeof failure.shape[0]; i++) {
            chip_print_text(" ");
            chip_print_i32(failure.shape[i]);
        }
        chip_print_text("\n");
        return 1;
    }
    chip_print_text(": ");
    chip_print_u32(numbers[1]);
    chip_print_text(" cases of each op, ");
    chip_print_u32(scratch_count);
    chip_print_text(" with scratch, all equal\n");
    return 0;
}
