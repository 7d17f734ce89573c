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
    *closed = (fake_port){0};
}

void fake_port_power_on(fake_port *changed) {
    nor_flash_power_on(&changed->flash);
    changed->files_off = false;
    changed->file_cut_at = 0;
    changed->is_locked = false;
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
