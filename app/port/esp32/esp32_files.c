// esp32_files.c - the files of port.h on SPIFFS, by the calls of POSIX, without the buffers of stdio.
//
// SPDX-License-Identifier: Apache-2.0
#include "esp32_files.h"

#include <dirent.h>
#include <errno.h>
#include <esp_spiffs.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef THIMBLE_FILES_ROOT  // a test on a host has another one
#define THIMBLE_FILES_ROOT "/storage"
#endif
static const char label[] = "storage";

enum { PATH_BYTES = sizeof THIMBLE_FILES_ROOT + 1 + PORT_NAME_BYTES };

const char *esp32_files_open(void) {
    const esp_vfs_spiffs_conf_t wanted = {
        .base_path = THIMBLE_FILES_ROOT, .partition_label = label, .max_files = 3, .format_if_mount_failed = true};
    const esp_err_t result = esp_vfs_spiffs_register(&wanted);
    return result == ESP_OK              ? NULL
           : result == ESP_ERR_NOT_FOUND ? "the partition table lacks \"storage\"; flash the one of firmware/"
                                         : "the file system in \"storage\" cannot be used; erase the flash";
}

uint64_t esp32_files_room_bytes(void) {
    size_t total_bytes = 0, used_bytes = 0;
    if (esp_spiffs_info(label, &total_bytes, &used_bytes) != ESP_OK) {
        return 0;
    }
    return (uint64_t)total_bytes * 6 / 10;
}

// False for what is no name of port.h: none ever leaves the folder.
static bool make_path(char path[PATH_BYTES], const char *name) {
    const size_t length = strlen(name);
    const bool is_good = length > 0 && length < PORT_NAME_BYTES && name[0] != '.' &&
                         strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.") == length;
    snprintf(path, PATH_BYTES, "%s/%.*s", THIMBLE_FILES_ROOT, is_good ? (int)length : 0, name);
    return is_good;
}

static port_result result_of_errno(void) {
    return errno == ENOENT ? PORT_NONE : errno == ENOSPC ? PORT_TOO_LARGE : PORT_FAILED;
}

port_result esp32_file_write(const char *name, const void *bytes, size_t byte_count) {
    char path[PATH_BYTES];
    const int file = make_path(path, name) ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    if (file < 0) {
        return result_of_errno();
    }
    port_result result = PORT_OK;
    for (size_t done = 0; done < byte_count && result == PORT_OK;) {
        const ssize_t written = write(file, (const char *)bytes + done, byte_count - done);
        if (written > 0) {
            done += (size_t)written;
        } else {
            result = written == 0 ? PORT_TOO_LARGE : result_of_errno();
        }
    }
    if (close(file) != 0 && result == PORT_OK) {  // SPIFFS writes what it kept back
        result = result_of_errno();
    }
    return result;
}

port_result esp32_file_read(const char *name, uint32_t offset, void *room, size_t room_bytes, size_t *read_bytes) {
    char path[PATH_BYTES];
    *read_bytes = 0;
    if (!make_path(path, name)) {
        return PORT_NONE;
    }
    const int file = open(path, O_RDONLY);
    if (file < 0) {
        return result_of_errno();
    }
    const bool is_there = lseek(file, (off_t)offset, SEEK_SET) == (off_t)offset;
    const ssize_t got = is_there ? read(file, room, room_bytes) : 0;
    const port_result result = got >= 0 ? PORT_OK : result_of_errno();
    *read_bytes = got >= 0 ? (size_t)got : 0;
    close(file);
    return result;
}

port_result esp32_file_remove(const char *name) {
    char path[PATH_BYTES];
    if (!make_path(path, name)) {
        return PORT_NONE;
    }
    return unlink(path) == 0 ? PORT_OK : result_of_errno();
}

void esp32_file_each(port_file_visit *visit, void *visitor) {
    DIR *list = opendir(THIMBLE_FILES_ROOT);
    if (list == NULL) {
        return;
    }
    bool goes_on = true;
    for (struct dirent *entry = readdir(list); entry != NULL && goes_on; entry = readdir(list)) {
        char path[PATH_BYTES];
        struct stat status;
        if (make_path(path, entry->d_name) && stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
            goes_on = visit(visitor, entry->d_name, (uint32_t)status.st_size);
        }
    }
    closedir(list);
}
