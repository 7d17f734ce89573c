// posix_port.c - port.h on a desk.
//
//     FOLDER/flash.bin      the store's flash
//     FOLDER/captures/      the files of port.h
//     FOLDER/running        there while a process has the store open, locked by it; left behind by a crash
//
// SPDX-License-Identifier: Apache-2.0
#include "posix_port.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "posix_crypto.h"
#include "posix_decode.h"

// As a board with 4 MB of flash has them.
static const size_t area_bytes[PORT_AREA_COUNT] = {4 * PORT_SECTOR_BYTES, 384 * 1024, 384 * 1024};

enum { WAIT_MS = 100 };

static posix_port *self(void *context) {
    return context;
}

// ---- time ----

static uint64_t clock_us(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static uint64_t now_us(void *context) {
    return clock_us(CLOCK_MONOTONIC) - self(context)->start_us;
}

static uint64_t unix_ms(void *context) {
    (void)context;
    return clock_us(CLOCK_REALTIME) / 1000;
}

// ---- threads ----

static void lock(void *context) {
    pthread_mutex_lock(&self(context)->mutex);
}

static void unlock(void *context) {
    pthread_mutex_unlock(&self(context)->mutex);
}

static void wake_server(void *context) {
    if (self(context)->wake_server != NULL) {
        self(context)->wake_server(self(context)->server);
    }
}

static void wake_loop(void *context) {
    posix_port *changed = self(context);
    pthread_mutex_lock(&changed->loop_mutex);
    changed->loop_has_work = true;
    pthread_cond_signal(&changed->loop_wake);
    pthread_mutex_unlock(&changed->loop_mutex);
}

// Waits until then, or until there is work for the loop: true.
static bool wait_until(posix_port *changed, uint64_t until_us) {
    const struct timespec until = {.tv_sec = (time_t)(until_us / 1000000u),
                                   .tv_nsec = (long)(until_us % 1000000u) * 1000};
    pthread_mutex_lock(&changed->loop_mutex);
    int result = 0;
    while (!changed->loop_has_work && result == 0) {
        result = pthread_cond_timedwait(&changed->loop_wake, &changed->loop_mutex, &until);
    }
    const bool has_work = changed->loop_has_work;
    changed->loop_has_work = false;
    pthread_mutex_unlock(&changed->loop_mutex);
    return has_work;
}

static void rest(void *context, uint32_t most_ms) {
    wait_until(context, clock_us(CLOCK_MONOTONIC) + (uint64_t)most_ms * 1000u);
}

// ---- camera ----

static port_result camera_take(void *context, uint32_t frames_per_second, uint8_t *room, size_t room_bytes,
                               size_t *frame_bytes) {
    posix_port *port_self = self(context);
    posix_camera *camera = &port_self->camera;
    if (camera->waits_itself) {
        return camera->next(camera->context, room, room_bytes, frame_bytes);
    }
    const uint64_t began_us = clock_us(CLOCK_MONOTONIC), interval_us = 1000000u / frames_per_second;
    uint64_t due_us = port_self->frame_due_us;
    if (due_us + 2 * interval_us < began_us || due_us > began_us + 2 * interval_us) {
        due_us = began_us;  // after a pause, or after the rate was changed
    }
    const uint64_t latest_us = began_us + WAIT_MS * 1000u;
    if (due_us > began_us && wait_until(port_self, due_us < latest_us ? due_us : latest_us)) {
        port_self->frame_due_us = due_us;
        return PORT_NONE;
    }
    if (due_us > latest_us) {
        port_self->frame_due_us = due_us;
        return PORT_NONE;
    }
    port_self->frame_due_us = due_us + interval_us;
    return camera->next(camera->context, room, room_bytes, frame_bytes);
}

static const char *camera_name(void *context) {
    return self(context)->camera.name;
}

// ---- flash ----

static size_t flash_bytes(void *context, port_area area) {
    return nor_flash_area_bytes(&self(context)->flash, area);
}

static bool flash_erase(void *context, port_area area, uint32_t sector) {
    return nor_flash_erase(&self(context)->flash, area, sector);
}

static bool flash_write(void *context, port_area area, uint32_t offset, const void *bytes, size_t byte_count) {
    return nor_flash_write(&self(context)->flash, area, offset, bytes, byte_count);
}

static const uint8_t *flash_map(void *context, port_area area) {
    return nor_flash_map(&self(context)->flash, area);
}

// ---- files ----

// Names come from the application alone; nevertheless none ever leaves the folder.
static bool name_is_good(const char *name) {
    const size_t length = strlen(name);
    return length > 0 && length < PORT_NAME_BYTES && name[0] != '.' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.") == length;
}

static port_result result_of_errno(void) {
    return errno == ENOENT ? PORT_NONE : errno == ENOSPC || errno == EDQUOT ? PORT_TOO_LARGE : PORT_FAILED;
}

static port_result file_write(void *context, const char *name, const void *bytes, size_t byte_count) {
    if (!name_is_good(name)) {
        return PORT_FAILED;
    }
    const int file = openat(self(context)->folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return result_of_errno();
    }
    port_result result = PORT_OK;
    for (size_t done = 0; done < byte_count && result == PORT_OK;) {
        const ssize_t written = write(file, (const char *)bytes + done, byte_count - done);
        if (written >= 0) {
            done += (size_t)written;
        } else if (errno != EINTR) {
            result = result_of_errno();
        }
    }
    if (result == PORT_OK && fsync(file) != 0) {
        result = result_of_errno();
    }
    close(file);
    return result;
}

static port_result file_read(void *context, const char *name, uint32_t offset, void *room, size_t room_bytes,
                             size_t *read_bytes) {
    *read_bytes = 0;
    const int file = name_is_good(name) ? openat(self(context)->folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    if (file < 0) {
        return result_of_errno();
    }
    ssize_t got;
    do {
        got = pread(file, room, room_bytes, (off_t)offset);
    } while (got < 0 && errno == EINTR);
    const port_result result = got >= 0 ? PORT_OK : result_of_errno();
    *read_bytes = got >= 0 ? (size_t)got : 0;
    close(file);
    return result;
}

static port_result file_remove(void *context, const char *name) {
    if (!name_is_good(name)) {
        return PORT_FAILED;
    }
    return unlinkat(self(context)->folder, name, 0) == 0 ? PORT_OK : result_of_errno();
}

static void file_each(void *context, port_file_visit *visit, void *visitor) {
    const int again = openat(self(context)->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = again >= 0 ? fdopendir(again) : NULL;
    if (list == NULL) {
        if (again >= 0) {
            close(again);
        }
        return;
    }
    bool goes_on = true;
    for (struct dirent *entry = readdir(list); entry != NULL && goes_on; entry = readdir(list)) {
        struct stat status;
        if (name_is_good(entry->d_name) && fstatat(dirfd(list), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(status.st_mode)) {
            goes_on = visit(visitor, entry->d_name, (uint32_t)status.st_size);
        }
    }
    closedir(list);
}

// ---- the device ----

static void log_line(void *context, port_log_level level, const char *line) {
    static const char *const words[] = {"error", "warning", "info"};
    (void)context;
    fprintf(stderr, "%s: %s\n", words[level], line);
}

// Resident memory, from the kernel's book-keeping in pages.
static uint64_t resident_bytes(void) {
    unsigned long total = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file != NULL) {
        if (fscanf(file, "%lu %lu", &total, &resident) != 2) {
            resident = 0;
        }
        fclose(file);
    }
    return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void device(void *context, port_device *described) {
    *described = (port_device){.port_name = "posix",
                               .board = "a desk",
                               .reset_reason = self(context)->was_running ? "crash" : "start",
                               .host_name = self(context)->host_name,
                               .memory_used_bytes = resident_bytes()};
}

// The process ends as by Ctrl-C; who wants it back has a supervisor.
static void restart(void *context) {
    (void)context;
    kill(getpid(), SIGTERM);
}

// ---- broker and downloads ----

static bool broker_start(void *context, const port_broker *how, const port_broker_listener *listener) {
    return posix_broker_start(self(context)->broker, how, listener);
}

static void broker_stop(void *context) {
    posix_broker_stop(self(context)->broker);
}

static int32_t broker_publish(void *context, const char *topic, const void *bytes, size_t byte_count, int qos,
                              bool is_retained) {
    return posix_broker_publish(self(context)->broker, topic, bytes, byte_count, qos, is_retained);
}

static bool broker_subscribe(void *context, const char *filter) {
    return posix_broker_subscribe(self(context)->broker, filter);
}

static bool download_start(void *context, const port_download *how) {
    return posix_download_start(self(context)->download, how);
}

static port_result download_read(void *context, void *room, size_t room_bytes, size_t *read_bytes,
                                 const char **problem) {
    return posix_download_read(self(context)->download, room, room_bytes, read_bytes, problem);
}

static void download_stop(void *context) {
    posix_download_stop(self(context)->download);
}

static void open_network(posix_port *opened) {
    opened->broker = posix_broker_open();
    if (opened->broker != NULL) {
        opened->port.broker_start = broker_start;
        opened->port.broker_stop = broker_stop;
        opened->port.broker_publish = broker_publish;
        opened->port.broker_subscribe = broker_subscribe;
    }
    opened->download = posix_download_open();
    if (opened->download != NULL) {
        opened->port.download_start = download_start;
        opened->port.download_read = download_read;
        opened->port.download_stop = download_stop;
    }
}

// ---- opening ----

static int open_folder(const char *path, const char **problem) {
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        *problem = strerror(errno);
        return -1;
    }
    const int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        *problem = strerror(errno);
    }
    return folder;
}

// Takes the store for this process, and notes whether the last one left its mark behind.
static const char *take_store(posix_port *opened, int folder, bool *in_use) {
    opened->was_running = faccessat(folder, "running", F_OK, 0) == 0;
    opened->lock_file = openat(folder, "running", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (opened->lock_file < 0) {
        return strerror(errno);
    }
    if (flock(opened->lock_file, LOCK_EX | LOCK_NB) != 0) {
        *in_use = true;
        return "another `thimble serve` uses it; stop that one, or give another folder";
    }
    return NULL;
}

static const char *open_store(posix_port *opened, const char *path, bool *in_use) {
    if (strlen(path) >= POSIX_PATH_BYTES) {
        return "its path is too long";
    }
    const char *problem = NULL;
    char flash_path[POSIX_PATH_BYTES + 16];
    const int folder = open_folder(path, &problem);
    if (folder < 0) {
        return problem;
    }
    problem = take_store(opened, folder, in_use);
    if (problem == NULL) {
        snprintf(opened->store_path, sizeof opened->store_path, "%s", path);
        snprintf(flash_path, sizeof flash_path, "%s/flash.bin", path);
        problem = nor_flash_open(&opened->flash, flash_path, area_bytes);
    }
    if (problem == NULL && mkdirat(folder, "captures", 0700) != 0 && errno != EEXIST) {
        problem = strerror(errno);
    }
    if (problem == NULL) {
        opened->folder = openat(folder, "captures", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        problem = opened->folder < 0 ? strerror(errno) : NULL;
    }
    close(folder);
    return problem;
}

// Flash in memory, captures in a folder that goes with the process.
static const char *open_nowhere(posix_port *opened) {
    memcpy(opened->store_path, "/tmp/thimble-XXXXXX", 20);
    if (mkdtemp(opened->store_path) == NULL) {
        return strerror(errno);
    }
    opened->is_temporary = true;
    opened->folder = open(opened->store_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return opened->folder < 0 ? strerror(errno) : nor_flash_open(&opened->flash, NULL, area_bytes);
}

static bool remove_one(void *visitor, const char *name, uint32_t file_bytes) {
    (void)file_bytes;
    unlinkat(self(visitor)->folder, name, 0);
    return true;
}

static void close_parts(posix_port *closed) {
    if (closed->flash.bytes != NULL) {
        nor_flash_close(&closed->flash);
    }
    if (closed->folder >= 0) {
        close(closed->folder);
    }
    if (closed->lock_file >= 0) {
        close(closed->lock_file);
    }
}

const char *posix_port_open(posix_port *opened, const char *folder, const posix_camera *camera, bool *in_use) {
    *opened = (posix_port){.folder = -1, .lock_file = -1, .camera = *camera};
    *in_use = false;
    const char *problem = folder != NULL ? open_store(opened, folder, in_use) : open_nowhere(opened);
    if (problem != NULL) {
        close_parts(opened);
        return problem;
    }
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&opened->loop_wake, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&opened->mutex, NULL);
    pthread_mutex_init(&opened->loop_mutex, NULL);
    if (gethostname(opened->host_name, 64) != 0) {
        opened->host_name[0] = '\0';
    }
    opened->host_name[64] = '\0';
    opened->start_us = clock_us(CLOCK_MONOTONIC);
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
        .verify = posix_verify,
        .restart = restart,
    };
    open_network(opened);
    return NULL;
}

void posix_port_close(posix_port *closed) {
    posix_broker_close(closed->broker);
    posix_download_close(closed->download);
    closed->camera.close(closed->camera.context);
    if (closed->is_temporary) {
        file_each(closed, remove_one, closed);
        rmdir(closed->store_path);
    } else {
        char mark[POSIX_PATH_BYTES + 16];
        snprintf(mark, sizeof mark, "%s/running", closed->store_path);
        unlink(mark);
    }
    close_parts(closed);
    pthread_cond_destroy(&closed->loop_wake);
    pthread_mutex_destroy(&closed->mutex);
    pthread_mutex_destroy(&closed->loop_mutex);
}

void posix_port_serve(posix_port *changed, void (*wake)(void *server), void *server) {
    changed->server = server;
    changed->wake_server = wake;
}
