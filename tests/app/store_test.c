// store_test.c - nothing is ever lost: the power is cut at every write and erase of everything the store does.
//
// SPDX-License-Identifier: Apache-2.0
#include "store.h"

#include <stdlib.h>

#include "check.h"
#include "fake_port.h"

enum { MODEL_A_BYTES = 3 * PORT_SECTOR_BYTES + 777, MODEL_B_BYTES = 2 * PORT_SECTOR_BYTES, MODEL_C_BYTES = 100 };

static uint8_t models[3][MODEL_A_BYTES];
static const size_t model_bytes[3] = {MODEL_A_BYTES, MODEL_B_BYTES, MODEL_C_BYTES};

static void make_models(void) {
    uint64_t seed = 1;
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < MODEL_A_BYTES; k++) {
            models[i][k] = (uint8_t)next_random(&seed);
        }
    }
}

// Uploads models[index] in pieces; STORE_OK also means it is found again.
static store_result upload(store *changed, size_t index, store_model *uploaded) {
    static uint8_t room[PORT_SECTOR_BYTES];
    store_result result = store_upload_begin(changed, store_running(changed),
                                             index == 0   ? "a"
                                             : index == 1 ? "b"
                                                          : "c",
                                             room);
    for (size_t done = 0; done < model_bytes[index] && result == STORE_OK;) {
        const size_t left = model_bytes[index] - done, piece = left < 1000 ? left : 1000;
        result = store_upload_write(changed, models[index] + done, piece);
        done += piece;
    }
    return result == STORE_OK ? store_upload_finish(changed, NULL, uploaded) : result;
}

static bool upload_and_activate(store *changed, size_t index) {
    store_model uploaded;
    return upload(changed, index, &uploaded) == STORE_OK && store_activate(changed, uploaded);
}

// Which of `models` runs; -1: the built-in one; -2: none of them, which must not be.
static int running_model(const store *from) {
    const store_model running = store_running(from);
    if (running.source == STORE_BUILT_IN) {
        return -1;
    }
    const store_slot *slot = store_find(from, running);
    for (int i = 0; i < 3 && slot != NULL; i++) {
        if (slot->model_bytes == model_bytes[i] && memcmp(store_bytes(from, running), models[i], model_bytes[i]) == 0) {
            return i;
        }
    }
    return -2;
}

static void reopen(store *opened, fake_port *world, bool after_crash) {
    fake_port_power_on(world);
    store_open(opened, &world->port, after_crash);
}

static void empty_flash_gives_defaults(void) {
    fake_port world;
    store opened;
    fake_port_open(&world);
    store_open(&opened, &world.port, false);
    CHECK_EQUAL(running_model(&opened), -1);
    CHECK_EQUAL(store_settings(&opened).threshold, settings_default().threshold);
    CHECK(!store_can_roll_back(&opened));
    CHECK(!store_rollback(&opened));
    CHECK_EQUAL(world.flash.operation_count, 0);
    fake_port_close(&world);
}

static void models_and_settings_survive_a_restart(void) {
    fake_port world;
    store opened;
    fake_port_open(&world);
    store_open(&opened, &world.port, false);
    CHECK(upload_and_activate(&opened, 0));
    CHECK(upload_and_activate(&opened, 1));
    settings changed = settings_default();
    changed.threshold = 123;
    changed.paused = true;
    CHECK(store_set_settings(&opened, &changed));
    reopen(&opened, &world, false);
    CHECK_EQUAL(running_model(&opened), 1);
    CHECK(strcmp(store_find(&opened, store_running(&opened))->name, "b") == 0);
    CHECK_EQUAL(store_settings(&opened).threshold, 123);
    CHECK(!store_settings(&opened).paused);
    CHECK(store_can_roll_back(&opened));
    CHECK(store_rollback(&opened));
    CHECK_EQUAL(running_model(&opened), 0);
    reopen(&opened, &world, false);
    CHECK_EQUAL(running_model(&opened), 0);
    CHECK_EQUAL(world.lock_mistakes, 0);
    fake_port_close(&world);
}

