// app.c - start, and the loop: look, decide, tell.
//
// SPDX-License-Identifier: Apache-2.0
#include "app_internal.h"

#include <stdio.h>
#include <string.h>

#include "api.h"
#include "fleet.h"
#include "json.h"

// ---- memory ----

// Hands out parts of config.memory; with base NULL it only counts.
typedef struct memory_cutter {
    uint8_t *base;
    size_t used;
} memory_cutter;

static void *cut(memory_cutter *from, size_t byte_count) {
    void *part = from->base != NULL ? from->base + from->used : NULL;
    from->used += (byte_count + 15) / 16 * 16;
    return part;
}

// Gives `started` its parts of the memory; NULL: only counts them.
static void divide_memory(app *started, const app_config *config, memory_cutter *from) {
    const size_t kinds[3] = {config->request_limit, config->event_limit, config->stream_limit};
    const size_t text_bytes[3] = {config->text_bytes, APP_SAMPLE_BYTES + 128, 768};
    frame *slots = cut(from, config->frame_count * sizeof *slots);
    uint8_t *jpegs = cut(from, config->frame_count * config->frame_bytes);
    capture *capture_list = cut(from, config->capture_limit_count * sizeof *capture_list);
    uint8_t *picture = cut(from, config->picture_bytes), *seen = cut(from, config->picture_bytes);
    char *sample_text = cut(from, APP_SAMPLE_BYTES), *sample_room = cut(from, APP_SAMPLE_BYTES);
    classifier_op_time *profile = cut(from, APP_PROFILE_OPS * sizeof *profile);
    const bool has_fleet = config->fleet_event_limit > 0 && config->port->broker_start != NULL;
    void *fleet_memory =
        cut(from, has_fleet ? fleet_memory_bytes(config->fleet_event_limit, config->fleet_text_bytes) : 0);
    uint8_t *bodies = cut(from, config->body_count * config->body_bytes);
    http_exchange *exchanges = cut(from, (kinds[0] + kinds[1] + kinds[2]) * sizeof *exchanges);
    size_t index = 0;
    for (size_t kind = 0; kind < 3; kind++) {
        for (size_t i = 0; i < kinds[kind]; i++, index++) {
            char *text = cut(from, text_bytes[kind]);
            if (started != NULL) {
                exchanges[index] = (http_exchange){.app = started, .text = text, .text_limit = text_bytes[kind]};
            }
        }
    }
    if (started == NULL) {
        return;
    }
    frames_start(&started->frames, slots, config->frame_count, jpegs, config->frame_bytes);
    started->captures.list = capture_list;
    started->picture = picture;
    started->seen = seen;
    started->sample_text = sample_text;
    started->sample_room = sample_room;
    started->profile = profile;
    started->fleet = has_fleet ? fleet_memory : NULL;
    started->bodies = bodies;
    started->exchanges = exchanges;
    started->exchange_count = index;
}

size_t app_memory_bytes(const app_config *config) {
    memory_cutter counter = {NULL, 0};
    divide_memory(NULL, config, &counter);
    return counter.used;
}

// ---- models ----

static const uint8_t *model_bytes(const app *from, store_model wanted, size_t *byte_count) {
    const store_slot *slot = store_find(&from->store, wanted);
    *byte_count = slot != NULL ? slot->model_bytes : from->config.built_in_model_bytes;
    return slot != NULL ? store_bytes(&from->store, wanted) : from->config.built_in_model;
}

static bool open_model(app *changed, store_model wanted, char *problem, size_t problem_bytes) {
    size_t byte_count;
    const uint8_t *bytes = model_bytes(changed, wanted, &byte_count);
    // Vision's memory is free while models are opened.
    contract *room = changed->config.scratch;
    const classifier_limits limits = {changed->config.picture_bytes, changed->config.mac_limit};
    return classifier_open(&changed->classifier, bytes, byte_count, &limits, room, problem, problem_bytes);
}

