// esp32_port.c - port.h on ESP-IDF: puts the parts together, divides the memory, runs the loop.
//
//     internal RAM   arena, vision's scratch, stacks; without PSRAM all else too
//     PSRAM          frames, decoded picture, texts, clients
//
// SPDX-License-Identifier: Apache-2.0
#include "esp32_port.h"

#include <esp_log.h>
#include <esp_random.h>
#include <esp_system.h>
#include <esp_task_wdt.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/task.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "esp32_decode.h"
#include "esp32_device.h"
#include "esp32_files.h"
#include "esp32_flash.h"
#include "esp32_heap.h"
#include "esp32_parallel.h"
#include "esp32_parts.h"
#include "scenes.h"
#include "thimble/thimble_ops.h"

enum {
    LOOP_STACK_BYTES = 10240,
    LOOP_PRIORITY = 4,
    TAKE_MS = 100,
    FRAME_POLL_MS = 10,
    SMALL_ARENA_BYTES = 32 * 1024,
    LARGE_ARENA_BYTES = 84 * 1024,
    YEAR_2024_S = 1704067200,
    NETWORK_WORDS_BYTES = 64,
};

typedef struct esp32_port {
    port port;
    esp32_config config;
    esp32_flash flash;
    SemaphoreHandle_t mutex, loop_wake;
    StaticSemaphore_t mutex_room, wake_room;
    TaskHandle_t loop;
    uint64_t frame_due_us;
    char network[NETWORK_WORDS_BYTES];
    int32_t rssi_dbm;
    port_task tasks[PORT_TASK_LIMIT];
    TaskHandle_t task_handles[PORT_TASK_LIMIT];
    size_t task_count;
} esp32_port;

static esp32_port self;
static app application;
static bool is_started;

// ---- time ----

static uint64_t now_us(void *context) {
    (void)context;
    return (uint64_t)esp_timer_get_time();
}

