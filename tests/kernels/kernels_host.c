// kernels_host.c - `kernels_host_TARGET SEED COUNT` compares kernels on this machine. The sanitizers watch the buffers.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <stdlib.h>

#include "kernels.h"

enum { MOST_BUFFERS = 32 };
static void *buffers[MOST_BUFFERS];
static size_t buffer_count;

void *kernels_take(size_t bytes) {
    void *buffer = NULL;
    if (buffer_count == MOST_BUFFERS || posix_memalign(&buffer, 16, bytes) != 0) {
        abort();
    }
    buffers[buffer_count++] = buffer;
    return buffer;
}

bool kernels_release(void) {
    while (buffer_count > 0) {
        free(buffers[--buffer_count]);
    }
    return true;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s SEED COUNT\n", argv[0]);
        return 2;
    }
    const uint32_t seed = (uint32_t)strtoul(argv[1], NULL, 10), count = (uint32_t)strtoul(argv[2], NULL, 10);
    uint32_t scratch_count;
    kernels_failure failure;
    if (!kernels_compare(seed, count, &scratch_count, &failure)) {
        printf("FAILED %s, seed %u, case %u: %s; shape", failure.op, (unsigned)seed, (unsigned)failure.case_index,
               failure.what);
        for (size_t i = 0; i < sizeof failure.shape / sizeof failure.shape[0]; i++) {
            printf(" %d", (int)failure.shape[i]);
        }
        printf("\n");
        return 1;
    }
    printf("seed %u: %u cases of each op, %u with scratch, all equal\n", (unsigned)seed, (unsigned)count,
           (unsigned)scratch_count);
    return 0;
}
