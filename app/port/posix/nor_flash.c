// nor_flash.c - NOR flash in a mapped file; each operation is on the medium before the next begins.
//
// SPDX-License-Identifier: Apache-2.0
#include "nor_flash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fill_with_ones(int file, size_t byte_count) {
    uint8_t ones[PORT_SECTOR_BYTES];
    memset(ones, 0xff, sizeof ones);
    for (size_t done = 0; done < byte_count; done += sizeof ones) {
        if (pwrite(file, ones, sizeof ones, (off_t)done) != (ssize_t)sizeof ones) {
            return false;
        }
    }
    return true;
}

// The file, of the right size. A new one is filled beside its place and moved there, so that it is never half made.
static int open_file(const char *path, size_t byte_count, const char **problem) {
    struct stat status;
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0 && errno == ENOENT) {
        char fresh[4096];
        const size_t path_bytes = strlen(path);
        if (path_bytes + 5 > sizeof fresh) {
            *problem = "its path is too long";
            return -1;
        }
        memcpy(fresh, path, path_bytes);
        memcpy(fresh + path_bytes, ".new", 5);
        file = open(fresh, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (file >= 0 && (!fill_with_ones(file, byte_count) || fsync(file) != 0 || rename(fresh, path) != 0)) {
            close(file);
            file = -1;
        }
    }
    if (file < 0) {
        *problem = strerror(errno);
        return -1;
    }
    if (fstat(file, &status) != 0 || status.st_size != (off_t)byte_count) {
        *problem = "it is not a store of this version; move it away, or give another folder";
        close(file);
        return -1;
    }
    return file;
}

const char *nor_flash_open(nor_flash *opened, const char *path, const size_t area_bytes[PORT_AREA_COUNT]) {
    *opened = (nor_flash){.file = -1, .noise_seed = 1, .cut_part = 128};
    for (size_t i = 0; i < PORT_AREA_COUNT; i++) {
        opened->area_offset[i + 1] = opened->area_offset[i] + area_bytes[i];
    }
    const size_t byte_count = opened->area_offset[PORT_AREA_COUNT];
    const char *problem = NULL;
    if (path != NULL) {
        opened->file = open_file(path, byte_count, &problem);
        if (opened->file < 0) {
            return problem;
        }
    }
    const int flags = path != NULL ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
    void *mapped = mmap(NULL, byte_count, PROT_READ | PROT_WRITE, flags, opened->file, 0);
    if (mapped == MAP_FAILED) {
        problem = strerror(errno);
        if (opened->file >= 0) {
            close(opened->file);
        }
        return problem;
    }
    opened->bytes = mapped;
    if (path == NULL) {
        memset(opened->bytes, 0xff, byte_count);
    }
    return NULL;
}

void nor_flash_close(nor_flash *closed) {
    munmap(closed->bytes, closed->area_offset[PORT_AREA_COUNT]);
    if (closed->file >= 0) {
        close(closed->file);
    }
    *closed = (nor_flash){.file = -1};
}

void nor_flash_power_on(nor_flash *changed) {
    changed->is_off = false;
    changed->cut_at = 0;
}

size_t nor_flash_area_bytes(const nor_flash *from, port_area area) {
    return from->area_offset[area + 1] - from->area_offset[area];
}

const uint8_t *nor_flash_map(const nor_flash *from, port_area area) {
    return from->bytes + from->area_offset[area];
}

static uint8_t noise(nor_flash *changed) {
    changed->noise_seed = changed->noise_seed * 1664525u + 1013904223u;
    return (uint8_t)(changed->noise_seed >> 24);
}

// Makes bytes[i] and/or/with `wanted[i]` (NULL: all ones) real, as far as the power reaches. False if it is off now.
static bool operate(nor_flash *changed, uint8_t *at, const uint8_t *wanted, size_t byte_count) {
    if (changed->is_off) {
        return false;
    }
    changed->operation_count++;
    const bool is_cut = changed->operation_count == changed->cut_at;
    changed->is_off = is_cut;
    size_t reached = byte_count;
    if (is_cut && changed->cut == NOR_FLASH_CUT_BEFORE) {
        reached = 0;
    } else if (is_cut && changed->cut == NOR_FLASH_CUT_PART) {
        reached = byte_count * changed->cut_part / 256 + 1;
    }
    for (size_t i = 0; i < reached; i++) {
        const uint8_t result = wanted != NULL ? (uint8_t)(at[i] & wanted[i]) : 0xff;
        const bool is_partial =
            is_cut && (changed->cut == NOR_FLASH_CUT_NOISE || (changed->cut == NOR_FLASH_CUT_PART && i == reached - 1));
        at[i] ^= (uint8_t)((at[i] ^ result) & (is_partial ? noise(changed) : 0xff));
    }
    return !is_cut;
}

// On the medium before the next operation: pages around the bytes.
static bool reach_medium(const nor_flash *changed, uint8_t *at, size_t byte_count) {
    if (changed->file < 0) {
        return true;
    }
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t offset = (size_t)(at - changed->bytes), start = offset / page * page;
    return msync(changed->bytes + start, offset + byte_count - start, MS_SYNC) == 0;
}

bool nor_flash_erase(nor_flash *changed, port_area area, uint32_t sector) {
    if ((size_t)sector * PORT_SECTOR_BYTES >= nor_flash_area_bytes(changed, area)) {
        return false;
    }
    uint8_t *at = changed->bytes + changed->area_offset[area] + (size_t)sector * PORT_SECTOR_BYTES;
    return operate(changed, at, NULL, PORT_SECTOR_BYTES) && reach_medium(changed, at, PORT_SECTOR_BYTES);
}

bool nor_flash_write(nor_flash *changed, port_area area, uint32_t offset, const void *bytes, size_t byte_count) {
    const size_t area_bytes = nor_flash_area_bytes(changed, area);
    if (offset % PORT_WRITE_BYTES != 0 || byte_count % PORT_WRITE_BYTES != 0 || offset > area_bytes ||
        byte_count > area_bytes - offset) {
        return false;
    }
    uint8_t *at = changed->bytes + changed->area_offset[area] + offset;
    return operate(changed, at, bytes, byte_count) && reach_medium(changed, at, byte_count);
}
