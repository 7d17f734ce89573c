// Self test of the runtime, run on the chip. Its pack is the table of selftest_answers.c.
// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <string.h>

#include "chip.h"
#include "selftest_answers.h"

#define REPORTED_FAILURES 20

static uint32_t failure_count;

static void check(bool passed, const char *what) {
    if (!passed) {
        failure_count++;
        chip_print_text("FAILED: ");
        chip_print_text(what);
        chip_print_text("\n");
    }
}

static void report_wrong_answer(const answer *line, uint64_t result) {
    failure_count++;
    if (failure_count > REPORTED_FAILURES) {
        return;
    }
    chip_print_text("FAILED: ");
    chip_print_text(operations[line->operation].name);
    chip_print_text(" ");
    chip_print_hex64(line->left);
    chip_print_text(" ");
    chip_print_hex64(line->right);
    chip_print_text(": ");
    chip_print_hex64(result);
    chip_print_text(", expected ");
    chip_print_hex64(line->result);
    chip_print_text("\n");
}

static void arithmetic_answers_as_the_desk_does(void) {
    check(chip_pack_bytes % sizeof(answer) == 0 && chip_pack_bytes > 100000 * sizeof(answer), "size of the pack");
    check((uintptr_t)chip_pack % 16 == 0, "alignment of the pack");
    const answer *lines = (const answer *)(const void *)chip_pack;
    size_t line_count = chip_pack_bytes / sizeof *lines;
    for (size_t i = 0; i < line_count; i++) {
        uint64_t result = 0;
        if (lines[i].operation >= OPERATION_COUNT || lines[i].kind != operations[lines[i].operation].kind ||
            !operations[lines[i].operation].compute(lines[i].left, lines[i].right, &result) ||
            !same_answer(result, lines[i].result, lines[i].kind)) {
            report_wrong_answer(&lines[i], result);
        }
    }
    chip_print_u64(line_count);
    chip_print_text(" answers compared\n");
}

static void division_is_consistent(void) {
    uint64_t dividend = 1;
    uint64_t divisor = UINT64_C(0xfedcba9876543211);
    for (int i = 0; i < 1000; i++) {
        dividend = dividend * UINT64_C(6364136223846793005) + 1442695040888963407u;
        divisor = (divisor >> 1) == 0 ? ~dividend : divisor - (divisor >> 3) - 1;
        if (divisor == 0) {
            continue;
        }
        uint64_t quotient = dividend / divisor;
        uint64_t remainder = dividend % divisor;
        check(quotient * divisor + remainder == dividend && remainder < divisor, "64-bit q * d + r == n");
        uint32_t word = (uint32_t)(dividend >> 16);
        uint32_t word_divisor = (uint32_t)divisor | 1;
        check(word / word_divisor * word_divisor + word % word_divisor == word, "32-bit q * d + r == n");
    }
}

static void library_functions_work(void) {
    static const struct {
        float x;
        uint32_t e_to_the_x;
    } known[] = {
        {0.0f, 0x3f800000}, {1.0f, 0x402df854}, {-1.0f, 0x3ebc5ab2}, {10.0f, 0x46ac14ee}, {-20.0f, 0x310da433}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        volatile float x = known[i].x;
        int32_t distance = (int32_t)((uint32_t)bits_of_float(expf(x)) - known[i].e_to_the_x);
        check(distance >= -1 && distance <= 1, "expf to one unit in the last place");
    }
    volatile float too_large = 1000.0f;  // sets errno
    check(isinf(expf(too_large)) != 0, "expf overflows to infinity");
    volatile double two = 2.0;
    check(bits_of_double(sqrt(two)) == UINT64_C(0x3ff6a09e667f3bcd), "sqrt(2)");

    static uint8_t area[64];
    static uint8_t copy[64];
    for (size_t i = 0; i < sizeof area; i++) {
        area[i] = (uint8_t)(i * 7);
    }
    memset(copy, 0xee, sizeof copy);
    memcpy(copy + 3, area + 1, 41);
    bool right = true;
    for (size_t i = 0; i < sizeof copy; i++) {
        right = right && copy[i] == (i >= 3 && i < 44 ? (uint8_t)((i - 2) * 7) : 0xee);
    }
    check(right, "memset and an unaligned memcpy");
    memmove(area + 2, area, 50);
    check(area[2] == 0 && area[51] == (uint8_t)(49 * 7) && area[52] == (uint8_t)(52 * 7), "memmove upwards");
    check(strlen("thimble") == 7 && memcmp("abc", "abd", 3) < 0, "strlen, memcmp");
}

// 2 instructions a turn, on either chip.
__attribute__((noinline)) static void run_counted_loop(uint32_t turns) {
    __asm__ volatile("1: addi %0, %0, -1\n bnez %0, 1b" : "+r"(turns));
}

