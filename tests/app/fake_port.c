// fake_port.c - a port that a test holds in its hand.
//
// SPDX-License-Identifier: Apache-2.0
#include "fake_port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "posix_crypto.h"
#include "posix_decode.h"

static fake_port *fake(void *context) {
    return context;
}

static uint64_t now_us(void *context) {
    fake(context)->now_us += fake(context)->clock_us;
    return fake(context)->now_us;
}

static uint64_t unix_ms(void *context) {
    return fake(context)->unix_ms;
}

static void log_line(void *context, port_log_level level, const char *line) {
    (void)level;
    snprintf(fake(context)->last_log, sizeof fake(context)->last_log, "%s", line);
}

static void device(void *context, port_device *device) {
    (void)context;
    *device = (port_device){.port_name = "fake", .memory_free_bytes = 12345};
}

static void lock(void *context) {
    fake(context)->lock_mistakes += fake(context)->is_locked;
    fake(context)->is_locked = true;
}

static void unlock(void *context) {
    fake(context)->lock_mistakes += !fake(context)->is_locked;
    fake(context)->is_locked = false;
}

static void wake_server(void *context) {
    fake(context)->server_wakes++;
}

static void wake_loop(void *context) {
    fake(context)->loop_wakes++;
}

static void rest(void *context, uint32_t most_ms) {
    fake(context)->now_us += most_ms * 1000u;
}

static port_result camera_take(void *context, uint32_t frames_per_second, uint8_t *room, size_t room_bytes,
                               size_t *frame_bytes) {
    fake_port *world = fake(context);
    (void)frames_per_second;
    world->lock_mistakes += world->is_locked;
    world->now_us += world->frame_us;
    if (world->camera_result != PORT_OK) {
        return world->camera_result;
    }
    if (world->frame_bytes > room_bytes) {
        return PORT_TOO_LARGE;
    }
    memcpy(room, world->frame, world->frame_bytes);
    *frame_bytes = world->frame_bytes;
    return PORT_OK;
}

static const char *camera_name(void *context) {
    (void)context;
    return "fake camera";
}

static size_t flash_bytes(void *context, port_area area) {
    return nor_flash_area_bytes(&fake(context)->flash, area);
}

static bool flash_erase(void *context, port_area area, uint32_t sector) {
    fake(context)->lock_mistakes += fake(context)->is_locked;
    return nor_flash_erase(&fake(context)->flash, area, sector);
}

static bool flash_write(void *context, port_area area, uint32_t offset, const void *bytes, size_t byte_count) {
    fake(context)->lock_mistakes += fake(context)->is_locked;
    return nor_flash_write(&fake(context)->flash, area, offset, bytes, byte_count);
}

static const uint8_t *flash_map(void *context, port_area area) {
    return nor_flash_map(&fake(context)->flash, area);
}

// ---- files ----

static fake_file *find_file(fake_port *world, const char *name) {
    for (size_t i = 0; i < FAKE_FILE_COUNT; i++) {
        if (strcmp(world->files[i].name, name) == 0) {
            return &world->files[i];
        }
    }
    return NULL;
}

// Whether an operation works; if not, *part is how much of it (in 256ths) happens nevertheless.
static bool file_power(fake_port *world, unsigned *part) {
    *part = 0;
    world->lock_mistakes += world->is_locked;
    if (world->files_off) {
        return false;
    }
    world->file_operations++;
    if (world->file_operations == world->file_cut_at) {
        world->files_off = true;
        *part = world->file_cut_part;
        return false;
    }
    *part = 256;
    return true;
}

static port_result file_write(void *context, const char *name, const void *bytes, size_t byte_count) {
    fake_port *world = fake(context);
    unsigned part;
    const bool works = file_power(world, &part);
    if (!works && part == 0) {
        return PORT_FAILED;
    }
    fake_file *file = find_file(world, name);
    if (file == NULL) {
        file = find_file(world, "");
    }
    if (file == NULL || strlen(name) >= PORT_NAME_BYTES) {
        return PORT_TOO_LARGE;
    }
    free(file->bytes);
    snprintf(file->name, sizeof file->name, "%s", name);
    file->byte_count = byte_count * part / 256;
    file->bytes = malloc(file->byte_count + 1);
    memcpy(file->bytes, bytes, file->byte_count);
    return works ? PORT_OK : PORT_FAILED;
}

