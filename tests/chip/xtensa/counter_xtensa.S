// Reads of the cycle counter from which the exact number of instructions follows.
// SPDX-License-Identifier: Apache-2.0
    .text
    .balign 4
    .literal_position
    .global chip_sample_take
// void chip_sample_take(chip_sample *): CCOUNT, the sum of 25 readings of it 2 instructions apart, emulations so far.
chip_sample_take:
    movi    a5, chip_emulated_count
    movi    a4, 0
    rsr.ccount a6
    add     a4, a4, a6
    .rept   24
    rsr.ccount a3
    add     a4, a4, a3
    .endr
    s32i    a6, a2, 0
    s32i    a4, a2, 4
    l32i    a5, a5, 0
    s32i    a5, a2, 8
    ret
