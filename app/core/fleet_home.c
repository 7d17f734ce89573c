// fleet_home.c - how Home Assistant finds a device: one retained message that lists its entities (MQTT device discovery,
// Home Assistant 2024.11 and later), in the short names of its documentation.
//
//     <prefix>/device/<id>/config   {"dev": device, "o": origin, "avty_t", "stat_t", "cmps": {"label": {...}, ...}}
//
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "app_internal.h"
#include "fleet.h"
#include "json.h"
#include "thimble/thimble.h"

typedef struct entity {
    const char *key, *platform, *name;
    const char *value;  // template of the value in the state message, or NULL
    const char *command;  // topic below cmd/, or NULL
    const char *more;  // further members, as JSON
    bool (*is_there)(const port_device *device);
} entity;

static bool has_radio(const port_device *device) {
    return device->rssi_dbm != 0;
}

static bool knows_memory(const port_device *device) {
    return device->memory_free_bytes != 0;
}

static const entity entities[] = {
    {"label", "sensor", "Label", "{{ value_json.label }}", NULL, "{\"dev_cla\":\"enum\",\"ic\":\"mdi:tshirt-crew\"}",
     NULL},
    {"confidence", "sensor", "Confidence", "{{ (value_json.confidence * 100) | round(1) }}", NULL,
     "{\"unit_of_meas\":\"%\",\"stat_cla\":\"measurement\"}", NULL},
    {"latency", "sensor", "Latency", "{{ (value_json.latency_us / 1000) | round(1) }}", NULL,
     "{\"dev_cla\":\"duration\",\"unit_of_meas\":\"ms\",\"stat_cla\":\"measurement\",\"ent_cat\":\"diagnostic\"}",
     NULL},
    {"rate", "sensor", "Frames per second", "{{ value_json.frames_per_second | round(1) }}", NULL,
     "{\"unit_of_meas\":\"fps\",\"stat_cla\":\"measurement\",\"ent_cat\":\"diagnostic\"}", NULL},
    {"rssi", "sensor", "RSSI", "{{ value_json.rssi_dbm }}", NULL,
     "{\"dev_cla\":\"signal_strength\",\"unit_of_meas\":\"dBm\",\"stat_cla\":\"measurement\",\"ent_cat\":"
     "\"diagnostic\"}",
     has_radio},
    {"heap", "sensor", "Free memory", "{{ value_json.memory_free_bytes }}", NULL,
     "{\"dev_cla\":\"data_size\",\"unit_of_meas\":\"B\",\"stat_cla\":\"measurement\",\"ent_cat\":\"diagnostic\"}",
     knows_memory},
    {"uptime", "sensor", "Uptime", "{{ value_json.uptime_s }}", NULL,
     "{\"dev_cla\":\"duration\",\"unit_of_meas\":\"s\",\"stat_cla\":\"total_increasing\",\"ent_cat\":\"diagnostic\"}",
     NULL},
    {"capture", "image", "Last capture", NULL, NULL, "{\"cont_type\":\"image/jpeg\"}", NULL},
    {"threshold", "number", "Threshold", "{{ value_json.threshold }}", "threshold",
     "{\"min\":0,\"max\":1,\"step\":0.01,\"ent_cat\":\"config\"}", NULL},
    {"interval", "number", "Interval", "{{ value_json.interval_s }}", "interval",
     "{\"min\":1,\"max\":3600,\"step\":1,\"unit_of_meas\":\"s\",\"ent_cat\":\"config\"}", NULL},
    {"model", "select", "Model", "{{ value_json.model }}", "model",
     "{\"cmd_tpl\":\"{\\\"use\\\":{{ value | to_json }}}\",\"ent_cat\":\"config\"}", NULL},
    {"update", "update", "Model update", "{{ value_json.entity | to_json }}", "model",
     "{\"pl_inst\":\"{\\\"install\\\":true}\",\"dev_cla\":\"firmware\",\"ent_cat\":\"config\"}", NULL},
    {"snapshot", "button", "Snapshot", NULL, "snapshot", "{\"pl_prs\":\"{}\"}", NULL},
    {"reboot", "button", "Restart", NULL, "reboot",
     "{\"pl_prs\":\"{}\",\"dev_cla\":\"restart\",\"ent_cat\":\"config\"}", NULL},
};

