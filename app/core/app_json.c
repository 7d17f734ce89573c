// app_json.c - the JSON that several answers share.
//
// SPDX-License-Identifier: Apache-2.0
#include "app_internal.h"
#include "json.h"

const char *app_kind_word(decide_kind kind) {
    static const char *const words[] = {"class", "other", "nothing"};
    return words[kind];
}

const char *app_source_word(store_source source) {
    return source == STORE_SLOT_A ? "slot_a" : source == STORE_SLOT_B ? "slot_b" : "built_in";
}

cJSON *app_box_json(vision_box box) {
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "top", box.top);
    cJSON_AddNumberToObject(json, "left", box.left);
    cJSON_AddNumberToObject(json, "height", box.height);
    cJSON_AddNumberToObject(json, "width", box.width);
    return json;
}

cJSON *app_problems_json(uint32_t problems) {
    static const struct {
        uint32_t bit;
        const char *word;
    } words[] = {
        {VISION_NOTHING_THERE, "nothing_there"},   {VISION_TOO_DARK, "too_dark"},
        {VISION_TOO_BRIGHT, "too_bright"},         {VISION_BLURRED, "blurred"},
        {VISION_TOUCHES_BORDER, "touches_border"},
    };
    cJSON *json = cJSON_CreateArray();
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if ((problems & words[i].bit) != 0) {
            cJSON_AddItemToArray(json, cJSON_CreateString(words[i].word));
        }
    }
    return json;
}

cJSON *app_times_json(const classifier_times *times) {
    cJSON *json = cJSON_CreateObject();
    json_add_count(json, "capture", times->capture_us);
    json_add_count(json, "decode", times->decode_us);
    json_add_count(json, "vision", times->vision_us);
    json_add_count(json, "engine", times->engine_us);
    json_add_count(json, "decide", times->decide_us);
    return json;
}

cJSON *app_probabilities_json(const float *probabilities, int32_t count) {
    cJSON *json = cJSON_CreateArray();
    for (int32_t i = 0; i < count; i++) {
        // Rounded as json_add_real does; what is finite and at most 1 cannot overflow.
        cJSON_AddItemToArray(json, cJSON_CreateNumber((int32_t)(probabilities[i] * 1000 + 0.5f) / 1000.0));
    }
    return json;
}

cJSON *app_decision_json(const event *from) {
    cJSON *json = cJSON_CreateObject();
    json_add_count(json, "id", from->id);
    json_add_count(json, "frame", from->frame_number);
    cJSON_AddStringToObject(json, "kind", app_kind_word(from->decision.kind));
    cJSON_AddNumberToObject(json, "class", from->decision.class_index);
    cJSON_AddStringToObject(json, "label", from->label);
    json_add_real(json, "confidence", (double)from->decision.confidence);
    json_add_count(json, "uptime_ms", from->uptime_ms);
    json_add_count(json, "unix_ms", from->unix_ms);
    return json;
}
