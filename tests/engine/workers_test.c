// workers_test.c - real threads: several workers of one run, and several runs at once, give the bytes of one thread.
//
// In the build `thread` (ThreadSanitizer) also: no two of them touch the same memory without order.
//
// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <stdlib.h>

#include "check.h"
#include "thimble/thimble_ops.h"
#include "vector_files.h"

enum { WORKERS = 4, RUNS = 3 };

// ---- parallel_for on threads ----

typedef struct crew {  // one call of parallel_for
    pthread_mutex_t mutex;
    uint32_t next_task, task_count;
    thimble_task_fn *task;
    void *argument;
} crew;

static void *work(void *argument) {
    crew *with = argument;
    for (;;) {
        pthread_mutex_lock(&with->mutex);
        const uint32_t index = with->next_task++;
        pthread_mutex_unlock(&with->mutex);
        if (index >= with->task_count) {
            return NULL;
        }
        with->task(with->argument, index);
    }
}

static void run_on_threads(void *context, thimble_task_fn *task, void *argument, uint32_t task_count) {
    (void)context;
    pthread_t threads[WORKERS];
    crew shared = {.task_count = task_count, .task = task, .argument = argument};
    pthread_mutex_init(&shared.mutex, NULL);
    for (size_t i = 0; i < WORKERS; i++) {
        CHECK_EQUAL(pthread_create(&threads[i], NULL, work, &shared), 0);
    }
    for (size_t i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_mutex_destroy(&shared.mutex);
}

// ---- models ----

typedef struct run_result {
    const thimble_model *model;
    thimble_options options;
    uint8_t output[256];
    size_t output_bytes;
    bool works;
} run_result;

static void *run_model(void *argument) {
    run_result *result = argument;
    thimble_memory need;
    thimble_runner runner;
    uint8_t *room = exact_memory(1 << 18);
    result->works =
        thimble_measure(result->model, thimble_all_ops, &result->options, room, 1 << 18, &need, NULL) == THIMBLE_OK;
    free(room);
    uint8_t *arena = exact_memory(need.arena_bytes);
    result->works = result->works && thimble_init(&runner, result->model, thimble_all_ops, &result->options, arena,
                                                  need.arena_bytes, NULL) == THIMBLE_OK;
    for (int i = 0; i < RUNS && result->works; i++) {
        const thimble_tensor input = thimble_input(&runner, 0);
        for (size_t at = 0; at < input.data_bytes; at++) {
            ((uint8_t *)input.data)[at] = (uint8_t)(at * 31 + at / 7);
        }
        result->works = thimble_run(&runner) == THIMBLE_OK;
        const thimble_tensor output = thimble_output(&runner, 0);
        result->output_bytes = output.data_bytes;
        result->works = result->works && output.data_bytes <= sizeof result->output;
        if (result->works) {
            memcpy(result->output, output.data, output.data_bytes);
        }
    }
    free(arena);
    return NULL;
}

static void check_same(const run_result *one, const run_result *other) {
    CHECK(one->works && other->works);
    CHECK_EQUAL(one->output_bytes, other->output_bytes);
    CHECK(memcmp(one->output, other->output, one->output_bytes) == 0);
}

static void check_model(const char *path) {
    checks.about = path;
    thimble_model model;
    const vector_block file = read_aligned(path);
    CHECK_EQUAL(thimble_model_open(&model, file.data, file.data_bytes, NULL), THIMBLE_OK);
    run_result alone = {.model = &model}, shared[WORKERS];
    run_model(&alone);
    for (uint32_t workers = 1; workers <= WORKERS; workers++) {
        run_result crowded = {.model = &model, .options = {.parallel_for = run_on_threads, .worker_count = workers}};
        run_model(&crowded);
        check_same(&alone, &crowded);
    }
    // Runners of one model at once: what they share is only read.
    pthread_t threads[WORKERS];
    for (size_t i = 0; i < WORKERS; i++) {
        shared[i] = (run_result){.model = &model};
        CHECK_EQUAL(pthread_create(&threads[i], NULL, run_model, &shared[i]), 0);
    }
    for (size_t i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
        check_same(&alone, &shared[i]);
    }
    free(file.data);
}

static void models_on_threads(void) {
    check_model("models/fashion_10k.tflite");
    check_model("models/fashion_64k.tflite");
}

static void check_vector(void *context, const vector_case *one) {
    (void)context;
    checks.about = one->name;
    thimble_model model;
    thimble_runner runner;
    thimble_memory need;
    const thimble_options options = {.parallel_for = run_on_threads, .worker_count = WORKERS};
    CHECK_EQUAL(thimble_model_open(&model, one->model.data, one->model.data_bytes, NULL), THIMBLE_OK);
    uint8_t *room = exact_memory(1 << 16);
    CHECK_EQUAL(thimble_measure(&model, thimble_all_ops, &options, room, 1 << 16, &need, NULL), THIMBLE_OK);
    uint8_t *arena = exact_memory(need.arena_bytes);
    CHECK_EQUAL(thimble_init(&runner, &model, thimble_all_ops, &options, arena, need.arena_bytes, NULL), THIMBLE_OK);
    fill_inputs(&runner, one);
    CHECK_EQUAL(thimble_run(&runner), THIMBLE_OK);
    CHECK(outputs_match(&runner, one));
    free(arena);
    free(room);
}

static void every_op_that_is_split_on_threads(void) {
    CHECK(for_each_vector("*conv_2d_*", check_vector, NULL) > 20);
    CHECK(for_each_vector("fully_connected_*", check_vector, NULL) > 5);
    CHECK(for_each_vector("*pool_2d_*", check_vector, NULL) > 10);
}

int main(void) {
    RUN(models_on_threads);
    RUN(every_op_that_is_split_on_threads);
    return check_result();
}
