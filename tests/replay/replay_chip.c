// replay_chip.c - runs every case of the linked-in pack on an emulated chip; the bytes have to be those of the host.
// Fails too if the engine takes more than 2 KiB of stack.
//
// SPDX-License-Identifier: Apache-2.0
#include "chip.h"
#include "replay.h"
#include "thimble/thimble_ops.h"

enum { MOST_STACK_BYTES = 2048 };

static const thimble_options small = {.prefer_small = true};

int main(void) {
    replay_reader reader;
    replay_case one, deepest = {0};
    uint32_t cases = 0, failures = 0, close_runs = 0;
    if (!replay_open(&reader, chip_pack, chip_pack_bytes)) {
        chip_print_text("not a pack\n");
        return 2;
    }
    size_t stack_bytes = 0;
    while (replay_next(&reader, &one)) {
        cases++;
        for (uint32_t i = 0; i < 2; i++) {
            const replay_setup setup = {thimble_all_ops, i == 0 ? (thimble_options){0} : small, chip_arena,
                                        chip_arena_bytes(), chip_stack_mark};
            const replay_result result = replay_run(&setup, &one);
            const size_t used_bytes = chip_stack_used();
            if (used_bytes > stack_bytes) {
                stack_bytes = used_bytes;
                deepest = one;
            }
            close_runs += result.close;
            if (result.failure != NULL) {
                failures++;
                chip_print_text("FAILED ");
                chip_write(one.name, one.name_bytes);
                chip_print_text(": ");
                chip_print_text(result.failure);
                chip_print_text(result.error.text != NULL ? result.error.text : "");
                chip_print_text("\n");
            }
        }
    }
    chip_print_u32(cases);
    chip_print_text(" models, ");
    chip_print_u32(failures);
    chip_print_text(" failures, ");
    chip_print_u32(close_runs);
    chip_print_text(" runs with floats within the tolerance but not equal, ");
    chip_print_u32((uint32_t)stack_bytes);
    chip_print_text(" bytes of stack at most, for ");
    chip_write(deepest.name, deepest.name_bytes);
    chip_print_text("\n");
    if (stack_bytes > MOST_STACK_BYTES) {
        chip_print_text("FAILED: that is more than ");
        chip_print_u32(MOST_STACK_BYTES);
        chip_print_text("\n");
    }
    return stack_bytes > MOST_STACK_BYTES || failures != 0 || reader.cases_left != 0 || cases == 0;
}