static void records_go_round_the_sectors(void) {
    fake_port world;
    store opened;
    fake_port_open(&world);
    store_open(&opened, &world.port, false);
    settings changed = settings_default();
    for (int i = 0; i < 100; i++) {
        changed.threshold = i;
        CHECK(store_set_settings(&opened, &changed));
        reopen(&opened, &world, false);
        CHECK_EQUAL(store_settings(&opened).threshold, i);
    }
    // Wear: one erase for each sector full of records.
    CHECK(world.flash.operation_count <= 100 + 100 / 16 + 1);
    fake_port_close(&world);
}

static void uploads_that_do_not_hold_are_refused(void) {
    fake_port world;
    store opened;
    store_model uploaded;
    static uint8_t room[PORT_SECTOR_BYTES];
    uint8_t digest[32] = {1};
    fake_port_open(&world);
    store_open(&opened, &world.port, false);
    CHECK(upload_and_activate(&opened, 0));
    CHECK_EQUAL(store_upload_begin(&opened, store_running(&opened), "empty", room), STORE_OK);
    CHECK_EQUAL(store_upload_finish(&opened, NULL, &uploaded), STORE_EMPTY);
    CHECK_EQUAL(store_upload_begin(&opened, store_running(&opened), "wrong", room), STORE_OK);
    CHECK_EQUAL(store_upload_write(&opened, models[1], 100), STORE_OK);
    CHECK_EQUAL(store_upload_finish(&opened, digest, &uploaded), STORE_WRONG_HASH);
    CHECK_EQUAL(store_upload_begin(&opened, store_running(&opened), "large", room), STORE_OK);
    const size_t limit = store_slot_bytes(&opened);
    for (size_t done = 0; done < limit; done += PORT_SECTOR_BYTES) {
        CHECK_EQUAL(store_upload_write(&opened, models[1], PORT_SECTOR_BYTES), STORE_OK);
    }
    CHECK_EQUAL(store_upload_write(&opened, models[1], 1), STORE_FULL);
    store_upload_abort(&opened);
    CHECK_EQUAL(running_model(&opened), 0);
    reopen(&opened, &world, false);
    CHECK_EQUAL(running_model(&opened), 0);
    fake_port_close(&world);
}

static void a_refused_model_is_gone(void) {
    fake_port world;
    store opened;
    store_model uploaded;
    fake_port_open(&world);
    store_open(&opened, &world.port, false);
    CHECK_EQUAL(upload(&opened, 0, &uploaded), STORE_OK);
    store_discard(&opened, uploaded);
    CHECK(store_find(&opened, uploaded) == NULL);
    CHECK(!store_activate(&opened, uploaded));
    reopen(&opened, &world, false);
    CHECK(store_find(&opened, uploaded) == NULL);
    fake_port_close(&world);
}

static void worn_bytes_of_a_model_are_noticed(void) {
    fake_port world;
    store opened;
    fake_port_open(&world);
    store_open(&opened, &world.port, false);
    CHECK(upload_and_activate(&opened, 0));
    CHECK(store_confirm(&opened));
    CHECK(upload_and_activate(&opened, 1));
    world.flash.bytes[world.flash.area_offset[PORT_AREA_SLOT_B] + STORE_HEADER_BYTES + 5] ^= 4;
    reopen(&opened, &world, false);
    CHECK_EQUAL(running_model(&opened), 0);
    world.flash.bytes[world.flash.area_offset[PORT_AREA_SLOT_A] + STORE_HEADER_BYTES + 5] ^= 4;
    reopen(&opened, &world, false);
    CHECK_EQUAL(running_model(&opened), -1);
    fake_port_close(&world);
}

static void the_third_crash_takes_back_what_is_on_trial(void) {
    fake_port world;
    store opened;
    fake_port_open(&world);
    store_open(&opened, &world.port, false);
    CHECK(upload_and_activate(&opened, 0));
    CHECK(store_confirm(&opened));
    CHECK(upload_and_activate(&opened, 1));
    settings changed = settings_default();
    changed.frames_per_second = 30;
    CHECK(store_set_settings(&opened, &changed));
    for (int crash = 1; crash <= 2; crash++) {
        reopen(&opened, &world, true);
        CHECK_EQUAL(running_model(&opened), 1);
        CHECK(!opened.rolled_back);
    }
    reopen(&opened, &world, true);
    CHECK(opened.rolled_back);
    CHECK_EQUAL(running_model(&opened), 0);
    CHECK_EQUAL(store_settings(&opened).frames_per_second, settings_default().frames_per_second);
    // It was not that: the crashes go on.
    for (int crash = 1; crash <= 2; crash++) {
        reopen(&opened, &world, true);
        CHECK(!opened.safe_mode);
    }
    reopen(&opened, &world, true);
    CHECK(opened.safe_mode);
    CHECK_EQUAL(running_model(&opened), -1);
    CHECK(store_confirm(&opened));
    reopen(&opened, &world, true);
    CHECK(opened.safe_mode);
    // Switched off and on: once more as it was.
    reopen(&opened, &world, false);
    CHECK_EQUAL(running_model(&opened), 0);
    fake_port_close(&world);
}