// Runs on each picture of the self-test. Results that do not depend on the picture, or are no numbers, give it away.
static bool test_model(app *changed, char *problem, size_t problem_bytes) {
    const int32_t class_count = changed->classifier.contract.class_count;
    const settings how = settings_default();
    for (size_t i = 0; i < changed->config.self_test_count; i++) {
        app_finding found;
        const app_picture *picture = &changed->config.self_test[i];
        if (app_see(changed, PORT_JPEG, picture->bytes, picture->byte_count, &how, &found) != PORT_OK) {
            snprintf(problem, problem_bytes, "The pictures for trying a model cannot be decoded on this device.");
            return false;
        }
        changed->classifier.stop_after_us = app_now_us(changed) + (uint64_t)APP_TRIAL_MS * 1000;
        const bool in_time = classifier_run(&changed->classifier, changed->picture, changed->probabilities);
        changed->classifier.stop_after_us = 0;
        if (!in_time) {
            snprintf(problem, problem_bytes, "The model takes more than %d seconds for a picture; use a smaller one.",
                     APP_TRIAL_MS / 1000);
            return false;
        }
        float sum = 0;
        for (int32_t k = 0; k < class_count; k++) {
            sum += changed->probabilities[k];
        }
        if (!(sum > 0.01f)) {
            snprintf(problem, problem_bytes,
                     "The model runs, but gives no class any probability for a sample picture; it is not a classifier "
                     "with its scores in the first output.");
            return false;
        }
    }
    return true;
}

// What clients read about the model in use.
static void describe_model(app *changed, store_model running) {
    size_t byte_count;
    uint8_t digest[32];
    const uint8_t *bytes = model_bytes(changed, running, &byte_count);
    const store_slot *slot = store_find(&changed->store, running);
    changed->port->sha256(changed->port->context, bytes, byte_count, digest);
    const store_model previous = changed->store.state.previous;
    const store_slot *previous_slot = store_find(&changed->store, previous);
    decide_start(&changed->decider);
    const char *own_name = changed->classifier.contract.name;
    const char *name = *own_name != '\0' ? own_name : slot != NULL ? slot->name : changed->config.built_in_name;
    app_chip chips[APP_MOST_CHIPS];
    size_t chip_count = 0;
    if (changed->config.estimate_chips != NULL) {
        chip_count =
            changed->config.estimate_chips(&changed->classifier.model, name, byte_count, chips, APP_MOST_CHIPS);
    }
    app_lock(changed);
    changed->can_roll_back = store_can_roll_back(&changed->store);
    changed->previous_source = previous.source;
    snprintf(changed->previous_name, sizeof changed->previous_name, "%s",
             previous_slot != NULL ? previous_slot->name : changed->config.built_in_name);
    changed->running = running;
    changed->model_bytes = byte_count;
    memcpy(changed->model_sha256, digest, sizeof digest);
    snprintf(changed->model_name, sizeof changed->model_name, "%s", name);
    memcpy(changed->chips, chips, chip_count * sizeof chips[0]);
    changed->chip_count = chip_count;
    changed->model_edition++;
    changed->seen_frame_number = 0;
    changed->sample_text_bytes = 0;
    app_unlock(changed);
}

// Opens what ran before. It did so once, so it does again, unless its bytes in flash were worn since.
static void reopen_model(app *changed) {
    char problem[300];
    if (open_model(changed, changed->running, problem, sizeof problem)) {
        return;
    }
    changed->port->log(changed->port->context, PORT_LOG_ERROR, problem);
    const store_model built_in = {STORE_BUILT_IN, 0};
    if (open_model(changed, built_in, problem, sizeof problem)) {
        describe_model(changed, built_in);
    }
}

static void begin_trial(app *changed) {
    changed->is_confirmed = false;
    changed->trial_began_us = app_now_us(changed);
}

