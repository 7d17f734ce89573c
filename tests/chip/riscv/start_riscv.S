// Reset and trap entry of the RISC-V test machine (QEMU `virt`, machine mode, no firmware).
// SPDX-License-Identifier: Apache-2.0
    .section .reset, "ax"
    .global chip_reset
chip_reset:
    la      t0, start
    jr      t0

    .text
start:
    .option push
    .option norelax
    la      gp, __global_pointer$
    .option pop
    la      tp, chip_tls
    la      sp, chip_stack_top
    la      t0, trap
    csrw    mtvec, t0
    // Below RAM lie 1 GiB of device memory that swallow any access: closed for good, so that a stack overflow faults.
    li      t0, (0x40000000 | 0x1fffffff) >> 2
    csrw    pmpaddr0, t0
    li      t0, 0x98                // locked, naturally aligned range, no rights
    csrw    pmpcfg0, t0
    j       chip_start

// No trap is expected, so no register is kept; the stack may be what is broken, so another one is used.
    .balign 4
trap:
    la      sp, trap_stack_top
    csrr    a0, mcause
    csrr    a1, mepc
    csrr    a2, mtval
    j       chip_trap

    .bss
    .balign 16
    .skip   1024
trap_stack_top:
