// captures_test.c - captures are whole or not there: the power is cut in every operation on files.
//
// SPDX-License-Identifier: Apache-2.0
#include "captures.h"

#include "check.h"
#include "fake_port.h"

enum { LIMIT_COUNT = 4, LIMIT_BYTES = 10000, PICTURE_BYTES = 2500 };

static uint8_t jpeg[LIMIT_BYTES + 1], room[512];
static capture list[LIMIT_COUNT];

static void reopen(captures *opened, fake_port *world) {
    fake_port_power_on(world);
    captures_open(opened, &world->port, list, LIMIT_COUNT, LIMIT_BYTES, room, sizeof room);
}

static captures_result add(captures *changed, size_t jpeg_bytes, const char *label) {
    capture wanted = {.unix_ms = 1700000000000, .confidence = 987, .predicted = "Shirt"};
    snprintf(wanted.label, sizeof wanted.label, "%s", label);
    return captures_add(changed, jpeg, jpeg_bytes, &wanted);
}

static size_t file_count(const fake_port *world) {
    size_t count = 0;
    for (size_t i = 0; i < FAKE_FILE_COUNT; i++) {
        count += *world->files[i].name != '\0';
    }
    return count;
}

static void captures_survive_a_restart(void) {
    fake_port world;
    captures opened;
    fake_port_open(&world);
    reopen(&opened, &world);
    CHECK_EQUAL(add(&opened, 1000, "Bag"), CAPTURES_OK);
    CHECK_EQUAL(add(&opened, 1001, "T-shirt \"\\ \xc3\xa4"), CAPTURES_OK);
    CHECK_EQUAL(captures_relabel(&opened, 1, "Coat"), CAPTURES_OK);
    CHECK_EQUAL(captures_relabel(&opened, 1, "Dress"), CAPTURES_OK);
    reopen(&opened, &world);
    CHECK_EQUAL(opened.count, 2);
    CHECK_EQUAL(opened.byte_count, 2001);
    CHECK(strcmp(captures_find(&opened, 1)->label, "Dress") == 0);
    CHECK(strcmp(captures_find(&opened, 2)->label, "T-shirt \"\\ \xc3\xa4") == 0);
    CHECK_EQUAL(captures_find(&opened, 2)->confidence, 987);
    CHECK_EQUAL(captures_find(&opened, 2)->unix_ms, 1700000000000);
    CHECK(captures_find(&opened, 3) == NULL);
    CHECK_EQUAL(captures_remove(&opened, 1), CAPTURES_OK);
    CHECK_EQUAL(captures_remove(&opened, 1), CAPTURES_NONE);
    CHECK_EQUAL(captures_relabel(&opened, 1, "x"), CAPTURES_NONE);
    CHECK_EQUAL(file_count(&world), 2);
    reopen(&opened, &world);
    CHECK_EQUAL(add(&opened, 10, "Bag"), CAPTURES_OK);
    CHECK(captures_find(&opened, 3) != NULL);  // numbers are not used again
    fake_port_close(&world);
}

static void the_oldest_make_room(void) {
    fake_port world;
    captures opened;
    fake_port_open(&world);
    reopen(&opened, &world);
    for (int i = 0; i < 6; i++) {
        CHECK_EQUAL(add(&opened, 100, "x"), CAPTURES_OK);
    }
    CHECK_EQUAL(opened.count, LIMIT_COUNT);
    CHECK(captures_find(&opened, 2) == NULL && captures_find(&opened, 3) != NULL);
    CHECK_EQUAL(add(&opened, LIMIT_BYTES - 150, "x"), CAPTURES_OK);
    CHECK_EQUAL(opened.count, 2);
    CHECK_EQUAL(add(&opened, LIMIT_BYTES + 1, "x"), CAPTURES_FULL);
    CHECK_EQUAL(opened.count, 2);
    opened.pinned = 1;
    CHECK_EQUAL(add(&opened, 1, "x"), CAPTURES_PINNED);
    CHECK_EQUAL(captures_remove(&opened, 7), CAPTURES_PINNED);
    CHECK_EQUAL(captures_relabel(&opened, 7, "y"), CAPTURES_PINNED);
    fake_port_close(&world);
}

static void a_smaller_quota_keeps_the_newest(void) {
    fake_port world;
    captures opened;
    fake_port_open(&world);
    reopen(&opened, &world);
    for (int i = 0; i < 4; i++) {
        CHECK_EQUAL(add(&opened, 1000, "x"), CAPTURES_OK);
    }
    captures_open(&opened, &world.port, list, 2, 1500, room, sizeof room);
    CHECK_EQUAL(opened.count, 1);
    CHECK(captures_find(&opened, 4) != NULL);
    CHECK_EQUAL(file_count(&world), 2);
    captures_open(&opened, &world.port, list, 0, 1500, room, sizeof room);
    CHECK_EQUAL(opened.count, 0);
    CHECK_EQUAL(add(&opened, 10, "x"), CAPTURES_FULL);
    fake_port_close(&world);
}

static void strange_files_are_left_alone(void) {
    fake_port world;
    captures opened;
    fake_port_open(&world);
    world.port.file_write(&world, "readme.txt", "hello", 5);
    world.port.file_write(&world, "0000000g.jpg", "hello", 5);
    world.port.file_write(&world, "00000000.jpg", "hello", 5);
    world.port.file_write(&world, "00000007.a", "{}", 2);        // a card without a picture
    world.port.file_write(&world, "00000008.jpg", "hello", 5);   // a picture without a card
    world.port.file_write(&world, "00000009.jpg", "hello", 5);
    world.port.file_write(&world, "00000009.a", "{\"label\":\"x\"", 12);
    reopen(&opened, &world);
    CHECK_EQUAL(opened.count, 0);
    CHECK_EQUAL(file_count(&world), 3);
    CHECK_EQUAL(opened.last_id, 9);
    fake_port_close(&world);
}