static void a_run_that_went_well_clears_crashes(void) {
    fake_port world;
    store opened;
    fake_port_open(&world);
    store_open(&opened, &world.port, false);
    CHECK(upload_and_activate(&opened, 0));
    for (int round = 0; round < 4; round++) {
        reopen(&opened, &world, true);
        reopen(&opened, &world, true);
        CHECK(store_confirm(&opened));
    }
    CHECK_EQUAL(running_model(&opened), 0);
    const uint64_t operations = world.flash.operation_count;
    CHECK(store_confirm(&opened));
    CHECK_EQUAL(world.flash.operation_count, operations);
    fake_port_close(&world);
}

static void safe_mode_ends_with_a_change(void) {
    fake_port world;
    store opened;
    fake_port_open(&world);
    store_open(&opened, &world.port, false);
    CHECK(upload_and_activate(&opened, 0));
    CHECK(store_confirm(&opened));
    for (int crash = 0; crash < 3; crash++) {
        reopen(&opened, &world, true);
    }
    CHECK(opened.safe_mode);
    CHECK(upload_and_activate(&opened, 2));
    CHECK(!opened.safe_mode);
    reopen(&opened, &world, true);
    CHECK_EQUAL(running_model(&opened), 2);
    fake_port_close(&world);
}

// A record may only mean the content that its slot had when it was written.
static void an_overwritten_slot_is_not_mistaken_for_its_old_content(void) {
    fake_port world;
    store opened;
    store_model uploaded;
    fake_port_open(&world);
    store_open(&opened, &world.port, false);
    CHECK(upload_and_activate(&opened, 0));  // A, confirmed
    CHECK(store_confirm(&opened));
    CHECK(upload_and_activate(&opened, 1));  // B, on trial
    CHECK_EQUAL(upload(&opened, 2, &uploaded), STORE_OK);  // over A; never activated
    CHECK(!store_can_roll_back(&opened));
    for (int crash = 0; crash < 3; crash++) {
        reopen(&opened, &world, true);
    }
    CHECK_EQUAL(running_model(&opened), -1);
    fake_port_close(&world);
}

// ---- power cuts ----

typedef enum change {
    UPLOAD,
    UPLOAD_WHILE_BUILT_IN,
    ROLL_BACK,
    SET_SETTINGS,
    CONFIRM,
    CRASH_START,
    CHANGE_COUNT
} change;
static const char *const change_names[] = {"upload",  "upload while built in", "roll back", "set settings",
                                           "confirm", "start after a crash"};

// The device before the change: A runs (0), B lies in the other slot (1), threshold 111. Ring positions vary by `records`.
static void set_up(store *opened, fake_port *world, change made, unsigned records) {
    settings changed = settings_default();
    fake_port_open(world);
    store_open(opened, &world->port, false);
    changed.threshold = 111;
    for (unsigned i = 0; i < records; i++) {
        changed.hysteresis = (int32_t)i;
        CHECK(store_set_settings(opened, &changed));
    }
    CHECK(store_set_settings(opened, &changed));
    if (made != UPLOAD_WHILE_BUILT_IN) {
        CHECK(upload_and_activate(opened, 1));
        CHECK(store_confirm(opened));
        CHECK(upload_and_activate(opened, 0));
    }
    if (made != CONFIRM) {
        CHECK(store_confirm(opened));
    }
}

static void make_change(store *changed, fake_port *world, change made) {
    settings wanted = store_settings(changed);
    switch (made) {
    case UPLOAD:
    case UPLOAD_WHILE_BUILT_IN:
        upload_and_activate(changed, 2);
        break;
    case ROLL_BACK:
        store_rollback(changed);
        break;
    case SET_SETTINGS:
        wanted.threshold = 222;
        store_set_settings(changed, &wanted);
        break;
    case CONFIRM:
        store_confirm(changed);
        break;
    case CRASH_START:
        store_open(changed, &world->port, true);
        break;
    default:
        break;
    }
}

