// read_file.c - reads whole files into memory.
//
// SPDX-License-Identifier: Apache-2.0
#include "read_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { FIRST_ROOM_BYTES = 1 << 16, ALIGNMENT_BYTES = 16 };

// Where the bytes come from: a file descriptor, or zlib on top of one.
typedef struct source {
    int file;
    gzFile gzip;         // NULL: read `file` itself
    const char *reason;  // why reading failed
    const char *advice;
} source;

// Returns the number of bytes read, 0 at the end, -1 after an error.
static long read_some(source *from, uint8_t *into, size_t byte_count) {
    const size_t step = byte_count < (1u << 24) ? byte_count : (1u << 24);
    if (from->gzip != NULL) {
        const int got = gzread(from->gzip, into, (unsigned)step);
        int code = Z_OK;
        const char *text = gzerror(from->gzip, &code);
        // A file that ends inside its compressed data gives what there is, and Z_BUF_ERROR.
        if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
            from->reason = code == Z_ERRNO        ? strerror(errno)
                           : code == Z_BUF_ERROR  ? "its compressed data is cut short"
                           : code == Z_DATA_ERROR ? "its compressed data is damaged"
                                                  : text;
            from->advice = "get it again";
            return -1;
        }
        return got;
    }
    ssize_t got;
    do {
        got = read(from->file, into, step);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        from->reason = strerror(errno);
        from->advice = "check the file";
    }
    return (long)got;
}

// Moves to a larger room; frees the old one in any case. realloc would promise no alignment beyond max_align_t.
static uint8_t *grow(uint8_t *old, size_t used_bytes, size_t room_bytes) {
    void *room = NULL;
    if (posix_memalign(&room, ALIGNMENT_BYTES, room_bytes) != 0) {
        room = NULL;
    } else if (used_bytes > 0) {
        memcpy(room, old, used_bytes);
    }
    free(old);
    return room;
}

static cli_status too_large(const char *path, const char *what, cli_status status, size_t limit_bytes) {
    return cli_fail(status, "%s '%s' is larger than %zu bytes; give a smaller file", what, path, limit_bytes);
}

static cli_status read_all(source *from, const char *path, const char *what, cli_status status, size_t limit_bytes,
                           uint8_t **bytes, size_t *byte_count) {
    size_t used_bytes = 0, room_bytes = FIRST_ROOM_BYTES;
    uint8_t *room = grow(NULL, 0, room_bytes);
    while (room != NULL) {
        const long got = read_some(from, room + used_bytes, room_bytes - 1 - used_bytes);
        if (got < 0) {
            free(room);
            return cli_fail(status, "cannot read %s '%s': %s; %s", what, path, from->reason, from->advice);
        }
        used_bytes += (size_t)got;
        if (used_bytes > limit_bytes) {
            free(room);
            return too_large(path, what, status, limit_bytes);
        }
        if (got == 0) {
            room[used_bytes] = 0;
            *bytes = room;
            *byte_count = used_bytes;
            return CLI_OK;
        }
        if (used_bytes == room_bytes - 1) {
            room_bytes *= 2;
            room = grow(room, used_bytes, room_bytes);
        }
    }
    return cli_fail(CLI_FAILED, "no memory for %s '%s'; close other programs", what, path);
}

static cli_status open_file(const char *path, const char *what, cli_status status, size_t limit_bytes, int *file) {
    *file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat facts = {0};
    if (*file < 0) {
        return cli_fail(status, "cannot open %s '%s': %s; check the name and the permissions", what, path,
                        strerror(errno));
    }
    if (fstat(*file, &facts) == 0 && S_ISDIR(facts.st_mode)) {
        close(*file);
        return cli_fail(status, "cannot read %s '%s': it is a directory; name a file", what, path);
    }
    if (S_ISREG(facts.st_mode) && (uintmax_t)facts.st_size > limit_bytes) {
        close(*file);
        return too_large(path, what, status, limit_bytes);
    }
    return CLI_OK;
}

cli_status read_file(const char *path, const char *what, cli_status status, size_t limit_bytes, uint8_t **bytes,
                     size_t *byte_count) {
    source from = {0};
    cli_status result = open_file(path, what, status, limit_bytes, &from.file);
    if (result != CLI_OK) {
        return result;
    }
    result = read_all(&from, path, what, status, limit_bytes, bytes, byte_count);
    close(from.file);
    return result;
}

cli_status read_gzip_file(const char *path, const char *what, size_t limit_bytes, uint8_t **bytes, size_t *byte_count) {
    source from = {0};
    cli_status result = open_file(path, what, CLI_INPUT, limit_bytes, &from.file);
    if (result != CLI_OK) {
        return result;
    }
    from.gzip = gzdopen(from.file, "rb");
    if (from.gzip == NULL) {
        close(from.file);
        return cli_fail(CLI_FAILED, "no memory for reading '%s'; close other programs", path);
    }
    result = read_all(&from, path, what, CLI_INPUT, limit_bytes, bytes, byte_count);
    gzclose(from.gzip);
    return result;
}
