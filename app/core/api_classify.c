// api_classify.c - pictures that come with a request, classified by the loop between two frames.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "json.h"

static int32_t best_class(const app *with) {
    int32_t best = 0;
    for (int32_t i = 1; i < with->classifier.contract.class_count; i++) {
        if (with->probabilities[i] > with->probabilities[best]) {
            best = i;
        }
    }
    return best;
}

static void answer_bad_picture(http_exchange *exchange, port_result result) {
    const char *kind = exchange->is_png ? "PNG" : "JPEG";
    switch (result) {
    case PORT_UNSUPPORTED:
        api_answer_problem(exchange, 415, NULL, "This device cannot decode a %s; send a JPEG.",
                           exchange->is_png ? "PNG" : "JPEG of this kind");
        break;
    case PORT_TOO_LARGE:
        api_answer_problem(exchange, 422, NULL,
                           "The %s has too many pixels for this device; make it smaller (320x240 is enough).", kind);
        break;
    case PORT_FAILED:
        api_answer_problem(exchange, 500, NULL, "The %s could not be decoded for lack of memory.", kind);
        break;
    default:
        api_answer_problem(exchange, 422, NULL,
                           "The picture is damaged, cut short, not a %s, or smaller than 8 pixels a side.", kind);
        break;
    }
}

// The picture in the body becomes the model's input, as these settings say. False after answering with a problem.
static bool see_body(http_exchange *exchange, const settings *how, app_finding *found) {
    app *with = exchange->app;
    const contract *model = &with->classifier.contract;
    if (exchange->is_jpeg || exchange->is_png) {
        const port_result result =
            app_see(with, exchange->is_png ? PORT_PNG : PORT_JPEG, exchange->body, exchange->body_used, how, found);
        if (result != PORT_OK) {
            answer_bad_picture(exchange, result);
        }
        return result == PORT_OK;
    }
    const size_t wanted_bytes = (size_t)(model->height * model->width * model->channels);
    if (exchange->body_used != wanted_bytes) {
        api_answer_problem(exchange, 422, NULL,
                           "Raw pictures have to be the model's input, %d x %d x %d = %lu bytes; this has %lu.",
                           (int)model->height, (int)model->width, (int)model->channels, (unsigned long)wanted_bytes,
                           (unsigned long)exchange->body_used);
        return false;
    }
    memcpy(with->picture, exchange->body, wanted_bytes);
    *found = (app_finding){.frame_height = model->height, .frame_width = model->width};
    found->seen.crop = (vision_box){0, 0, model->height, model->width};
    return true;
}

static void classify_job(http_exchange *exchange) {
    app *with = exchange->app;
    const contract *model = &with->classifier.contract;
    app_finding found;
    settings how = with->settings;
    how.mode = exchange->has_mode ? exchange->mode : how.mode;
    if (!see_body(exchange, &how, &found)) {
        return;
    }
    const uint64_t began_us = app_now_us(with);
    classifier_run(&with->classifier, with->picture, with->probabilities);
    found.times.engine_us = (uint32_t)(app_now_us(with) - began_us);
    const int32_t best = best_class(with);
    const float confidence = with->probabilities[best];
    const decide_kind kind = (found.seen.problems & VISION_NOTHING_THERE) != 0 ? DECIDE_NOTHING
                             : best == model->other_index || confidence * 1000 < (float)with->settings.threshold
                                 ? DECIDE_OTHER
                                 : DECIDE_CLASS;
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "kind", app_kind_word(kind));
    cJSON_AddNumberToObject(json, "class", best);
    cJSON_AddStringToObject(json, "label", model->labels[best]);
    json_add_real(json, "confidence", (double)confidence);
    cJSON_AddItemToObject(json, "probabilities", app_probabilities_json(with->probabilities, model->class_count));
    cJSON *labels = cJSON_AddArrayToObject(json, "labels");
    for (int32_t i = 0; i < model->class_count; i++) {
        cJSON_AddItemToArray(labels, cJSON_CreateString(model->labels[i]));
    }
    cJSON_AddItemToObject(json, "crop", app_box_json(found.seen.crop));
    cJSON_AddNumberToObject(json, "picture_height", found.frame_height);
    cJSON_AddNumberToObject(json, "picture_width", found.frame_width);
    cJSON_AddItemToObject(json, "problems", app_problems_json(found.seen.problems));
    cJSON_AddItemToObject(json, "times_us", app_times_json(&found.times));
    app_lock(with);
    with->counters.classified++;
    app_unlock(with);
    api_answer_json(exchange, 200, json);
}

void api_post_classify(http_exchange *exchange) {
    api_queue_job(exchange, classify_job, NULL);
}

void api_judge_capture(http_exchange *exchange) {
    app *with = exchange->app;
    app_finding found;
    if (!see_body(exchange, &with->settings, &found)) {
        return;
    }
    classifier_run(&with->classifier, with->picture, with->probabilities);
    const int32_t best = best_class(with);
    exchange->capture.confidence = (uint16_t)(with->probabilities[best] * 1000 + 0.5f);
    snprintf(exchange->capture.predicted, sizeof exchange->capture.predicted, "%s",
             with->classifier.contract.labels[best]);
}
