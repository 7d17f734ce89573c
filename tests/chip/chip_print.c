// Printing of text and numbers on top of chip_write.
// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "chip.h"

void chip_print_text(const char *text) {
    chip_write(text, strlen(text));
}

void chip_print_u64(uint64_t value) {
    char digits[20];
    size_t first = sizeof digits;
    do {
        digits[--first] = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value != 0);
    chip_write(digits + first, sizeof digits - first);
}

void chip_print_u32(uint32_t value) {
    chip_print_u64(value);
}

void chip_print_i32(int32_t value) {
    if (value < 0) {
        chip_print_text("-");
        chip_print_u64((uint64_t)(-(int64_t)value));
    } else {
        chip_print_u64((uint64_t)value);
    }
}

static void print_hex(uint64_t value, int digit_count) {
    char digits[18] = {'0', 'x'};
    for (int i = 0; i < digit_count; i++) {
        digits[2 + i] = "0123456789abcdef"[(value >> (4 * (digit_count - 1 - i))) & 15];
    }
    chip_write(digits, (size_t)(2 + digit_count));
}

void chip_print_hex32(uint32_t value) {
    print_hex(value, 8);
}

void chip_print_hex64(uint64_t value) {
    print_hex(value, 16);
}