static port_result file_read(void *context, const char *name, uint32_t offset, void *room, size_t room_bytes,
                             size_t *read_bytes) {
    const fake_file *file = find_file(context, name);
    fake(context)->lock_mistakes += fake(context)->is_locked;
    *read_bytes = 0;
    if (file == NULL) {
        return PORT_NONE;
    }
    if (offset < file->byte_count) {
        const size_t left = file->byte_count - offset;
        *read_bytes = left < room_bytes ? left : room_bytes;
        memcpy(room, file->bytes + offset, *read_bytes);
    }
    return PORT_OK;
}

static port_result file_remove(void *context, const char *name) {
    unsigned part;
    const bool works = file_power(context, &part);
    fake_file *file = find_file(context, name);
    if (file == NULL) {
        return PORT_NONE;
    }
    if (!works && part < 128) {
        return PORT_FAILED;
    }
    free(file->bytes);
    *file = (fake_file){0};
    return works ? PORT_OK : PORT_FAILED;
}

static void file_each(void *context, port_file_visit *visit, void *visitor) {
    fake_port *world = fake(context);
    for (size_t i = 0; i < FAKE_FILE_COUNT; i++) {
        if (*world->files[i].name != '\0' &&
            !visit(visitor, world->files[i].name, (uint32_t)world->files[i].byte_count)) {
            return;
        }
    }
}

void fake_port_open(fake_port *opened) {
    static const size_t area_bytes[PORT_AREA_COUNT] = {FAKE_STATE_BYTES, FAKE_SLOT_BYTES, FAKE_SLOT_BYTES};
    *opened = (fake_port){.frame_us = 50000, .camera_result = PORT_NONE};
    if (nor_flash_open(&opened->flash, NULL, area_bytes) != NULL) {
        abort();
    }
    opened->port = (port){
        .context = opened,
        .now_us = now_us,
        .unix_ms = unix_ms,
        .random = posix_random,
        .log = log_line,
        .device = device,
        .lock = lock,
        .unlock = unlock,
        .wake_server = wake_server,
        .wake_loop = wake_loop,
        .rest = rest,
        .camera_take = camera_take,
        .camera_name = camera_name,
        .decode = posix_decode,
        .sha256 = posix_sha256,
        .flash_bytes = flash_bytes,
        .flash_erase = flash_erase,
        .flash_write = flash_write,
        .flash_map = flash_map,
        .file_write = file_write,
        .file_read = file_read,
        .file_remove = file_remove,
        .file_each = file_each,
    };
}

void fake_port_close(fake_port *closed) {
    nor_flash_close(&closed->flash);
    for (size_t i = 0; i < FAKE_FILE_COUNT; i++) {
        free(closed->files[i].bytes);
    }
    free(closed->net);
    *closed = (fake_port){0};
}

void fake_port_power_on(fake_port *changed) {
    nor_flash_power_on(&changed->flash);
    changed->files_off = false;
    changed->file_cut_at = 0;
    changed->is_locked = false;
}

// ---- broker ----

static bool broker_start(void *context, const port_broker *how, const port_broker_listener *listener) {
    fake_net *net = fake(context)->net;
    fake(context)->lock_mistakes += fake(context)->is_locked;
    net->is_started = true;
    net->is_connected = false;
    net->start_count++;
    net->subscription_count = 0;
    net->published_count = 0;
    net->listener = *listener;
    snprintf(net->host, sizeof net->host, "%s", how->host);
    snprintf(net->client_id, sizeof net->client_id, "%s", how->client_id);
    snprintf(net->will_topic, sizeof net->will_topic, "%s=%s", how->will_topic, how->will_text);
    snprintf(net->password, sizeof net->password, "%s", how->password != NULL ? how->password : "");
    return true;
}

static void broker_stop(void *context) {
    fake(context)->lock_mistakes += fake(context)->is_locked;
    fake(context)->net->is_started = fake(context)->net->is_connected = false;
}