app_outcome app_use_model(app *changed, store_model wanted, char *problem, size_t problem_bytes) {
    app_outcome outcome = APP_REFUSED;
    if (open_model(changed, wanted, problem, problem_bytes) && test_model(changed, problem, problem_bytes)) {
        outcome = store_activate(&changed->store, wanted) ? APP_DONE : APP_FAILED;
    }
    if (outcome == APP_FAILED) {
        snprintf(problem, problem_bytes, "The flash could not be written.");
    }
    if (outcome != APP_DONE) {
        store_discard(&changed->store, wanted);
        reopen_model(changed);
        return outcome;
    }
    describe_model(changed, wanted);
    begin_trial(changed);
    return APP_DONE;
}

app_outcome app_roll_back(app *changed, char *problem, size_t problem_bytes) {
    const store_model wanted = changed->store.state.previous;
    if (!store_can_roll_back(&changed->store)) {
        snprintf(problem, problem_bytes, "There is no model before this one to go back to.");
        return APP_REFUSED;
    }
    if (!open_model(changed, wanted, problem, problem_bytes)) {
        reopen_model(changed);
        return APP_REFUSED;
    }
    if (!store_rollback(&changed->store)) {
        snprintf(problem, problem_bytes, "The flash could not be written.");
        reopen_model(changed);
        return APP_FAILED;
    }
    describe_model(changed, wanted);
    begin_trial(changed);
    return APP_DONE;
}

bool app_use_settings(app *changed, const settings *wanted) {
    uint8_t before[SETTINGS_BYTES], after[SETTINGS_BYTES];
    settings_encode(&changed->settings, before);
    settings_encode(wanted, after);
    if (memcmp(before, after, SETTINGS_BYTES) != 0) {
        if (!store_set_settings(&changed->store, wanted)) {
            return false;
        }
        begin_trial(changed);
    }
    app_lock(changed);
    changed->settings = *wanted;
    changed->settings_edition++;
    app_unlock(changed);
    return true;
}

// ---- start ----

static void make_token(app *started) {
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";  // 32, without look-alikes
    uint8_t random[24];
    if (started->config.token != NULL && *started->config.token != '\0') {
        snprintf(started->token, sizeof started->token, "%s", started->config.token);
        return;
    }
    started->port->random(started->port->context, random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) {
        started->token[i] = letters[random[i] % 32];
    }
}

bool app_start(app *started, const app_config *config, char *problem, size_t problem_bytes) {
    const port *world = config->port;
    memset(started, 0, sizeof *started);  // a literal of this size might take as much stack
    started->config = *config;
    started->port = world;
    memory_cutter cutter = {config->memory, 0};
    if (config->memory_bytes < app_memory_bytes(config)) {
        snprintf(problem, problem_bytes, "The application needs %lu bytes of memory and got %lu.",
                 (unsigned long)app_memory_bytes(config), (unsigned long)config->memory_bytes);
        return false;
    }
    memset(config->memory, 0, config->memory_bytes);
    divide_memory(started, config, &cutter);
    make_token(started);
    store_open(&started->store, world, config->after_crash);
    started->store.prefers_built_in = config->prefers_built_in;
    started->settings = store_settings(&started->store);
    classifier_start(&started->classifier, world, config->ops, config->arena, config->arena_bytes);
    store_model running = store_running(&started->store);
    if (!open_model(started, running, problem, problem_bytes)) {
        // Of a newer or older version's engine, perhaps.
        world->log(world->context, PORT_LOG_ERROR, problem);
        running = (store_model){STORE_BUILT_IN, 0};
        if (!open_model(started, running, problem, problem_bytes)) {
            return false;
        }
    }
    describe_model(started, running);
    begin_trial(started);
    captures_open(&started->captures, world, started->captures.list, config->capture_limit_count,
                  config->capture_limit_bytes, config->pixels, config->pixels_bytes);
    if (started->fleet != NULL) {
        fleet_start(started->fleet, started, started->fleet, config->fleet_event_limit, config->fleet_text_bytes);
    }
    if (started->store.rolled_back) {
        world->log(world->context, PORT_LOG_WARNING, "Three crashes in a row: what was new was taken back.");
    }
    if (started->store.safe_mode) {
        world->log(world->context, PORT_LOG_WARNING,
                   "Crashes go on: started in safe mode, with the built-in model and default settings.");
    }
    return true;
}

