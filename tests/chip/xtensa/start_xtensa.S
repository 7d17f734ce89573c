// Reset and exception entry of the Xtensa test machine (QEMU `sim`, core de233_fpu, call0 ABI).
// SPDX-License-Identifier: Apache-2.0
//
// The assembler is made for a smaller core: instructions it does not know are given as bytes, with what they are.

    .section .reset, "ax"
    .global chip_reset
chip_reset:
    j       reset_code
    .balign 4
    .literal_position
reset_code:
    movi    a2, start
    jx      a2

// Offsets from VECBASE are the core's. PS.UM is set below, so exceptions of programs come in at 0x340.
    .section .vectors, "ax"
    .global chip_vectors
chip_vectors:
    .org    0x300                   // kernel
    wsr.excsave1 a0
    j       chip_exception
    .org    0x340                   // user
    wsr.excsave1 a0
    j       chip_exception
    .org    0x3c0                   // exception within the handler
    movi    a2, 1                   // simcall 1: exit
    movi    a3, 98                  // CHIP_STATUS_FAULT
    simcall

    .text
    .balign 4
    .literal_position
start:
    movi    a2, chip_vectors
    wsr.vecbase a2
    movi    a2, 0
    wsr.intenable a2
    movi    a2, 1
    .byte   0x20, 0xe0, 0x13        // wsr.cpenable a2: switch on the floating point unit
    movi    a2, 0x20                // PS.UM: exceptions to the user vector, none masked
    wsr.ps  a2
    rsync
    movi    sp, chip_stack_top
    movi    a0, 0
    j       chip_start
