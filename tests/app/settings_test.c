// settings_test.c - settings keep their limits, in JSON and in flash.
//
// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include "check.h"
#include "json.h"

static settings changed;
static const char *field;
static char problem[200];

static bool patch(const char *text) {
    cJSON *json = json_parse(text, strlen(text));
    CHECK(json != NULL);
    const bool good = settings_patch(&changed, json, &field, problem, sizeof problem);
    static char field_room[64];  // the name may lie in the JSON
    if (!good && field != NULL) {
        snprintf(field_room, sizeof field_room, "%s", field);
        field = field_room;
    }
    cJSON_Delete(json);
    return good;
}

static bool same(const settings *a, const settings *b) {
    uint8_t bytes_a[SETTINGS_BYTES], bytes_b[SETTINGS_BYTES];
    settings_encode(a, bytes_a);
    settings_encode(b, bytes_b);
    return memcmp(bytes_a, bytes_b, SETTINGS_BYTES) == 0;
}

static void flash_keeps_all_but_paused(void) {
    uint8_t bytes[SETTINGS_BYTES];
    changed = settings_default();
    CHECK(patch("{\"threshold\": 0.777, \"hysteresis\": 0, \"smoothing_frames\": 50, \"frames_per_second\": 1,"
                " \"mode\": \"plain\", \"polarity\": \"negate\", \"mirror\": true, \"paused\": true,"
                " \"region\": {\"top\": 100, \"left\": 200, \"height\": 300, \"width\": 800}}"));
    settings_encode(&changed, bytes);
    const settings read = settings_decode(bytes);
    CHECK_EQUAL(read.threshold, 777);
    CHECK_EQUAL(read.mode, SETTINGS_MODE_PLAIN);
    CHECK_EQUAL(read.polarity, SETTINGS_POLARITY_NEGATE);
    CHECK_EQUAL(read.region.width, 800);
    CHECK(read.mirror && changed.paused && !read.paused);
    CHECK(same(&changed, &read));
}

static void json_says_what_was_set(void) {
    char text[600];
    changed = settings_default();
    CHECK(patch("{\"threshold\": 0.25, \"mode\": \"scene\"}"));
    CHECK(json_print(settings_to_json(&changed), text, sizeof text) > 0);
    CHECK_SAYS(text, "\"threshold\":0.25,");
    CHECK_SAYS(text, "\"mode\":\"scene\"");
    CHECK_SAYS(text, "\"region\":{\"top\":0,\"left\":0,\"height\":1000,\"width\":1000}");
    CHECK(patch(text));  // what GET gives, PATCH takes
}

static void wrong_values_change_nothing(void) {
    static const struct {
        const char *patch, *field, *says;
    } cases[] = {
        {"{}", NULL, "at least one"},
        {"[]", NULL, "object"},
        {"{\"threshold\": 1.001}", "threshold", "from 0 to 1"},
        {"{\"threshold\": \"0.5\"}", "threshold", "number"},
        {"{\"threshold\": null}", "threshold", "number"},
        {"{\"smoothing_frames\": 2.5}", "smoothing_frames", "whole number from 1 to 50"},
        {"{\"smoothing_frames\": 0}", "smoothing_frames", "whole number"},
        {"{\"smoothing_frames\": 1e300}", "smoothing_frames", "whole number"},
        {"{\"mode\": \"fast\"}", "mode", "\"model\", \"garment\", \"scene\", \"plain\"."},
        {"{\"mirror\": 1}", "mirror", "true or false"},
        {"{\"speed\": 1}", "speed", "no setting"},
        {"{\"top\": 1}", "top", "no setting"},
        {"{\"region\": {\"top\": 0}}", "region", "top, left, height and width"},
        {"{\"region\": {\"top\": 500, \"left\": 0, \"height\": 501, \"width\": 1000}}", "region", "outside"},
        {"{\"region\": {\"top\": 0, \"left\": 0, \"height\": 99, \"width\": 1000}}", "height", "from 100 to 1000"},
        {"{\"region\": {\"top\": 0, \"left\": 0, \"height\": 500, \"width\": 1000, \"depth\": 1}}", "depth",
         "no setting"},
        {"{\"threshold\": 0.1, \"mirror\": 3}", "mirror", "true or false"},
    };
    const settings standard = settings_default();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        checks.about = cases[i].patch;
        changed = standard;
        CHECK(!patch(cases[i].patch));
        CHECK(same(&changed, &standard));
        CHECK_SAYS(problem, cases[i].says);
        CHECK(cases[i].field == NULL ? field == NULL : field != NULL && strcmp(field, cases[i].field) == 0);
    }
}

static void damaged_flash_gives_defaults(void) {
    uint8_t bytes[SETTINGS_BYTES];
    uint64_t seed = 7;
    const settings standard = settings_default();
    memset(bytes, 0xff, sizeof bytes);
    settings read = settings_decode(bytes);
    CHECK(same(&read, &standard));
    for (int i = 0; i < 10000; i++) {
        settings_encode(&standard, bytes);
        for (size_t k = 2; k < SETTINGS_BYTES; k++) {
            bytes[k] = (uint8_t)next_random(&seed);
        }
        read = settings_decode(bytes);
        CHECK(read.threshold >= 0 && read.threshold <= 1000 && read.smoothing_frames >= 1);
        CHECK(read.frames_per_second >= 1 && read.frames_per_second <= 30);
        CHECK(read.region.top + read.region.height <= 1000 && read.region.left + read.region.width <= 1000);
        CHECK(read.mode < SETTINGS_MODE_COUNT && read.polarity < SETTINGS_POLARITY_COUNT);
    }
}

static void json_is_bounded(void) {
    char text[5000];
    memset(text, '[', sizeof text);
    CHECK(json_parse(text, sizeof text) == NULL);
    memset(text, ',', sizeof text);
    text[0] = '[';
    CHECK(json_parse(text, sizeof text) == NULL);
    CHECK(json_parse("{\"a\":1}x", 8) == NULL);
    CHECK(json_parse("{\"a\":1\0}", 8) == NULL);
    CHECK(json_parse("", 0) == NULL);
    CHECK(json_parse("\"[[[[[[[[[[[[[[[[[[[\"", 20) == NULL);  // cut before the quote
    cJSON *json = json_parse(" {\"a\": \"[[[[[[[[[[[\\\"[[[[[[[[[[\"} \n", 33);
    CHECK(json != NULL);
    cJSON_Delete(json);
}

int main(void) {
    RUN(flash_keeps_all_but_paused);
    RUN(json_says_what_was_set);
    RUN(wrong_values_change_nothing);
    RUN(damaged_flash_gives_defaults);
    RUN(json_is_bounded);
    return check_result();
}
