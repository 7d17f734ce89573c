// store.c - models and settings in flash.
//
//     record  0 "THBS" | 4 u16 format | 8 u32 generation | 12 u8 source of active, previous, confirmed; u8 crashes
//             16 u32 generation of active, previous, confirmed | 28 settings | 60 confirmed settings | 252 u32 CRC-32
//     header  0 "THBM" | 4 u16 format | 8 u32 model bytes | 12 u32 generation | 16 SHA-256 | 48 name | 80 u32 version |
//             124 u32 CRC-32
//
// SPDX-License-Identifier: Apache-2.0
#include "store.h"

#include <string.h>

#include "checksum.h"
#include "little_endian.h"

enum {
    FORMAT_VERSION = 1,
    RECORD_BYTES = 256,
    RECORDS_PER_SECTOR = PORT_SECTOR_BYTES / RECORD_BYTES,
    HEADER_USED_BYTES = 128,
    CHECKSUM_BYTES = 4,
};

static const uint8_t record_magic[4] = {'T', 'H', 'B', 'S'};
static const uint8_t header_magic[4] = {'T', 'H', 'B', 'M'};

// ---- sound blocks: magic, format, content, checksum in the last four bytes ----

static void seal(uint8_t *block, size_t block_bytes, const uint8_t magic[4]) {
    memcpy(block, magic, 4);
    put_u16(block + 4, FORMAT_VERSION);
    put_u32(block + block_bytes - CHECKSUM_BYTES, checksum_add(0, block, block_bytes - CHECKSUM_BYTES));
}

static bool is_sound(const uint8_t *block, size_t block_bytes, const uint8_t magic[4]) {
    return memcmp(block, magic, 4) == 0 && get_u16(block + 4) == FORMAT_VERSION &&
           get_u32(block + block_bytes - CHECKSUM_BYTES) == checksum_add(0, block, block_bytes - CHECKSUM_BYTES);
}

// ---- flash ----

static const uint8_t *area_bytes(const store *from, port_area area) {
    return from->port->flash_map(from->port->context, area);
}

static bool erase(const store *changed, port_area area, uint32_t sector) {
    return changed->port->flash_erase(changed->port->context, area, sector);
}

// Writes and looks whether it is there.
static bool write(const store *changed, port_area area, uint32_t offset, const uint8_t *bytes, size_t byte_count) {
    return changed->port->flash_write(changed->port->context, area, offset, bytes, byte_count) &&
           memcmp(area_bytes(changed, area) + offset, bytes, byte_count) == 0;
}

// ---- state ----

static const store_model built_in = {STORE_BUILT_IN, 0};

static bool same_model(store_model a, store_model b) {
    return a.source == b.source && a.generation == b.generation;
}

static store_state default_state(void) {
    const settings standard = settings_default();
    return (store_state){.active = built_in,
                         .previous = {STORE_NOWHERE, 0},
                         .confirmed = built_in,
                         .settings = standard,
                         .confirmed_settings = standard};
}

static void encode_state(const store_state *state, uint32_t generation, uint8_t record[RECORD_BYTES]) {
    const store_model *const models[3] = {&state->active, &state->previous, &state->confirmed};
    memset(record, 0, RECORD_BYTES);
    put_u32(record + 8, generation);
    for (size_t i = 0; i < 3; i++) {
        record[12 + i] = (uint8_t)models[i]->source;
        put_u32(record + 16 + 4 * i, models[i]->generation);
    }
    record[15] = state->crash_count;
    settings_encode(&state->settings, record + 28);
    settings_encode(&state->confirmed_settings, record + 28 + SETTINGS_BYTES);
    seal(record, RECORD_BYTES, record_magic);
}

static store_state decode_state(const uint8_t record[RECORD_BYTES]) {
    store_state state;
    store_model *const models[3] = {&state.active, &state.previous, &state.confirmed};
    for (size_t i = 0; i < 3; i++) {
        const uint8_t source = record[12 + i];
        models[i]->source = source <= STORE_SLOT_B ? (store_source)source : STORE_NOWHERE;
        models[i]->generation = get_u32(record + 16 + 4 * i);
    }
    state.crash_count = record[15];
    state.settings = settings_decode(record + 28);
    state.confirmed_settings = settings_decode(record + 28 + SETTINGS_BYTES);
    return state;
}

