// manifest.c - what a model's maker signs.
//
// SPDX-License-Identifier: Apache-2.0
#include "manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet_settings.h"
#include "json.h"

static bool read_count(const cJSON *json, const char *name, uint32_t *value) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);
    if (!cJSON_IsNumber(member) || !(member->valuedouble >= 1 && member->valuedouble <= UINT32_MAX) ||
        member->valuedouble != (double)(uint32_t)member->valuedouble) {
        return false;
    }
    *value = (uint32_t)member->valuedouble;
    return true;
}

static const char *text_of(const cJSON *json, const char *name) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);
    return cJSON_IsString(member) ? member->valuestring : "";
}

// "1.2.3" as 10203.
static bool read_firmware(const char *text, uint32_t *value) {
    unsigned long parts[3];
    char *end = (char *)text;
    for (size_t i = 0; i < 3; i++) {
        if (*end < '0' || *end > '9') {
            return false;
        }
        parts[i] = strtoul(end, &end, 10);
        if (parts[i] > 99 || *end != (i < 2 ? '.' : '\0')) {
            return false;
        }
        end += i < 2;
    }
    *value = (uint32_t)(parts[0] * 10000 + parts[1] * 100 + parts[2]);
    return true;
}

// The members, or the name of the first that is wrong.
static const char *read_members(manifest *result, const cJSON *json) {
    const char *name = text_of(json, "name");
    if (*name == '\0' || strlen(name) >= sizeof result->name || strpbrk(name, "\n\r\t") != NULL) {
        return "name";
    }
    snprintf(result->name, sizeof result->name, "%s", name);
    return !read_count(json, "version", &result->version)                                    ? "version"
           : !read_firmware(text_of(json, "min_firmware"), &result->min_firmware)            ? "min_firmware"
           : !read_count(json, "model_bytes", &result->model_bytes)                          ? "model_bytes"
           : !fleet_read_hex(text_of(json, "sha256"), result->sha256, sizeof result->sha256) ? "sha256"
                                                                                             : NULL;
}

bool manifest_read(manifest *result, const cJSON *signed_json, const uint8_t *key, const port *world, char *problem,
                   size_t problem_bytes) {
    const char *text = text_of(signed_json, "manifest"), *signature_text = text_of(signed_json, "signature");
    uint8_t signature[PORT_SIGNATURE_BYTES];
    *result = (manifest){0};
    if (key != NULL && (*text == '\0' || *signature_text == '\0')) {
        snprintf(problem, problem_bytes,
                 "This device takes only signed models; sign it with `thimble sign` and send manifest and signature.");
        return false;
    }
    if (key != NULL && world->verify == NULL) {
        snprintf(problem, problem_bytes,
                 "This device cannot check signatures, so it takes no model while a key is set.");
        return false;
    }
    if (key != NULL && (!fleet_read_hex(signature_text, signature, sizeof signature) ||
                        !world->verify(world->context, key, text, strlen(text), signature))) {
        snprintf(
            problem, problem_bytes,
            "The manifest's signature does not fit: it was changed, or signed with another key than the device's.");
        return false;
    }
    cJSON *json = json_parse(text, strlen(text));
    const char *wrong = read_members(result, json);
    cJSON_Delete(json);
    if (wrong != NULL) {
        snprintf(problem, problem_bytes, "The manifest's \"%s\" is missing or wrong; make it with `thimble sign`.",
                 wrong);
        *result = (manifest){0};
    }
    return wrong == NULL;
}
