// plan.h - packs tensors into the arena: what lives at the same time must not overlap.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_PLAN_H
#define THIMBLE_PLAN_H

#include <stdint.h>

// A piece of memory needed from time `first` to time `last`, both included.
typedef struct thimble_item {
    uint32_t bytes;   // multiple of THIMBLE_ALIGNMENT; 0: needs no memory
    uint32_t offset;  // result: where it lies, in bytes
    uint16_t first, last;
    uint16_t placed;  // working memory of thimble_plan
    uint16_t above;   // working memory of thimble_plan
} thimble_item;

// The largest sum of items alive at one time, up to `end`: no arrangement can be smaller.
uint32_t thimble_plan_bound(const thimble_item *items, uint32_t count, uint32_t end);

// Sets the offset of each of the `count` (< 65535) items, and returns the end of the highest one. UINT32_MAX if that
// would be 2 GB or more.
uint32_t thimble_plan(thimble_item *items, uint32_t count, uint32_t bound);

#endif
