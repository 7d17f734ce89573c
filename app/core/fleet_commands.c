// fleet_commands.c - what a device is told through the broker: <base>/{<id>, all, group/<name>}/cmd/<command>.
//
// A message is JSON or empty; its member "ref" comes back in the result. Retained commands are not done, as each
// reconnect would do them again; only an offer of a model ({"offer": true}) may be retained, because it changes nothing by
// itself.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "app_internal.h"
#include "fleet.h"
#include "json.h"

typedef void command_function(fleet *changed, const cJSON *message);

// ---- commands ----

static void snapshot(fleet *changed, const cJSON *message) {
    (void)message;
    app_lock(changed->app);
    const bool has_frame = changed->app->frames.latest != NULL;
    app_unlock(changed->app);
    if (has_frame) {
        changed->due |= FLEET_DUE_IMAGE | FLEET_DUE_STATE;
        fleet_tell(changed, true, "The latest frame is published.");
    } else {
        fleet_tell(changed, false, "The camera has given no frame yet.");
    }
}

// A number, or an object with it under this name; NULL if there is none.
static const cJSON *number_of(const cJSON *message, const char *name) {
    const cJSON *member = cJSON_IsNumber(message) ? message : cJSON_GetObjectItemCaseSensitive(message, name);
    return cJSON_IsNumber(member) ? member : NULL;
}

static void threshold(fleet *changed, const cJSON *message) {
    const cJSON *number = number_of(message, "threshold");
    char problem[FLEET_DETAIL_BYTES] = "Send a number from 0 to 1, or {\"threshold\": number}.";
    const char *field;
    settings wanted = changed->app->settings;
    cJSON *patch = cJSON_CreateObject();
    cJSON_AddNumberToObject(patch, "threshold", number != NULL ? number->valuedouble : -1);
    if (number == NULL || !settings_patch(&wanted, patch, &field, problem, sizeof problem)) {
        fleet_tell(changed, false, "%s", problem);
    } else if (!app_use_settings(changed->app, &wanted)) {
        fleet_tell(changed, false, "The flash could not be written; the settings are as before.");
    } else {
        fleet_tell(changed, true, "The threshold is %g.", wanted.threshold / 1000.0);
    }
    cJSON_Delete(patch);
}

static void interval(fleet *changed, const cJSON *message) {
    const cJSON *number = number_of(message, "interval_s");
    char problem[FLEET_DETAIL_BYTES] = "Send a whole number of seconds from 1 to 3600, or {\"interval_s\": number}.";
    const char *field;
    fleet_settings wanted = changed->settings;
    cJSON *patch = cJSON_CreateObject();
    cJSON_AddNumberToObject(patch, "interval_s", number != NULL ? number->valuedouble : -1);
    if (number == NULL || !fleet_settings_patch(&wanted, patch, &field, problem, sizeof problem)) {
        fleet_tell(changed, false, "%s", problem);
    } else if (!fleet_settings_keep(&wanted, NULL, changed->port)) {
        fleet_tell(changed, false, "The files could not be written; the settings are as before.");
    } else {
        changed->settings.interval_s = wanted.interval_s;
        changed->settings.edition = wanted.edition;
        changed->due |= FLEET_DUE_STATE;
        fleet_tell(changed, true, "A state message comes every %d s.", (int)wanted.interval_s);
    }
    cJSON_Delete(patch);
}

static void reboot(fleet *changed, const cJSON *message) {
    (void)message;
    if (changed->port->restart == NULL) {
        fleet_tell(changed, false, "This device cannot restart itself.");
        return;
    }
    changed->due |= FLEET_DUE_RESTART;
    fleet_tell(changed, true, "Restarts now.");
}

// Back to the model before, by its name.
static void use_model(fleet *changed, const char *name) {
    app *with = changed->app;
    char problem[300];
    app_lock(with);
    const bool is_busy = with->model_is_busy;
    with->model_is_busy = true;
    app_unlock(with);
    if (is_busy) {
        fleet_tell(changed, false, "An upload or download is under way; try again when it is done.");
        return;
    }
    if (strcmp(name, with->model_name) == 0) {
        fleet_tell(changed, true, "%s is in use already.", with->model_name);
    } else if (!with->can_roll_back || strcmp(name, with->previous_name) != 0) {
        fleet_tell(changed, false, "There is no model \"%.40s\" on the device; send its url.", name);
    } else if (app_roll_back(with, problem, sizeof problem) != APP_DONE) {
        fleet_tell(changed, false, "%.150s The model in use stays.", problem);
    } else {
        fleet_tell(changed, true, "%s is in use.", with->model_name);
    }
    app_lock(with);
    with->model_is_busy = false;
    app_unlock(with);
}

static bool is_true(const cJSON *message, const char *name) {
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(message, name));
}

static void model(fleet *changed, const cJSON *message) {
    fleet_update *update = &changed->update;
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(message, "use");
    const bool installs = is_true(message, "install");
    uint8_t key[PORT_PUBLIC_KEY_BYTES];
    const bool has_key = fleet_settings_key(&changed->settings, key);
    if (cJSON_IsString(name)) {
        use_model(changed, name->valuestring);
        return;
    }
    changed->due |= FLEET_DUE_UPDATE;
    if (!installs && fleet_update_offer(update, changed->app, message, has_key ? key : NULL,
                                        is_true(message, "force")) != UPDATE_STARTED) {
        fleet_tell(changed, false, "%.150s The model in use stays.", update->problem);
    } else if (is_true(message, "offer")) {
        fleet_tell(changed, true, "Offered; it is installed when asked for.");
    } else if (fleet_update_begin(update, changed->app, changed->result.ref) != UPDATE_STARTED) {
        fleet_tell(changed, false, "%.150s The model in use stays.", update->problem);
    }
    // Else the result follows when the download has ended.
}

// ---- which ----

static const struct {
    const char *name;
    command_function *function;
} commands[] = {
    {"snapshot", snapshot}, {"threshold", threshold}, {"interval", interval}, {"model", model}, {"reboot", reboot}};

void fleet_do_command(fleet *changed, const char *topic, const char *message, size_t byte_count, bool is_retained) {
    const char *slash = strrchr(topic, '/'), *name = slash != NULL ? slash + 1 : "";
    if (slash == NULL || slash - topic < 4 || strncmp(slash - 4, "/cmd", 4) != 0 || (byte_count == 0 && is_retained)) {
        return;
    }
    app_lock(changed->app);  // cJSON keeps a global while it parses
    cJSON *json = byte_count > 0 ? json_parse(message, byte_count) : cJSON_CreateObject();
    app_unlock(changed->app);
    const cJSON *ref = cJSON_GetObjectItemCaseSensitive(json, "ref");
    if (is_retained && !is_true(json, "offer")) {
        cJSON_Delete(json);
        return;
    }
    fleet_result *result = &changed->result;
    *result = (fleet_result){0};
    snprintf(result->command, sizeof result->command, "%s", name);
    snprintf(result->ref, sizeof result->ref, "%s", cJSON_IsString(ref) ? ref->valuestring : "");
    changed->counters.commands++;
    size_t i = 0;
    const size_t count = sizeof commands / sizeof commands[0];
    while (i < count && strcmp(commands[i].name, name) != 0) {
        i++;
    }
    if (i == count) {
        fleet_tell(changed, false, "There is no such command; there are snapshot, threshold, interval, model, reboot.");
    } else if (json == NULL) {
        fleet_tell(changed, false, "The message is not JSON.");
    } else {
        commands[i].function(changed, json);
    }
    cJSON_Delete(json);
}