// ---- looking ----

static vision_format vision_format_of(port_pixels format) {
    return format == PORT_GREY8 ? VISION_GREY8 : format == PORT_RGB888 ? VISION_RGB888 : VISION_RGB565_BE;
}

// A box of the decoded picture in pixels of the file.
static vision_box box_of_file(vision_box box, int32_t scale) {
    return (vision_box){box.top * scale, box.left * scale, box.height * scale, box.width * scale};
}

port_result app_see(app *with, port_picture_kind kind, const uint8_t *bytes, size_t byte_count, const settings *how,
                    app_finding *found) {
    const port *world = with->port;
    port_picture decoded;
    *found = (app_finding){0};
    const uint64_t began_us = app_now_us(with);
    const port_result result = world->decode(world->context, kind, bytes, byte_count, with->config.pixels,
                                             with->config.pixels_bytes, &decoded);
    if (result != PORT_OK) {
        return result;
    }
    const uint64_t decoded_us = app_now_us(with);
    const vision_frame seen = {.pixels = decoded.pixels,
                               .format = vision_format_of(decoded.format),
                               .height = decoded.height,
                               .width = decoded.width,
                               .row_bytes = decoded.row_bytes};
    const vision_settings wanted = classifier_vision(&with->classifier.contract, how, decoded.height, decoded.width);
    if (vision_see(&seen, &wanted, with->config.scratch, with->config.scratch_bytes, with->picture, &found->seen) !=
        VISION_OK) {
        return PORT_BAD;  // smaller than 8 pixels a side
    }
    found->seen.crop = box_of_file(found->seen.crop, decoded.scale);
    found->frame_height = decoded.height * decoded.scale;
    found->frame_width = decoded.width * decoded.scale;
    found->times.decode_us = (uint32_t)(decoded_us - began_us);
    found->times.vision_us = (uint32_t)(app_now_us(with) - decoded_us);
    return PORT_OK;
}

// ---- one frame ----

// The frame to look at next: one that a client pushed, else the camera's. NULL if there is none now. The caller holds it.
static frame *next_frame(app *changed, const settings *how, bool *is_pushed, uint32_t *capture_us) {
    const port *world = changed->port;
    app_lock(changed);
    frame *next = changed->pushed;
    changed->pushed = NULL;
    *is_pushed = changed->has_pushed && app_now_us(changed) - changed->pushed_us < (uint64_t)APP_PUSHED_MS * 1000;
    *capture_us = 0;
    if (next == NULL && !*is_pushed) {
        next = frames_reserve(&changed->frames);
    } else if (next != NULL) {
        *is_pushed = true;
        next->number = ++changed->counters.frames;
    }
    app_unlock(changed);
    if (*is_pushed || next == NULL) {
        if (next == NULL) {
            world->rest(world->context, 50);
        }
        return next;
    }
    const uint64_t began_us = app_now_us(changed);
    const port_result result = world->camera_take(world->context, (uint32_t)how->frames_per_second, next->jpeg,
                                                  changed->config.frame_bytes, &next->jpeg_bytes);
    *capture_us = (uint32_t)(app_now_us(changed) - began_us);
    app_lock(changed);
    if (result == PORT_OK) {
        next->number = ++changed->counters.frames;
        changed->camera_works = true;
    } else {
        changed->counters.dropped += result == PORT_TOO_LARGE;
        changed->camera_works = changed->camera_works && result != PORT_FAILED;
        frames_release(next);
        next = NULL;
    }
    app_unlock(changed);
    if (result == PORT_FAILED) {
        world->rest(world->context, 100);
    }
    return next;
}

