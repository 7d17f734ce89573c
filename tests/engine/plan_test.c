// plan_test.c - the planner: nothing overlaps, memory is reused, the bound is reached where it can be.
//
// SPDX-License-Identifier: Apache-2.0
#include "plan.h"

#include <stdlib.h>
#include <time.h>

#include "check.h"

enum { MANY_ITEMS = 8000 };

static bool alive_at_once(const thimble_item *a, const thimble_item *b) {
    return a->first <= b->last && b->first <= a->last;
}

// Whether items that are alive at the same time lie apart, and all below `end`.
static bool is_sound(const thimble_item *items, uint32_t count, uint32_t end) {
    for (uint32_t i = 0; i < count; i++) {
        const thimble_item *a = &items[i];
        if (a->bytes != 0 && (a->offset % 16 != 0 || a->offset > end || a->bytes > end - a->offset)) {
            return false;
        }
        for (uint32_t j = 0; j < i; j++) {
            const thimble_item *b = &items[j];
            const bool apart = a->bytes == 0 || b->bytes == 0 || a->offset + a->bytes <= b->offset ||
                               b->offset + b->bytes <= a->offset;
            if (alive_at_once(a, b) && !apart) {
                return false;
            }
        }
    }
    return true;
}

static void make_random(thimble_item *items, uint32_t count, uint32_t op_count, uint64_t *random) {
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t first = random_below(random, op_count);
        const uint32_t life = random_below(random, random_below(random, 4) == 0 ? op_count : 3);
        items[i] = (thimble_item){.bytes = random_below(random, 8) == 0 ? 0 : 16 * (1 + random_below(random, 200)),
                                  .first = (uint16_t)first,
                                  .last = (uint16_t)(first + life)};
    }
}

static void plan_keeps_apart_what_is_alive_at_once(void) {
    uint64_t random = 1;
    for (int round = 0; round < 500; round++) {
        thimble_item items[60];
        const uint32_t count = 1 + random_below(&random, 60), op_count = 1 + random_below(&random, 30);
        make_random(items, count, op_count, &random);
        const uint32_t bound = thimble_plan_bound(items, count, 2 * op_count);
        const uint32_t end = thimble_plan(items, count, bound);
        CHECK(end >= bound);
        CHECK(is_sound(items, count, end));
    }
}

static void plan_of_more_items_than_it_tries_orders_for_is_sound(void) {
    static thimble_item items[600];
    uint64_t random = 2;
    make_random(items, 600, 300, &random);
    const uint32_t bound = thimble_plan_bound(items, 600, 600);
    const uint32_t end = thimble_plan(items, 600, bound);
    CHECK(end >= bound);
    CHECK(is_sound(items, 600, end));
}

static void plan_reuses_memory_of_dead_tensors(void) {
    thimble_item items[] = {{.bytes = 160, .first = 0, .last = 0},
                            {.bytes = 160, .first = 1, .last = 1},
                            {.bytes = 96, .first = 2, .last = 2}};
    CHECK_EQUAL(thimble_plan(items, 3, thimble_plan_bound(items, 3, 3)), 160);
    CHECK_EQUAL(items[0].offset, 0);
    CHECK_EQUAL(items[1].offset, 0);
    CHECK_EQUAL(items[2].offset, 0);
}

static void plan_does_not_reuse_what_is_read_by_the_op_that_writes(void) {
    thimble_item items[] = {{.bytes = 160, .first = 0, .last = 1}, {.bytes = 160, .first = 1, .last = 2}};
    CHECK_EQUAL(thimble_plan(items, 2, thimble_plan_bound(items, 2, 2)), 320);
}

static void plan_bound_is_the_largest_sum_alive(void) {
    uint64_t random = 3;
    for (int round = 0; round < 500; round++) {
        thimble_item items[20];
        make_random(items, 20, 10, &random);
        uint32_t largest = 0;
        for (uint32_t op = 0; op <= 20; op++) {
            uint32_t sum = 0;
            for (int i = 0; i < 20; i++) {
                sum += items[i].first <= op && op <= items[i].last ? items[i].bytes : 0;
            }
            largest = sum > largest ? sum : largest;
        }
        CHECK_EQUAL(thimble_plan_bound(items, 20, 20), largest);
    }
}

static void plan_reaches_the_bound_on_chains(void) {
    uint64_t random = 4;
    for (int round = 0; round < 300; round++) {
        thimble_item items[100];
        const uint32_t count = 2 + random_below(&random, 99);
        for (uint32_t i = 0; i < count; i++) {
            items[i] = (thimble_item){
                .bytes = 16 * (1 + random_below(&random, 1000)), .first = (uint16_t)i, .last = (uint16_t)(i + 1)};
        }
        const uint32_t bound = thimble_plan_bound(items, count, count);
        CHECK_EQUAL(thimble_plan(items, count, bound), bound);
    }
}

// Blocks as ResNet has them: each block's input stays alive until it is added to what two convolutions made of it.
static void plan_reaches_the_bound_on_residual_graphs(void) {
    uint64_t random = 5;
    for (int round = 0; round < 200; round++) {
        thimble_item items[100];
        uint32_t count = 0, bytes = 16 * (64 + random_below(&random, 512));
        const uint32_t blocks = 1 + random_below(&random, 8);
        for (uint32_t block = 0; block < blocks; block++) {
            const uint16_t at = (uint16_t)(3 * block);
            items[count++] = (thimble_item){.bytes = bytes, .first = at, .last = (uint16_t)(at + 3)};
            items[count++] = (thimble_item){.bytes = bytes, .first = (uint16_t)(at + 1), .last = (uint16_t)(at + 2)};
            items[count++] = (thimble_item){.bytes = bytes, .first = (uint16_t)(at + 2), .last = (uint16_t)(at + 3)};
            bytes = random_below(&random, 2) == 0 && bytes >= 64 ? bytes / 32 * 16 : bytes;
        }
        items[count++] =
            (thimble_item){.bytes = bytes, .first = (uint16_t)(3 * blocks), .last = (uint16_t)(3 * blocks + 1)};
        const uint32_t bound = thimble_plan_bound(items, count, 3 * blocks + 1);
        CHECK_EQUAL(thimble_plan(items, count, bound), bound);
    }
}