static uint32_t record_count(const store *from) {
    return (uint32_t)(from->port->flash_bytes(from->port->context, PORT_AREA_STATE) / RECORD_BYTES);
}

static void read_state(store *opened) {
    const uint8_t *area = area_bytes(opened, PORT_AREA_STATE);
    opened->state = default_state();
    opened->record_generation = 0;
    opened->next_record = 0;
    for (uint32_t i = 0; i < record_count(opened); i++) {
        const uint8_t *record = area + (size_t)i * RECORD_BYTES;
        if (is_sound(record, RECORD_BYTES, record_magic) && get_u32(record + 8) > opened->record_generation) {
            opened->record_generation = get_u32(record + 8);
            opened->next_record = (i + 1) % record_count(opened);
            opened->state = decode_state(record);
        }
    }
}

static bool is_blank(const uint8_t *bytes, size_t byte_count) {
    for (size_t i = 0; i < byte_count; i++) {
        if (bytes[i] != 0xff) {
            return false;
        }
    }
    return true;
}

// Appends a record with this state, which holds from then on. Places that are not blank (a torn write) are skipped. The
// newest record is never in a sector that is erased: there are two sectors at least, and it stops before its own.
static bool append_state(store *changed, const store_state *wanted) {
    uint8_t record[RECORD_BYTES];
    encode_state(wanted, changed->record_generation + 1, record);
    const uint32_t count = record_count(changed);
    for (uint32_t i = 0; i < count - RECORDS_PER_SECTOR; i++) {
        const uint32_t index = (changed->next_record + i) % count;
        const uint32_t offset = index * RECORD_BYTES;
        if (index % RECORDS_PER_SECTOR == 0 && !erase(changed, PORT_AREA_STATE, index / RECORDS_PER_SECTOR)) {
            return false;
        }
        if (is_blank(area_bytes(changed, PORT_AREA_STATE) + offset, RECORD_BYTES) &&
            write(changed, PORT_AREA_STATE, offset, record, RECORD_BYTES)) {
            changed->record_generation++;
            changed->next_record = (index + 1) % count;
            changed->state = *wanted;
            return true;
        }
    }
    return false;
}

// The state in which what runs now is what is active: in safe mode, and with a damaged slot, that is something else.
static store_state state_as_it_runs(const store *from) {
    store_state state = from->state;
    if (!from->prefers_built_in) {
        state.active = store_running(from);
    }
    state.settings = store_settings(from);
    state.crash_count = 0;
    return state;
}

// ---- slots ----

static port_area slot_area(store_source source) {
    return source == STORE_SLOT_A ? PORT_AREA_SLOT_A : PORT_AREA_SLOT_B;
}

static store_slot *slot_of(store *from, store_source source) {
    return &from->slots[source == STORE_SLOT_A ? 0 : 1];
}

static store_slot read_slot(const store *from, store_source source) {
    const uint8_t *area = area_bytes(from, slot_area(source));
    store_slot slot = {0};
    if (!is_sound(area, HEADER_USED_BYTES, header_magic)) {
        return slot;
    }
    slot.model_bytes = get_u32(area + 8);
    slot.generation = get_u32(area + 12);
    memcpy(slot.sha256, area + 16, sizeof slot.sha256);
    memcpy(slot.name, area + 48, STORE_NAME_BYTES - 1);
    slot.version = get_u32(area + 80);
    if (slot.model_bytes > 0 && slot.model_bytes <= store_slot_bytes(from)) {
        uint8_t digest[32];
        from->port->sha256(from->port->context, area + STORE_HEADER_BYTES, slot.model_bytes, digest);
        slot.valid = memcmp(digest, slot.sha256, sizeof digest) == 0;
    }
    return slot;
}

const store_slot *store_find(const store *from, store_model wanted) {
    if (wanted.source != STORE_SLOT_A && wanted.source != STORE_SLOT_B) {
        return NULL;
    }
    const store_slot *slot = &from->slots[wanted.source == STORE_SLOT_A ? 0 : 1];
    return slot->valid && slot->generation == wanted.generation ? slot : NULL;
}

const uint8_t *store_bytes(const store *from, store_model wanted) {
    return area_bytes(from, slot_area(wanted.source)) + STORE_HEADER_BYTES;
}

