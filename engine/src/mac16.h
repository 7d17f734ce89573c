// mac16.h - the instructions of Xtensa LX6 and LX7 (ESP32, ESP32-S3) that compilers do not use by themselves.
//
// MAC16 multiplies 16-bit halves of registers into one accumulator of 40 bits. The form on whose speed the kernels rest
// does that and loads the next pair of factors in one instruction; in a zero-overhead loop a multiply-accumulate of two
// arrays takes one instruction:
//
//     loop count                                m0, m1: pairs of x     m2, m3: pairs of w
//       mula.dd.ll.ldinc m1, x, m0, m2          ACC += low m0 * low m2;    m1 = *++x
//       mula.dd.hh.ldinc m3, w, m0, m2          ACC += high m0 * high m2;  m3 = *++w
//       mula.dd.ll.ldinc m0, x, m1, m3
//       mula.dd.hh.ldinc m2, w, m1, m3
//
// Everywhere else the same functions are plain C, so the kernels run and are tested on the desk.
//
// THIMBLE_MAC16_BYTES: for an assembler that does not know the instructions (Debian's lx106, for emulated chips), as
// bytes. The accumulator and m0..m3 belong to the running task, as registers that calls may change; a compiler would touch them
// only for 16-bit products in C, of which the kernels have none between these functions.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_MAC16_H
#define THIMBLE_MAC16_H

#include "arith.h"

#if defined(__XTENSA__) && defined(THIMBLE_MAC16_BYTES)
#define THIMBLE_HAS_MAC16 1
#elif defined(__XTENSA__) && defined(__has_include)
#if __has_include(<xtensa/config/core-isa.h>)
#include <xtensa/config/core-isa.h>
#define THIMBLE_HAS_MAC16 \
    (XCHAL_HAVE_MAC16 && XCHAL_HAVE_LOOPS && XCHAL_HAVE_MUL32_HIGH && XCHAL_HAVE_MINMAX && XCHAL_HAVE_CLAMPS)
#endif
#endif
#ifndef THIMBLE_HAS_MAC16
#define THIMBLE_HAS_MAC16 0
#endif

#if THIMBLE_HAS_MAC16

#ifdef THIMBLE_MAC16_BYTES
// The number of the register that the compiler picked for an operand: %0 prints as a2, and thimble_a2 is 2.
__asm__(".set thimble_a0, 0\n.set thimble_a1, 1\n.set thimble_a2, 2\n.set thimble_a3, 3\n.set thimble_a4, 4\n"
        ".set thimble_a5, 5\n.set thimble_a6, 6\n.set thimble_a7, 7\n.set thimble_a8, 8\n.set thimble_a9, 9\n"
        ".set thimble_a10, 10\n.set thimble_a11, 11\n.set thimble_a12, 12\n.set thimble_a13, 13\n"
        ".set thimble_a14, 14\n.set thimble_a15, 15\n");
#define THIMBLE_RRR(high, r, s, t) ".byte thimble_" t " << 4, thimble_" r " << 4 | thimble_" s ", " high "\n"
#define THIMBLE_MAX(r, s, t) THIMBLE_RRR("0x53", r, s, t)
#define THIMBLE_MIN(r, s, t) THIMBLE_RRR("0x43", r, s, t)
#define THIMBLE_MULSH(r, s, t) THIMBLE_RRR("0xb2", r, s, t)
#define THIMBLE_CLAMP_TO_BYTE(r, s) ".byte 0, thimble_" r " << 4 | thimble_" s ", 0x33\n"
#define THIMBLE_LDINC(m, s) ".byte 4, " m " << 4 | thimble_" s ", 0x80\n"
#define THIMBLE_MULA_DD_LL_LDINC(m, s, x, y) \
    ".byte 4 | (" y " & 1) << 6, (" x " << 6 | " m " << 4) | thimble_" s ", 0x08\n"
#define THIMBLE_MULA_DD_HH_LDINC(m, s, x, y) \
    ".byte 4 | (" y " & 1) << 6, (" x " << 6 | " m " << 4) | thimble_" s ", 0x0b\n"
#define THIMBLE_MULA_DA_LL_LDINC(m, s, x, t) \
    ".byte thimble_" t " << 4 | 4, (" x " << 6 | " m " << 4) | thimble_" s ", 0x48\n"
