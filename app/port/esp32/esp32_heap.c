// esp32_heap.c - memory: what is taken at start, the pool that JSON lives in, and a counter.
//
// The pool is a heap of the IDF's own making (multi_heap) in memory of ours: what JSON needs cannot break up the heap, and
// a request that wants too much fails alone.
//
// SPDX-License-Identifier: Apache-2.0
#include "esp32_heap.h"

#include <cJSON.h>
#include <esp_heap_caps.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/task.h>
#include <multi_heap.h>
#include <sdkconfig.h>
#include <stdatomic.h>

#include "esp32_port.h"

static const uint32_t fast_caps = MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT,
                      large_caps = MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT;

void *esp32_heap_fast(size_t byte_count) {
    return heap_caps_aligned_alloc(16, byte_count, fast_caps);
}

bool esp32_heap_has_psram(void) {
    return heap_caps_get_total_size(large_caps) > 0;
}

void *esp32_heap_large(size_t byte_count) {
    return esp32_heap_has_psram() ? heap_caps_aligned_alloc(16, byte_count, large_caps) : esp32_heap_fast(byte_count);
}

size_t esp32_heap_largest_fast(void) {
    return heap_caps_get_largest_free_block(fast_caps);
}

// ---- JSON ----

static multi_heap_handle_t json_heap;
static SemaphoreHandle_t json_lock;
static StaticSemaphore_t json_lock_room;

static void *json_allocate(size_t byte_count) {
    xSemaphoreTake(json_lock, portMAX_DELAY);
    void *taken = multi_heap_malloc(json_heap, byte_count);
    xSemaphoreGive(json_lock);
    return taken;
}

static void json_free(void *given) {
    if (given != NULL) {
        xSemaphoreTake(json_lock, portMAX_DELAY);
        multi_heap_free(json_heap, given);
        xSemaphoreGive(json_lock);
    }
}

bool esp32_heap_give_json(size_t pool_bytes) {
    static cJSON_Hooks hooks = {.malloc_fn = json_allocate, .free_fn = json_free};
    void *pool = esp32_heap_large(pool_bytes);
    json_heap = pool != NULL ? multi_heap_register(pool, pool_bytes) : NULL;
    json_lock = xSemaphoreCreateMutexStatic(&json_lock_room);
    if (json_heap == NULL) {
        return false;
    }
    cJSON_InitHooks(&hooks);
    return true;
}

size_t esp32_heap_json_least_free(void) {
    return json_heap != NULL ? multi_heap_minimum_free_size(json_heap) : 0;
}

// ---- what is taken although everything was taken at start ----

enum { COUNTED_TASK_LIMIT = 2 };
static TaskHandle_t volatile counted_tasks[COUNTED_TASK_LIMIT];
static atomic_uint counted_task_count, allocation_count;

void esp32_heap_count_task(void) {
    const unsigned place = atomic_fetch_add(&counted_task_count, 1);
    if (place < COUNTED_TASK_LIMIT) {
        counted_tasks[place] = xTaskGetCurrentTaskHandle();
    }
}

uint32_t esp32_allocation_count(void) {
    return atomic_load(&allocation_count);
}

bool esp32_heap_counts(void) {
#if CONFIG_HEAP_USE_HOOKS
    return true;
#else
    return false;
#endif
}

#if CONFIG_HEAP_USE_HOOKS
// Called by the IDF for each allocation, by any task or interrupt.
void esp_heap_trace_alloc_hook(void *ptr, size_t size, uint32_t caps) {
    (void)ptr;
    (void)size;
    (void)caps;
    const TaskHandle_t task = xTaskGetCurrentTaskHandle();
    for (int i = 0; i < COUNTED_TASK_LIMIT; i++) {
        if (task != NULL && counted_tasks[i] == task) {
            atomic_fetch_add(&allocation_count, 1);
        }
    }
}
#endif
