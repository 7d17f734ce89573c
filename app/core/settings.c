// settings.c - one table says for each setting its name, limits and default; flash and JSON follow it.
//
// In flash: u16 version, then one u16 per row of the table.
//
// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <stdio.h>
#include <string.h>

#include "little_endian.h"

enum { FORMAT_VERSION = 1 };

typedef enum form {
    FORM_COUNT,       // JSON: an integer
    FORM_THOUSANDTHS, // JSON: a number, here times 1000
    FORM_WORD,        // JSON: one of `words`
    FORM_YES_NO,      // JSON: true or false
    FORM_REGION,      // JSON: a member of "region"
} form;

typedef struct row {
    const char *name;
    form form;
    int32_t least, most, standard;
    const char *const *words;
} row;

static const char *const mode_words[SETTINGS_MODE_COUNT] = {"model", "garment", "scene", "plain"};
static const char *const polarity_words[SETTINGS_POLARITY_COUNT] = {"model", "auto", "as_is", "negate"};

static const row table[] = {
    {"threshold", FORM_THOUSANDTHS, 0, 1000, 600, NULL},
    {"hysteresis", FORM_THOUSANDTHS, 0, 500, 100, NULL},
    {"smoothing_frames", FORM_COUNT, 1, 50, 8, NULL},
    {"frames_per_second", FORM_COUNT, 1, 30, 15, NULL},
    {"mode", FORM_WORD, 0, SETTINGS_MODE_COUNT - 1, 0, mode_words},
    {"polarity", FORM_WORD, 0, SETTINGS_POLARITY_COUNT - 1, 0, polarity_words},
    {"mirror", FORM_YES_NO, 0, 1, 0, NULL},
    {"top", FORM_REGION, 0, 900, 0, NULL},
    {"left", FORM_REGION, 0, 900, 0, NULL},
    {"height", FORM_REGION, 100, 1000, 1000, NULL},
    {"width", FORM_REGION, 100, 1000, 1000, NULL},
    {"paused", FORM_YES_NO, 0, 1, 0, NULL},
};
enum { ROW_COUNT = sizeof table / sizeof table[0], PAUSED_ROW = ROW_COUNT - 1, REGION_ROW = 7, REGION_ROWS = 4 };
_Static_assert(2 + 2 * ROW_COUNT <= SETTINGS_BYTES, "flash");

// The settings as a list, in the order of the table, and back.
static void to_list(const settings *from, int32_t list[ROW_COUNT]) {
    const int32_t values[ROW_COUNT] = {
        from->threshold,     from->hysteresis,        from->smoothing_frames, from->frames_per_second,
        (int32_t)from->mode, (int32_t)from->polarity, from->mirror,           from->region.top,
        from->region.left,   from->region.height,     from->region.width,     from->paused,
    };
    memcpy(list, values, sizeof values);
}

static settings from_list(const int32_t list[ROW_COUNT]) {
    return (settings){
        .threshold = list[0],
        .hysteresis = list[1],
        .smoothing_frames = list[2],
        .frames_per_second = list[3],
        .mode = (settings_mode)list[4],
        .polarity = (settings_polarity)list[5],
        .mirror = list[6] != 0,
        .region = {list[7], list[8], list[9], list[10]},
        .paused = list[PAUSED_ROW] != 0,
    };
}

settings settings_default(void) {
    int32_t list[ROW_COUNT];
    for (size_t i = 0; i < ROW_COUNT; i++) {
        list[i] = table[i].standard;
    }
    return from_list(list);
}

bool settings_read_mode(const char *word, settings_mode *mode) {
    for (int i = 0; i < SETTINGS_MODE_COUNT; i++) {
        if (strcmp(word, mode_words[i]) == 0) {
            *mode = (settings_mode)i;
            return true;
        }
    }
    return false;
}

void settings_encode(const settings *from, uint8_t bytes[SETTINGS_BYTES]) {
    int32_t list[ROW_COUNT];
    to_list(from, list);
    list[PAUSED_ROW] = 0;
    memset(bytes, 0, SETTINGS_BYTES);
    put_u16(bytes, FORMAT_VERSION);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        put_u16(bytes + 2 + 2 * i, (uint32_t)list[i]);
    }
}

static bool region_is_inside(const int32_t list[ROW_COUNT]) {
    return list[REGION_ROW] + list[REGION_ROW + 2] <= 1000 && list[REGION_ROW + 1] + list[REGION_ROW + 3] <= 1000;
}

settings settings_decode(const uint8_t bytes[SETTINGS_BYTES]) {
    if (get_u16(bytes) != FORMAT_VERSION) {
        return settings_default();
    }
    int32_t list[ROW_COUNT];
    for (size_t i = 0; i < ROW_COUNT; i++) {
        list[i] = get_u16(bytes + 2 + 2 * i);
        if (list[i] < table[i].least || list[i] > table[i].most) {
            list[i] = table[i].standard;
        }
    }
    for (size_t i = REGION_ROW; i < REGION_ROW + REGION_ROWS && !region_is_inside(list); i++) {
        list[i] = table[i].standard;
    }
    return from_list(list);
}

