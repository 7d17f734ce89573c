// api_status.c - everything about the device at once: as JSON, for Prometheus, and op by op.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "json.h"

// ---- status ----

static void add_text(cJSON *json, const char *name, const char *text) {
    if (text != NULL) {
        cJSON_AddStringToObject(json, name, text);
    }
}

static void add_known(cJSON *json, const char *name, uint64_t value) {
    if (value != 0) {
        json_add_count(json, name, value);
    }
}

static void add_tasks(cJSON *json, const port_device *device) {
    if (device->task_count == 0) {
        return;
    }
    cJSON *list = cJSON_AddArrayToObject(json, "tasks");
    for (size_t i = 0; i < device->task_count; i++) {
        const port_task *task = &device->tasks[i];
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "name", task->name);
        json_add_count(item, "stack_bytes", task->stack_bytes);
        json_add_count(item, "stack_least_free_bytes", task->stack_least_free_bytes);
        cJSON_AddItemToArray(list, item);
    }
}

static void add_device(cJSON *json, const port *world) {
    port_device device = {0};
    world->device(world->context, &device);
    add_text(json, "port", device.port_name);
    add_text(json, "board", device.board);
    add_text(json, "chip", device.chip);
    add_text(json, "reset_reason", device.reset_reason);
    add_text(json, "network", device.network);
    add_text(json, "host_name", device.host_name);
    add_known(json, "memory_free_bytes", device.memory_free_bytes);
    add_known(json, "memory_least_free_bytes", device.memory_least_free_bytes);
    add_known(json, "memory_largest_block_bytes", device.memory_largest_block_bytes);
    add_known(json, "memory_used_bytes", device.memory_used_bytes);
    if (device.counts_allocations) {
        json_add_count(json, "allocations", device.allocation_count);
    }
    add_tasks(json, &device);
}

static bool frames_are_pushed(const app *from) {
    return from->has_pushed && app_now_us(from) - from->pushed_us < (uint64_t)APP_PUSHED_MS * 1000;
}

static void add_model(cJSON *json, const app *from) {
    const contract *model = &from->classifier.contract;
    cJSON_AddStringToObject(json, "name", from->model_name);
    cJSON_AddStringToObject(json, "source", app_source_word(from->running.source));
    json_add_count(json, "file_bytes", from->model_bytes);
    json_add_count(json, "arena_bytes", from->classifier.memory.arena_bytes);
    cJSON *labels = cJSON_AddArrayToObject(json, "labels");
    for (int32_t i = 0; i < model->class_count; i++) {
        cJSON_AddItemToArray(labels, cJSON_CreateString(model->labels[i]));
    }
}

static void add_loop(cJSON *json, const app *from) {
    json_add_count(json, "frames", from->counters.frames);
    json_add_count(json, "samples", from->counters.samples);
    json_add_count(json, "dropped", from->counters.dropped);
    json_add_count(json, "bad", from->counters.bad);
    json_add_real(json, "frames_per_second", from->sample.frames_per_thousand_seconds / 1000.0);
}

static void add_clients(cJSON *json, const app *from) {
    json_add_count(json, "streams", from->stream_count);
    json_add_count(json, "stream_limit", from->config.stream_limit);
    json_add_count(json, "events", from->event_count);
    json_add_count(json, "event_limit", from->config.event_limit);
}

static void add_captures(cJSON *json, const captures *from) {
    json_add_count(json, "count", from->count);
    json_add_count(json, "bytes", from->byte_count);
    json_add_count(json, "limit_count", from->limit_count);
    json_add_count(json, "limit_bytes", from->limit_bytes);
}

static cJSON *status_json(app *from) {
    const port *world = from->port;
    const uint32_t version = thimble_version();
    char text[24];
    snprintf(text, sizeof text, "%lu.%lu.%lu", (unsigned long)(version / 10000), (unsigned long)(version / 100 % 100),
             (unsigned long)(version % 100));
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "version", text);
    json_add_count(json, "uptime_ms", app_now_us(from) / 1000);
    json_add_count(json, "unix_ms", world->unix_ms(world->context));
    const bool is_pushed = frames_are_pushed(from);
    cJSON_AddStringToObject(json, "state",
                            from->settings.paused             ? "paused"
                            : from->camera_works || is_pushed ? "running"
                                                              : "no_camera");
    cJSON_AddBoolToObject(json, "safe_mode", from->store.safe_mode);
    const event *newest = events_after(&from->events, from->events.newest_id - (from->events.newest_id > 0));
    cJSON_AddItemToObject(json, "decision", newest != NULL ? app_decision_json(newest) : cJSON_CreateNull());
    // The sample is text already; cJSON takes it as it is.
    from->sample_text[from->sample_text_bytes] = '\0';
    cJSON_AddItemToObject(json, "sample",
                          from->sample_text_bytes > 0 ? cJSON_CreateRaw(from->sample_text) : cJSON_CreateNull());
    add_loop(cJSON_AddObjectToObject(json, "loop"), from);
    cJSON *camera = cJSON_AddObjectToObject(json, "camera");
    cJSON_AddStringToObject(camera, "name", world->camera_name(world->context));
    cJSON_AddStringToObject(camera, "source", is_pushed ? "pushed" : "camera");
    add_model(cJSON_AddObjectToObject(json, "model"), from);
    add_captures(cJSON_AddObjectToObject(json, "captures"), &from->captures);
    add_clients(cJSON_AddObjectToObject(json, "clients"), from);
    add_device(cJSON_AddObjectToObject(json, "device"), world);
    return json;
}

void api_get_status(http_exchange *exchange) {
    app_lock(exchange->app);
    cJSON *json = status_json(exchange->app);
    app_unlock(exchange->app);
    api_answer_json(exchange, 200, json);
}

// ---- metrics ----

typedef struct metrics_text {
    char *room;
    size_t room_bytes, used;
} metrics_text;

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static void
add_line(metrics_text *to, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int byte_count = vsnprintf(to->room + to->used, to->room_bytes - to->used, format, arguments);
    va_end(arguments);
    if (byte_count > 0 && (size_t)byte_count < to->room_bytes - to->used) {
        to->used += (size_t)byte_count;
    }
}

static void add_metric(metrics_text *to, const char *name, const char *type, const char *help, double value) {
    add_line(to, "# HELP thimble_%s %s\n# TYPE thimble_%s %s\nthimble_%s %.15g\n", name, help, name, type, name, value);
}

// A label's value: backslash, quote and line end are escaped (there are no line ends in labels).
static void add_escaped(metrics_text *to, const char *text) {
    for (; *text != '\0'; text++) {
        add_line(to, "%s%c", *text == '\\' || *text == '"' ? "\\" : "", *text);
    }
}

static void add_stage_times(metrics_text *to, const classifier_times *times) {
    const struct {
        const char *stage;
        uint32_t time_us;
    } stages[] = {{"capture", times->capture_us},
                  {"decode", times->decode_us},
                  {"vision", times->vision_us},
                  {"engine", times->engine_us},
                  {"decide", times->decide_us}};
    add_line(to, "# HELP thimble_stage_seconds Time of each stage for the newest sample\n"
                 "# TYPE thimble_stage_seconds gauge\n");
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        add_line(to, "thimble_stage_seconds{stage=\"%s\"} %.6f\n", stages[i].stage, stages[i].time_us / 1e6);
    }
}

static void add_decision(metrics_text *to, const app *from) {
    const event *newest = events_after(&from->events, from->events.newest_id - (from->events.newest_id > 0));
    if (newest != NULL) {
        add_line(to, "# HELP thimble_confidence Smoothed probability of what is shown\n"
                     "# TYPE thimble_confidence gauge\nthimble_confidence{label=\"");
        add_escaped(to, newest->label);
        add_line(to, "\"} %.3f\n", (double)newest->decision.confidence);
    }
}

