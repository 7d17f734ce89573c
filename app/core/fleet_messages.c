// fleet_messages.c - the JSON of what a device tells the broker: docs/fleet.schema.json describes it.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "app_internal.h"
#include "fleet.h"
#include "json.h"
#include "thimble/thimble.h"

// The civil date of a day since 1970-01-01, by Howard Hinnant's algorithm (days_from_civil, inverse).
static void civil_date(int64_t day, int *year, int *month, int *day_of_month) {
    day += 719468;  // since 0000-03-01
    const int64_t era = day / 146097, day_of_era = day % 146097;
    const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted_month = (5 * day_of_year + 2) / 153;
    *day_of_month = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    *month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

// "time": UTC, where the device knows it.
static void add_time(cJSON *json, uint64_t unix_ms) {
    char text[40];
    int year, month, day;
    if (unix_ms == 0) {
        return;
    }
    const unsigned in_day_ms = (unsigned)(unix_ms % 86400000);
    civil_date((int64_t)(unix_ms / 86400000), &year, &month, &day);
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02u:%02u:%02u.%03uZ", year, month, day, in_day_ms / 3600000,
             in_day_ms / 60000 % 60, in_day_ms / 1000 % 60, in_day_ms % 1000);
    cJSON_AddStringToObject(json, "time", text);
}

static void add_epoch(cJSON *json, const fleet *from, uint32_t seq) {
    char text[12];
    snprintf(text, sizeof text, "%08lx", (unsigned long)from->queue.epoch);
    cJSON_AddStringToObject(json, "epoch", text);
    json_add_count(json, "seq", seq);
}

static void add_decision(cJSON *json, const decision *from, const char *label) {
    cJSON_AddStringToObject(json, "kind", app_kind_word(from->kind));
    cJSON_AddNumberToObject(json, "class", from->class_index);
    cJSON_AddStringToObject(json, "label", label);
    json_add_real(json, "confidence", (double)from->confidence);
}

static uint32_t running_version(const fleet *from) {
    const store_slot *slot = store_find(&from->app->store, from->app->running);
    return slot != NULL ? slot->version : 0;
}

size_t fleet_write_event(fleet *from, const fleet_event *told) {
    cJSON *json = cJSON_CreateObject();
    add_epoch(json, from, told->seq);
    add_decision(json, &told->decision, told->label);
    json_add_count(json, "frame", told->frame_number);
    json_add_count(json, "uptime_ms", told->uptime_ms);
    add_time(json, told->unix_ms);
    return json_print(json, from->text, from->text_bytes);
}

size_t fleet_write_state(fleet *from) {
    const app *with = from->app;
    const classifier_times *times = &with->sample.times;
    const event *newest = events_after(&with->events, with->events.newest_id - (with->events.newest_id > 0));
    port_device device = {0};
    from->port->device(from->port->context, &device);
    cJSON *json = cJSON_CreateObject();
    add_epoch(json, from, from->queue.newest_seq);
    const decision nothing = {.kind = DECIDE_NOTHING, .class_index = -1};
    add_decision(json, newest != NULL ? &newest->decision : &nothing, newest != NULL ? newest->label : "nothing");
    json_add_count(json, "frame", with->sample.frame_number);
    json_add_count(json, "latency_us",
                   (uint64_t)times->decode_us + times->vision_us + times->engine_us + times->decide_us);
    json_add_real(json, "frames_per_second", with->sample.frames_per_thousand_seconds / 1000.0);
    json_add_real(json, "threshold", with->settings.threshold / 1000.0);
    cJSON_AddNumberToObject(json, "interval_s", from->settings.interval_s);
    cJSON_AddStringToObject(json, "model", with->model_name);
    json_add_count(json, "version", running_version(from));
    json_add_count(json, "uptime_s", app_now_us(with) / 1000000);
    json_add_count(json, "queued", fleet_queue_count(&from->queue));
    json_add_count(json, "lost", from->queue.lost_count);
    if (device.rssi_dbm != 0) {
        cJSON_AddNumberToObject(json, "rssi_dbm", device.rssi_dbm);
    }
    if (device.memory_free_bytes != 0) {
        json_add_count(json, "memory_free_bytes", device.memory_free_bytes);
    }
    add_time(json, from->port->unix_ms(from->port->context));
    return json_print(json, from->text, from->text_bytes);
}

static void firmware_text(char room[16]) {
    const uint32_t version = thimble_version();
    snprintf(room, 16, "%lu.%lu.%lu", (unsigned long)(version / 10000), (unsigned long)(version / 100 % 100),
             (unsigned long)(version % 100));
}

static void add_text(cJSON *json, const char *name, const char *text) {
    if (text != NULL) {
        cJSON_AddStringToObject(json, name, text);
    }
}

static void add_input(cJSON *json, const contract *model) {
    cJSON_AddNumberToObject(json, "height", model->height);
    cJSON_AddNumberToObject(json, "width", model->width);
    cJSON_AddNumberToObject(json, "channels", model->channels);
}

