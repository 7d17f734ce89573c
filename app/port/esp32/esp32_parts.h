// esp32_parts.h - what the parts of this port know of each other.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_ESP32_PARTS_H
#define THIMBLE_ESP32_PARTS_H

#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <sdkconfig.h>

#include "esp32_port.h"

// The loop has a core for itself where there are two; network, server and console share the other one.
#if CONFIG_FREERTOS_UNICORE
enum { ESP32_NETWORK_CORE = 0, ESP32_LOOP_CORE = 0 };
#else
enum { ESP32_NETWORK_CORE = 0, ESP32_LOOP_CORE = 1 };
#endif

// Notes a task for esp32_tasks.
void esp32_report_task(TaskHandle_t task, const char *name, uint32_t stack_bytes);

// ---- the server ----

void esp32_server_prepare(void);  // so that it can be woken and locked, before it starts

// Starts the task and Espressif's server for so many connections. NULL, or what is wrong.
const char *esp32_server_start(app *with, const esp32_portal *portal, size_t limit);

void esp32_server_wake(void);  // from any task

// Around all calls of http.h.
void esp32_server_lock(void);
void esp32_server_unlock(void);

#endif