static uint64_t unix_ms(void *context) {
    struct timeval now;
    (void)context;
    gettimeofday(&now, NULL);
    return now.tv_sec < YEAR_2024_S ? 0 : (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_usec / 1000u;
}

// ---- threads ----

static void lock(void *context) {
    (void)context;
    xSemaphoreTake(self.mutex, portMAX_DELAY);
}

static void unlock(void *context) {
    (void)context;
    xSemaphoreGive(self.mutex);
}

static void wake_server(void *context) {
    (void)context;
    esp32_server_wake();
}

static void wake_loop(void *context) {
    (void)context;
    xSemaphoreGive(self.loop_wake);
}

// Waits for so long, or until there is work for the loop: true. At least a tick, so that tasks of lower priority (the
// watchdog looks at the idle task) have theirs.
static bool wait_ms(uint64_t most_ms) {
    esp_task_wdt_reset();
    const TickType_t ticks = pdMS_TO_TICKS(most_ms);
    return xSemaphoreTake(self.loop_wake, ticks > 0 ? ticks : 1) == pdTRUE;
}

static void rest(void *context, uint32_t most_ms) {
    (void)context;
    wait_ms(most_ms);
}

// ---- camera ----

// Waits until the next frame is due; false if that is more than TAKE_MS away, or if there is work first.
static bool wait_until_due(uint32_t frames_per_second) {
    const uint64_t began_us = now_us(NULL), interval_us = 1000000u / frames_per_second;
    if (self.frame_due_us + 2 * interval_us < began_us || self.frame_due_us > began_us + 2 * interval_us) {
        self.frame_due_us = began_us;  // after a pause, or after the rate was changed
    }
    const uint64_t left_ms = self.frame_due_us > began_us ? (self.frame_due_us - began_us) / 1000 : 0;
    const bool has_work = wait_ms(left_ms < TAKE_MS ? left_ms : TAKE_MS);
    if (left_ms > TAKE_MS || (has_work && left_ms > 0)) {
        return false;
    }
    self.frame_due_us += interval_us;
    return true;
}

static port_result camera_take(void *context, uint32_t frames_per_second, uint8_t *room, size_t room_bytes,
                               size_t *frame_bytes) {
    const esp32_camera *camera = &self.config.camera;
    (void)context;
    if (!wait_until_due(frames_per_second)) {
        return PORT_NONE;
    }
    port_result result = camera->next(camera->context, room, room_bytes, frame_bytes);
    for (int waited_ms = 0; result == PORT_NONE && waited_ms < TAKE_MS; waited_ms += FRAME_POLL_MS) {
        if (wait_ms(FRAME_POLL_MS)) {
            return PORT_NONE;
        }
        result = camera->next(camera->context, room, room_bytes, frame_bytes);
    }
    return result;
}

static const char *camera_name(void *context) {
    (void)context;
    return self.config.camera.name;
}

static port_result decode(void *context, port_picture_kind kind, const uint8_t *bytes, size_t byte_count, uint8_t *room,
                          size_t room_bytes, port_picture *picture) {
    (void)context;
    esp_task_wdt_reset();  // trying a new model decodes several pictures in one step
    return esp32_decode(kind, bytes, byte_count, room, room_bytes, picture);
}

// ---- flash, files, device ----

static size_t flash_bytes(void *context, port_area area) {
    (void)context;
    return esp32_flash_bytes(&self.flash, area);
}

static bool flash_erase(void *context, port_area area, uint32_t sector) {
    (void)context;
    return esp32_flash_erase(&self.flash, area, sector);
}

static bool flash_write(void *context, port_area area, uint32_t offset, const void *bytes, size_t byte_count) {
    (void)context;
    return esp32_flash_write(&self.flash, area, offset, bytes, byte_count);
}

static const uint8_t *flash_map(void *context, port_area area) {
    (void)context;
    return esp32_flash_map(&self.flash, area);
}

static port_result file_write(void *context, const char *name, const void *bytes, size_t byte_count) {
    (void)context;
    return esp32_file_write(name, bytes, byte_count);
}

static port_result file_read(void *context, const char *name, uint32_t offset, void *room, size_t room_bytes,
                             size_t *read_bytes) {
    (void)context;
    return esp32_file_read(name, offset, room, room_bytes, read_bytes);
}

static port_result file_remove(void *context, const char *name) {
    (void)context;
    return esp32_file_remove(name);
}

static void file_each(void *context, port_file_visit *visit, void *visitor) {
    (void)context;
    esp32_file_each(visit, visitor);
}

static void sha256(void *context, const void *bytes, size_t byte_count, uint8_t digest[32]) {
    (void)context;
    esp32_sha256(bytes, byte_count, digest);
}

static void fill_random(void *context, void *room, size_t byte_count) {
    (void)context;
    esp_fill_random(room, byte_count);
}

static void log_line(void *context, port_log_level level, const char *line) {
    static const char tag[] = "thimble";
    (void)context;
    if (level == PORT_LOG_ERROR) {
        ESP_LOGE(tag, "%s", line);
    } else if (level == PORT_LOG_WARNING) {
        ESP_LOGW(tag, "%s", line);
    } else {
        ESP_LOGI(tag, "%s", line);
    }
}

static void device(void *context, port_device *described) {
    (void)context;
    *described = (port_device){.board = self.config.board_name,
                               .network = self.network[0] != '\0' ? self.network : NULL,
                               .host_name = self.config.host_name,
                               .rssi_dbm = self.rssi_dbm,
                               .counts_allocations = esp32_heap_counts(),
                               .allocation_count = esp32_allocation_count()};
    described->task_count = esp32_tasks(described->tasks, PORT_TASK_LIMIT);
    esp32_device_describe(described);
}

static void parallel_for(void *context, void (*task)(void *argument, uint32_t task_index), void *argument,
                         uint32_t task_count) {
    (void)context;
    esp32_parallel_for(task, argument, task_count);
}

static void restart(void *context) {
    (void)context;
    esp_restart();
}

void esp32_set_network(const char *words, int32_t rssi_dbm) {
    if (self.mutex == NULL) {
        return;
    }
    lock(NULL);  // held while a status is written
    snprintf(self.network, sizeof self.network, "%s", words != NULL ? words : "");
    self.rssi_dbm = rssi_dbm;
    unlock(NULL);
}

// ---- tasks ----

void esp32_report_task(TaskHandle_t task, const char *name, uint32_t stack_bytes) {
    if (self.task_count < PORT_TASK_LIMIT) {
        self.task_handles[self.task_count] = task;
        self.tasks[self.task_count++] = (port_task){.name = name, .stack_bytes = stack_bytes};
    }
}

size_t esp32_tasks(port_task *room, size_t room_count) {
    const size_t count = self.task_count < room_count ? self.task_count : room_count;
    for (size_t i = 0; i < count; i++) {
        room[i] = self.tasks[i];
        // On the ESP32 FreeRTOS counts stacks in bytes.
        room[i].stack_least_free_bytes = (uint32_t)uxTaskGetStackHighWaterMark(self.task_handles[i]);
    }
    return count;
}

static void run_loop(void *argument) {
    (void)argument;
    esp_task_wdt_add(NULL);
    esp32_heap_count_task();
    for (;;) {
        app_step(&application);
        esp_task_wdt_reset();
    }
}

// ---- start ----

static void fill_port(void) {
    self.port = (port){
        .context = &self,
        .now_us = now_us,
        .unix_ms = unix_ms,
        .random = fill_random,
        .log = log_line,
        .device = device,
        .lock = lock,
        .unlock = unlock,
        .wake_server = wake_server,
        .wake_loop = wake_loop,
        .rest = rest,
        .camera_take = camera_take,
        .camera_name = camera_name,
        .decode = decode,
        .sha256 = sha256,
        .flash_bytes = flash_bytes,
        .flash_erase = flash_erase,
        .flash_write = flash_write,
        .flash_map = flash_map,
        .file_write = file_write,
        .file_read = file_read,
        .file_remove = file_remove,
        .file_each = file_each,
        .restart = restart,
        .parallel_for = parallel_for,
        .worker_count = self.config.uses_both_cores && esp32_parallel_start() ? 2 : 1,
    };
}

typedef struct limits {
    size_t streams, events, requests;
    size_t frame_count;  // without PSRAM fewer than could be in use at once: then frames are dropped
    size_t frame_bytes, picture_bytes, pixels_bytes, json_pool_bytes, capture_count;
} limits;

static const limits with_psram = {.streams = 3,
                                  .events = 5,
                                  .requests = 3,
                                  .frame_count = APP_FRAME_COUNT(3, 3),
                                  .frame_bytes = 32 * 1024,
                                  .picture_bytes = 96 * 96 * 3,
                                  .pixels_bytes = 320 * 240 * 2,
                                  .json_pool_bytes = 48 * 1024,
                                  .capture_count = 200};
static const limits without_psram = {.streams = 1,
                                     .events = 2,
                                     .requests = 2,
                                     .frame_count = 4,
                                     .frame_bytes = 10 * 1024,
                                     .picture_bytes = 28 * 28 * 3,
                                     .pixels_bytes = 160 * 120,
                                     .json_pool_bytes = 16 * 1024,
                                     .capture_count = 40};

static const limits *device_limits(void) {
    return esp32_heap_has_psram() ? &with_psram : &without_psram;
}

static app_config make_config(void) {
    const limits *most = device_limits();
    return (app_config){
        .port = &self.port,
        .ops = thimble_all_ops,
        .built_in_model = built_in_model,
        .built_in_model_bytes = built_in_model_bytes,
        .built_in_name = built_in_model_name,
        .prefers_built_in = self.config.prefers_built_in,
        .token = self.config.token,
        .host_name = self.config.host_name,
        .self_test = scenes,
        .self_test_count = scene_count,
        .after_crash = esp32_after_crash(),
        .stream_limit = most->streams,
        .event_limit = most->events,
        .request_limit = most->requests,
        .frame_bytes = most->frame_bytes,
        .frame_count = most->frame_count,
        .text_bytes = 4096,
        .picture_bytes = most->picture_bytes,
        .mac_limit = 100000000,
        .body_bytes = most->frame_bytes > PORT_SECTOR_BYTES ? most->frame_bytes : PORT_SECTOR_BYTES,
        .body_count = 1,
        .capture_limit_count = most->capture_count,
        .capture_limit_bytes = esp32_files_room_bytes(),
        .scratch_bytes = VISION_MAX_SCRATCH_BYTES,
        .pixels_bytes = most->pixels_bytes,
    };
}

// The arena is internal memory whatever else there is: models run in it.
static const char *give_memory(app_config *changed) {
    const bool has_psram = esp32_heap_has_psram();
    changed->memory_bytes = app_memory_bytes(changed);
    changed->memory = esp32_heap_large(changed->memory_bytes);
    changed->arena_bytes = has_psram ? LARGE_ARENA_BYTES : SMALL_ARENA_BYTES;
    changed->arena = esp32_heap_fast(changed->arena_bytes);
    if (changed->arena == NULL) {
        changed->arena_bytes = SMALL_ARENA_BYTES;
        changed->arena = esp32_heap_fast(changed->arena_bytes);
    }
    changed->scratch = esp32_heap_fast(changed->scratch_bytes);
    changed->pixels = esp32_heap_large(changed->pixels_bytes);
    const bool has_all = changed->memory != NULL && changed->arena != NULL && changed->scratch != NULL &&
                         changed->pixels != NULL && esp32_heap_give_json(device_limits()->json_pool_bytes);
    return has_all ? NULL : "there is too little memory for arena, frames and clients";
}

const char *esp32_start(const esp32_config *config) {
    static char problem[200];
    self.config = *config;
    self.mutex = xSemaphoreCreateMutexStatic(&self.mutex_room);
    self.loop_wake = xSemaphoreCreateBinaryStatic(&self.wake_room);
    esp32_server_prepare();
    const char *wrong = esp32_flash_open(&self.flash);
    if (wrong == NULL) {
        wrong = esp32_files_open();
    }
    if (wrong != NULL) {
        return wrong;
    }
    fill_port();
    app_config wanted = make_config();
    wrong = give_memory(&wanted);
    if (wrong != NULL) {
        return wrong;
    }
    if (!app_start(&application, &wanted, problem, sizeof problem)) {
        return problem;
    }
    if (xTaskCreatePinnedToCore(run_loop, "loop", LOOP_STACK_BYTES, NULL, LOOP_PRIORITY, &self.loop, ESP32_LOOP_CORE) !=
        pdPASS) {
        return "there is too little memory for the task of the loop";
    }
    esp32_report_task(self.loop, "loop", LOOP_STACK_BYTES);
    is_started = true;
    return NULL;
}

app *esp32_app(void) {
    return is_started ? &application : NULL;
}

const char *esp32_serve(const esp32_portal *portal) {
    const limits *most = device_limits();
    enum { API_SOCKETS = 2 };
    return is_started ? esp32_server_start(&application, portal, most->streams + most->events + API_SOCKETS)
                      : "the application was not started";
}
