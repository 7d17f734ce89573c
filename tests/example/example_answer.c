// example_answer.c - `example_answer MODEL` says what README's example has to say: the best class for a picture of
// pixels -128, found with every op there is and with an arena as large as was measured.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "thimble/thimble_ops.h"

enum { MEMORY_BYTES = 1 << 20 };

int main(int argc, char **argv) {
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    uint8_t *bytes = aligned_alloc(THIMBLE_ALIGNMENT, MEMORY_BYTES), *room = malloc(MEMORY_BYTES);
    if (file == NULL || bytes == NULL || room == NULL) {
        fprintf(stderr, "usage: example_answer MODEL\n");
        return 2;
    }
    const size_t byte_count = fread(bytes, 1, MEMORY_BYTES, file);
    fclose(file);
    thimble_model model;
    thimble_memory need;
    thimble_runner runner;
    if (thimble_model_open(&model, bytes, byte_count, NULL) != THIMBLE_OK ||
        thimble_measure(&model, thimble_all_ops, NULL, room, MEMORY_BYTES, &need, NULL) != THIMBLE_OK) {
        return 1;
    }
    uint8_t *arena = aligned_alloc(THIMBLE_ALIGNMENT, need.arena_bytes);
    if (arena == NULL ||
        thimble_init(&runner, &model, thimble_all_ops, NULL, arena, need.arena_bytes, NULL) != THIMBLE_OK) {
        return 1;
    }
    const thimble_tensor input = thimble_input(&runner, 0), output = thimble_output(&runner, 0);
    memset(input.data, 0x80, input.data_bytes);
    thimble_run(&runner);
    const int8_t *scores = output.data;
    int best = 0;
    for (int i = 1; i < output.shape[output.rank - 1]; i++) {
        best = scores[i] > scores[best] ? i : best;
    }
    printf("class %d, %.2f\n", best, (double)output.scale * (scores[best] - output.zero_point));
    free(arena);
    free(room);
    free(bytes);
    return 0;
}
