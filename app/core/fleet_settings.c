// fleet_settings.c - one table says for each setting its name, limits and default; file and API follow it.
//
// SPDX-License-Identifier: Apache-2.0
#include "fleet_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

typedef enum form { FORM_YES_NO, FORM_COUNT, FORM_TEXT, FORM_SECRET } form;

#define PRINTABLE NULL  // as `letters`: any text without control characters
#define WORD_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

typedef struct row {
    const char *name;
    form form;
    size_t offset;
    int32_t least, most;  // a number's limits, or those of a text's length
    int32_t standard;
    const char *standard_text;
    const char *letters;
} row;

#define NUMBER(member, form, least, most, standard) \
    {#member, form, offsetof(fleet_settings, member), least, most, standard, NULL, NULL}
#define TEXT(member, form, least, standard, letters)                                                             \
    {#member,  form,   offsetof(fleet_settings, member), least, sizeof(((fleet_settings *)NULL)->member) - 1, 0, \
     standard, letters}

static const row table[] = {
    NUMBER(enabled, FORM_YES_NO, 0, 1, 0),
    TEXT(host, FORM_TEXT, 0, "", WORD_LETTERS ".:"),
    NUMBER(tcp_port, FORM_COUNT, 1, 65535, 1883),
    NUMBER(tls, FORM_YES_NO, 0, 1, 0),
    TEXT(user, FORM_TEXT, 0, "", PRINTABLE),
    TEXT(password, FORM_SECRET, 0, "", PRINTABLE),
    TEXT(client_id, FORM_TEXT, 0, "", WORD_LETTERS),
    TEXT(id, FORM_TEXT, 1, "", "abcdefghijklmnopqrstuvwxyz0123456789-_"),
    TEXT(base, FORM_TEXT, 1, "thimble", WORD_LETTERS "/"),
    TEXT(group, FORM_TEXT, 0, "", WORD_LETTERS),
    NUMBER(interval_s, FORM_COUNT, 1, 3600, 30),
    NUMBER(keep_events, FORM_YES_NO, 0, 1, 0),
    NUMBER(send_images, FORM_YES_NO, 0, 1, 0),
    NUMBER(home_assistant, FORM_YES_NO, 0, 1, 1),
    TEXT(home_prefix, FORM_TEXT, 1, "homeassistant", WORD_LETTERS "/"),
    TEXT(model_key, FORM_TEXT, 0, "", "0123456789abcdef"),
};
enum { ROW_COUNT = sizeof table / sizeof table[0] };

static const struct {
    const char *name, *has_name, *file;
} pems[FLEET_PEM_COUNT] = {
    {"ca", "has_ca", "fleet.ca"}, {"certificate", "has_certificate", "fleet.crt"}, {"key", "has_key", "fleet.pem"}};

// ---- members by row ----

static bool *yes_no_at(const fleet_settings *settings, const row *setting) {
    return (bool *)((char *)settings + setting->offset);
}

static int32_t *count_at(const fleet_settings *settings, const row *setting) {
    return (int32_t *)((char *)settings + setting->offset);
}

static char *text_at(const fleet_settings *settings, const row *setting) {
    return (char *)settings + setting->offset;
}

static fleet_settings standard_settings(void) {
    fleet_settings made = {0};
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const row *setting = &table[i];
        switch (setting->form) {
        case FORM_YES_NO:
            *yes_no_at(&made, setting) = setting->standard != 0;
            break;
        case FORM_COUNT:
            *count_at(&made, setting) = setting->standard;
            break;
        default:
            snprintf(text_at(&made, setting), (size_t)setting->most + 1, "%s", setting->standard_text);
            break;
        }
    }
    return made;
}

static void add_member(cJSON *json, const fleet_settings *from, const row *setting) {
    switch (setting->form) {
    case FORM_YES_NO:
        cJSON_AddBoolToObject(json, setting->name, *yes_no_at(from, setting));
        break;
    case FORM_COUNT:
        cJSON_AddNumberToObject(json, setting->name, *count_at(from, setting));
        break;
    default:
        cJSON_AddStringToObject(json, setting->name, text_at(from, setting));
        break;
    }
}

cJSON *fleet_settings_to_json(const fleet_settings *from, const bool has_pem[FLEET_PEM_COUNT]) {
    cJSON *json = cJSON_CreateObject();
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (table[i].form != FORM_SECRET) {
            add_member(json, from, &table[i]);
        }
    }
    cJSON_AddBoolToObject(json, "has_password", from->password[0] != '\0');
    for (size_t i = 0; i < FLEET_PEM_COUNT; i++) {
        cJSON_AddBoolToObject(json, pems[i].has_name, has_pem[i]);
    }
    return json;
}

// ---- patch ----

