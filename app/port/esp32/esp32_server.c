// esp32_server.c - the task "serve": all HTTP clients, each as far as it goes without waiting; and questions from within.
//
// SPDX-License-Identifier: Apache-2.0
#include "esp32_server.h"

#include <esp_task_wdt.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/task.h>
#include <string.h>

#include "esp32_client.h"
#include "esp32_heap.h"
#include "esp32_parts.h"

enum {
    SERVE_STACK_BYTES = 7168,
    SERVE_PRIORITY = 5,
    SOCKET_POLL_MS = 10,  // while a client's socket is full, or its body is on the way
    IDLE_MS = 500,
};

#define BUSY_HEAD "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 2\r\nContent-Type: "
const char esp32_server_busy[] = BUSY_HEAD HTTP_BUSY_TYPE "\r\n\r\n" HTTP_BUSY_TEXT;

static client *clients;
static size_t client_limit;
static client_world world;
static TaskHandle_t task;
static StaticSemaphore_t wake_room, lock_room;
static SemaphoreHandle_t wake, http_lock;

bool request_head_add(request_head *changed, const char *text, size_t length) {
    if (length >= sizeof changed->text - changed->used) {
        return false;
    }
    memcpy(changed->text + changed->used, text, length);
    changed->text[changed->used + length] = '\0';
    changed->used += length + 1;
    return true;
}

size_t esp32_server_client_count(void) {
    size_t count = 0;
    for (size_t i = 0; i < client_limit; i++) {
        count += atomic_load(&clients[i].stage) != CLIENT_FREE;
    }
    return count;
}

bool esp32_server_take(int socket, const request_head *head) {
    for (size_t i = 0; i < client_limit; i++) {
        if (atomic_load(&clients[i].stage) == CLIENT_FREE) {
            client_take(&clients[i], socket, head, (uint64_t)esp_timer_get_time());
            esp32_server_wake();
            return true;
        }
    }
    return false;
}

void esp32_server_wake(void) {
    if (wake != NULL) {
        xSemaphoreGive(wake);
    }
}

void esp32_server_lock(void) {
    xSemaphoreTake(http_lock, portMAX_DELAY);
}

void esp32_server_unlock(void) {
    xSemaphoreGive(http_lock);
}

static void serve(void *argument) {
    (void)argument;
    esp_task_wdt_add(NULL);
    esp32_heap_count_task();
    for (;;) {
        client_need need = CLIENT_NEEDS_NOTHING;
        for (size_t i = 0; i < client_limit; i++) {
            if (client_step(&clients[i], &world, (uint64_t)esp_timer_get_time()) == CLIENT_NEEDS_ITS_SOCKET) {
                need = CLIENT_NEEDS_ITS_SOCKET;
            }
            esp_task_wdt_reset();
        }
        xSemaphoreTake(wake, pdMS_TO_TICKS(need == CLIENT_NEEDS_ITS_SOCKET ? SOCKET_POLL_MS : IDLE_MS));
    }
}

void esp32_server_prepare(void) {
    wake = xSemaphoreCreateBinaryStatic(&wake_room);
    http_lock = xSemaphoreCreateMutexStatic(&lock_room);
}

const char *esp32_server_start(app *with, const esp32_portal *portal, size_t limit) {
    clients = esp32_heap_large(limit * sizeof *clients);
    if (clients == NULL) {
        return "no memory for HTTP clients";
    }
    memset(clients, 0, limit * sizeof *clients);
    client_limit = limit;
    world = (client_world){.app = with, .portal = portal, .lock = esp32_server_lock, .unlock = esp32_server_unlock};
    if (xTaskCreatePinnedToCore(serve, "serve", SERVE_STACK_BYTES, NULL, SERVE_PRIORITY, &task, ESP32_NETWORK_CORE) !=
        pdPASS) {
        return "no memory for the task of the HTTP server";
    }
    esp32_report_task(task, "serve", SERVE_STACK_BYTES);
    return esp32_front_start(limit);
}
