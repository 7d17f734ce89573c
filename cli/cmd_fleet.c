// cmd_fleet.c - `thimble fleet`: list, watch and update many devices through their broker.
//
// A roll-out asks a few devices first (the canaries), then the others, at most AT_ONCE at a time, and stops as soon as more
// have failed than may.
//
// SPDX-License-Identifier: Apache-2.0
#include <cJSON.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "fleet_devices.h"
#include "read_file.h"

enum { AT_ONCE = 20, MOST_MANIFEST_BYTES = 5000, MOST_URL_BYTES = 255, TABLE_ROWS = 30, REDRAW_MS = 500 };

typedef struct fleet_arguments {
    fleet_access access;
    const char *group, *url, *manifest, *canary, *then;
    double failures_percent, wait_seconds, timeout_seconds;
    bool force;
} fleet_arguments;

static void sleep_ms(long duration_ms) {
    const struct timespec pause = {.tv_sec = duration_ms / 1000, .tv_nsec = duration_ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

static volatile sig_atomic_t is_interrupted;

static void on_signal(int number) {
    (void)number;
    is_interrupted = 1;
}

// ---- the table: under the list's lock ----

static bool is_meant(const fleet_device *device, const fleet_arguments *arguments) {
    return arguments->group == NULL || strcmp(device->group, arguments->group) == 0;
}

static void print_head(void) {
    printf("%-23s %-8s %-20s %5s %5s  %-24s %s\n", "id", "", "label", "conf", "fps", "model", "update");
}

static void print_device(const fleet_device *device) {
    static const char *const outcomes[] = {"", "asked", "done", "FAILED"};
    char model[80], update[40] = "";
    if (device->version > 0) {
        snprintf(model, sizeof model, "%.30s %.0f", device->model, device->version);
    } else {
        snprintf(model, sizeof model, "%.30s", device->model);
    }
    if (device->percentage >= 0) {
        snprintf(update, sizeof update, "%d %%", device->percentage);
    } else {
        snprintf(update, sizeof update, "%s", outcomes[device->outcome]);
    }
    printf("%-23s %-8s %-20.20s %3.0f %% %5.1f  %-24s %s%s%.120s\n", device->id,
           device->is_online ? "online" : "offline", device->label, 100 * device->confidence, device->frames_per_second,
           model, update, device->outcome == DEVICE_FAILED ? ": " : "",
           device->outcome == DEVICE_FAILED ? device->detail : "");
}

static size_t print_table(const fleet_devices *devices, const fleet_arguments *arguments, size_t row_limit) {
    size_t rows = 0, online = 0, meant = 0;
    print_head();
    for (size_t i = 0; i < devices->count; i++) {
        if (is_meant(&devices->list[i], arguments)) {
            meant++;
            online += devices->list[i].is_online;
            if (rows < row_limit) {
                print_device(&devices->list[i]);
                rows++;
            }
        }
    }
    printf("%zu devices, %zu online%s\n", meant, online, meant > rows ? " (not all are shown)" : "");
    return rows + 2;
}

// On a terminal the table is drawn over the last one.
static void redraw(fleet_devices *devices, const fleet_arguments *arguments, size_t *rows_before) {
    if (*rows_before > 0) {
        printf("\x1b[%zuA\x1b[J", *rows_before);
    }
    pthread_mutex_lock(&devices->mutex);
    *rows_before = print_table(devices, arguments, TABLE_ROWS);
    pthread_mutex_unlock(&devices->mutex);
    fflush(stdout);
}

// ---- list, watch ----

static cli_status list(fleet_devices *devices, const fleet_arguments *arguments) {
    pthread_mutex_lock(&devices->mutex);
    print_table(devices, arguments, SIZE_MAX);
    pthread_mutex_unlock(&devices->mutex);
    return CLI_OK;
}

// Without a terminal: a line for each device whose answer changed.
static void print_changes(fleet_devices *devices, const fleet_arguments *arguments) {
    pthread_mutex_lock(&devices->mutex);
    for (size_t i = 0; i < devices->count; i++) {
        fleet_device *device = &devices->list[i];
        // `detail` is free while nothing is updated: the line that was printed last.
        char line[DEVICE_DETAIL_BYTES];
        snprintf(line, sizeof line, "%s %s %s", device->id, device->is_online ? "online" : "offline", device->label);
        if (is_meant(device, arguments) && strcmp(line, device->detail) != 0) {
            printf("%s %.2f\n", line, device->confidence);
            snprintf(device->detail, sizeof device->detail, "%s", line);
        }
    }
    pthread_mutex_unlock(&devices->mutex);
    fflush(stdout);
}

static cli_status watch(fleet_devices *devices, const fleet_arguments *arguments) {
    const bool is_terminal = isatty(STDOUT_FILENO) == 1;
    size_t rows = 0;
    cli_status status = CLI_OK;
    while (status == CLI_OK && !is_interrupted) {
        if (is_terminal) {
            redraw(devices, arguments, &rows);
        } else {
            print_changes(devices, arguments);
        }
        sleep_ms(REDRAW_MS);
        status = fleet_devices_check(devices);
    }
    return status;
}

// ---- update ----

typedef struct rollout {
    char *message;  // of cmd/model
    size_t asked, running, done, failed, limit;  // limit: so many may fail
} rollout;

// The command: what was signed, the address, and what the answer has to refer to.
static cli_status make_message(const fleet_arguments *arguments, const char *ref, char **message) {
    uint8_t *text = NULL;
    size_t byte_count;
    cJSON *json = NULL;
    cli_status status = CLI_OK;
    if (arguments->manifest != NULL) {
        status = read_file(arguments->manifest, "manifest", CLI_INPUT, MOST_MANIFEST_BYTES, &text, &byte_count);
        json = status == CLI_OK ? cJSON_Parse((const char *)text) : NULL;
        if (status == CLI_OK && !cJSON_IsString(cJSON_GetObjectItemCaseSensitive(json, "signature"))) {
            status = cli_fail(CLI_INPUT, "'%s' is no manifest; `thimble sign` makes one", arguments->manifest);
        }
    } else {
        json = cJSON_CreateObject();
    }
    if (status == CLI_OK) {
        cJSON_AddStringToObject(json, "url", arguments->url);
        cJSON_AddStringToObject(json, "ref", ref);
        if (arguments->force) {
            cJSON_AddTrueToObject(json, "force");
        }
        *message = cJSON_PrintUnformatted(json);
        status = *message != NULL ? CLI_OK : cli_fail(CLI_FAILED, "no memory for the command");
    }
    cJSON_Delete(json);
    free(text);
    return status;
}

// Counts what became of those asked; who does not answer in time has failed.
static void count_outcomes(fleet_devices *devices, const fleet_arguments *arguments, rollout *state) {
    const double now_us = cli_now_us();
    state->running = state->done = state->failed = 0;
    for (size_t i = 0; i < devices->count; i++) {
        fleet_device *device = &devices->list[i];
        if (device->outcome == DEVICE_ASKED && now_us - device->asked_us > 1e6 * arguments->timeout_seconds) {
            device->outcome = DEVICE_FAILED;
            snprintf(device->detail, sizeof device->detail, "no answer within %.0f s", arguments->timeout_seconds);
        }
        state->running += device->outcome == DEVICE_ASKED;
        state->done += device->outcome == DEVICE_DONE;
        state->failed += device->outcome == DEVICE_FAILED;
    }
}

// Asks the next device that was not asked; false if there is none.
static bool ask_next(fleet_devices *devices, const fleet_arguments *arguments, rollout *state) {
    for (size_t i = 0; i < devices->count; i++) {
        fleet_device *device = &devices->list[i];
        if (device->outcome == DEVICE_NOT_ASKED && device->is_online && is_meant(device, arguments)) {
            if (fleet_devices_command(devices, device->id, "model", state->message)) {
                device->outcome = DEVICE_ASKED;
                device->asked_us = cli_now_us();
                state->asked++;
            }
            return true;
        }
    }
    return false;
}

// Asks until `target` devices have been asked, and waits for their answers.
static cli_status run_stage(fleet_devices *devices, const fleet_arguments *arguments, rollout *state, size_t target) {
    const bool is_terminal = isatty(STDOUT_FILENO) == 1;
    size_t rows = 0;
    bool is_over = false;
    cli_status status = CLI_OK;
    while (status == CLI_OK && !is_over && !is_interrupted) {
        pthread_mutex_lock(&devices->mutex);
        count_outcomes(devices, arguments, state);
        bool has_more = state->asked < target && state->failed <= state->limit;
        while (has_more && state->asked - state->done - state->failed < AT_ONCE) {
            has_more = state->asked < target && ask_next(devices, arguments, state);
        }
        is_over = !has_more && state->asked == state->done + state->failed;
        pthread_mutex_unlock(&devices->mutex);
        if (is_terminal) {
            redraw(devices, arguments, &rows);
        }
        sleep_ms(is_over ? 0 : REDRAW_MS / 5);
        status = fleet_devices_check(devices);
    }
    return status;
}

static cli_status read_canary(const char *text, size_t total, size_t *count) {
    char *end;
    const double number = strtod(text, &end);
    const bool is_percent = strspn(end, " %") == strlen(end) && strchr(end, '%') != NULL;
    if (end == text || !(number > 0) || number > 1e6 || (!is_percent && *end != 0) || (is_percent && number > 100)) {
        return cli_fail(CLI_USAGE, "--canary is '%s'; it has to be a number of devices, or a share like 10%%", text);
    }
    const double wanted = ceil(is_percent ? number / 100 * (double)total : number);
    *count = wanted < (double)total ? (size_t)wanted : total;
    return CLI_OK;
}

static void print_failures(const fleet_devices *devices) {
    for (size_t i = 0; i < devices->count; i++) {
        if (devices->list[i].outcome == DEVICE_FAILED) {
            printf("  %s: %s\n", devices->list[i].id, devices->list[i].detail);
        }
    }
}

static cli_status roll_out(fleet_devices *devices, const fleet_arguments *arguments, rollout *state) {
    size_t total = 0, canaries = 0;
    pthread_mutex_lock(&devices->mutex);
    for (size_t i = 0; i < devices->count; i++) {
        total += devices->list[i].is_online && is_meant(&devices->list[i], arguments);
    }
    pthread_mutex_unlock(&devices->mutex);
    if (total == 0) {
        return cli_fail(CLI_FAILED, "no device is online there; `thimble fleet list` shows which are known");
    }
    cli_status status = read_canary(arguments->canary, total, &canaries);
    if (status != CLI_OK) {
        return status;
    }
    state->limit = (size_t)(arguments->failures_percent / 100 * (double)total);
    printf("%zu of %zu devices first.\n", canaries, total);
    status = run_stage(devices, arguments, state, canaries);
    if (status == CLI_OK && state->failed <= state->limit && arguments->then != NULL && !is_interrupted) {
        printf("%zu done, %zu failed; now all.\n", state->done, state->failed);
        status = run_stage(devices, arguments, state, total);
    }
    if (status != CLI_OK) {
        return status;
    }
    printf("%zu of %zu devices updated, %zu failed, %zu not asked.\n", state->done, total, state->failed,
           total > state->asked ? total - state->asked : 0);
    pthread_mutex_lock(&devices->mutex);
    print_failures(devices);
    pthread_mutex_unlock(&devices->mutex);
    if (state->failed > state->limit) {
        return cli_fail(CLI_FAILED, "stopped: %zu devices failed, %zu may; those keep the model they had",
                        state->failed, state->limit);
    }
    return is_interrupted ? cli_fail(CLI_FAILED, "interrupted: devices that were asked go on by themselves") : CLI_OK;
}

static cli_status update(fleet_devices *devices, const fleet_arguments *arguments) {
    rollout state = {0};
    cli_status status = make_message(arguments, devices->ref, &state.message);
    if (status == CLI_OK) {
        status = roll_out(devices, arguments, &state);
    }
    cJSON_free(state.message);
    return status;
}

// ---- command ----

static cli_status check_arguments(const fleet_arguments *arguments, const cli_texts *positional) {
    const char *what = positional->count == 1 ? positional->items[0] : "";
    const bool updates = strcmp(what, "update") == 0;
    if (!updates && strcmp(what, "list") != 0 && strcmp(what, "watch") != 0) {
        return cli_wrong_usage(&cmd_fleet, "wants one of list, watch, update");
    }
    if (arguments->access.broker == NULL) {
        return cli_wrong_usage(&cmd_fleet, "wants --broker HOST or HOST:PORT");
    }
    if (updates && (arguments->url == NULL || strlen(arguments->url) > MOST_URL_BYTES)) {
        return cli_wrong_usage(&cmd_fleet, "update wants --url, of at most %d bytes", MOST_URL_BYTES);
    }
    if (arguments->then != NULL && strcmp(arguments->then, "all") != 0) {
        return cli_wrong_usage(&cmd_fleet, "--then can only be all");
    }
    if (arguments->failures_percent < 0 || arguments->failures_percent > 100) {
        return cli_wrong_usage(&cmd_fleet, "--failures is a share from 0 to 100");
    }
    return CLI_OK;
}

static cli_status run(int argument_count, char **argument_list) {
    fleet_arguments arguments = {.access.base = "thimble", .canary = "10%", .wait_seconds = 2, .timeout_seconds = 180};
    const cli_option options[] = {{CLI_TEXT, "--broker", &arguments.access.broker},
                                  {CLI_TEXT, "--base", &arguments.access.base},
                                  {CLI_TEXT, "--user", &arguments.access.user},
                                  {CLI_TEXT, "--password-file", &arguments.access.password_file},
                                  {CLI_TEXT, "--ca", &arguments.access.ca_file},
                                  {CLI_TEXT, "--group", &arguments.group},
                                  {CLI_TEXT, "--url", &arguments.url},
                                  {CLI_TEXT, "--manifest", &arguments.manifest},
                                  {CLI_TEXT, "--canary", &arguments.canary},
                                  {CLI_TEXT, "--then", &arguments.then},
                                  {CLI_REAL, "--failures", &arguments.failures_percent},
                                  {CLI_REAL, "--wait", &arguments.wait_seconds},
                                  {CLI_REAL, "--timeout", &arguments.timeout_seconds},
                                  {CLI_FLAG, "--force", &arguments.force},
                                  {CLI_END, NULL, NULL}};
    cli_texts positional = {0};
    cli_status status = cli_parse(&cmd_fleet, argument_count, argument_list, options, &positional);
    if (status == CLI_OK) {
        status = check_arguments(&arguments, &positional);
    }
    if (status == CLI_OK) {
        fleet_devices devices;
        signal(SIGINT, on_signal);
        signal(SIGTERM, on_signal);
        status = fleet_devices_open(&devices, &arguments.access, arguments.wait_seconds);
        if (status == CLI_OK) {
            const char what = positional.items[0][0];
            status = what == 'l'   ? list(&devices, &arguments)
                     : what == 'w' ? watch(&devices, &arguments)
                                   : update(&devices, &arguments);
        }
        fleet_devices_close(&devices);
    }
    cli_texts_free(&positional);
    return status;
}

const cli_command cmd_fleet = {
    "fleet", "list, watch and update many devices through their broker",
    "usage: thimble fleet list|watch|update --broker HOST[:PORT] [options]\n\n"
    "Many devices that tell the same MQTT broker (docs/fleet.md). `list` shows them, `watch` goes\n"
    "on showing them, `update` has them take another model: a few first, then all, and it stops\n"
    "when too many fail. A device that fails keeps the model it has.\n\n"
    "  --broker HOST[:PORT]   the broker (port 1883; with --ca 8883)\n"
    "  --base BASE            what all topics begin with (default: thimble)\n"
    "  --user NAME            for brokers that ask\n"
    "  --password-file FILE   its first line is the password\n"
    "  --ca FILE              encrypted, and the broker's certificate is checked with this one\n"
    "  --group NAME           only devices of this group\n"
    "  --wait SECONDS         listen for so long first (default: 2)\n\n"
    "update:\n"
    "  --url URL              where devices find the .tflite (http or https)\n"
    "  --manifest FILE        what `thimble sign` wrote; devices with a key want it\n"
    "  --canary N|N%          so many first (default: 10%)\n"
    "  --then all             then all others; without it the canaries are all\n"
    "  --failures PERCENT     of the devices may fail (default: 0)\n"
    "  --timeout SECONDS      a device that does not answer for so long failed (default: 180)\n"
    "  --force                also a model that is not newer\n",
    run};
