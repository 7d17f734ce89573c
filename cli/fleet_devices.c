// fleet_devices.c - the devices at a broker.
//
// SPDX-License-Identifier: Apache-2.0
#include "fleet_devices.h"

#include <cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "read_file.h"

enum {
    STANDARD_PORT = 1883,
    STANDARD_TLS_PORT = 8883,
    CONNECT_SECONDS = 10,
    MOST_SECRET_BYTES = 200,
    MOST_PEM_BYTES = 1 << 16
};

static void sleep_ms(long duration_ms) {
    const struct timespec pause = {.tv_sec = duration_ms / 1000, .tv_nsec = duration_ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

// ---- the list: under the lock ----

// Where the device is in the list, or has to be put.
static size_t place_of(const fleet_devices *from, const char *id) {
    size_t first = 0, end = from->count;
    while (first < end) {
        const size_t middle = first + (end - first) / 2;
        if (strcmp(from->list[middle].id, id) < 0) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return first;
}

static fleet_device *find_or_add(fleet_devices *changed, const char *id) {
    const size_t place = place_of(changed, id);
    if (place < changed->count && strcmp(changed->list[place].id, id) == 0) {
        return &changed->list[place];
    }
    if (changed->count == changed->room_count) {
        const size_t room_count = changed->room_count == 0 ? 64 : 2 * changed->room_count;
        fleet_device *list = room_count <= 2 * DEVICE_LIMIT ? realloc(changed->list, room_count * sizeof *list) : NULL;
        if (list == NULL) {
            return NULL;
        }
        changed->list = list;
        changed->room_count = room_count;
    }
    fleet_device *added = &changed->list[place];
    memmove(added + 1, added, (changed->count - place) * sizeof *added);
    *added = (fleet_device){.percentage = -1};
    snprintf(added->id, sizeof added->id, "%s", id);
    changed->count++;
    return added;
}

// ---- messages ----

static void take_text(char *room, size_t room_bytes, const cJSON *json, const char *name) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);
    if (cJSON_IsString(member)) {
        cli_printable(room, room_bytes, member->valuestring);
    }
}

static void take_number(double *value, const cJSON *json, const char *name) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);
    if (cJSON_IsNumber(member)) {
        *value = member->valuedouble;
    }
}

static void take_state(fleet_device *changed, const cJSON *json) {
    take_text(changed->label, sizeof changed->label, json, "label");
    take_text(changed->model, sizeof changed->model, json, "model");
    take_number(&changed->confidence, json, "confidence");
    take_number(&changed->frames_per_second, json, "frames_per_second");
    take_number(&changed->version, json, "version");
    take_number(&changed->queued, json, "queued");
}

static void take_update(fleet_device *changed, const cJSON *json) {
    double received = 0, total = 0;
    take_text(changed->phase, sizeof changed->phase, json, "phase");
    take_number(&received, json, "received_bytes");
    take_number(&total, json, "model_bytes");
    const bool runs = strcmp(changed->phase, "downloads") == 0 || strcmp(changed->phase, "retries") == 0;
    changed->percentage = runs && total > 0 ? (int)(100 * received / total) : -1;
}

static void take_result(fleet_device *changed, const cJSON *json, const char *own_ref) {
    char ref[24] = "";
    take_text(ref, sizeof ref, json, "ref");
    if (changed->outcome == DEVICE_ASKED && strcmp(ref, own_ref) == 0) {
        changed->outcome = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "done")) ? DEVICE_DONE : DEVICE_FAILED;
        take_text(changed->detail, sizeof changed->detail, json, "detail");
    }
}

static void take_message(fleet_devices *changed, const char *topic, const char *bytes, size_t byte_count) {
    char id[DEVICE_TEXT_BYTES];
    const size_t base_length = strlen(changed->base);
    const char *start = topic + base_length + 1, *slash = strchr(start, '/');
    if (strncmp(topic, changed->base, base_length) != 0 || topic[base_length] != '/' || slash == NULL ||
        (size_t)(slash - start) >= sizeof id) {
        return;
    }
    snprintf(id, sizeof id, "%.*s", (int)(slash - start), start);
    fleet_device *device = find_or_add(changed, id);
    if (device == NULL) {
        return;
    }
    const char *word = slash + 1;
    if (strcmp(word, "availability") == 0) {
        device->is_online = byte_count == 6 && memcmp(bytes, "online", 6) == 0;
        return;
    }
    cJSON *json = cJSON_ParseWithLength(bytes, byte_count);
    if (strcmp(word, "state") == 0) {
        take_state(device, json);
    } else if (strcmp(word, "event") == 0) {
        take_text(device->label, sizeof device->label, json, "label");
        take_number(&device->confidence, json, "confidence");
        take_number(&device->seq, json, "seq");
    } else if (strcmp(word, "info") == 0) {
        take_text(device->group, sizeof device->group, json, "group");
    } else if (strcmp(word, "update") == 0) {
        take_update(device, json);
    } else if (strcmp(word, "result") == 0) {
        take_result(device, json, changed->ref);
    }
    cJSON_Delete(json);
}

// ---- the broker's thread ----

static void on_connected(void *context) {
    fleet_devices *told = context;
    pthread_mutex_lock(&told->mutex);
    told->is_connected = true;
    pthread_mutex_unlock(&told->mutex);
}

static void on_ended(void *context, const char *reason) {
    fleet_devices *told = context;
    pthread_mutex_lock(&told->mutex);
    told->has_ended = true;
    snprintf(told->reason, sizeof told->reason, "%s", reason);
    pthread_mutex_unlock(&told->mutex);
}

static void on_acknowledged(void *context, int32_t message_id) {
    (void)context, (void)message_id;
}

