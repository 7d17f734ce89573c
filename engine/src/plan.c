// plan.c - packs tensors into the arena.
//
// Finding the best arrangement is NP-hard (dynamic storage allocation); first fit in a good order is nearly always
// optimal for the graphs of neural networks. So: place the items one by one, each into the lowest gap that is free
// during its life, largest first (Pisarchyk and Lee, "Efficient memory management for deep neural net inference",
// 2020). If that misses the lower bound, try other orders, the best of them wins. A chain of ops, where each tensor lives
// until the next one is written, always reaches the bound if its tensors lie at the bottom and at the top in turn: that
// is one of the orders. Everything is deterministic.
//
// SPDX-License-Identifier: Apache-2.0
#include "plan.h"

#include <stdbool.h>

enum {
    NONE = UINT16_MAX,
    MAX_TRIALS = 200,  // orders tried
    MAX_ITEMS_FOR_TRIALS = 256  // with more items, only the first order: bounds the time for hostile files
};

uint32_t thimble_plan_bound(const thimble_item *items, uint32_t count, uint32_t end) {
    uint32_t bound = 0;
    for (uint32_t time = 0; time <= end; time++) {
        uint32_t sum = 0;
        for (uint32_t i = 0; i < count; i++) {
            if (items[i].first <= time && time <= items[i].last) {
                sum = items[i].bytes > UINT32_MAX - sum ? UINT32_MAX : sum + items[i].bytes;
            }
        }
        bound = sum > bound ? sum : bound;
    }
    return bound;
}

// How early item `index` is placed in order number `trial`: larger keys first. Order 0 is by size and order 1 by time;
// the others stretch each size by a pseudo-random factor between 1 and 5.
static uint32_t key(const thimble_item *items, uint32_t index, uint32_t trial) {
    const uint32_t bytes = items[index].bytes / 16;
    const uint32_t stretch = (index + 1) * (trial * 2654435761u) >> 26;
    return trial == 1 ? 0 : bytes * (16 + stretch) / 16;
}

static bool overlap_in_time(const thimble_item *a, const thimble_item *b) {
    return a->first <= b->last && b->first <= a->last;
}

// Puts item `index` into the lowest gap; if that does not start at 0, rather right below `top`, where that is free. The
// items placed so far are chained by `above` in the order of their offsets, from *lowest on. Returns its end, or
// UINT32_MAX.
static uint32_t place(thimble_item *items, uint16_t index, uint32_t top, uint16_t *lowest) {
    thimble_item *item = &items[index];
    uint32_t offset = 0, highest_end = 0;
    bool found = false;
    for (uint16_t other = *lowest; other != NONE; other = items[other].above) {
        if (overlap_in_time(&items[other], item)) {
            found = found || (items[other].offset >= offset && items[other].offset - offset >= item->bytes);
            const uint32_t end = items[other].offset + items[other].bytes;
            highest_end = end > highest_end ? end : highest_end;
            offset = found ? offset : highest_end;
        }
    }
    if (offset != 0 && item->bytes <= top && highest_end <= top - item->bytes) {
        offset = top - item->bytes;
    }
    if (item->bytes > INT32_MAX - offset) {
        return UINT32_MAX;
    }
    item->offset = offset;
    item->placed = true;
    uint16_t *link = lowest;
    while (*link != NONE && items[*link].offset < offset) {
        link = &items[*link].above;
    }
    item->above = *link;
    *link = index;
    return offset + item->bytes;
}

static uint32_t place_all(thimble_item *items, uint32_t count, uint32_t bound, uint32_t trial) {
    for (uint32_t i = 0; i < count; i++) {
        items[i].offset = key(items, i, trial);  // until it is placed
        items[i].placed = items[i].bytes == 0;
    }
    uint16_t lowest = NONE;
    uint32_t end = 0;
    while (end != UINT32_MAX) {
        uint32_t next = NONE;
        for (uint32_t i = 0; i < count; i++) {
            if (!items[i].placed && (next == NONE || items[i].offset > items[next].offset)) {
                next = i;
            }
        }
        if (next == NONE) {
            break;
        }
        const uint32_t item_end = place(items, (uint16_t)next, trial == 1 ? bound : 0, &lowest);
        end = item_end > end ? item_end : end;
    }
    return end;
}

uint32_t thimble_plan(thimble_item *items, uint32_t count, uint32_t bound) {
    const uint32_t trial_count = count > MAX_ITEMS_FOR_TRIALS ? 1 : MAX_TRIALS;
    uint32_t best_trial = 0, best_end = UINT32_MAX, end = UINT32_MAX;
    for (uint32_t trial = 0; trial < trial_count && best_end > bound; trial++) {
        end = place_all(items, count, bound, trial);
        if (end < best_end) {
            best_end = end;
            best_trial = trial;
        }
    }
    return end == best_end ? end : place_all(items, count, bound, best_trial);
}