void api_get_metrics(http_exchange *exchange) {
    app *from = exchange->app;
    metrics_text text = {exchange->text, exchange->text_limit, 0};
    port_device device = {0};
    app_lock(from);
    const app_counters *counters = &from->counters;
    from->port->device(from->port->context, &device);
    add_metric(&text, "uptime_seconds", "gauge", "Time since the start", (double)app_now_us(from) / 1e6);
    add_metric(&text, "frames_total", "counter", "Frames taken", counters->frames);
    add_metric(&text, "samples_total", "counter", "Frames recognised", counters->samples);
    add_metric(&text, "frames_dropped_total", "counter", "Frames that were too large", counters->dropped);
    add_metric(&text, "frames_bad_total", "counter", "Frames that could not be decoded", counters->bad);
    add_metric(&text, "decisions_total", "counter", "Changes of what is shown", counters->decisions);
    add_metric(&text, "classified_total", "counter", "Pictures classified on request", counters->classified);
    add_metric(&text, "model_uploads_total", "counter", "Models put to use", counters->uploads);
    add_metric(&text, "model_uploads_refused_total", "counter", "Models refused", counters->refused_uploads);
    add_metric(&text, "requests_refused_busy_total", "counter", "Requests beyond the limits", counters->busy);
    add_metric(&text, "frames_per_second", "gauge", "Rate of samples",
               from->sample.frames_per_thousand_seconds / 1000.0);
    add_metric(&text, "stream_clients", "gauge", "Clients of the video", (double)from->stream_count);
    add_metric(&text, "event_clients", "gauge", "Clients of the events", (double)from->event_count);
    add_metric(&text, "captures", "gauge", "Captures kept", (double)from->captures.count);
    add_metric(&text, "captures_bytes", "gauge", "Bytes of their pictures", (double)from->captures.byte_count);
    add_metric(&text, "arena_bytes", "gauge", "Memory the model runs in", (double)from->classifier.memory.arena_bytes);
    if (device.memory_free_bytes != 0) {
        add_metric(&text, "memory_free_bytes", "gauge", "Free memory", (double)device.memory_free_bytes);
    }
    if (device.memory_used_bytes != 0) {
        add_metric(&text, "memory_used_bytes", "gauge", "Resident memory", (double)device.memory_used_bytes);
    }
    add_stage_times(&text, &from->sample.times);
    add_decision(&text, from);
    app_unlock(from);
    api_answer_text(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", text.used);
}

// ---- profile ----

static void profile_job(http_exchange *exchange) {
    app *with = exchange->app;
    const contract *model = &with->classifier.contract;
    // Any picture takes the same time. What was seen last, or nothing, is as good as another.
    memcpy(with->picture, with->seen, (size_t)(model->height * model->width * model->channels));
    const uint64_t began_us = app_now_us(with);
    const size_t count =
        classifier_profile(&with->classifier, with->picture, with->probabilities, with->profile, APP_PROFILE_OPS);
    const uint64_t total_us = app_now_us(with) - began_us;
    cJSON *json = cJSON_CreateObject();
    json_add_count(json, "total_us", total_us);
    cJSON *ops = cJSON_AddArrayToObject(json, "ops");
    for (size_t i = 0; i < count; i++) {
        cJSON *op = cJSON_CreateObject();
        cJSON_AddNumberToObject(op, "index", with->profile[i].op_index);
        cJSON_AddStringToObject(op, "name", with->profile[i].name);
        json_add_count(op, "us", with->profile[i].run_us);
        cJSON_AddItemToArray(ops, op);
    }
    api_answer_json(exchange, 200, json);
}

void api_get_profile(http_exchange *exchange) {
    api_queue_job(exchange, profile_job, NULL);
}
