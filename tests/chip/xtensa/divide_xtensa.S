// 32-bit division for compilers made for cores without a divider: the ESP32 and the test machine have one.
// SPDX-License-Identifier: Apache-2.0
    .macro  divide name, opcode     // a2 = a2 op a3
    .section .text.\name, "ax"
    .balign 4
    .global \name
    .type   \name, @function
\name:
    .byte   0x30, 0x22, \opcode
    ret
    .endm

    divide  __udivsi3, 0xc2         // quou
    divide  __divsi3, 0xd2          // quos
    divide  __umodsi3, 0xe2         // remu
    divide  __modsi3, 0xf2          // rems