uint32_t store_slot_bytes(const store *from) {
    const port *world = from->port;
    const size_t a = world->flash_bytes(world->context, PORT_AREA_SLOT_A);
    const size_t b = world->flash_bytes(world->context, PORT_AREA_SLOT_B);
    return (uint32_t)((a < b ? a : b) - STORE_HEADER_BYTES);
}

static bool is_there(const store *from, store_model wanted) {
    return wanted.source == STORE_BUILT_IN || store_find(from, wanted) != NULL;
}

// Above all generations that are mentioned anywhere.
static uint32_t newest_generation(const store *from) {
    const uint32_t used[] = {from->slots[0].generation, from->slots[1].generation, from->state.active.generation,
                             from->state.previous.generation, from->state.confirmed.generation};
    uint32_t highest = 0;
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++) {
        highest = used[i] > highest ? used[i] : highest;
    }
    return highest;
}

// ---- what to run ----

void store_open(store *opened, const port *world, bool after_crash) {
    *opened = (store){.port = world};
    read_state(opened);
    opened->slots[0] = read_slot(opened, STORE_SLOT_A);
    opened->slots[1] = read_slot(opened, STORE_SLOT_B);
    opened->newest_generation = newest_generation(opened);
    store_state state = opened->state;
    if (!after_crash) {
        state.crash_count = 0;
    } else if (state.crash_count < UINT8_MAX) {
        state.crash_count++;
    }
    if (state.crash_count >= STORE_CRASH_LIMIT) {
        uint8_t now[SETTINGS_BYTES], before[SETTINGS_BYTES];
        settings_encode(&state.settings, now);
        settings_encode(&state.confirmed_settings, before);
        if (!same_model(state.active, state.confirmed) || memcmp(now, before, SETTINGS_BYTES) != 0) {
            state.active = state.confirmed;
            state.settings = state.confirmed_settings;
            state.crash_count = 0;
            opened->rolled_back = true;
        } else {
            opened->safe_mode = true;
        }
    }
    if (state.crash_count != opened->state.crash_count || opened->rolled_back) {
        // Where the flash fails, the device should start nevertheless.
        append_state(opened, &state);
        opened->state = state;
    }
}

store_model store_running(const store *from) {
    if (!from->safe_mode && !from->prefers_built_in) {
        if (is_there(from, from->state.active)) {
            return from->state.active;
        }
        if (is_there(from, from->state.confirmed)) {
            return from->state.confirmed;
        }
    }
    return built_in;
}

settings store_settings(const store *from) {
    return from->safe_mode ? settings_default() : from->state.settings;
}

bool store_set_settings(store *changed, const settings *wanted) {
    store_state state = state_as_it_runs(changed);
    state.settings = *wanted;
    const bool done = append_state(changed, &state);
    changed->safe_mode = changed->safe_mode && !done;
    return done;
}

bool store_activate(store *changed, store_model wanted) {
    store_state state = state_as_it_runs(changed);
    state.previous = store_running(changed);
    state.active = wanted;
    const bool done = is_there(changed, wanted) && append_state(changed, &state);
    changed->safe_mode = changed->safe_mode && !done;
    changed->prefers_built_in = changed->prefers_built_in && !done;
    return done;
}

bool store_can_roll_back(const store *from) {
    return is_there(from, from->state.previous) && !same_model(from->state.previous, store_running(from));
}

bool store_rollback(store *changed) {
    return store_can_roll_back(changed) && store_activate(changed, changed->state.previous);
}

bool store_confirm(store *changed) {
    if (changed->safe_mode) {
        return true;
    }
    store_state state = state_as_it_runs(changed);
    state.confirmed = state.active;
    state.confirmed_settings = state.settings;
    uint8_t now[RECORD_BYTES], wanted[RECORD_BYTES];
    encode_state(&changed->state, 0, now);
    encode_state(&state, 0, wanted);
    return memcmp(now, wanted, RECORD_BYTES) == 0 || append_state(changed, &state);
}

// ---- upload ----

static store_source upload_target(const store *from, store_model running) {
    if (running.source != STORE_BUILT_IN) {
        return running.source == STORE_SLOT_A ? STORE_SLOT_B : STORE_SLOT_A;
    }
    // Neither is in use: rather an empty one, rather the older one.
    const store_slot *a = &from->slots[0], *b = &from->slots[1];
    const bool take_b = a->valid && (!b->valid || b->generation < a->generation);
    return take_b ? STORE_SLOT_B : STORE_SLOT_A;
}

