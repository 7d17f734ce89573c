// app_internal.h - what the parts of the application share: looking at pictures, jobs, the JSON of samples.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_INTERNAL_H
#define THIMBLE_APP_INTERNAL_H

#include <cJSON.h>

#include "app.h"

static inline uint64_t app_now_us(const app *from) {
    return from->port->now_us(from->port->context);
}

static inline void app_lock(const app *from) {
    from->port->lock(from->port->context);
}

static inline void app_unlock(const app *from) {
    from->port->unlock(from->port->context);
}

// ---- the loop's, for its jobs ----

typedef struct app_finding {
    int32_t frame_height, frame_width;
    vision_result seen;
    classifier_times times;
} app_finding;

// Decodes a picture and lets vision look: app->picture is then the model's input.
port_result app_see(app *with, port_picture_kind kind, const uint8_t *bytes, size_t byte_count, const settings *how,
                    app_finding *found);

typedef enum app_outcome {
    APP_DONE,
    APP_REFUSED,  // by what was asked for
    APP_FAILED,   // by the device
} app_outcome;

// Puts an uploaded model to use: tries it, runs it on the pictures of the self-test, then makes it the active one in one
// step. If that does not work, everything is as before, and `problem` says why.
app_outcome app_use_model(app *changed, store_model wanted, char *problem, size_t problem_bytes);

// Back to the model before, in the same way.
app_outcome app_roll_back(app *changed, char *problem, size_t problem_bytes);

// Keeps and uses other settings. False if the flash failed.
bool app_use_settings(app *changed, const settings *wanted);

// ---- JSON ----

cJSON *app_box_json(vision_box box);
cJSON *app_problems_json(uint32_t problems);
cJSON *app_times_json(const classifier_times *times);
cJSON *app_probabilities_json(const float *probabilities, int32_t count);
cJSON *app_decision_json(const event *from);
const char *app_kind_word(decide_kind kind);
const char *app_source_word(store_source source);

#endif
