// From reset to main, and the two ways out: chip_exit and chip_fault.
// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "chip.h"
#include "chip_runtime.h"

int main(void);

_Noreturn void chip_start(void) {
    memset(chip_bss, 0, (size_t)(chip_bss_end - chip_bss));
    chip_stack_mark();
    chip_count_begin();
    chip_count_set_empty(chip_count_end());
    chip_exit(main());
}

_Noreturn void chip_exit(int status) {
    if (!chip_stack_is_intact()) {
        chip_print_text("chip: the lowest words of the stack are overwritten: stack overflow or, on xtensa, a write "
                        "through a null pointer\n");
        chip_board_exit(CHIP_STATUS_FAULT);
    }
    chip_board_exit(status < 0 || status > 255 ? 255 : (uint32_t)status);
}

_Noreturn void chip_fault(const char *name, uint32_t cause, uint32_t pc, uint32_t address) {
    chip_print_text("chip: fault: ");
    chip_print_text(name);
    chip_print_text(", cause ");
    chip_print_u32(cause);
    chip_print_text(", pc ");
    chip_print_hex32(pc);
    chip_print_text(", address ");
    chip_print_hex32(address);
    chip_print_text("\n");
    chip_board_exit(CHIP_STATUS_FAULT);
}