cJSON *settings_to_json(const settings *from) {
    int32_t list[ROW_COUNT];
    to_list(from, list);
    cJSON *json = cJSON_CreateObject();
    cJSON *region = NULL;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const row *setting = &table[i];
        switch (setting->form) {
        case FORM_COUNT:
            cJSON_AddNumberToObject(json, setting->name, list[i]);
            break;
        case FORM_THOUSANDTHS:
            cJSON_AddNumberToObject(json, setting->name, list[i] / 1000.0);
            break;
        case FORM_WORD:
            cJSON_AddStringToObject(json, setting->name, setting->words[list[i]]);
            break;
        case FORM_YES_NO:
            cJSON_AddBoolToObject(json, setting->name, list[i] != 0);
            break;
        case FORM_REGION:
            if (region == NULL) {
                region = cJSON_AddObjectToObject(json, "region");
            }
            cJSON_AddNumberToObject(region, setting->name, list[i]);
            break;
        }
    }
    return json;
}

// ---- patch ----

static const char *say_wanted(const row *setting, char *problem, size_t problem_bytes) {
    switch (setting->form) {
    case FORM_YES_NO:
        snprintf(problem, problem_bytes, "\"%s\" has to be true or false.", setting->name);
        break;
    case FORM_WORD:
        snprintf(problem, problem_bytes, "\"%s\" has to be one of", setting->name);
        for (int32_t i = 0; i <= setting->most; i++) {
            const size_t used = strlen(problem);
            snprintf(problem + used, problem_bytes - used, "%s \"%s\"%s", i > 0 ? "," : "", setting->words[i],
                     i == setting->most ? "." : "");
        }
        break;
    case FORM_THOUSANDTHS:
        snprintf(problem, problem_bytes, "\"%s\" has to be a number from %g to %g.", setting->name,
                 setting->least / 1000.0, setting->most / 1000.0);
        break;
    default:
        snprintf(problem, problem_bytes, "\"%s\" has to be a whole number from %d to %d.", setting->name,
                 (int)setting->least, (int)setting->most);
        break;
    }
    return setting->name;
}

static bool read_value(const row *setting, const cJSON *json, int32_t *value) {
    if (setting->form == FORM_YES_NO) {
        *value = cJSON_IsTrue(json);
        return cJSON_IsBool(json);
    }
    if (setting->form == FORM_WORD) {
        for (int32_t i = 0; cJSON_IsString(json) && i <= setting->most; i++) {
            if (strcmp(json->valuestring, setting->words[i]) == 0) {
                *value = i;
                return true;
            }
        }
        return false;
    }
    if (!cJSON_IsNumber(json)) {
        return false;
    }
    const double number = json->valuedouble * (setting->form == FORM_THOUSANDTHS ? 1000 : 1);
    // Also refuses what is not a number.
    if (!(number >= setting->least && number <= setting->most)) {
        return false;
    }
    *value = (int32_t)(number + 0.5);
    return setting->form == FORM_THOUSANDTHS || (double)*value == number;
}

// One member: of the patch, or of the region in it.
static bool read_member(const cJSON *member, bool in_region, int32_t list[ROW_COUNT], const char **field, char *problem,
                        size_t problem_bytes) {
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if ((table[i].form == FORM_REGION) != in_region || strcmp(table[i].name, member->string) != 0) {
            continue;
        }
        if (read_value(&table[i], member, &list[i])) {
            return true;
        }
        *field = say_wanted(&table[i], problem, problem_bytes);
        return false;
    }
    *field = member->string;
    snprintf(problem, problem_bytes, "There is no setting \"%.40s\"; GET /api/settings lists them.", member->string);
    return false;
}

static bool read_region(const cJSON *region, int32_t list[ROW_COUNT], const char **field, char *problem,
                        size_t problem_bytes) {
    *field = "region";
    for (size_t i = REGION_ROW; i < REGION_ROW + REGION_ROWS; i++) {
        if (!cJSON_IsObject(region) || cJSON_GetObjectItemCaseSensitive(region, table[i].name) == NULL) {
            snprintf(problem, problem_bytes, "\"region\" has to be an object with top, left, height and width.");
            return false;
        }
    }
    const cJSON *member;
    cJSON_ArrayForEach(member, region) {
        if (!read_member(member, true, list, field, problem, problem_bytes)) {
            return false;
        }
    }
    if (!region_is_inside(list)) {
        snprintf(problem, problem_bytes,
                 "\"region\" reaches outside the frame: top + height and left + width may be at most 1000.");
        return false;
    }
    return true;
}

bool settings_patch(settings *changed, const cJSON *patch, const char **field, char *problem, size_t problem_bytes) {
    int32_t list[ROW_COUNT];
    to_list(changed, list);
    *field = NULL;
    if (!cJSON_IsObject(patch) || patch->child == NULL) {
        snprintf(problem, problem_bytes, "The request has to be a JSON object with at least one setting.");
        return false;
    }
    const cJSON *member;
    cJSON_ArrayForEach(member, patch) {
        const bool good = strcmp(member->string, "region") == 0
                              ? read_region(member, list, field, problem, problem_bytes)
                              : read_member(member, false, list, field, problem, problem_bytes);
        if (!good) {
            return false;
        }
    }
    *changed = from_list(list);
    return true;
}