#define THIMBLE_MULA_DA_HH(x, t) ".byte thimble_" t " << 4 | 4, " x " << 6, 0x6b\n"
#define THIMBLE_LOOP(s, count) ".byte 0x76, 0x80 | thimble_" s ", 3 * " count " - 1\n"
#define THIMBLE_READ_ACCLO(t) ".byte thimble_" t " << 4, 0x10, 0x03\n"
#define THIMBLE_READ_ACCHI(t) ".byte thimble_" t " << 4, 0x11, 0x03\n"
#define THIMBLE_WRITE_ACCLO(t) ".byte thimble_" t " << 4, 0x10, 0x13\n"
#define THIMBLE_WRITE_ACCHI(t) ".byte thimble_" t " << 4, 0x11, 0x13\n"
#else
#define THIMBLE_MAX(r, s, t) "max " r ", " s ", " t "\n"
#define THIMBLE_MIN(r, s, t) "min " r ", " s ", " t "\n"
#define THIMBLE_MULSH(r, s, t) "mulsh " r ", " s ", " t "\n"
#define THIMBLE_CLAMP_TO_BYTE(r, s) "clamps " r ", " s ", 7\n"
#define THIMBLE_LDINC(m, s) "ldinc m" m ", " s "\n"
#define THIMBLE_MULA_DD_LL_LDINC(m, s, x, y) "mula.dd.ll.ldinc m" m ", " s ", m" x ", m" y "\n"
#define THIMBLE_MULA_DD_HH_LDINC(m, s, x, y) "mula.dd.hh.ldinc m" m ", " s ", m" x ", m" y "\n"
#define THIMBLE_MULA_DA_LL_LDINC(m, s, x, t) "mula.da.ll.ldinc m" m ", " s ", m" x ", " t "\n"
#define THIMBLE_MULA_DA_HH(x, t) "mula.da.hh m" x ", " t "\n"
#define THIMBLE_LOOP(s, count) "loop " s ", . + 3 + 3 * " count "\n"
#define THIMBLE_READ_ACCLO(t) "rsr " t ", acclo\n"
#define THIMBLE_READ_ACCHI(t) "rsr " t ", acchi\n"
#define THIMBLE_WRITE_ACCLO(t) "wsr " t ", acclo\n"
#define THIMBLE_WRITE_ACCHI(t) "wsr " t ", acchi\n"
#endif

// The loop above. Both pointers start 4 bytes before their arrays and end behind the word after the last one. It stands
// alone in its translation block of QEMU, which would otherwise confuse m0..m3 (tests/chip/README.md).
#define THIMBLE_DOT_LOOP(x, w, quads)          \
    THIMBLE_LOOP(quads, "4")                   \
    THIMBLE_MULA_DD_LL_LDINC("1", x, "0", "2") \
    THIMBLE_MULA_DD_HH_LDINC("3", w, "0", "2") \
    THIMBLE_MULA_DD_LL_LDINC("0", x, "1", "3") \
    THIMBLE_MULA_DD_HH_LDINC("2", w, "1", "3")
#define THIMBLE_DOT(x, w, quads) THIMBLE_LDINC("0", x) THIMBLE_LDINC("2", w) THIMBLE_DOT_LOOP(x, w, quads)

// In loops, whose length is counted in instructions of 3 bytes: keeps the GNU assembler from shorter ones.
#ifdef __clang__
#define THIMBLE_LONG
#else
#define THIMBLE_LONG "_"
#endif

// The upper half of the product.
static inline int32_t thimble_multiply_high(int32_t a, int32_t b) {
    int32_t result;
    __asm__(THIMBLE_MULSH("%0", "%1", "%2") : "=r"(result) : "r"(a), "r"(b));
    return result;
}

static inline int32_t thimble_max_mac16(int32_t a, int32_t b) {
    int32_t result;
    __asm__(THIMBLE_MAX("%0", "%1", "%2") : "=r"(result) : "r"(a), "r"(b));
    return result;
}

static inline int32_t thimble_clamp_mac16(int32_t value, int32_t low, int32_t high) {
    int32_t result;
    __asm__(THIMBLE_MAX("%0", "%1", "%2") : "=r"(result) : "r"(value), "r"(low));
    __asm__(THIMBLE_MIN("%0", "%1", "%2") : "=r"(result) : "r"(result), "r"(high));
    return result;
}

// The sum of x[i] * w[i] over the first 4 * `quads` (>= 1) elements: bits `shift` (1 .. 8) to `shift` + 31 of it. Both are
// aligned to 4 bytes, and two more elements of each are read.
static inline int32_t thimble_mac16_dot(const int16_t *x, const int16_t *w, int32_t quads, int32_t shift) {
    uintptr_t x_before = (uintptr_t)x - 4, w_before = (uintptr_t)w - 4;
    uint32_t low, high;
    __asm__ volatile(THIMBLE_WRITE_ACCLO("%5") THIMBLE_WRITE_ACCHI("%5") THIMBLE_DOT("%0", "%1", "%4")
                         THIMBLE_READ_ACCLO("%2") THIMBLE_READ_ACCHI("%3")
                     : "+&r"(x_before), "+&r"(w_before), "=&r"(low), "=&r"(high)
                     : "r"(quads), "r"(0)
                     : "memory");
    return (int32_t)(high << (32 - shift) | low >> shift);
}

