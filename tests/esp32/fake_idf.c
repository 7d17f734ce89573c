// fake_idf.c - FreeRTOS by threads, memory from the host, time, logs, and NVS as a list in memory.
//
// SPDX-License-Identifier: Apache-2.0
#include "fake_idf.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bootloader_random.h"
#include "esp_heap_caps.h"
#include "esp_log.h"
#include "esp_mac.h"
#include "esp_random.h"
#include "esp_spiffs.h"
#include "esp_task_wdt.h"
#include "esp_timer.h"
#include "freertos/semphr.h"
#include "mbedtls/sha256.h"
#include "multi_heap.h"
#include "nvs.h"
#include "posix_crypto.h"

fake_idf fake = {.reset_reason = ESP_RST_POWERON};

// ---- time and noise ----

int64_t esp_timer_get_time(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void bootloader_random_enable(void) {}
void bootloader_random_disable(void) {}

void esp_fill_random(void *buf, size_t len) {
    if (getrandom(buf, len, 0) != (ssize_t)len) {
        abort();
    }
}

int mbedtls_sha256(const unsigned char *input, size_t ilen, unsigned char *output, int is224) {
    posix_sha256(NULL, input, ilen, output);
    return is224;
}

// ---- tasks ----

enum { TASK_STACK_BYTES = 512 * 1024, PAINT = 0xA5 };  // a host's frames are larger than a chip's

struct tskTaskControlBlock {
    pthread_t thread;
    uint8_t *stack;
    uint32_t stack_bytes;  // as asked for
    TaskFunction_t code;
    void *argument;
};

static _Thread_local TaskHandle_t current;

static void *run_task(void *argument) {
    current = argument;
    current->code(current->argument);
    return NULL;
}

BaseType_t xTaskCreatePinnedToCore(TaskFunction_t code, const char *const name, const uint32_t stack_bytes,
                                   void *const argument, UBaseType_t priority, TaskHandle_t *const created,
                                   const BaseType_t core) {
    struct tskTaskControlBlock *task = calloc(1, sizeof *task);
    pthread_attr_t attributes;
    (void)name;
    (void)priority;
    (void)core;
    if (task == NULL || (task->stack = aligned_alloc(4096, TASK_STACK_BYTES)) == NULL) {
        free(task);
        return pdFALSE;
    }
    memset(task->stack, PAINT, TASK_STACK_BYTES);
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, task->stack, TASK_STACK_BYTES);
    task->stack_bytes = stack_bytes;
    task->code = code;
    task->argument = argument;
    *created = task;
    return pthread_create(&task->thread, &attributes, run_task, task) == 0 ? pdPASS : pdFALSE;
}

TaskHandle_t xTaskGetCurrentTaskHandle(void) {
    return current;
}

UBaseType_t uxTaskGetStackHighWaterMark(TaskHandle_t task) {
    size_t untouched = 0;
    while (untouched < TASK_STACK_BYTES && task->stack[untouched] == PAINT) {
        untouched++;
    }
    const size_t used = TASK_STACK_BYTES - untouched;
    return used < task->stack_bytes ? (UBaseType_t)(task->stack_bytes - used) : 0;
}

void vTaskDelay(const TickType_t ticks) {
    usleep(ticks * 1000);
}

// ---- semaphores ----

struct QueueDefinition {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    unsigned count;
};
_Static_assert(sizeof(struct QueueDefinition) <= sizeof(StaticSemaphore_t), "a semaphore has room");

static SemaphoreHandle_t make_semaphore(StaticSemaphore_t *room, unsigned count) {
    struct QueueDefinition *made = (void *)room;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->changed, &attributes);
    made->count = count;
    return made;
}

SemaphoreHandle_t xSemaphoreCreateMutexStatic(StaticSemaphore_t *room) {
    return make_semaphore(room, 1);
}

SemaphoreHandle_t xSemaphoreCreateBinaryStatic(StaticSemaphore_t *room) {
    return make_semaphore(room, 0);
}

BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t ticks) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    const uint64_t until_ns = (uint64_t)until.tv_nsec + (uint64_t)ticks % 1000 * 1000000u;
    until.tv_sec += (time_t)(ticks / 1000 + until_ns / 1000000000u);
    until.tv_nsec = (long)(until_ns % 1000000000u);
    pthread_mutex_lock(&semaphore->mutex);
    int result = 0;
    while (semaphore->count == 0 && result == 0) {
        result = ticks == portMAX_DELAY ? pthread_cond_wait(&semaphore->changed, &semaphore->mutex)
                                        : pthread_cond_timedwait(&semaphore->changed, &semaphore->mutex, &until);
    }
    const bool is_taken = semaphore->count > 0;
    semaphore->count = 0;
    pthread_mutex_unlock(&semaphore->mutex);
    return is_taken ? pdTRUE : pdFALSE;
}

BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore) {
    pthread_mutex_lock(&semaphore->mutex);
    semaphore->count = 1;
    pthread_cond_signal(&semaphore->changed);
    pthread_mutex_unlock(&semaphore->mutex);
    return pdTRUE;
}

// ---- watchdog, restart, logs ----

esp_err_t esp_task_wdt_add(TaskHandle_t task_handle) {
    return task_handle == NULL && current != NULL ? ESP_OK : ESP_ERR_INVALID_ARG;
}

esp_err_t esp_task_wdt_reset(void) {
    fake.watchdog_feed_count++;
    return ESP_OK;
}