static bool letters_are_good(const row *setting, const char *text) {
    const size_t length = strlen(text);
    if (setting->letters != NULL) {
        // A topic's level may not be empty.
        return strspn(text, setting->letters) == length && text[0] != '/' && strstr(text, "//") == NULL &&
               (length == 0 || text[length - 1] != '/');
    }
    for (const char *at = text; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f) {
            return false;
        }
    }
    return true;
}

static bool read_text(fleet_settings *changed, const row *setting, const cJSON *member) {
    const bool removes = cJSON_IsNull(member) && setting->form == FORM_SECRET;
    const char *text = removes ? "" : cJSON_IsString(member) ? member->valuestring : NULL;
    if (text == NULL || strlen(text) < (size_t)setting->least || strlen(text) > (size_t)setting->most ||
        !letters_are_good(setting, text)) {
        return false;
    }
    snprintf(text_at(changed, setting), (size_t)setting->most + 1, "%s", text);
    return true;
}

static bool read_member(fleet_settings *changed, const row *setting, const cJSON *member, char *problem,
                        size_t problem_bytes) {
    bool good;
    switch (setting->form) {
    case FORM_YES_NO:
        good = cJSON_IsBool(member);
        *yes_no_at(changed, setting) = cJSON_IsTrue(member);
        snprintf(problem, problem_bytes, "\"%s\" has to be true or false.", setting->name);
        break;
    case FORM_COUNT:
        good = cJSON_IsNumber(member) && member->valuedouble >= setting->least &&
               member->valuedouble <= setting->most && member->valuedouble == (double)(int32_t)member->valuedouble;
        *count_at(changed, setting) = good ? (int32_t)member->valuedouble : 0;
        snprintf(problem, problem_bytes, "\"%s\" has to be a whole number from %d to %d.", setting->name,
                 (int)setting->least, (int)setting->most);
        break;
    default:
        good = read_text(changed, setting, member);
        snprintf(problem, problem_bytes, "\"%s\" has to be a text of %d to %d bytes, %s%s.", setting->name,
                 (int)setting->least, (int)setting->most,
                 setting->letters != NULL ? "of " : "without control characters",
                 setting->letters != NULL ? setting->letters : "");
        break;
    }
    return good;
}

// Complete: a file that was torn by a power cut does not end so.
static bool is_pem(const char *text) {
    const size_t length = strlen(text);
    return length < FLEET_PEM_BYTES && strncmp(text, "-----BEGIN ", 11) == 0 && strstr(text, "-----END ") != NULL;
}

static bool pem_is_good(const cJSON *member, char *problem, size_t problem_bytes) {
    if (cJSON_IsNull(member) ||
        (cJSON_IsString(member) && (*member->valuestring == '\0' || is_pem(member->valuestring)))) {
        return true;
    }
    snprintf(problem, problem_bytes, "\"%s\" has to be a PEM text of less than %d bytes, or null to remove it.",
             member->string, FLEET_PEM_BYTES);
    return false;
}

static bool patch_member(fleet_settings *changed, const cJSON *member, char *problem, size_t problem_bytes) {
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (strcmp(table[i].name, member->string) == 0) {
            return read_member(changed, &table[i], member, problem, problem_bytes);
        }
    }
    for (size_t i = 0; i < FLEET_PEM_COUNT; i++) {
        if (strcmp(pems[i].name, member->string) == 0) {
            return pem_is_good(member, problem, problem_bytes);
        }
    }
    snprintf(problem, problem_bytes, "There is no setting \"%.40s\"; GET /api/fleet lists them.", member->string);
    return false;
}

// What only makes sense together.
static bool fits_together(const fleet_settings *wanted, const char **field, char *problem, size_t problem_bytes) {
    uint8_t key[PORT_PUBLIC_KEY_BYTES];
    if (wanted->enabled && wanted->host[0] == '\0') {
        *field = "host";
        snprintf(problem, problem_bytes, "\"host\" has to name the broker before it can be enabled.");
        return false;
    }
    if (wanted->model_key[0] != '\0' && !fleet_settings_key(wanted, key)) {
        *field = "model_key";
        snprintf(problem, problem_bytes,
                 "\"model_key\" has to be the text that `thimble keygen` wrote into its .pub file.");
        return false;
    }
    return true;
}

bool fleet_settings_patch(fleet_settings *changed, const cJSON *patch, const char **field, char *problem,
                          size_t problem_bytes) {
    fleet_settings wanted = *changed;
    *field = NULL;
    if (!cJSON_IsObject(patch) || patch->child == NULL) {
        snprintf(problem, problem_bytes, "The request has to be a JSON object with at least one setting.");
        return false;
    }
    const cJSON *member;
    cJSON_ArrayForEach(member, patch) {
        if (!patch_member(&wanted, member, problem, problem_bytes)) {
            *field = member->string;
            return false;
        }
    }
    if (!fits_together(&wanted, field, problem, problem_bytes)) {
        return false;
    }
    *changed = wanted;
    return true;
}

