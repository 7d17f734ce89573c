// task.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_FREERTOS_TASK_H
#define THIMBLE_IDF_FREERTOS_TASK_H

#include "freertos/FreeRTOS.h"

typedef struct tskTaskControlBlock *TaskHandle_t;
typedef void (*TaskFunction_t)(void *);

#define tskNO_AFFINITY ((BaseType_t)0x7FFFFFFF)

BaseType_t xTaskCreatePinnedToCore(TaskFunction_t code, const char *const name, const uint32_t stack_bytes,
                                   void *const argument, UBaseType_t priority, TaskHandle_t *const created,
                                   const BaseType_t core);
BaseType_t xTaskCreate(TaskFunction_t code, const char *const name, const uint32_t stack_bytes, void *const argument,
                       UBaseType_t priority, TaskHandle_t *const created);
void vTaskDelete(TaskHandle_t task);
void vTaskDelay(const TickType_t ticks);
TaskHandle_t xTaskGetCurrentTaskHandle(void);
UBaseType_t uxTaskGetStackHighWaterMark(TaskHandle_t task);

#endif