// The label's options; the models that can be chosen: this one and the one before.
static void add_options(cJSON *json, const fleet *from, const char *key) {
    const app *with = from->app;
    const contract *model = &with->classifier.contract;
    if (strcmp(key, "label") == 0) {
        cJSON *options = cJSON_AddArrayToObject(json, "ops");
        for (int32_t i = 0; i < model->class_count; i++) {
            cJSON_AddItemToArray(options, cJSON_CreateString(model->labels[i]));
        }
        cJSON_AddItemToArray(options, cJSON_CreateString("nothing"));
        // A model may have a class that is called so.
        const bool is_named = model->other_index >= 0 && strcmp(model->labels[model->other_index], "other") == 0;
        if (!is_named) {
            cJSON_AddItemToArray(options, cJSON_CreateString("other"));
        }
    } else if (strcmp(key, "model") == 0) {
        cJSON *options = cJSON_AddArrayToObject(json, "ops");
        cJSON_AddItemToArray(options, cJSON_CreateString(with->model_name));
        if (with->can_roll_back && strcmp(with->model_name, with->previous_name) != 0) {
            cJSON_AddItemToArray(options, cJSON_CreateString(with->previous_name));
        }
    }
}

static cJSON *entity_json(const fleet *from, const entity *shown) {
    char text[FLEET_TOPIC_BYTES];
    cJSON *json = cJSON_Parse(shown->more);  // constant
    cJSON_AddStringToObject(json, "p", shown->platform);
    cJSON_AddStringToObject(json, "name", shown->name);
    snprintf(text, sizeof text, "thimble_%s_%s", from->settings.id, shown->key);
    cJSON_AddStringToObject(json, "uniq_id", text);
    if (shown->value != NULL) {
        const bool is_update = strcmp(shown->key, "update") == 0;
        cJSON_AddStringToObject(json, "stat_t", fleet_topic_name(from, is_update ? FLEET_UPDATE : FLEET_STATE, text));
        cJSON_AddStringToObject(json, "val_tpl", shown->value);
    }
    if (strcmp(shown->platform, "image") == 0) {
        cJSON_AddStringToObject(json, "img_t", fleet_topic_name(from, FLEET_IMAGE, text));
    }
    if (shown->command != NULL) {
        snprintf(text, sizeof text, "%s/%s/cmd/%s", from->settings.base, from->settings.id, shown->command);
        cJSON_AddStringToObject(json, "cmd_t", text);
    }
    add_options(json, from, shown->key);
    return json;
}

size_t fleet_write_home(fleet *from) {
    char text[FLEET_TOPIC_BYTES];
    port_device device = {0};
    from->port->device(from->port->context, &device);
    cJSON *json = cJSON_CreateObject();
    cJSON *described = cJSON_AddObjectToObject(json, "dev");
    snprintf(text, sizeof text, "thimble_%s", from->settings.id);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(described, "ids"), cJSON_CreateString(text));
    snprintf(text, sizeof text, "Thimble %s", from->settings.id);
    cJSON_AddStringToObject(described, "name", text);
    cJSON_AddStringToObject(described, "mf", "Thimble");
    cJSON_AddStringToObject(described, "mdl", device.board != NULL ? device.board : "clothing recognition");
    const uint32_t version = thimble_version();
    snprintf(text, sizeof text, "%lu.%lu.%lu", (unsigned long)(version / 10000), (unsigned long)(version / 100 % 100),
             (unsigned long)(version % 100));
    cJSON_AddStringToObject(described, "sw", text);
    cJSON *origin = cJSON_AddObjectToObject(json, "o");
    cJSON_AddStringToObject(origin, "name", "Thimble");
    cJSON_AddStringToObject(origin, "sw", text);
    cJSON_AddStringToObject(json, "avty_t", fleet_topic_name(from, FLEET_AVAILABILITY, text));
    cJSON *components = cJSON_AddObjectToObject(json, "cmps");
    app_lock(from->app);  // cJSON keeps a global while it parses
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        if (entities[i].is_there == NULL || entities[i].is_there(&device)) {
            cJSON_AddItemToObject(components, entities[i].key, entity_json(from, &entities[i]));
        }
    }
    app_unlock(from->app);
    return json_print(json, from->text, from->text_bytes);
}