// ---- files ----

static bool read_file(fleet_settings *result, const port *world, const char *name) {
    char text[FLEET_SETTINGS_BYTES], problem[200];
    size_t byte_count;
    if (world->file_read(world->context, name, 0, text, sizeof text, &byte_count) != PORT_OK) {
        return false;
    }
    cJSON *json = json_parse(text, byte_count);
    const cJSON *edition = cJSON_GetObjectItemCaseSensitive(json, "edition");
    const bool good = cJSON_IsNumber(edition) && edition->valuedouble >= 1 && edition->valuedouble <= UINT32_MAX;
    *result = standard_settings();
    result->edition = good ? (uint32_t)edition->valuedouble : 0;
    const cJSON *member;
    cJSON_ArrayForEach(member, json) {
        fleet_settings changed = *result;  // what another version wrote, or outside the limits, stays the default
        if (patch_member(&changed, member, problem, sizeof problem)) {
            *result = changed;
        }
    }
    cJSON_Delete(json);
    return good;
}

static void find_id(fleet_settings *opened, const port *world) {
    port_device device = {0};
    uint8_t random[4];
    world->device(world->context, &device);
    if (device.unique_id != NULL) {
        snprintf(opened->id, sizeof opened->id, "%s", device.unique_id);
    } else {
        world->random(world->context, random, sizeof random);
        snprintf(opened->id, sizeof opened->id, "t%02x%02x%02x%02x", random[0], random[1], random[2], random[3]);
    }
}

void fleet_settings_open(fleet_settings *opened, const port *world) {
    fleet_settings a, b;
    const bool has_a = read_file(&a, world, "fleet.a"), has_b = read_file(&b, world, "fleet.b");
    *opened = !has_a && !has_b ? standard_settings() : has_a && (!has_b || a.edition > b.edition) ? a : b;
    if (opened->id[0] == '\0') {
        find_id(opened, world);
    }
}

static bool keep_pem(const cJSON *patch, fleet_pem which, const port *world) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(patch, pems[which].name);
    if (member == NULL) {
        return true;
    }
    if (!cJSON_IsString(member) || *member->valuestring == '\0') {
        const port_result result = world->file_remove(world->context, pems[which].file);
        return result == PORT_OK || result == PORT_NONE;
    }
    return world->file_write(world->context, pems[which].file, member->valuestring, strlen(member->valuestring)) ==
           PORT_OK;
}

bool fleet_settings_keep(fleet_settings *kept, const cJSON *patch, const port *world) {
    char text[FLEET_SETTINGS_BYTES];
    for (fleet_pem which = 0; which < FLEET_PEM_COUNT; which++) {
        if (!keep_pem(patch, which, world)) {
            return false;
        }
    }
    cJSON *json = cJSON_CreateObject();
    for (size_t i = 0; i < ROW_COUNT; i++) {
        add_member(json, kept, &table[i]);
    }
    const uint32_t edition = kept->edition + 1;
    json_add_count(json, "edition", edition);
    const size_t byte_count = json_print(json, text, sizeof text);
    // The newer file stays while the other one is written.
    const bool done = byte_count > 0 && world->file_write(world->context, edition % 2 != 0 ? "fleet.a" : "fleet.b",
                                                          text, byte_count) == PORT_OK;
    kept->edition = done ? edition : kept->edition;
    return done;
}

const char *fleet_pem_read(const port *world, fleet_pem which, char *room, size_t room_bytes) {
    size_t byte_count;
    if (room_bytes < 2 ||
        world->file_read(world->context, pems[which].file, 0, room, room_bytes - 1, &byte_count) != PORT_OK ||
        byte_count == 0) {
        return NULL;
    }
    room[byte_count] = '\0';
    return is_pem(room) ? room : NULL;
}

// ---- the key ----

static int digit_of(char letter) {
    return letter >= '0' && letter <= '9' ? letter - '0' : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

bool fleet_read_hex(const char *text, uint8_t *bytes, size_t byte_count) {
    for (size_t i = 0; i < byte_count; i++) {
        const int high = digit_of(text[2 * i]), low = high >= 0 ? digit_of(text[2 * i + 1]) : -1;
        if (low < 0) {
            return false;
        }
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return text[2 * byte_count] == '\0';
}

bool fleet_settings_key(const fleet_settings *from, uint8_t key[PORT_PUBLIC_KEY_BYTES]) {
    return fleet_read_hex(from->model_key, key, PORT_PUBLIC_KEY_BYTES) && key[0] == 4;
}
