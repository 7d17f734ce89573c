// fleet_update.c - another model from a URL.
//
// SPDX-License-Identifier: Apache-2.0
#include "fleet_update.h"

#include <stdio.h>
#include <string.h>

#include "app_internal.h"
#include "fleet_settings.h"
#include "thimble/thimble.h"

static update_start refuse(fleet_update *changed, const char *why) {
    snprintf(changed->problem, sizeof changed->problem, "%s", why);
    return UPDATE_REFUSED;
}

// ---- offers ----

static bool url_is_good(const char *url) {
    if (strlen(url) >= UPDATE_URL_BYTES || (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)) {
        return false;
    }
    for (; *url != '\0'; url++) {
        if (*url <= ' ' || *url > '~') {
            return false;
        }
    }
    return true;
}

// What a model is called that came without a manifest: as the file in its address.
static void name_after(const char *url, char name[STORE_NAME_BYTES]) {
    const char *slash = strrchr(url, '/') + 1;
    size_t length = strcspn(slash, "?#");
    length = length > 7 && strncmp(slash + length - 7, ".tflite", 7) == 0 ? length - 7 : length;
    snprintf(name, STORE_NAME_BYTES, "%.*s", (int)length, slash);
    if (length == 0) {
        snprintf(name, STORE_NAME_BYTES, "model");
    }
}

// Whether this device should have what the manifest describes.
static bool is_wanted(fleet_update *changed, const app *with, const manifest *offered, bool needs_newer) {
    const store_slot *slot = store_find(&with->store, with->running);
    const uint32_t version = slot != NULL ? slot->version : 0;
    if (offered->min_firmware > thimble_version()) {
        snprintf(changed->problem, sizeof changed->problem,
                 "The model is for firmware %lu.%lu.%lu or newer; update that first.",
                 (unsigned long)(offered->min_firmware / 10000), (unsigned long)(offered->min_firmware / 100 % 100),
                 (unsigned long)(offered->min_firmware % 100));
        return false;
    }
    if (offered->model_bytes > store_slot_bytes(&with->store)) {
        snprintf(changed->problem, sizeof changed->problem, "The model has %lu bytes, and at most %lu fit into a slot.",
                 (unsigned long)offered->model_bytes, (unsigned long)store_slot_bytes(&with->store));
        return false;
    }
    if (needs_newer && offered->version <= version) {
        snprintf(changed->problem, sizeof changed->problem,
                 "Version %lu is not newer than the device's version %lu; force it if that is wanted.",
                 (unsigned long)offered->version, (unsigned long)version);
        return false;
    }
    return true;
}

update_start fleet_update_offer(fleet_update *changed, app *with, const cJSON *offer, const uint8_t *key,
                                bool is_forced) {
    const cJSON *url = cJSON_GetObjectItemCaseSensitive(offer, "url");
    const bool has_manifest = cJSON_GetObjectItemCaseSensitive(offer, "manifest") != NULL;
    manifest offered = {0};
    if (changed->phase == UPDATE_DOWNLOADS || changed->phase == UPDATE_RETRIES) {
        return refuse(changed, "Another model is being downloaded; wait for its result.");
    }
    if (!cJSON_IsString(url) || !url_is_good(url->valuestring)) {
        return refuse(changed, "\"url\" has to be an http:// or https:// address of less than 256 characters.");
    }
    if ((key != NULL || has_manifest) &&
        !manifest_read(&offered, offer, key, with->port, changed->problem, sizeof changed->problem)) {
        return UPDATE_REFUSED;
    }
    if (!is_wanted(changed, with, &offered, key != NULL && !is_forced)) {
        return UPDATE_REFUSED;
    }
    if (offered.model_bytes == 0) {
        name_after(url->valuestring, offered.name);
    }
    changed->manifest = offered;
    changed->has_offer = true;
    snprintf(changed->url, sizeof changed->url, "%s", url->valuestring);
    return UPDATE_STARTED;
}

// ---- the download ----

static bool take_model(app *with) {
    app_lock(with);
    const bool is_free = !with->model_is_busy;
    with->model_is_busy = true;
    app_unlock(with);
    return is_free;
}

static bool start_download(fleet_update *changed, const app *with) {
    const port *world = with->port;
    const port_download how = {.url = changed->url,
                               .ca_pem = fleet_pem_read(world, FLEET_PEM_CA, changed->ca_room, FLEET_PEM_BYTES),
                               .offset = changed->received_bytes,
                               .stall_ms = UPDATE_STALL_MS};
    return world->download_start(world->context, &how);
}

