// store.h - models and settings in flash, so that no power cut and no bad model ever leaves a device without either.
//
//     state area    a ring of records of 256 bytes over all sectors; the newest sound one counts
//     slot A, B     sector 0: header (magic, format, size, SHA-256, generation, name); from byte 4096: the .tflite
//
// Every change is one record appended: before its last byte is written the old state holds, afterwards the new one. A
// record refers to a model by slot *and* generation, so that a slot which was overwritten since is never mistaken for
// what was meant. A slot's header is erased first and written last: a slot with a sound header is whole.
//
// What is on trial (a model or settings that did not run for a while yet, store_confirm) is taken back at the third
// crash in a row. If crashes go on three more times, the device starts in *safe mode*: with the built-in model and
// default settings, until something is changed or the power is switched off and on.
//
// Threads: store_upload_begin, _write and _abort by the server, everything else by the loop; the caller sees to it that
// nothing but confirmations and settings is changed while an upload runs. The slot in use is never touched by one.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_STORE_H
#define THIMBLE_APP_STORE_H

#include "port.h"
#include "settings.h"

enum {
    STORE_HEADER_BYTES = PORT_SECTOR_BYTES,  // the model's bytes start here in its slot
    STORE_NAME_BYTES = 32,
    STORE_CRASH_LIMIT = 3,
};

typedef enum store_source { STORE_BUILT_IN, STORE_SLOT_A, STORE_SLOT_B, STORE_NOWHERE } store_source;

typedef enum store_result {
    STORE_OK = 0,
    STORE_FLASH_FAILED,
    STORE_FULL,  // larger than a slot
    STORE_EMPTY,  // no byte came
    STORE_WRONG_HASH,  // what came is not what was announced
} store_result;

typedef struct store_model {  // which model is meant
    store_source source;
    uint32_t generation;  // of the slot's content; 0 for others
} store_model;

typedef struct store_slot {
    bool valid;
    uint32_t model_bytes, generation;
    uint8_t sha256[32];
    char name[STORE_NAME_BYTES];
    uint32_t version;  // that its maker signed; 0: not known
} store_slot;

typedef struct store_state {
    store_model active, previous;  // previous: for store_rollback
    store_model confirmed;  // the last one that ran for a while
    settings settings, confirmed_settings;
    uint8_t crash_count;  // in a row
} store_state;

typedef struct store_upload {
    bool running;
    store_source target;
    uint8_t *room;  // of PORT_SECTOR_BYTES: what is not written yet
    size_t room_used;
    uint32_t written_bytes, generation;
    uint32_t version;  // for the slot; set by the caller before store_upload_finish, else 0
    char name[STORE_NAME_BYTES];
} store_upload;

typedef struct store {
    const port *port;
    store_slot slots[2];  // A and B
    store_state state;
    bool safe_mode;
    bool prefers_built_in;  // runs although another model is active, until one is activated; set by the caller
    bool rolled_back;  // at this start, because of crashes
    uint32_t record_generation, next_record;
    uint32_t newest_generation;  // of all models, also those that are gone
    store_upload upload;
} store;

// Reads everything, takes back what is on trial if crashes say so. `after_crash`: the last run ended by one (panic,
// watchdog, brown-out; not by power off or a wanted restart). Never fails: what is damaged counts as not there.
void store_open(store *opened, const port *world, bool after_crash);

// What to run: the active model, or the built-in one in safe mode or where the active one is damaged.
store_model store_running(const store *from);

// The slot a model lies in if it is still there and whole, else NULL (also for the built-in one).
const store_slot *store_find(const store *from, store_model wanted);

// The model's bytes in flash, aligned to 16. `wanted` was found by store_find.
const uint8_t *store_bytes(const store *from, store_model wanted);

// The largest model that fits into a slot.
uint32_t store_slot_bytes(const store *from);

// The settings to run with: defaults in safe mode.
settings store_settings(const store *from);

// Changes of state; false if the flash failed, and the old state holds.
bool store_set_settings(store *changed, const settings *wanted);
bool store_activate(store *changed, store_model wanted);
bool store_rollback(store *changed);  // to `previous`, which has to be there (or built in)
bool store_can_roll_back(const store *from);
bool store_confirm(store *changed);  // it ran for a while: crashes before do not count, nothing is on trial

// An upload into the slot that `running` does not lie in; what that held is gone at once. `room` of PORT_SECTOR_BYTES
// belongs to the upload until finish or abort. store_upload_finish gives the model in its slot, not active; `expected_sha256` may be NULL.
store_result store_upload_begin(store *changed, store_model running, const char *name, uint8_t *room);
store_result store_upload_write(store *changed, const void *bytes, size_t byte_count);
store_result store_upload_finish(store *changed, const uint8_t *expected_sha256, store_model *uploaded);
void store_upload_abort(store *changed);

// Makes a slot's content count as nothing: after a model was refused.
void store_discard(store *changed, store_model refused);

#endif