// Weights as bytes, unpacked in the loop: what is used once needs no room in memory. They may have any alignment; words
// around them are read. The result is the sum itself, its low 32 bits.
//
//   w = bytes 3 2 1 0      w << 8 and w, masked: bytes 2 - 0 - and 3 - 1 -, times 256; x in the order of mac16_widen.h
// clang-format off
static inline int32_t thimble_mac16_dot_bytes(const int16_t *x, const int8_t *weights, int32_t quads) {
    uintptr_t x_before = (uintptr_t)x - 4, w_word = (uintptr_t)weights & ~(uintptr_t)3;
    const uint32_t mask = 0xff00ff00, zero = 0;
    uint32_t low, high, even, odd;
    if (((uintptr_t)weights & 3) == 0) {
        __asm__ volatile(THIMBLE_WRITE_ACCLO("%8")
                         THIMBLE_WRITE_ACCHI("%8")
                         THIMBLE_LDINC("0", "%0")
                         THIMBLE_LOOP("%6", "9")
                         THIMBLE_LONG "l32i %2, %1, 0\n"
                         THIMBLE_LONG "addi %1, %1, 4\n"
                         THIMBLE_LONG "slli %3, %2, 8\n"
                         THIMBLE_LONG "and %3, %3, %7\n"
                         THIMBLE_LONG "and %2, %2, %7\n"
                         THIMBLE_MULA_DA_LL_LDINC("1", "%0", "0", "%3")
                         THIMBLE_MULA_DA_HH("0", "%3")
                         THIMBLE_MULA_DA_LL_LDINC("0", "%0", "1", "%2")
                         THIMBLE_MULA_DA_HH("1", "%2")
                         THIMBLE_READ_ACCLO("%4")
                         THIMBLE_READ_ACCHI("%5")
                         : "+&r"(x_before), "+&r"(w_word), "=&r"(odd), "=&r"(even), "=&r"(low), "=&r"(high)
                         : "r"(quads), "r"(mask), "r"(zero) : "memory");
    } else {
        uint32_t next;
        __asm__ volatile(THIMBLE_WRITE_ACCLO("%9")
                         THIMBLE_WRITE_ACCHI("%9")
                         THIMBLE_LDINC("0", "%0")
                         "ssa8l %10\n"
                         "l32i %4, %1, 0\n"
                         THIMBLE_LOOP("%7", "11")
                         THIMBLE_LONG "or %2, %4, %4\n"
                         THIMBLE_LONG "l32i %4, %1, 4\n"
                         THIMBLE_LONG "addi %1, %1, 4\n"
                         THIMBLE_LONG "src %2, %4, %2\n"
                         THIMBLE_LONG "slli %3, %2, 8\n"
                         THIMBLE_LONG "and %3, %3, %8\n"
                         THIMBLE_LONG "and %2, %2, %8\n"
                         THIMBLE_MULA_DA_LL_LDINC("1", "%0", "0", "%3")
                         THIMBLE_MULA_DA_HH("0", "%3")
                         THIMBLE_MULA_DA_LL_LDINC("0", "%0", "1", "%2")
                         THIMBLE_MULA_DA_HH("1", "%2")
                         THIMBLE_READ_ACCLO("%5")
                         THIMBLE_READ_ACCHI("%6")
                         : "+&r"(x_before), "+&r"(w_word), "=&r"(odd), "=&r"(even), "=&r"(next), "=&r"(low),
                           "=&r"(high)
                         : "r"(quads), "r"(mask), "r"(zero), "r"(weights) : "memory");
    }
    return (int32_t)(high << 24 | low >> 8);
}
// clang-format on

#else  // plain C

static inline int32_t thimble_multiply_high(int32_t a, int32_t b) {
    return (int32_t)((int64_t)a * b >> 32);
}

static inline int32_t thimble_max_mac16(int32_t a, int32_t b) {
    return thimble_max(a, b);
}

static inline int32_t thimble_clamp_mac16(int32_t value, int32_t low, int32_t high) {
    return thimble_clamp(value, low, high);
}

static inline int32_t thimble_mac16_dot(const int16_t *x, const int16_t *w, int32_t quads, int32_t shift) {
    int64_t sum = 0;
    for (int32_t i = 0; i < 4 * quads; i++) {
        sum += x[i] * w[i];
    }
    return (int32_t)(sum >> shift);
}

static inline int32_t thimble_mac16_dot_bytes(const int16_t *x, const int8_t *weights, int32_t quads) {
    uint32_t sum = 0;
    for (; quads > 0; quads--) {
        sum += (uint32_t)(x[0] * weights[0] + x[1] * weights[2] + x[2] * weights[1] + x[3] * weights[3]);
        x += 4;
        weights += 4;
    }
    return (int32_t)sum;
}

#endif
#endif
