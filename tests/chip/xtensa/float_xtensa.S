// Single precision helpers on the floating point unit, which the ESP32 and the test machine have in common.
// SPDX-License-Identifier: Apache-2.0
//
// The compiler knows no such unit and calls these. Those it brings itself (division, comparisons) are not repeated.
    .macro  begin name
    .section .text.\name, "ax"
    .balign 4
    .global \name
    .type   \name, @function
\name:
    .endm

    .macro  two_operands opcode     // a2 = a2 op a3
    .byte   0x50, 0x02, 0xfa        // wfr f0, a2
    .byte   0x50, 0x13, 0xfa        // wfr f1, a3
    .byte   0x10, 0x00, \opcode     // op.s f0, f0, f1
    .byte   0x40, 0x20, 0xfa        // rfr a2, f0
    ret
    .endm

    begin   __addsf3
    two_operands 0x0a               // add.s

    begin   __subsf3
    two_operands 0x1a               // sub.s

    begin   __mulsf3
    two_operands 0x2a               // mul.s

    begin   __floatsisf
    .byte   0x00, 0x02, 0xca        // float.s f0, a2, 0
    .byte   0x40, 0x20, 0xfa        // rfr a2, f0
    ret

    begin   __floatunsisf
    .byte   0x00, 0x02, 0xda        // ufloat.s f0, a2, 0
    .byte   0x40, 0x20, 0xfa        // rfr a2, f0
    ret

    begin   __fixunssfsi
    .byte   0x50, 0x02, 0xfa        // wfr f0, a2
    .byte   0x00, 0x20, 0xea        // utrunc.s a2, f0, 0
    ret
