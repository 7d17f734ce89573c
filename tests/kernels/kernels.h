// kernels.h - compares a target's kernels with the portable ones on random shapes, on the desk and on a chip.
//
// The target is THIMBLE_TARGET_<NAME>, else the compiler's. Every buffer is taken from the program's main, which notices
// accesses beyond it: with guard bytes on a chip, with the sanitizers on the desk.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef KERNELS_H
#define KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The program's main provides these.
void *kernels_take(size_t bytes);  // aligned to 16, of any content
bool kernels_release(void);  // all that was taken; false if something outside was written

typedef struct kernels_failure {
    const char *op, *what;
    uint32_t case_index;
    int32_t shape[12];  // what the op's draw function says, for the reader
} kernels_failure;

// Runs `count` random cases of each op. False, and *failure filled, at the first one that differs. *scratch_count is the
// number of cases whose kernel asked for scratch.
bool kernels_compare(uint32_t seed, uint32_t count, uint32_t *scratch_count, kernels_failure *failure);

#endif
