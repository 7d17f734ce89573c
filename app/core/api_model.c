// api_model.c - the model: what it is, another one, the one before; and the settings, which change in the same way.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "fleet.h"
#include "json.h"

// ---- JSON of requests ----

cJSON *api_read_json(http_exchange *exchange) {
    app *with = exchange->app;
    app_lock(with);  // cJSON keeps a global while it parses
    cJSON *json = json_parse(exchange->text, exchange->text_used);
    app_unlock(with);
    exchange->text_used = 0;
    if (json == NULL) {
        api_answer_problem(exchange, 400, NULL, "The request's body is not JSON.");
    } else if (!cJSON_IsObject(json)) {
        cJSON_Delete(json);
        json = NULL;
        api_answer_problem(exchange, 422, NULL, "The request's body has to be a JSON object.");
    }
    return json;
}

// ---- the model ----

static cJSON *chips_json(const app *from) {
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < from->chip_count; i++) {
        const app_chip *chip = &from->chips[i];
        cJSON *json = cJSON_CreateObject();
        cJSON_AddStringToObject(json, "chip", chip->name);
        json_add_count(json, "clock_mhz", chip->clock_mhz);
        json_add_real(json, "ms", chip->milliseconds);
        json_add_count(json, "ram_bytes", chip->ram_bytes);
        json_add_count(json, "flash_bytes", chip->flash_bytes);
        cJSON_AddItemToArray(list, json);
    }
    return list;
}

static cJSON *model_json(app *from) {
    char hash[65];
    for (size_t i = 0; i < 32; i++) {
        snprintf(hash + 2 * i, 3, "%02x", from->model_sha256[i]);
    }
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "name", from->model_name);
    cJSON_AddStringToObject(json, "source", app_source_word(from->running.source));
    json_add_count(json, "file_bytes", from->model_bytes);
    cJSON_AddStringToObject(json, "sha256", hash);
    json_add_count(json, "arena_bytes", from->classifier.memory.arena_bytes);
    json_add_count(json, "arena_limit_bytes", from->config.arena_bytes);
    json_add_count(json, "op_count", from->classifier.model.op_count);
    json_add_count(json, "mac_count", from->classifier.mac_count);
    cJSON_AddItemToObject(json, "contract", contract_to_json(&from->classifier.contract, &from->classifier.model));
    if (from->config.estimate_chips != NULL) {
        cJSON_AddItemToObject(json, "chips", chips_json(from));
    }
    json_add_count(json, "slot_bytes", store_slot_bytes(&from->store));
    cJSON_AddBoolToObject(json, "can_roll_back", from->can_roll_back);
    cJSON_AddItemToObject(json, "previous",
                          from->can_roll_back ? cJSON_CreateString(from->previous_name) : cJSON_CreateNull());
    return json;
}

static void answer_model(http_exchange *exchange) {
    app_lock(exchange->app);
    cJSON *json = model_json(exchange->app);
    app_unlock(exchange->app);
    api_answer_json(exchange, 200, json);
}

void api_get_model(http_exchange *exchange) {
    answer_model(exchange);
}

// One upload or rollback at a time. False after answering with a problem.
static bool take_model(http_exchange *exchange) {
    app *with = exchange->app;
    app_lock(with);
    const bool is_busy = with->model_is_busy;
    with->model_is_busy = true;
    app_unlock(with);
    if (is_busy) {
        api_answer_problem(exchange, 409, NULL, "Another upload or rollback is under way; try again when it is done.");
        return false;
    }
    exchange->is_model_user = true;
    return true;
}

// ---- upload ----

static void answer_store_problem(http_exchange *exchange, store_result result) {
    switch (result) {
    case STORE_FULL:
        api_answer_problem(exchange, 413, NULL, "The model does not fit; at most %lu bytes are taken.",
                           (unsigned long)store_slot_bytes(&exchange->app->store));
        break;
    case STORE_EMPTY:
        api_answer_problem(exchange, 422, NULL, "The request has no body; send the bytes of a .tflite file.");
        break;
    case STORE_WRONG_HASH:
        api_answer_problem(exchange, 422, "sha256",
                           "What arrived does not have the hash that was announced; send it again.");
        break;
    default:
        api_answer_problem(exchange, 500, NULL, "The flash could not be written; the model in use stays.");
        break;
    }
}

