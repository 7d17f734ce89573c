// FreeRTOS.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_FREERTOS_FREERTOS_H
#define THIMBLE_IDF_FREERTOS_FREERTOS_H

#include <stddef.h>
#include <stdint.h>

typedef int BaseType_t;
typedef unsigned int UBaseType_t;
typedef uint32_t TickType_t;
typedef struct StaticSemaphore {
    void *room[24];
} StaticSemaphore_t;

#define pdFALSE ((BaseType_t)0)
#define pdTRUE ((BaseType_t)1)
#define pdPASS pdTRUE
#define configTICK_RATE_HZ 1000
#define portMAX_DELAY ((TickType_t)0xffffffffUL)
#define pdMS_TO_TICKS(milliseconds) ((TickType_t)(((uint64_t)(milliseconds) * configTICK_RATE_HZ) / 1000U))
#define tskIDLE_PRIORITY ((UBaseType_t)0U)

#endif