static int32_t broker_publish(void *context, const char *topic, const void *bytes, size_t byte_count, int qos,
                              bool is_retained) {
    fake_net *net = fake(context)->net;
    fake(context)->lock_mistakes += fake(context)->is_locked;
    if (!net->is_connected || net->is_full || net->published_count == FAKE_PUBLISHED) {
        return -1;
    }
    fake_published *added = &net->published[net->published_count++];
    *added = (fake_published){.byte_count = byte_count, .qos = qos, .is_retained = is_retained};
    snprintf(added->topic, sizeof added->topic, "%s", topic);
    snprintf(added->text, sizeof added->text, "%.*s", (int)byte_count, (const char *)bytes);
    added->message_id = qos > 0 ? ++net->message_id : 0;
    return added->message_id;
}

static bool broker_subscribe(void *context, const char *filter) {
    fake_net *net = fake(context)->net;
    if (net->subscription_count < 8) {
        snprintf(net->subscriptions[net->subscription_count++], PORT_TOPIC_BYTES, "%s", filter);
    }
    return net->is_connected;
}

void fake_broker_connect(fake_port *world) {
    world->net->is_connected = true;
    world->net->listener.connected(world->net->listener.context);
}

void fake_broker_end(fake_port *world, const char *reason) {
    world->net->is_connected = false;
    world->net->listener.ended(world->net->listener.context, reason);
}

void fake_broker_acknowledge(fake_port *world) {
    for (size_t i = 0; i < world->net->published_count; i++) {
        fake_published *message = &world->net->published[i];
        if (message->message_id > 0) {
            world->net->listener.acknowledged(world->net->listener.context, message->message_id);
            message->message_id = 0;
        }
    }
}

void fake_broker_send(fake_port *world, const char *topic, const char *text, bool is_retained) {
    world->net->listener.received(world->net->listener.context, topic, text, strlen(text), is_retained);
}

const fake_published *fake_broker_find(const fake_port *world, const char *topic) {
    for (size_t i = world->net->published_count; i > 0; i--) {
        if (strcmp(world->net->published[i - 1].topic, topic) == 0) {
            return &world->net->published[i - 1];
        }
    }
    return NULL;
}

// ---- downloads ----

static bool download_start(void *context, const port_download *how) {
    fake_net *net = fake(context)->net;
    fake(context)->lock_mistakes += fake(context)->is_locked;
    net->offset = how->offset;
    net->sent_bytes = 0;
    net->is_downloading = true;
    net->download_count++;
    return true;
}

static port_result download_read(void *context, void *room, size_t room_bytes, size_t *read_bytes,
                                 const char **problem) {
    fake_net *net = fake(context)->net;
    const size_t end = net->end_after != 0 ? net->end_after : net->file_bytes;
    const size_t at = net->offset + net->sent_bytes;
    *read_bytes = 0;
    *problem = "nobody there";
    if (net->is_refused) {
        *problem = "404";
        return PORT_BAD;
    }
    if (net->break_after != 0 && net->sent_bytes >= net->break_after) {
        return PORT_FAILED;
    }
    if (at >= end) {
        return PORT_NONE;
    }
    size_t taken = end - at < net->piece_bytes ? end - at : net->piece_bytes;
    taken = taken < room_bytes ? taken : room_bytes;
    memcpy(room, net->file + at, taken);
    net->sent_bytes += taken;
    *read_bytes = taken;
    return PORT_OK;
}

static void download_stop(void *context) {
    fake(context)->net->is_downloading = false;
}

static void restart(void *context) {
    fake(context)->net->restarts++;
}

void fake_port_add_network(fake_port *changed) {
    changed->net = calloc(1, sizeof *changed->net);
    changed->net->piece_bytes = 1500;
    changed->port.broker_start = broker_start;
    changed->port.broker_stop = broker_stop;
    changed->port.broker_publish = broker_publish;
    changed->port.broker_subscribe = broker_subscribe;
    changed->port.download_start = download_start;
    changed->port.download_read = download_read;
    changed->port.download_stop = download_stop;
    changed->port.verify = posix_verify;
    changed->port.restart = restart;
}

uint8_t *read_test_file(const char *path, size_t *byte_count) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        printf("%s cannot be read\n", path);
        exit(1);
    }
    *byte_count = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = aligned_alloc(16, (*byte_count + 15) / 16 * 16);
    if (bytes == NULL || fread(bytes, 1, *byte_count, file) != *byte_count) {
        exit(1);
    }
    fclose(file);
    return bytes;
}