update_start fleet_update_begin(fleet_update *changed, app *with, const char *ref) {
    if (!changed->has_offer) {
        return refuse(changed, "No model is offered; send its url.");
    }
    if (with->port->download_start == NULL) {
        return refuse(changed, "This device cannot download; upload the model on its page.");
    }
    if (!take_model(with)) {
        return refuse(changed, "Another upload or rollback is under way; try again when it is done.");
    }
    snprintf(changed->ref, sizeof changed->ref, "%s", ref);
    changed->received_bytes = changed->failure_count = changed->resume_count = 0;
    changed->has_offer = false;
    changed->phase = UPDATE_FAILED;
    if (store_upload_begin(&with->store, with->running, changed->manifest.name, changed->room) != STORE_OK) {
        store_upload_abort(&with->store);
        refuse(changed, "The flash could not be written.");
    } else if (!start_download(changed, with)) {
        store_upload_abort(&with->store);
        refuse(changed, "The download could not be begun.");
    } else {
        with->store.upload.version = changed->manifest.version;
        changed->phase = UPDATE_DOWNLOADS;
        changed->problem[0] = '\0';
    }
    app_lock(with);
    with->model_is_busy = changed->phase == UPDATE_DOWNLOADS;
    with->can_roll_back = with->can_roll_back && with->previous_source != with->store.upload.target;
    app_unlock(with);
    return changed->phase == UPDATE_DOWNLOADS ? UPDATE_STARTED : UPDATE_REFUSED;
}

static void end(fleet_update *changed, app *with, update_phase phase) {
    with->port->download_stop(with->port->context);
    if (with->store.upload.running) {
        store_upload_abort(&with->store);
    }
    changed->phase = phase;
    app_lock(with);
    with->model_is_busy = false;
    with->counters.uploads += phase == UPDATE_DONE;
    with->counters.refused_uploads += phase == UPDATE_FAILED;
    app_unlock(with);
}

static void fail(fleet_update *changed, app *with, const char *why) {
    refuse(changed, why);
    end(changed, with, UPDATE_FAILED);
}

// Broken off: goes on after a while where it was, a few times.
static void retry(fleet_update *changed, app *with, const char *why) {
    char reason[120];
    snprintf(reason, sizeof reason, "%s", why);
    with->port->download_stop(with->port->context);
    if (changed->failure_count == UPDATE_RETRY_COUNT) {
        snprintf(changed->problem, sizeof changed->problem, "The download broke off at byte %lu of %lu: %s.",
                 (unsigned long)changed->received_bytes, (unsigned long)changed->manifest.model_bytes, reason);
        end(changed, with, UPDATE_FAILED);
        return;
    }
    changed->retry_us = app_now_us(with) + ((uint64_t)UPDATE_RETRY_MS << changed->failure_count) * 1000;
    changed->failure_count++;
    changed->phase = UPDATE_RETRIES;
}

static void take_piece(fleet_update *changed, app *with, const uint8_t *piece, size_t byte_count) {
    const uint32_t expected_bytes = changed->manifest.model_bytes;
    if (expected_bytes != 0 && byte_count > expected_bytes - changed->received_bytes) {
        fail(changed, with, "The server sends more bytes than the manifest says; the file there is another one.");
        return;
    }
    const store_result result = store_upload_write(&with->store, piece, byte_count);
    if (result != STORE_OK) {
        fail(changed, with,
             result == STORE_FULL ? "The model does not fit into a slot." : "The flash could not be written.");
        return;
    }
    changed->received_bytes += (uint32_t)byte_count;
    changed->failure_count = 0;
}

// All is there: does it hold?
static void finish(fleet_update *changed, app *with) {
    store_model uploaded;
    const bool has_manifest = changed->manifest.model_bytes != 0;
    const store_result result =
        store_upload_finish(&with->store, has_manifest ? changed->manifest.sha256 : NULL, &uploaded);
    if (result != STORE_OK) {
        fail(changed, with,
             result == STORE_WRONG_HASH
                 ? "What was downloaded does not have the manifest's SHA-256; the file there is another one."
             : result == STORE_EMPTY ? "The server sent no bytes."
                                     : "The flash could not be written.");
    } else if (app_use_model(with, uploaded, changed->problem, sizeof changed->problem) != APP_DONE) {
        end(changed, with, UPDATE_FAILED);
    } else {
        changed->problem[0] = '\0';
        end(changed, with, UPDATE_DONE);
    }
}

static void download(fleet_update *changed, app *with) {
    const port *world = with->port;
    uint8_t *piece = changed->room + PORT_SECTOR_BYTES;
    size_t byte_count = 0;
    const char *problem = "";
    switch (world->download_read(world->context, piece, PORT_SECTOR_BYTES, &byte_count, &problem)) {
    case PORT_OK:
        if (byte_count > 0) {
            take_piece(changed, with, piece, byte_count);
        }
        break;
    case PORT_NONE:
        if (changed->received_bytes < changed->manifest.model_bytes) {
            retry(changed, with, "the server sent no more");
        } else {
            finish(changed, with);
        }
        break;
    case PORT_FAILED:
        retry(changed, with, problem);
        break;
    default: {
        char reason[UPDATE_PROBLEM_BYTES];
        snprintf(reason, sizeof reason, "The server does not give the model: %.200s.", problem);
        fail(changed, with, reason);
    }
    }
}

bool fleet_update_step(fleet_update *changed, app *with) {
    const update_phase phase = changed->phase;
    const uint32_t percentage = fleet_update_percentage(changed);
    if (phase == UPDATE_DOWNLOADS) {
        download(changed, with);
    } else if (phase == UPDATE_RETRIES && app_now_us(with) >= changed->retry_us) {
        changed->phase = UPDATE_DOWNLOADS;
        changed->resume_count++;
        if (!start_download(changed, with)) {
            fail(changed, with, "The download could not be resumed.");
        }
    }
    return changed->phase != phase || fleet_update_percentage(changed) != percentage;
}
