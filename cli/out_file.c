// out_file.c - output files that appear complete or not at all.
//
// SPDX-License-Identifier: Apache-2.0
#include "out_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static cli_status fail(const char *path, const char *reason) {
    return cli_fail(CLI_FAILED, "cannot write '%s': %s; choose a place that exists, is writable and has space", path,
                    reason);
}

// Opens "DIR/.NAME.XXXXXX" with the permissions a plain new file would get.
static int open_temporary(out_file *file) {
    const char *slash = strrchr(file->path, '/');
    const int directory_bytes = slash != NULL ? (int)(slash - file->path) + 1 : 0;
    const size_t room_bytes = strlen(file->path) + sizeof "..XXXXXX";
    file->temporary = malloc(room_bytes);
    if (file->temporary == NULL) {
        return -1;
    }
    snprintf(file->temporary, room_bytes, "%.*s.%s.XXXXXX", directory_bytes, file->path, file->path + directory_bytes);
    const int descriptor = mkstemp(file->temporary);
    if (descriptor >= 0) {
        const mode_t mask = umask(0);
        umask(mask);
        (void)fchmod(descriptor, 0666 & ~mask);
    } else {
        free(file->temporary);
        file->temporary = NULL;
    }
    return descriptor;
}

cli_status out_file_open(out_file *file, const char *path) {
    *file = (out_file){0};
    struct stat facts;
    const bool exists = stat(path, &facts) == 0;
    if (exists && S_ISDIR(facts.st_mode)) {
        return fail(path, "it is a directory");
    }
    // A symbolic link stays one: the file it leads to is replaced.
    file->path = exists ? realpath(path, NULL) : strdup(path);
    file->given = strdup(path);
    if (file->path == NULL || file->given == NULL) {
        const cli_status status = fail(path, strerror(errno));
        out_file_discard(file);
        return status;
    }
    const bool direct = exists && !S_ISREG(facts.st_mode);
    const int descriptor = direct ? open(file->path, O_WRONLY | O_CLOEXEC) : open_temporary(file);
    file->stream = descriptor >= 0 ? fdopen(descriptor, "wb") : NULL;
    if (file->stream == NULL) {
        const cli_status status = fail(path, strerror(errno));
        if (descriptor >= 0) {
            close(descriptor);
        }
        out_file_discard(file);
        return status;
    }
    return CLI_OK;
}

cli_status out_file_finish(out_file *file) {
    errno = 0;
    const bool was_bad = ferror(file->stream) != 0;
    const bool is_bad = fclose(file->stream) != 0;
    file->stream = NULL;
    if (was_bad || is_bad) {
        return fail(file->given, errno != 0 ? strerror(errno) : "write error");
    }
    return CLI_OK;
}

cli_status out_file_commit(out_file *file) {
    cli_status status = CLI_OK;
    if (file->temporary != NULL) {
        if (rename(file->temporary, file->path) != 0) {
            status = fail(file->given, strerror(errno));
        } else {
            free(file->temporary);
            file->temporary = NULL;
        }
    }
    out_file_discard(file);
    return status;
}

void out_file_discard(out_file *file) {
    if (file->stream != NULL) {
        fclose(file->stream);
    }
    if (file->temporary != NULL) {
        unlink(file->temporary);
    }
    free(file->temporary);
    free(file->path);
    free(file->given);
    *file = (out_file){0};
}