static void check_after_cut(const store *opened, change made) {
    const int model = running_model(opened);
    const int before = made == UPLOAD_WHILE_BUILT_IN ? -1 : 0;
    const int after = made == UPLOAD || made == UPLOAD_WHILE_BUILT_IN ? 2 : made == ROLL_BACK ? 1 : before;
    const int32_t threshold = store_settings(opened).threshold;
    CHECK(model == before || model == after);
    CHECK(threshold == 111 || (made == SET_SETTINGS && threshold == 222));
    CHECK(!opened->safe_mode);
}

// Makes the change with the power cut in its operation number `operation`; then the device starts, and the change is made
// again. False if the change has no such operation.
static bool survives(change made, unsigned records, nor_flash_cut cut, unsigned part, uint64_t operation) {
    fake_port world;
    store opened;
    set_up(&opened, &world, made, records);
    world.flash.cut = cut;
    world.flash.cut_part = part;
    world.flash.noise_seed = (uint32_t)(operation * 7919 + records);
    world.flash.cut_at = world.flash.operation_count + operation;
    make_change(&opened, &world, made);
    const bool was_cut = world.flash.is_off;
    reopen(&opened, &world, false);
    check_after_cut(&opened, made);
    if (was_cut) {
        make_change(&opened, &world, made);
        reopen(&opened, &world, false);
        check_after_cut(&opened, made);
        if (made == UPLOAD || made == UPLOAD_WHILE_BUILT_IN) {
            CHECK_EQUAL(running_model(&opened), 2);
        }
    }
    CHECK_EQUAL(world.lock_mistakes, 0);
    fake_port_close(&world);
    return was_cut;
}

// Every operation of every change, cut in every way, with the ring of records at every place.
static void power_cuts_lose_nothing(void) {
    static const struct {
        nor_flash_cut cut;
        unsigned part;
    } ways[] = {{NOR_FLASH_CUT_BEFORE, 0}, {NOR_FLASH_CUT_AFTER, 0}, {NOR_FLASH_CUT_NOISE, 0}, {NOR_FLASH_CUT_PART, 4},
                {NOR_FLASH_CUT_PART, 12},  {NOR_FLASH_CUT_PART, 17}, {NOR_FLASH_CUT_PART, 29}, {NOR_FLASH_CUT_PART, 61},
                {NOR_FLASH_CUT_PART, 128}, {NOR_FLASH_CUT_PART, 253}};
    static char about[80];
    unsigned cut_count = 0;
    for (change made = 0; made < CHANGE_COUNT; made++) {
        const unsigned step = made == UPLOAD || made == UPLOAD_WHILE_BUILT_IN ? 7 : 1;
        for (unsigned records = 0; records < 32; records += step) {
            for (size_t way = 0; way < sizeof ways / sizeof ways[0]; way++) {
                bool was_cut = true;
                for (uint64_t operation = 1; was_cut; operation++) {
                    snprintf(about, sizeof about, "%s, %u records, cut %d %u of operation %d", change_names[made],
                             records, (int)ways[way].cut, ways[way].part, (int)operation);
                    checks.about = about;
                    was_cut = survives(made, records, ways[way].cut, ways[way].part, operation);
                    cut_count += was_cut;
                }
            }
        }
    }
    CHECK(cut_count > 1000);
    printf("%u power cuts\n", cut_count);
}

int main(void) {
    make_models();
    RUN(empty_flash_gives_defaults);
    RUN(models_and_settings_survive_a_restart);
    RUN(records_go_round_the_sectors);
    RUN(uploads_that_do_not_hold_are_refused);
    RUN(a_refused_model_is_gone);
    RUN(worn_bytes_of_a_model_are_noticed);
    RUN(the_third_crash_takes_back_what_is_on_trial);
    RUN(a_run_that_went_well_clears_crashes);
    RUN(safe_mode_ends_with_a_change);
    RUN(an_overwritten_slot_is_not_mistaken_for_its_old_content);
    RUN(power_cuts_lose_nothing);
    return check_result();
}
