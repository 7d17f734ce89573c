// esp32_parallel.c - a job that two tasks take pieces of, each the next one that is left.
//
//     caller  OPEN ──────────► takes pieces ... ──► closes ──► waits, only if the helper joined
//     helper        woken ──► OPEN to JOINED ──► takes pieces ... ──► tells
//
// The other core has the network to serve first. A helper that comes too late finds the job closed and joins nothing: so
// nobody ever waits for a helper that has not begun.
//
// SPDX-License-Identifier: Apache-2.0
#include "esp32_parallel.h"

#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/task.h>
#include <stdatomic.h>

#include "esp32_parts.h"

enum { HELPER_STACK_BYTES = 4096, HELPER_PRIORITY = 3 };

enum { CLOSED, OPEN, JOINED };

static struct {
    void (*task)(void *argument, uint32_t task_index);
    void *argument;
    uint32_t task_count;
    atomic_uint next;
    atomic_int state;
} job;
static SemaphoreHandle_t work, done;

static void take_pieces(void) {
    for (uint32_t i = atomic_fetch_add(&job.next, 1); i < job.task_count; i = atomic_fetch_add(&job.next, 1)) {
        job.task(job.argument, i);
    }
}

static void help(void *argument) {
    (void)argument;
    for (;;) {
        int expected = OPEN;
        xSemaphoreTake(work, portMAX_DELAY);
        if (atomic_compare_exchange_strong(&job.state, &expected, JOINED)) {
            take_pieces();
            xSemaphoreGive(done);
        }
    }
}

bool esp32_parallel_start(void) {
    static StaticSemaphore_t work_room, done_room;
    TaskHandle_t helper;
    if (ESP32_LOOP_CORE == ESP32_NETWORK_CORE) {
        return false;
    }
    work = xSemaphoreCreateBinaryStatic(&work_room);
    done = xSemaphoreCreateBinaryStatic(&done_room);
    if (xTaskCreatePinnedToCore(help, "helper", HELPER_STACK_BYTES, NULL, HELPER_PRIORITY, &helper,
                                ESP32_NETWORK_CORE) != pdPASS) {
        return false;
    }
    esp32_report_task(helper, "helper", HELPER_STACK_BYTES);
    return true;
}

void esp32_parallel_for(void (*task)(void *argument, uint32_t task_index), void *argument, uint32_t task_count) {
    job.task = task;
    job.argument = argument;
    job.task_count = task_count;
    atomic_store(&job.next, 0);
    atomic_store(&job.state, OPEN);
    xSemaphoreGive(work);
    take_pieces();
    if (atomic_exchange(&job.state, CLOSED) == JOINED) {
        xSemaphoreTake(done, portMAX_DELAY);
    }
}
