// posix_no_download.c - what takes posix_download.c's place where libcurl is missing: nothing is downloaded.
//
// SPDX-License-Identifier: Apache-2.0
#include "posix_download.h"

posix_download *posix_download_open(void) {
    return NULL;
}

void posix_download_close(posix_download *closed) {
    (void)closed;
}

bool posix_download_start(posix_download *started, const port_download *how) {
    (void)started, (void)how;
    return false;
}

port_result posix_download_read(posix_download *from, void *room, size_t room_bytes, size_t *read_bytes,
                                const char **problem) {
    (void)from, (void)room, (void)room_bytes;
    *read_bytes = 0;
    *problem = "built without libcurl";
    return PORT_FAILED;
}

void posix_download_stop(posix_download *stopped) {
    (void)stopped;
}