static void plan_tries_other_orders_where_the_first_misses_the_bound(void) {
    uint64_t random = 6;
    int better = 0;
    for (int round = 0; round < 300; round++) {
        thimble_item items[12], first_order[12];
        make_random(items, 12, 6, &random);
        memcpy(first_order, items, sizeof items);
        const uint32_t bound = thimble_plan_bound(items, 12, 12);
        const uint32_t end = thimble_plan(items, 12, bound);
        // A bound that the first order reaches at once ends the search.
        const uint32_t first_end = thimble_plan(first_order, 12, UINT32_MAX);
        CHECK(end <= first_end);
        better += end < first_end;
    }
    CHECK(better > 0);
}

static void plan_is_deterministic(void) {
    uint64_t random = 7;
    for (int round = 0; round < 100; round++) {
        thimble_item items[40], again[40];
        make_random(items, 40, 20, &random);
        memcpy(again, items, sizeof items);
        for (int i = 0; i < 40; i++) {  // what earlier plans left behind does not matter
            again[i].offset = next_random(&random);
            again[i].placed = (uint16_t)next_random(&random);
            again[i].above = (uint16_t)next_random(&random);
        }
        const uint32_t bound = thimble_plan_bound(items, 40, 40);
        CHECK_EQUAL(thimble_plan(items, 40, bound), thimble_plan(again, 40, bound));
        for (int i = 0; i < 40; i++) {
            CHECK(items[i].bytes == 0 || items[i].offset == again[i].offset);
        }
    }
}

static void plan_of_nothing_is_nothing(void) {
    thimble_item items[] = {{.first = 0, .last = 3}, {.first = 1, .last = 2}};
    CHECK_EQUAL(thimble_plan_bound(items, 2, 3), 0);
    CHECK_EQUAL(thimble_plan(items, 2, 0), 0);
    CHECK_EQUAL(thimble_plan_bound(items, 0, 0), 0);
    CHECK_EQUAL(thimble_plan(items, 0, 0), 0);
}

static void plan_items_without_bytes_take_no_room(void) {
    thimble_item items[] = {{.bytes = 32, .first = 0, .last = 1},
                            {.bytes = 0, .first = 0, .last = 1},
                            {.bytes = 32, .first = 0, .last = 1}};
    CHECK_EQUAL(thimble_plan(items, 3, thimble_plan_bound(items, 3, 1)), 64);
    CHECK(is_sound(items, 3, 64));
}

static void plan_refuses_two_gigabytes(void) {
    const uint32_t gigabyte = 1u << 30;
    thimble_item fits[] = {{.bytes = gigabyte, .first = 0, .last = 1}, {.bytes = gigabyte - 16, .first = 0, .last = 1}};
    CHECK_EQUAL(thimble_plan(fits, 2, thimble_plan_bound(fits, 2, 1)), 2 * gigabyte - 16);
    thimble_item too_large[] = {{.bytes = gigabyte, .first = 0, .last = 1}, {.bytes = gigabyte, .first = 1, .last = 1}};
    CHECK_EQUAL(thimble_plan(too_large, 2, thimble_plan_bound(too_large, 2, 1)), UINT32_MAX);
    thimble_item beyond[5];
    for (int i = 0; i < 5; i++) {
        beyond[i] = (thimble_item){.bytes = gigabyte, .first = 0, .last = 1};
    }
    CHECK_EQUAL(thimble_plan_bound(beyond, 5, 1), UINT32_MAX);
    CHECK_EQUAL(thimble_plan(beyond, 5, UINT32_MAX), UINT32_MAX);
}

static void plan_of_thousands_of_items_is_quick(void) {
    thimble_item *items = malloc(MANY_ITEMS * sizeof *items);
    CHECK(items != NULL);
    for (uint32_t i = 0; i < MANY_ITEMS && items != NULL; i++) {  // the slowest order for the sort, all alive at once
        items[i] = (thimble_item){.bytes = 16 * (i + 1), .first = 0, .last = MANY_ITEMS};
    }
    const clock_t start = clock();
    CHECK_EQUAL(thimble_plan(items, MANY_ITEMS, 0), 16u * MANY_ITEMS * (MANY_ITEMS + 1) / 2);
    CHECK(clock() - start < 20 * CLOCKS_PER_SEC);  // 0.2 s; sanitizers and slow machines may take longer
    free(items);
}

int main(void) {
    RUN(plan_keeps_apart_what_is_alive_at_once);
    RUN(plan_of_more_items_than_it_tries_orders_for_is_sound);
    RUN(plan_reuses_memory_of_dead_tensors);
    RUN(plan_does_not_reuse_what_is_read_by_the_op_that_writes);
    RUN(plan_bound_is_the_largest_sum_alive);
    RUN(plan_reaches_the_bound_on_chains);
    RUN(plan_reaches_the_bound_on_residual_graphs);
    RUN(plan_tries_other_orders_where_the_first_misses_the_bound);
    RUN(plan_is_deterministic);
    RUN(plan_of_nothing_is_nothing);
    RUN(plan_items_without_bytes_take_no_room);
    RUN(plan_refuses_two_gigabytes);
    RUN(plan_of_thousands_of_items_is_quick);
    return check_result();
}
