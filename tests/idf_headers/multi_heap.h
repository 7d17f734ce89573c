// multi_heap.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_MULTI_HEAP_H
#define THIMBLE_IDF_MULTI_HEAP_H

#include <stddef.h>

typedef struct multi_heap_info *multi_heap_handle_t;

multi_heap_handle_t multi_heap_register(void *start, size_t size);
void *multi_heap_malloc(multi_heap_handle_t heap, size_t size);
void multi_heap_free(multi_heap_handle_t heap, void *p);
size_t multi_heap_minimum_free_size(multi_heap_handle_t heap);

#endif