store_result store_upload_begin(store *changed, store_model running, const char *name, uint8_t *room) {
    store_upload *upload = &changed->upload;
    *upload = (store_upload){.running = true, .target = upload_target(changed, running), .room = room};
    upload->generation = ++changed->newest_generation;
    strncpy(upload->name, name, STORE_NAME_BYTES - 1);
    *slot_of(changed, upload->target) = (store_slot){0};
    return erase(changed, slot_area(upload->target), 0) ? STORE_OK : STORE_FLASH_FAILED;
}

// Writes the sector in `room`, which is full but for the last one.
static store_result write_sector(store *changed) {
    store_upload *upload = &changed->upload;
    const port_area area = slot_area(upload->target);
    const uint32_t offset = STORE_HEADER_BYTES + upload->written_bytes;
    memset(upload->room + upload->room_used, 0xff, PORT_SECTOR_BYTES - upload->room_used);
    if (!erase(changed, area, offset / PORT_SECTOR_BYTES) ||
        !write(changed, area, offset, upload->room, PORT_SECTOR_BYTES)) {
        return STORE_FLASH_FAILED;
    }
    upload->written_bytes += (uint32_t)upload->room_used;
    upload->room_used = 0;
    return STORE_OK;
}

store_result store_upload_write(store *changed, const void *bytes, size_t byte_count) {
    store_upload *upload = &changed->upload;
    const uint8_t *at = bytes;
    if (byte_count > store_slot_bytes(changed) - upload->written_bytes - upload->room_used) {
        return STORE_FULL;
    }
    while (byte_count > 0) {
        const size_t space = PORT_SECTOR_BYTES - upload->room_used;
        const size_t taken = byte_count < space ? byte_count : space;
        memcpy(upload->room + upload->room_used, at, taken);
        upload->room_used += taken;
        at += taken;
        byte_count -= taken;
        if (upload->room_used == PORT_SECTOR_BYTES) {
            const store_result result = write_sector(changed);
            if (result != STORE_OK) {
                return result;
            }
        }
    }
    return STORE_OK;
}

store_result store_upload_finish(store *changed, const uint8_t *expected_sha256, store_model *uploaded) {
    store_upload *upload = &changed->upload;
    const port_area area = slot_area(upload->target);
    if (upload->room_used > 0 && write_sector(changed) != STORE_OK) {
        return STORE_FLASH_FAILED;
    }
    upload->running = false;
    if (upload->written_bytes == 0) {
        return STORE_EMPTY;
    }
    store_slot slot = {.valid = true,
                       .model_bytes = upload->written_bytes,
                       .generation = upload->generation,
                       .version = upload->version};
    memcpy(slot.name, upload->name, STORE_NAME_BYTES);
    changed->port->sha256(changed->port->context, area_bytes(changed, area) + STORE_HEADER_BYTES, slot.model_bytes,
                          slot.sha256);
    if (expected_sha256 != NULL && memcmp(slot.sha256, expected_sha256, sizeof slot.sha256) != 0) {
        return STORE_WRONG_HASH;
    }
    uint8_t header[HEADER_USED_BYTES] = {0};
    put_u32(header + 8, slot.model_bytes);
    put_u32(header + 12, slot.generation);
    memcpy(header + 16, slot.sha256, sizeof slot.sha256);
    memcpy(header + 48, slot.name, STORE_NAME_BYTES);
    put_u32(header + 80, slot.version);
    seal(header, HEADER_USED_BYTES, header_magic);
    if (!write(changed, area, 0, header, HEADER_USED_BYTES)) {
        return STORE_FLASH_FAILED;
    }
    *slot_of(changed, upload->target) = slot;
    *uploaded = (store_model){upload->target, slot.generation};
    return STORE_OK;
}

void store_upload_abort(store *changed) {
    changed->upload.running = false;
}

void store_discard(store *changed, store_model refused) {
    if (store_find(changed, refused) != NULL) {
        *slot_of(changed, refused.source) = (store_slot){0};
        erase(changed, slot_area(refused.source), 0);
    }
}