// Whoever set a key wants to know where models come from; an upload has no signature.
static bool needs_signature(const app *with) {
    if (with->fleet == NULL) {
        return false;
    }
    app_lock(with);
    const bool has_key = with->fleet->settings.model_key[0] != '\0';
    app_unlock(with);
    return has_key;
}

void api_begin_model(http_exchange *exchange) {
    app *with = exchange->app;
    if (needs_signature(with)) {
        api_answer_problem(
            exchange, 403, NULL,
            "This device takes only signed models, through its broker (`thimble fleet update`); or remove "
            "\"model_key\" with PATCH /api/fleet.");
        return;
    }
    if (!take_model(exchange)) {
        return;
    }
    if (exchange->name[0] == '\0') {
        snprintf(exchange->name, sizeof exchange->name, "model");
    }
    app_lock(with);
    const store_model running = with->running;
    app_unlock(with);
    const store_result result = store_upload_begin(&with->store, running, exchange->name, exchange->body);
    app_lock(with);
    with->can_roll_back = with->can_roll_back && with->previous_source != with->store.upload.target;
    app_unlock(with);
    if (result != STORE_OK) {
        answer_store_problem(exchange, result);
    }
}

void api_add_to_model(http_exchange *exchange, const void *bytes, size_t byte_count) {
    const store_result result = store_upload_write(&exchange->app->store, bytes, byte_count);
    if (result != STORE_OK) {
        store_upload_abort(&exchange->app->store);
        answer_store_problem(exchange, result);
    }
}

static void count_upload(app *with, bool good) {
    app_lock(with);
    with->counters.uploads += good;
    with->counters.refused_uploads += !good;
    app_unlock(with);
}

static void answer_outcome(http_exchange *exchange, app_outcome outcome, int refused_status, const char *problem) {
    if (outcome == APP_DONE) {
        answer_model(exchange);
    } else {
        api_answer_problem(exchange, outcome == APP_REFUSED ? refused_status : 500, NULL, "%s The model in use stays.",
                           problem);
    }
}

static void upload_job(http_exchange *exchange) {
    app *with = exchange->app;
    char problem[300];
    store_model uploaded;
    const store_result result =
        store_upload_finish(&with->store, exchange->has_sha256 ? exchange->sha256 : NULL, &uploaded);
    if (result != STORE_OK) {
        answer_store_problem(exchange, result);
    } else {
        answer_outcome(exchange, app_use_model(with, uploaded, problem, sizeof problem), 422, problem);
    }
    count_upload(with, exchange->status == 200);
}

void api_put_model(http_exchange *exchange) {
    api_queue_job(exchange, upload_job, NULL);
}

// ---- rollback ----

static void rollback_job(http_exchange *exchange) {
    char problem[300];
    answer_outcome(exchange, app_roll_back(exchange->app, problem, sizeof problem), 409, problem);
}

void api_roll_back_model(http_exchange *exchange) {
    if (take_model(exchange)) {
        api_queue_job(exchange, rollback_job, NULL);
    }
}

// ---- settings ----

static void answer_settings(http_exchange *exchange) {
    app *with = exchange->app;
    app_lock(with);
    const settings now = with->settings;
    app_unlock(with);
    api_answer_json(exchange, 200, settings_to_json(&now));
}

void api_get_settings(http_exchange *exchange) {
    answer_settings(exchange);
}

static void settings_job(http_exchange *exchange) {
    app *with = exchange->app;
    char problem[200];
    const char *field;
    cJSON *patch = api_read_json(exchange);
    if (patch == NULL) {
        return;
    }
    settings wanted = with->settings;
    if (!settings_patch(&wanted, patch, &field, problem, sizeof problem)) {
        api_answer_problem(exchange, 422, field, "%s", problem);
    } else if (!app_use_settings(with, &wanted)) {
        api_answer_problem(exchange, 500, NULL, "The flash could not be written; the settings are as before.");
    } else {
        answer_settings(exchange);
    }
    cJSON_Delete(patch);
}

void api_patch_settings(http_exchange *exchange) {
    api_queue_job(exchange, settings_job, NULL);
}