static void on_received(void *context, const char *topic, const void *bytes, size_t byte_count, bool is_retained) {
    fleet_devices *told = context;
    (void)is_retained;
    pthread_mutex_lock(&told->mutex);
    take_message(told, topic, bytes, byte_count);
    pthread_mutex_unlock(&told->mutex);
}

// ---- opening ----

static cli_status read_address(const char *broker, bool uses_tls, char *host, size_t host_bytes, uint16_t *tcp_port) {
    const char *colon = strrchr(broker, ':');
    const size_t length = colon != NULL ? (size_t)(colon - broker) : strlen(broker);
    const long number = colon != NULL ? strtol(colon + 1, NULL, 10) : uses_tls ? STANDARD_TLS_PORT : STANDARD_PORT;
    if (length == 0 || length >= host_bytes || number < 1 || number > 65535) {
        return cli_fail(CLI_USAGE, "--broker is '%s'; it has to be HOST or HOST:PORT", broker);
    }
    snprintf(host, host_bytes, "%.*s", (int)length, broker);
    *tcp_port = (uint16_t)number;
    return CLI_OK;
}

static cli_status start(fleet_devices *opened, const fleet_access *access, const char *password, const char *ca) {
    char host[100], client_id[40], will_topic[120];
    const port_broker_listener listener = {opened, on_connected, on_ended, on_acknowledged, on_received};
    port_broker how = {.host = host,
                       .uses_tls = ca != NULL,
                       .ca_pem = ca,
                       .user = access->user,
                       .password = password,
                       .client_id = client_id,
                       .keep_alive_seconds = 30,
                       .will_topic = will_topic,
                       .will_text = "offline"};
    cli_status status = read_address(access->broker, ca != NULL, host, sizeof host, &how.tcp_port);
    if (status != CLI_OK) {
        return status;
    }
    snprintf(client_id, sizeof client_id, "thimble-fleet-%ld", (long)getpid());
    snprintf(will_topic, sizeof will_topic, "%s/console/%s", opened->base, client_id);
    if (!posix_broker_start(opened->broker, &how, &listener)) {
        return cli_fail(CLI_FAILED, "the connection to %s cannot be begun", access->broker);
    }
    for (int i = 0; i < CONNECT_SECONDS * 20; i++) {
        pthread_mutex_lock(&opened->mutex);
        const bool is_over = opened->is_connected || opened->has_ended;
        pthread_mutex_unlock(&opened->mutex);
        if (is_over) {
            break;
        }
        sleep_ms(50);
    }
    pthread_mutex_lock(&opened->mutex);
    if (!opened->is_connected) {
        status = cli_fail(CLI_FAILED, "broker %s: %s", access->broker,
                          opened->has_ended ? opened->reason : "no answer; is it running, is the port right?");
    }
    pthread_mutex_unlock(&opened->mutex);
    return status;
}

cli_status fleet_devices_open(fleet_devices *opened, const fleet_access *access, double wait_seconds) {
    static const char *const words[] = {"availability", "info", "state", "update", "event", "result"};
    uint8_t *password = NULL, *ca = NULL;
    size_t byte_count;
    cli_status status = CLI_OK;
    *opened = (fleet_devices){.broker = posix_broker_open()};
    pthread_mutex_init(&opened->mutex, NULL);
    snprintf(opened->base, sizeof opened->base, "%s", access->base);
    snprintf(opened->ref, sizeof opened->ref, "fleet-%ld-%lx", (long)getpid() % 100000, (unsigned long)time(NULL));
    if (opened->broker == NULL) {
        return cli_fail(CLI_FAILED, "this build knows no message broker; install libmosquitto-dev, then build again");
    }
    if (access->password_file != NULL) {
        status = read_file(access->password_file, "password", CLI_INPUT, MOST_SECRET_BYTES, &password, &byte_count);
        if (status == CLI_OK) {
            password[strcspn((char *)password, "\r\n")] = 0;
        }
    }
    if (status == CLI_OK && access->ca_file != NULL) {
        status = read_file(access->ca_file, "CA", CLI_INPUT, MOST_PEM_BYTES, &ca, &byte_count);
    }
    if (status == CLI_OK) {
        status = start(opened, access, (const char *)password, (const char *)ca);
    }
    for (size_t i = 0; status == CLI_OK && i < sizeof words / sizeof words[0]; i++) {
        char filter[120];
        snprintf(filter, sizeof filter, "%s/+/%s", opened->base, words[i]);
        if (!posix_broker_subscribe(opened->broker, filter)) {
            status = cli_fail(CLI_FAILED, "the broker takes no subscription to %s", filter);
        }
    }
    free(password);
    free(ca);
    if (status == CLI_OK) {
        sleep_ms((long)(1000 * wait_seconds));
    }
    return status;
}

void fleet_devices_close(fleet_devices *closed) {
    posix_broker_close(closed->broker);
    pthread_mutex_destroy(&closed->mutex);
    free(closed->list);
}

bool fleet_devices_command(fleet_devices *with, const char *id, const char *command, const char *message) {
    char topic[160];
    snprintf(topic, sizeof topic, "%s/%s/cmd/%s", with->base, id, command);
    return posix_broker_publish(with->broker, topic, message, strlen(message), 1, false) >= 0;
}

cli_status fleet_devices_check(fleet_devices *with) {
    cli_status status = CLI_OK;
    pthread_mutex_lock(&with->mutex);
    if (with->has_ended) {
        status = cli_fail(CLI_FAILED, "the connection to the broker is gone: %s", with->reason);
    }
    pthread_mutex_unlock(&with->mutex);
    return status;
}