size_t fleet_write_info(fleet *from) {
    const app *with = from->app;
    const contract *described = &with->classifier.contract;
    char text[65];
    port_device device = {0};
    from->port->device(from->port->context, &device);
    cJSON *json = cJSON_CreateObject();
    add_epoch(json, from, from->queue.newest_seq);
    cJSON_AddStringToObject(json, "id", from->settings.id);
    cJSON_AddStringToObject(json, "group", from->settings.group);
    firmware_text(text);
    cJSON_AddStringToObject(json, "firmware", text);
    add_text(json, "board", device.board);
    add_text(json, "chip", device.chip);
    add_text(json, "host_name", device.host_name);
    add_text(json, "network", device.network);
    add_text(json, "reset_reason", device.reset_reason);
    cJSON_AddBoolToObject(json, "signed_models_only", from->settings.model_key[0] != '\0');
    json_add_count(json, "slot_bytes", store_slot_bytes(&with->store));
    cJSON *model = cJSON_AddObjectToObject(json, "model");
    cJSON_AddStringToObject(model, "name", with->model_name);
    json_add_count(model, "version", running_version(from));
    cJSON_AddStringToObject(model, "source", app_source_word(with->running.source));
    json_add_count(model, "bytes", with->model_bytes);
    for (size_t i = 0; i < sizeof with->model_sha256; i++) {
        snprintf(text + 2 * i, 3, "%02x", with->model_sha256[i]);
    }
    cJSON_AddStringToObject(model, "sha256", text);
    add_input(cJSON_AddObjectToObject(model, "input"), described);
    cJSON *labels = cJSON_AddArrayToObject(model, "labels");
    for (int32_t i = 0; i < described->class_count; i++) {
        cJSON_AddItemToArray(labels, cJSON_CreateString(described->labels[i]));
    }
    return json_print(json, from->text, from->text_bytes);
}

// A version as Home Assistant shows and compares it.
static void add_version(cJSON *json, const char *member, const char *name, uint32_t version) {
    char text[STORE_NAME_BYTES + 16];
    if (version != 0) {
        snprintf(text, sizeof text, "%s %lu", name, (unsigned long)version);
    } else {
        snprintf(text, sizeof text, "%s", name);
    }
    cJSON_AddStringToObject(json, member, text);
}

size_t fleet_write_update(fleet *from) {
    static const char *const phases[] = {"idle", "downloads", "retries", "done", "failed"};
    const fleet_update *update = &from->update;
    const bool runs = update->phase == UPDATE_DOWNLOADS || update->phase == UPDATE_RETRIES;
    cJSON *json = cJSON_CreateObject();
    add_epoch(json, from, from->queue.newest_seq);
    cJSON_AddStringToObject(json, "phase", phases[update->phase]);
    cJSON_AddStringToObject(json, "ref", update->ref);
    json_add_count(json, "received_bytes", update->received_bytes);
    json_add_count(json, "model_bytes", update->manifest.model_bytes);
    json_add_count(json, "resumed", update->resume_count);
    cJSON_AddStringToObject(json, "problem", update->problem);
    cJSON *entity = cJSON_AddObjectToObject(json, "entity");  // what an update entity of Home Assistant takes
    add_version(entity, "installed_version", from->app->model_name, running_version(from));
    if (runs || update->has_offer) {
        add_version(entity, "latest_version", update->manifest.name, update->manifest.version);
    } else {
        add_version(entity, "latest_version", from->app->model_name, running_version(from));
    }
    cJSON_AddBoolToObject(entity, "in_progress", runs);
    if (runs) {
        json_add_count(entity, "update_percentage", fleet_update_percentage(update));
    } else {
        cJSON_AddNullToObject(entity, "update_percentage");
    }
    return json_print(json, from->text, from->text_bytes);
}

size_t fleet_write_result(fleet *from) {
    const fleet_result *result = &from->result;
    cJSON *json = cJSON_CreateObject();
    add_epoch(json, from, from->queue.newest_seq);
    cJSON_AddStringToObject(json, "command", result->command);
    cJSON_AddStringToObject(json, "ref", result->ref);
    cJSON_AddBoolToObject(json, "done", result->is_done);
    cJSON_AddStringToObject(json, "detail", result->detail);
    return json_print(json, from->text, from->text_bytes);
}

cJSON *fleet_to_json(const fleet *from) {
    static const char *const links[] = {"off", "waits", "connects", "connected"};
    cJSON *json = cJSON_CreateObject();
    cJSON_AddItemToObject(json, "settings", fleet_settings_to_json(&from->settings, from->has_pem));
    cJSON_AddStringToObject(json, "link", links[from->link]);
    cJSON_AddStringToObject(json, "problem", from->problem);
    json_add_count(json, "newest_seq", from->queue.newest_seq);
    json_add_count(json, "queued", fleet_queue_count(&from->queue));
    json_add_count(json, "lost", from->queue.lost_count);
    json_add_count(json, "connections", from->counters.connections);
    json_add_count(json, "published", from->counters.published);
    json_add_count(json, "commands", from->counters.commands);
    return json;
}
