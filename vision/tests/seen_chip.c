// seen_chip.c - the drawn cases on an emulated chip: the bytes have to be those of the desk, which are linked in. Fails too if
// vision takes more than 3.5 KiB of stack.
//
// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "chip.h"
#include "seen_cases.h"

enum { MOST_STACK_BYTES = 3584 };

static uint8_t frame_room[SEEN_FRAME_BYTES], scratch[VISION_MAX_SCRATCH_BYTES], answer[SEEN_MOST_BYTES];

int main(void) {
    size_t at = 0, stack_bytes = 0;
    uint32_t failures = 0;
    for (int32_t i = 0; i < seen_case_count(); i++) {
        chip_stack_mark();
        const size_t byte_count = seen_case_run(i, frame_room, scratch, answer);
        const size_t used_bytes = chip_stack_used();
        stack_bytes = used_bytes > stack_bytes ? used_bytes : stack_bytes;
        if (byte_count == 0 || byte_count > chip_pack_bytes - at || memcmp(answer, chip_pack + at, byte_count) != 0) {
            failures++;
            chip_print_text("FAILED: case ");
            chip_print_i32(i);
            chip_print_text("\n");
        }
        at += byte_count;
    }
    chip_print_i32(seen_case_count());
    chip_print_text(" frames, ");
    chip_print_u32(failures);
    chip_print_text(" failures, ");
    chip_print_u32((uint32_t)stack_bytes);
    chip_print_text(" bytes of stack at most\n");
    return failures != 0 || at != chip_pack_bytes || stack_bytes > MOST_STACK_BYTES;
}