static void worn_pictures_are_noticed(void) {
    fake_port world;
    captures opened;
    fake_port_open(&world);
    reopen(&opened, &world);
    CHECK_EQUAL(add(&opened, 1000, "x"), CAPTURES_OK);
    world.files[0].bytes[500] ^= 1;
    reopen(&opened, &world);
    CHECK_EQUAL(opened.count, 0);
    CHECK_EQUAL(file_count(&world), 0);
    fake_port_close(&world);
}

// ---- power cuts ----

typedef enum change { ADD, ADD_WITH_EVICTION, RELABEL, RELABEL_AGAIN, REMOVE, CHANGE_COUNT } change;

static void set_up(captures *opened, fake_port *world, change made) {
    fake_port_open(world);
    reopen(opened, world);
    CHECK_EQUAL(add(opened, PICTURE_BYTES, "one"), CAPTURES_OK);
    CHECK_EQUAL(add(opened, PICTURE_BYTES, "two"), CAPTURES_OK);
    if (made == RELABEL_AGAIN) {
        CHECK_EQUAL(captures_relabel(opened, 1, "once"), CAPTURES_OK);
    }
    if (made == ADD_WITH_EVICTION) {
        CHECK_EQUAL(add(opened, PICTURE_BYTES, "three"), CAPTURES_OK);
        CHECK_EQUAL(add(opened, PICTURE_BYTES, "four"), CAPTURES_OK);
    }
}

static void make_change(captures *changed, change made) {
    switch (made) {
    case ADD:
    case ADD_WITH_EVICTION:
        add(changed, PICTURE_BYTES, "new");
        break;
    case RELABEL:
    case RELABEL_AGAIN:
        captures_relabel(changed, 1, "changed");
        break;
    default:
        captures_remove(changed, 1);
        break;
    }
}

static bool label_is(const captures *from, uint32_t id, const char *label) {
    const capture *found = captures_find(from, id);
    return found != NULL && strcmp(found->label, label) == 0;
}

// Whatever the list has is whole, and what was not touched is there.
static void check_after_cut(const captures *opened, const fake_port *world, change made) {
    for (size_t i = 0; i < opened->count; i++) {
        uint8_t read[PICTURE_BYTES + 1];
        size_t read_bytes;
        CHECK(captures_read(opened, &opened->list[i], 0, read, sizeof read, &read_bytes));
        CHECK_EQUAL(read_bytes, PICTURE_BYTES);
        CHECK(memcmp(read, jpeg, PICTURE_BYTES) == 0);
    }
    CHECK(label_is(opened, 2, "two"));
    if (made == RELABEL || made == RELABEL_AGAIN) {
        CHECK(label_is(opened, 1, "changed") || label_is(opened, 1, made == RELABEL ? "one" : "once"));
    } else if (made == ADD) {
        CHECK(label_is(opened, 1, "one"));
        CHECK(opened->count == 2 || label_is(opened, 3, "new"));
    } else if (made == ADD_WITH_EVICTION) {
        CHECK(label_is(opened, 3, "three") && label_is(opened, 4, "four"));
        CHECK(opened->count <= 4);
    }
    CHECK(file_count(world) <= 3 * opened->count);
}

static void power_cuts_lose_nothing(void) {
    static const unsigned parts[] = {0, 1, 128, 255, 256};
    static char about[80];
    unsigned cut_count = 0;
    for (change made = 0; made < CHANGE_COUNT; made++) {
        for (size_t part = 0; part < sizeof parts / sizeof parts[0]; part++) {
            for (uint64_t operation = 1;; operation++) {
                fake_port world;
                captures opened;
                snprintf(about, sizeof about, "change %d, part %u of operation %d", (int)made, parts[part],
                         (int)operation);
                checks.about = about;
                set_up(&opened, &world, made);
                world.file_cut_at = world.file_operations + operation;
                world.file_cut_part = parts[part];
                make_change(&opened, made);
                const bool was_cut = world.files_off;
                reopen(&opened, &world);
                check_after_cut(&opened, &world, made);
                CHECK_EQUAL(add(&opened, PICTURE_BYTES, "after"), CAPTURES_OK);
                CHECK_EQUAL(world.lock_mistakes, 0);
                fake_port_close(&world);
                cut_count += was_cut;
                if (!was_cut) {
                    break;
                }
            }
        }
    }
    CHECK(cut_count > 40);
    printf("%u power cuts\n", cut_count);
}

static void labels_are_utf_8(void) {
    static const char *const good[] = {"a", "T-shirt/top", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x91\x95", "\"\\,"};
    static const char *const bad[] = {"",
                                      "a\n",
                                      "\x7f",
                                      "\xc3",
                                      "\xc0\x80",
                                      "\xed\xa0\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xc2\x85",
                                      "123456789012345678901234567890123456789012345678"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        CHECK(capture_label_is_good(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK(!capture_label_is_good(bad[i]));
    }
}

int main(void) {
    uint64_t seed = 3;
    for (size_t i = 0; i < sizeof jpeg; i++) {
        jpeg[i] = (uint8_t)next_random(&seed);
    }
    RUN(captures_survive_a_restart);
    RUN(the_oldest_make_room);
    RUN(a_smaller_quota_keeps_the_newest);
    RUN(strange_files_are_left_alone);
    RUN(worn_pictures_are_noticed);
    RUN(power_cuts_lose_nothing);
    RUN(labels_are_utf_8);
    return check_result();
}
