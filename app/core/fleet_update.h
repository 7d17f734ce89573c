// fleet_update.h - another model from a URL: downloaded in pieces into the free slot, verified, tried, put to use.
//
//     offer ──► signature, version, size, firmware ──► download, resumed where it breaks off ──► SHA-256 ──► self-test ──► active
//                                 whatever fails: the model in use stays, and `problem` says why
//
// A step writes one piece of at most PORT_SECTOR_BYTES, so recognition goes on meanwhile.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_FLEET_UPDATE_H
#define THIMBLE_APP_FLEET_UPDATE_H

#include "manifest.h"

struct app;

enum {
    UPDATE_URL_BYTES = 256,
    UPDATE_STALL_MS = 15000,
    UPDATE_RETRY_COUNT = 5,  // in a row without a byte
    UPDATE_RETRY_MS = 1000,  // doubled with each
    UPDATE_PROBLEM_BYTES = 300,
};

typedef enum update_phase {
    UPDATE_IDLE,
    UPDATE_DOWNLOADS,
    UPDATE_RETRIES,  // waits until it resumes
    UPDATE_DONE,
    UPDATE_FAILED,
} update_phase;

typedef struct fleet_update {
    update_phase phase;
    bool has_offer;  // `manifest` and `url` can be installed on request
    manifest manifest;
    char url[UPDATE_URL_BYTES], ref[24];
    char problem[UPDATE_PROBLEM_BYTES];
    uint8_t *room;  // of 2 sectors: the store's, and a piece
    char *ca_room;  // of FLEET_PEM_BYTES
    uint32_t received_bytes;
    uint32_t failure_count, resume_count;
    uint64_t retry_us;
} fleet_update;

typedef enum update_start { UPDATE_STARTED, UPDATE_REFUSED } update_start;

// Looks at an offer: JSON with "url" and, signed, "manifest" and "signature"; remembers it. Refused, with the reason in
// `problem`, if it does not hold: wrong signature, not newer than the model in use (unless `is_forced`), too large, for a
// newer firmware. `key` NULL: no signature is asked for, nor even a manifest.
update_start fleet_update_offer(fleet_update *changed, struct app *with, const cJSON *offer, const uint8_t *key,
                                bool is_forced);

// Begins to download what is offered; `ref` goes into the result.
update_start fleet_update_begin(fleet_update *changed, struct app *with, const char *ref);

// One step. True when the phase or the percentage changed.
bool fleet_update_step(fleet_update *changed, struct app *with);

static inline uint32_t fleet_update_percentage(const fleet_update *from) {
    return from->manifest.model_bytes == 0
               ? 0
               : (uint32_t)((uint64_t)from->received_bytes * 100 / from->manifest.model_bytes);
}

#endif