// Averages intervals, not rates: after a stall two frames come close together, which is not a thousand in a second.
static uint32_t frame_rate(app *changed, uint64_t now_us) {
    const uint64_t interval_us = now_us - changed->last_frame_us;
    const bool is_first = changed->last_frame_us == 0 || interval_us == 0 || interval_us > 5000000;
    changed->last_frame_us = now_us;
    if (is_first) {
        changed->frame_interval_us = 0;
        return 0;
    }
    const uint64_t before_us = changed->frame_interval_us;
    changed->frame_interval_us = before_us == 0 ? interval_us : (7 * before_us + interval_us) / 8;
    return (uint32_t)(1000000000u / changed->frame_interval_us);
}

static const char *decision_label(const app *from, const decision *shown) {
    return shown->kind == DECIDE_NOTHING ? "nothing"
           : shown->kind == DECIDE_OTHER ? "other"
                                         : from->classifier.contract.labels[shown->class_index];
}

static size_t write_sample(app *from, const app_sample *sample, const float *probabilities) {
    const decision *shown = &from->decider.shown;
    cJSON *json = cJSON_CreateObject();
    json_add_count(json, "frame", sample->frame_number);
    cJSON_AddStringToObject(json, "kind", app_kind_word(shown->kind));
    cJSON_AddNumberToObject(json, "class", shown->class_index);
    cJSON_AddStringToObject(json, "label", decision_label(from, shown));
    json_add_real(json, "confidence", (double)shown->confidence);
    cJSON_AddItemToObject(
        json, "probabilities",
        app_probabilities_json(probabilities, probabilities != NULL ? from->classifier.contract.class_count : 0));
    cJSON_AddItemToObject(json, "crop", app_box_json(sample->seen.crop));
    cJSON_AddNumberToObject(json, "frame_height", sample->frame_height);
    cJSON_AddNumberToObject(json, "frame_width", sample->frame_width);
    cJSON_AddItemToObject(json, "problems", app_problems_json(sample->seen.problems));
    cJSON_AddItemToObject(json, "times_us", app_times_json(&sample->times));
    json_add_real(json, "frames_per_second", sample->frames_per_thousand_seconds / 1000.0);
    cJSON_AddStringToObject(json, "source", sample->is_pushed ? "pushed" : "camera");
    return json_print(json, from->sample_room, APP_SAMPLE_BYTES);
}

// Everything about this frame becomes visible at once.
static void publish_sample(app *changed, const app_sample *sample, bool is_new_decision, size_t text_bytes) {
    const contract *model = &changed->classifier.contract;
    const port *world = changed->port;
    event told = {.frame_number = sample->frame_number,
                  .decision = changed->decider.shown,
                  .uptime_ms = app_now_us(changed) / 1000,
                  .unix_ms = world->unix_ms(world->context)};
    snprintf(told.label, sizeof told.label, "%s", decision_label(changed, &told.decision));
    app_lock(changed);
    changed->sample = *sample;
    memcpy(changed->seen, changed->picture, (size_t)(model->height * model->width * model->channels));
    changed->seen_frame_number = sample->frame_number;
    if (is_new_decision) {
        events_add(&changed->events, &told);
        changed->counters.decisions++;
    }
    if (text_bytes > 0) {
        char *text = changed->sample_text;
        changed->sample_text = changed->sample_room;
        changed->sample_room = text;
        changed->sample_text_bytes = text_bytes;
        changed->sample_count++;
    }
    changed->counters.samples++;
    app_unlock(changed);
}

