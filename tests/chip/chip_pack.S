// The data file of chip_build --pack, as bytes in the program; chip_build names it pack.bin on the include path.
// SPDX-License-Identifier: Apache-2.0
    .section .rodata.chip_pack, "a"
    .balign 16
    .global chip_pack, chip_pack_bytes
chip_pack:
    .incbin "pack.bin"
chip_pack_end:
    .balign 4
chip_pack_bytes:
    .word chip_pack_end - chip_pack
