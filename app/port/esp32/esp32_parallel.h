// esp32_parallel.h - parallel_for of port.h: the loop's task, and a second one on the other core.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_ESP32_PARALLEL_H
#define THIMBLE_ESP32_PARALLEL_H

#include <stdbool.h>
#include <stdint.h>

// Makes the second task. False on a chip with one core, or if there is no memory.
bool esp32_parallel_start(void);

// As parallel_for of port.h. One call at a time.
void esp32_parallel_for(void (*task)(void *argument, uint32_t task_index), void *argument, uint32_t task_count);

#endif