static void instructions_are_counted_exactly(void) {
    chip_count_begin();
    check(chip_count_end() == 0, "nothing counts as 0");
    chip_count_begin();
    __asm__ volatile("nop");
    check(chip_count_end() == 1, "one instruction counts as 1");
    uint64_t outside_loop = 0;
    for (uint32_t turns = 1; turns < 2000000; turns += 1 + turns / 4) {
        chip_count_begin();
        run_counted_loop(turns);
        uint64_t counted = chip_count_end();
        if (turns == 1) {
            outside_loop = counted - 2;
            check(outside_loop >= 2 && outside_loop <= 6, "call and return of a loop");
        }
        check(counted - outside_loop == UINT64_C(2) * turns, "a loop of known length");
    }
    uint64_t before = chip_instructions();
    run_counted_loop(1000);
    uint64_t after = chip_instructions();
    check(after > before + 2000 && after < before + 2200, "chip_instructions moves on");
}

__attribute__((noinline)) static void use_stack_little(void) {
    volatile uint8_t room[1000];
    room[0] = 1;
    (void)room[0];
}

__attribute__((noinline)) static void use_stack_much(void) {
    volatile uint8_t room[5000];
    room[0] = 1;
    use_stack_little();
    (void)room[0];
}

static void stack_use_is_measured(void) {
    chip_stack_mark();
    size_t unused = chip_stack_used();
    check(unused == 0, "no stack used yet");
    use_stack_little();
    size_t little = chip_stack_used();
    use_stack_much();
    size_t much = chip_stack_used();
    check(little >= 1000 && little < 1100, "1000 bytes of stack");
    check(much >= 6000 && much < 6200, "6000 bytes of stack");
    chip_stack_mark();
    check(chip_stack_used() == 0, "the mark forgets earlier use");
}

static void arena_is_free_memory(void) {
    check((uintptr_t)chip_arena % 16 == 0 && chip_arena_bytes() >= UINT32_C(64) << 20, "place and size of the arena");
    uint32_t *first = (uint32_t *)(void *)chip_arena;
    uint32_t *last = (uint32_t *)(void *)(chip_arena + chip_arena_bytes() - 4);
    check(*first == 0 && *last == 0, "the arena is zero at the start");
    *first = 1;
    *last = 2;
    check(*(volatile uint32_t *)first == 1 && *(volatile uint32_t *)last == 2, "both ends of the arena are memory");
}

#ifdef __xtensa__
// These three are given as bytes, since the assembler does not know them:
#define MULUH_A10_A8_A9 ".byte 0x90, 0xa8, 0xa2\n"
#define MULSH_A10_A8_A9 ".byte 0x90, 0xa8, 0xb2\n"
#define LOOP_A11_6_BYTES ".byte 0x76, 0x8b, 5\n"

static uint32_t multiply_high_unsigned(uint32_t left, uint32_t right) {
    register uint32_t a8 __asm__("a8") = left;
    register uint32_t a9 __asm__("a9") = right;
    register uint32_t a10 __asm__("a10");
    __asm__ volatile(MULUH_A10_A8_A9 : "=r"(a10) : "r"(a8), "r"(a9));
    return a10;
}

static uint32_t multiply_high_signed(uint32_t left, uint32_t right) {
    register uint32_t a8 __asm__("a8") = left;
    register uint32_t a9 __asm__("a9") = right;
    register uint32_t a10 __asm__("a10");
    __asm__ volatile(MULSH_A10_A8_A9 : "=r"(a10) : "r"(a8), "r"(a9));
    return a10;
}

static void multiply_high_is_carried_out(void) {
    uint32_t left = 1;
    uint32_t right = 0xffffffff;
    for (uint32_t i = 0; i < 2000; i++) {
        uint64_t unsigned_product = (uint64_t)left * right;
        uint64_t signed_product = (uint64_t)((int64_t)(int32_t)left * (int32_t)right);
        check(multiply_high_unsigned(left, right) == (uint32_t)(unsigned_product >> 32), "MULUH");
        check(multiply_high_signed(left, right) == (uint32_t)(signed_product >> 32), "MULSH");
        left = left * 1664525 + 1013904223;
        right = (i & 31) == 0 ? UINT32_C(0x80000000) : right * 22695477 + i;
    }
    chip_count_begin();
    __asm__ volatile(MULUH_A10_A8_A9 MULSH_A10_A8_A9 "nop\n" MULSH_A10_A8_A9 : : : "a10");
    check(chip_count_end() == 4, "an emulated instruction counts as one");

    register uint32_t a8 __asm__("a8") = 0x40000000;
    register uint32_t a9 __asm__("a9") = 0x40000000;
    register uint32_t a10 __asm__("a10") = 0;
    register uint32_t a11 __asm__("a11") = 9;
    __asm__ volatile(LOOP_A11_6_BYTES "_add a9, a9, a11\n" MULUH_A10_A8_A9 : "+r"(a9), "+r"(a10) : "r"(a8), "r"(a11));
    uint32_t turned = a9;
    uint32_t high = a10;
    check(turned == 0x40000000 + 9 * 9 && high == 0x10000000 + 81 / 4, "MULUH at the end of a hardware loop");
}
#endif

int main(void) {
    arithmetic_answers_as_the_desk_does();
    division_is_consistent();
    library_functions_work();
    instructions_are_counted_exactly();
    stack_use_is_measured();
    arena_is_free_memory();
#ifdef __xtensa__
    multiply_high_is_carried_out();
#endif
    if (failure_count != 0) {
        chip_print_u32(failure_count);
        chip_print_text(" checks failed\n");
        return 1;
    }
    chip_print_text("all checks passed\n");
    return 0;
}
