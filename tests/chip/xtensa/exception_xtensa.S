// Exception handler of the Xtensa test machine: carries out MULUH and MULSH, reports everything else.
// SPDX-License-Identifier: Apache-2.0
//
// The ESP32 has the instructions MULUH and MULSH (upper half of a 32x32 product), QEMU's nearest core has not, and
// raises "illegal instruction". They are computed here so that kernels written for the ESP32 run unchanged.
// Every emulation takes the same number of instructions, whatever the operands: chip_instructions subtracts them.

    .bss
    .balign 16
    .global chip_emulated_count
chip_emulated_count:
    .skip   4                       // how many instructions have been emulated
    .balign 16
saved:
    .skip   64                      // a0 to a15, as the program left them
    .skip   1024
handler_stack_top:

    .section .vectors.handler, "ax" // near the vectors: they jump here
    .balign 4
    .literal_position
    .global chip_exception
chip_exception:                     // EXCSAVE1 holds a0
    movi    a0, saved
    s32i    a1, a0, 4
    s32i    a2, a0, 8
    s32i    a3, a0, 12
    s32i    a4, a0, 16
    s32i    a5, a0, 20
    s32i    a6, a0, 24
    s32i    a7, a0, 28
    s32i    a8, a0, 32
    s32i    a9, a0, 36
    s32i    a10, a0, 40
    s32i    a11, a0, 44
    s32i    a12, a0, 48
    s32i    a13, a0, 52
    s32i    a14, a0, 56
    s32i    a15, a0, 60
    rsr.excsave1 a2
    s32i    a2, a0, 0

    rsr.exccause a2
    bnez    a2, report              // 0 is "illegal instruction"
    rsr.epc1 a3
    l8ui    a4, a3, 0               // t, 0
    l8ui    a5, a3, 1               // r, s
    l8ui    a6, a3, 2               // 0xa2 MULUH, 0xb2 MULSH
    extui   a9, a6, 4, 1
    slli    a7, a9, 4
    sub     a6, a6, a7
    movi    a7, 0xa2
    bne     a6, a7, report
    neg     a9, a9                  // all ones if the operands are signed
    extui   a7, a4, 0, 4
    bnez    a7, report
    extui   a4, a4, 4, 4
    extui   a6, a5, 4, 4
    extui   a5, a5, 0, 4
    addx4   a4, a4, a0
    l32i    a4, a4, 0               // operand t
    addx4   a5, a5, a0
    l32i    a5, a5, 0               // operand s
    addx4   a6, a6, a0              // where the result goes

    srai    a7, a4, 31              // signed: upper half = unsigned upper half
    and     a7, a7, a5              //   - (t < 0 ? s : 0) - (s < 0 ? t : 0)
    srai    a8, a5, 31
    and     a8, a8, a4
    add     a7, a7, a8
    and     a7, a7, a9
    extui   a8, a4, 16, 16
    extui   a9, a5, 16, 16
    mul16u  a10, a4, a5             // low, low
    mul16u  a11, a8, a5             // high, low
    mul16u  a12, a4, a9             // low, high
    mul16u  a13, a8, a9             // high, high
    extui   a10, a10, 16, 16
    add     a11, a11, a10
    extui   a14, a11, 0, 16
    extui   a11, a11, 16, 16
    add     a12, a12, a14
    extui   a12, a12, 16, 16
    add     a13, a13, a11
    add     a13, a13, a12
    sub     a13, a13, a7
    s32i    a13, a6, 0

// Go on after the instruction, or at the start of the hardware loop that ends with it.
    addi    a3, a3, 3
    .byte   0x40, 0x00, 0x03        // rsr.lbeg a4
    .byte   0x50, 0x01, 0x03        // rsr.lend a5
    .byte   0x60, 0x02, 0x03        // rsr.lcount a6
    movi    a7, 0
    sub     a5, a5, a3              // 0 at the end of the loop
    mov     a8, a6
    movnez  a8, a7, a5              // turns left, if there
    movnez  a3, a4, a8
    addi    a9, a6, -1
    movnez  a6, a9, a8
    .byte   0x60, 0x02, 0x13        // wsr.lcount a6
    wsr.epc1 a3
    movi    a2, chip_emulated_count
    l32i    a3, a2, 0
    addi    a3, a3, 1
    s32i    a3, a2, 0

    l32i    a1, a0, 4
    l32i    a2, a0, 8
    l32i    a3, a0, 12
    l32i    a4, a0, 16
    l32i    a5, a0, 20
    l32i    a6, a0, 24
    l32i    a7, a0, 28
    l32i    a8, a0, 32
    l32i    a9, a0, 36
    l32i    a10, a0, 40
    l32i    a11, a0, 44
    l32i    a12, a0, 48
    l32i    a13, a0, 52
    l32i    a14, a0, 56
    l32i    a15, a0, 60
    l32i    a0, a0, 0
    rfe

report:
    movi    sp, handler_stack_top
    rsr.exccause a2
    rsr.epc1 a3
    rsr.excvaddr a4
    movi    a0, 0
    j       chip_trap
