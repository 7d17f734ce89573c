// api_fleet.c - which broker the device tells, and how that goes.
//
// SPDX-License-Identifier: Apache-2.0
#include "api.h"
#include "fleet.h"

static bool has_fleet(http_exchange *exchange) {
    if (exchange->app->fleet == NULL) {
        api_answer_problem(exchange, 404, NULL, "This device was built without a client for message brokers.");
    }
    return exchange->app->fleet != NULL;
}

static void get_job(http_exchange *exchange) {
    api_answer_json(exchange, 200, fleet_to_json(exchange->app->fleet));
}

void api_get_fleet(http_exchange *exchange) {
    if (has_fleet(exchange)) {
        api_queue_job(exchange, get_job, NULL);
    }
}

static void patch_job(http_exchange *exchange) {
    fleet *changed = exchange->app->fleet;
    char problem[200];
    const char *field;
    cJSON *patch = api_read_json(exchange);
    if (patch == NULL) {
        return;
    }
    fleet_settings wanted = changed->settings;
    if (!fleet_settings_patch(&wanted, patch, &field, problem, sizeof problem)) {
        api_answer_problem(exchange, 422, field, "%s", problem);
    } else if (!fleet_use_settings(changed, &wanted, patch)) {
        api_answer_problem(exchange, 500, NULL, "The files could not be written; the settings are as before.");
    } else {
        api_answer_json(exchange, 200, fleet_to_json(changed));
    }
    cJSON_Delete(patch);
}

void api_patch_fleet(http_exchange *exchange) {
    if (has_fleet(exchange)) {
        api_queue_job(exchange, patch_job, NULL);
    }
}