static void recognise(app *changed, const frame *taken, const settings *how, bool is_pushed, uint32_t capture_us) {
    app_finding found;
    if (app_see(changed, PORT_JPEG, taken->jpeg, taken->jpeg_bytes, how, &found) != PORT_OK) {
        app_lock(changed);
        changed->counters.bad++;
        app_unlock(changed);
        return;
    }
    app_sample sample = {.frame_number = taken->number,
                         .is_pushed = is_pushed,
                         .frame_height = found.frame_height,
                         .frame_width = found.frame_width,
                         .seen = found.seen,
                         .times = found.times};
    sample.times.capture_us = capture_us;
    const uint64_t seen_us = app_now_us(changed);
    const float *probabilities = NULL;
    if ((found.seen.problems & VISION_NOTHING_THERE) == 0) {
        classifier_run(&changed->classifier, changed->picture, changed->probabilities);
        probabilities = changed->probabilities;
    }
    const uint64_t run_us = app_now_us(changed);
    const bool is_new = decide_update(&changed->decider, how, probabilities, changed->classifier.contract.class_count,
                                      changed->classifier.contract.other_index);
    const uint64_t decided_us = app_now_us(changed);
    sample.times.engine_us = (uint32_t)(run_us - seen_us);
    sample.times.decide_us = (uint32_t)(decided_us - run_us);
    sample.frames_per_thousand_seconds = frame_rate(changed, decided_us);
    publish_sample(changed, &sample, is_new, write_sample(changed, &sample, probabilities));
}

// ---- one turn ----

static bool do_job(app *changed) {
    app_lock(changed);
    http_exchange *next = changed->first_job;
    if (next != NULL) {
        changed->first_job = next->next_job;
        changed->last_job = changed->first_job != NULL ? changed->last_job : NULL;
        next->stage = HTTP_STAGE_JOB_RUNS;
    }
    app_unlock(changed);
    if (next == NULL) {
        return false;
    }
    next->job(next);
    app_lock(changed);
    next->stage = HTTP_STAGE_JOB_DONE;
    app_unlock(changed);
    return true;
}

// The server is woken when there is something new, and now and then for heartbeats and time limits.
static void wake_server(app *changed, bool has_news) {
    const uint64_t now_us = app_now_us(changed);
    if (has_news || now_us - changed->server_woken_us >= 1000000) {
        changed->server_woken_us = now_us;
        changed->port->wake_server(changed->port->context);
    }
}

static void confirm(app *changed) {
    if (!changed->is_confirmed && app_now_us(changed) - changed->trial_began_us >= (uint64_t)APP_CONFIRM_MS * 1000) {
        store_confirm(&changed->store);
        changed->is_confirmed = true;
    }
}

void app_step(app *changed) {
    bool has_news = do_job(changed);
    bool is_pushed;
    uint32_t capture_us;
    const settings how = changed->settings;  // only the loop changes them
    if (how.paused) {
        changed->port->rest(changed->port->context, 100);
    } else {
        frame *taken = next_frame(changed, &how, &is_pushed, &capture_us);
        if (taken != NULL) {
            app_lock(changed);
            frames_publish(&changed->frames, taken);
            app_unlock(changed);
            recognise(changed, taken, &how, is_pushed, capture_us);
            app_lock(changed);
            frames_release(taken);
            app_unlock(changed);
            has_news = true;
        }
    }
    if (changed->fleet != NULL) {
        fleet_step(changed->fleet);
    }
    confirm(changed);
    wake_server(changed, has_news);
}

void app_end(app *ended) {
    if (ended->fleet != NULL) {
        fleet_end(ended->fleet);
    }
}

void app_look(app *from, app_glance *result) {
    app_lock(from);
    const event *newest = events_after(&from->events, from->events.newest_id - (from->events.newest_id > 0));
    *result = (app_glance){.confidence = newest != NULL ? newest->decision.confidence : 0,
                           .frame_number = from->sample.frame_number,
                           .frames_per_thousand_seconds = from->sample.frames_per_thousand_seconds,
                           .client_count = from->stream_count + from->event_count};
    snprintf(result->label, sizeof result->label, "%s", newest != NULL ? newest->label : "");
    app_unlock(from);
}