esp_reset_reason_t esp_reset_reason(void) {
    return fake.reset_reason;
}

void esp_restart(void) {
    fake.restart_count++;
    exit(0);
}

void esp_log_level_set(const char *tag, esp_log_level_t level) {
    (void)tag;
    (void)level;
}

void thimble_fake_log(esp_log_level_t level, const char *tag, const char *format, ...) {
    va_list arguments;
    if (!fake.prints_logs) {
        return;
    }
    va_start(arguments, format);
    fprintf(stderr, "%d %s: ", (int)level, tag);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

esp_err_t esp_efuse_mac_get_default(uint8_t *mac) {
    memcpy(mac, "\x24\x6f\x28\x01\x02\x03", 6);
    return ESP_OK;
}

// ---- memory ----

void *heap_caps_aligned_alloc(size_t alignment, size_t size, uint32_t caps) {
    if ((caps & MALLOC_CAP_SPIRAM) != 0 && fake.psram_bytes < size) {
        return NULL;
    }
    fake.largest_taken_bytes = size > fake.largest_taken_bytes ? size : fake.largest_taken_bytes;
    return aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

size_t heap_caps_get_total_size(uint32_t caps) {
    return (caps & MALLOC_CAP_SPIRAM) != 0 ? fake.psram_bytes : 300000;
}

size_t heap_caps_get_free_size(uint32_t caps) {
    return heap_caps_get_total_size(caps) / 2;
}

size_t heap_caps_get_minimum_free_size(uint32_t caps) {
    return heap_caps_get_total_size(caps) / 3;
}

size_t heap_caps_get_largest_free_block(uint32_t caps) {
    return heap_caps_get_total_size(caps) / 4;
}

// A heap that only counts: what it gives is the host's.
struct multi_heap_info {
    size_t size, used, most_used;
};

multi_heap_handle_t multi_heap_register(void *start, size_t size) {
    multi_heap_handle_t heap = start;
    *heap = (struct multi_heap_info){.size = size};
    return heap;
}

enum { BLOCK_HEAD_BYTES = 16 };

void *multi_heap_malloc(multi_heap_handle_t heap, size_t size) {
    if (heap->used + size + BLOCK_HEAD_BYTES > heap->size) {
        return NULL;
    }
    size_t *block = malloc(size + BLOCK_HEAD_BYTES);
    if (block == NULL) {
        return NULL;
    }
    *block = size + BLOCK_HEAD_BYTES;
    heap->used += *block;
    heap->most_used = heap->used > heap->most_used ? heap->used : heap->most_used;
    return (char *)block + BLOCK_HEAD_BYTES;
}

void multi_heap_free(multi_heap_handle_t heap, void *p) {
    size_t *block = (void *)((char *)p - BLOCK_HEAD_BYTES);
    heap->used -= *block;
    free(block);
}

size_t multi_heap_minimum_free_size(multi_heap_handle_t heap) {
    return heap->size - heap->most_used;
}

// ---- NVS ----

enum { NVS_LIMIT = 8, NVS_TEXT_BYTES = 64 };
static struct {
    char key[16], text[NVS_TEXT_BYTES];
} kept[NVS_LIMIT];

static int find_key(const char *key) {
    for (int i = 0; i < NVS_LIMIT; i++) {
        if (strcmp(kept[i].key, key) == 0) {
            return i;
        }
    }
    return -1;
}

esp_err_t nvs_open(const char *namespace_name, nvs_open_mode_t open_mode, nvs_handle_t *out_handle) {
    (void)open_mode;
    *out_handle = 1;
    return fake.nvs_fails || strlen(namespace_name) > 15 ? ESP_FAIL : ESP_OK;
}

esp_err_t nvs_get_str(nvs_handle_t handle, const char *key, char *out_value, size_t *length) {
    const int found = find_key(key);
    (void)handle;
    if (found < 0 || strlen(kept[found].text) >= *length) {
        return ESP_ERR_NOT_FOUND;
    }
    *length = strlen(kept[found].text) + 1;
    memcpy(out_value, kept[found].text, *length);
    return ESP_OK;
}

esp_err_t nvs_set_str(nvs_handle_t handle, const char *key, const char *value) {
    const int known = find_key(key), place = known >= 0 ? known : find_key("");
    (void)handle;
    if (place < 0 || strlen(key) > 15 || strlen(value) >= NVS_TEXT_BYTES) {
        return ESP_ERR_INVALID_ARG;
    }
    snprintf(kept[place].key, sizeof kept[place].key, "%s", key);
    snprintf(kept[place].text, sizeof kept[place].text, "%s", value);
    return ESP_OK;
}

esp_err_t nvs_commit(nvs_handle_t handle) {
    (void)handle;
    return ESP_OK;
}

void nvs_close(nvs_handle_t handle) {
    (void)handle;
}

// ---- SPIFFS: a folder ----

esp_err_t esp_vfs_spiffs_register(const esp_vfs_spiffs_conf_t *conf) {
    return mkdir(conf->base_path, 0700) == 0 || errno == EEXIST ? ESP_OK : ESP_FAIL;
}

esp_err_t esp_spiffs_info(const char *partition_label, size_t *total_bytes, size_t *used_bytes) {
    (void)partition_label;
    *total_bytes = 368 * 1024;
    *used_bytes = 0;
    return ESP_OK;
}
