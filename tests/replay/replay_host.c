// replay_host.c - `replay_host PACK...` runs every case of the packs with every kernel set and option on this machine.
//
// Prints each failure, and one line per pack. Exit status 0: all right, 1: a case failed, 2: wrong usage or broken pack.
//
// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>  // not <threads.h>: the sanitizers do not know it
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"
#include "thimble/thimble_ops.h"

extern const thimble_op *const thimble_all_ops_portable[], *const thimble_all_ops_xtensa[],
                                                               *const thimble_all_ops_riscv[];

enum { WORKERS = 3 };
static const size_t memory_bytes = (size_t)64 << 20;

typedef struct work {
    thimble_task_fn *task;
    void *argument;
    uint32_t index;
} work;

static void *run_work(void *argument) {
    const work *one = argument;
    one->task(one->argument, one->index);
    return NULL;
}

// Real threads for the tasks, so that a sanitizer would see them meet.
static void run_on_threads(void *context, thimble_task_fn *task, void *argument, uint32_t task_count) {
    (void)context;
    work works[WORKERS];
    pthread_t threads[WORKERS];
    for (uint32_t i = 0; i < task_count; i++) {
        works[i] = (work){task, argument, i};
        if (pthread_create(&threads[i], NULL, run_work, &works[i]) != 0) {
            abort();
        }
    }
    for (uint32_t i = 0; i < task_count; i++) {
        pthread_join(threads[i], NULL);
    }
}

// The tasks one after the other, in reverse: whoever depends on their order fails.
static void run_backwards(void *context, thimble_task_fn *task, void *argument, uint32_t task_count) {
    (void)context;
    for (uint32_t i = task_count; i > 0; i--) {
        task(argument, i - 1);
    }
}

typedef struct variant {
    const char *name;
    const thimble_op *const *ops;
    thimble_options options;
} variant;

static uint8_t *read_file(const char *path, size_t *bytes) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        return NULL;
    }
    *bytes = (size_t)ftell(file);
    rewind(file);
    uint8_t *data = aligned_alloc(16, (*bytes / 16 + 1) * 16);
    if (data == NULL || fread(data, 1, *bytes, file) != *bytes) {
        return NULL;
    }
    fclose(file);
    return data;
}

static void print_failure(const replay_case *one, const char *variant_name, const replay_result *result) {
    printf("FAILED %.*s (%s): %s", (int)one->name_bytes, one->name, variant_name, result->failure);
    if (result->error.text != NULL) {
        printf(": op %d %s, tensor %d: %s", (int)result->error.op_index,
               result->error.op_name != NULL ? result->error.op_name : "", (int)result->error.tensor_index,
               result->error.text);
    } else {
        printf(" (output %u, byte %u)", (unsigned)result->output_index, (unsigned)result->byte_offset);
    }
    printf("\n");
}

static int replay_pack(const char *path, uint8_t *memory) {
    const variant variants[] = {
        {"portable", thimble_all_ops_portable, {0}},
        {"generic", thimble_all_ops, {0}},
        {"generic, small", thimble_all_ops, {.prefer_small = true}},
        {"generic, backwards", thimble_all_ops, {.parallel_for = run_backwards, .worker_count = WORKERS}},
        {"xtensa", thimble_all_ops_xtensa, {0}},
        {"xtensa, backwards", thimble_all_ops_xtensa, {.parallel_for = run_backwards, .worker_count = WORKERS}},
        {"xtensa, threads", thimble_all_ops_xtensa, {.parallel_for = run_on_threads, .worker_count = WORKERS}},
        {"riscv", thimble_all_ops_riscv, {0}},
        {"riscv, small", thimble_all_ops_riscv, {.prefer_small = true}},
        {"riscv, backwards", thimble_all_ops_riscv, {.parallel_for = run_backwards, .worker_count = WORKERS}},
        {"riscv, threads", thimble_all_ops_riscv, {.parallel_for = run_on_threads, .worker_count = WORKERS}},
        {"generic, threads", thimble_all_ops, {.parallel_for = run_on_threads, .worker_count = WORKERS}},
    };
    size_t pack_bytes;
    uint8_t *pack = read_file(path, &pack_bytes);
    replay_reader reader;
    replay_case one;
    if (pack == NULL || !replay_open(&reader, pack, pack_bytes)) {
        fprintf(stderr, "replay_host: %s: not a pack, or not readable\n", path);
        free(pack);
        return 2;
    }
    unsigned cases = 0, failures = 0, close_runs = 0;
    while (replay_next(&reader, &one)) {
        cases++;
        for (size_t v = 0; v < sizeof variants / sizeof variants[0]; v++) {
            // Starting threads for each op of thousands of models takes longer than the rest: every 16th is enough.
            if (variants[v].options.parallel_for == run_on_threads && cases % 16 != 0) {
                continue;
            }
            const replay_setup setup = {variants[v].ops, variants[v].options, memory, memory_bytes, NULL};
            const replay_result result = replay_run(&setup, &one);
            close_runs += result.close;
            if (result.failure != NULL) {
                failures++;
                print_failure(&one, variants[v].name, &result);
            }
        }
    }
    printf("%s: %u models, %u failures, %u runs with floats within the tolerance but not equal\n", path, cases,
           failures, close_runs);
    free(pack);
    if (reader.cases_left != 0 || cases == 0) {
        fprintf(stderr, "replay_host: %s: the pack is cut short or empty\n", path);
        return 2;
    }
    return failures != 0;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: replay_host PACK...\n");
        return 2;
    }
    uint8_t *memory = aligned_alloc(16, memory_bytes);
    int status = memory == NULL ? 2 : 0;
    for (int i = 1; i < argc && memory != NULL; i++) {
        const int pack_status = replay_pack(argv[i], memory);
        status = pack_status > status ? pack_status : status;
    }
    free(memory);
    return status;
}
