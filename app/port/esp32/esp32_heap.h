// esp32_heap.h - memory: what is taken at start, the pool that JSON lives in, and a counter that shows that nothing else is.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_ESP32_HEAP_H
#define THIMBLE_ESP32_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Memory that is never given back, aligned to 16: internal, or from PSRAM where there is some. NULL: there is none.
void *esp32_heap_fast(size_t byte_count);
void *esp32_heap_large(size_t byte_count);

bool esp32_heap_has_psram(void);

// The largest piece that esp32_heap_fast could give.
size_t esp32_heap_largest_fast(void);

// From now on cJSON allocates from a pool of its own, and nothing else. False: no memory.
bool esp32_heap_give_json(size_t pool_bytes);

// The least that was ever free in it.
size_t esp32_heap_json_least_free(void);

// Whether allocations are counted in this build (CONFIG_HEAP_USE_HOOKS).
bool esp32_heap_counts(void);

// From now on what the calling task takes from the heap is counted (esp32_allocation_count).
void esp32_heap_count_task(void);

#endif
