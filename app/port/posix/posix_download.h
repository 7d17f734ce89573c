// posix_download.h - downloads in pieces, by libcurl, with a thread for each.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_POSIX_DOWNLOAD_H
#define THIMBLE_POSIX_DOWNLOAD_H

#include "port.h"

typedef struct posix_download posix_download;

// NULL: there is no memory, or the program was built without libcurl.
posix_download *posix_download_open(void);
void posix_download_close(posix_download *closed);  // NULL is fine

// The functions of port.h.
bool posix_download_start(posix_download *started, const port_download *how);
port_result posix_download_read(posix_download *from, void *room, size_t room_bytes, size_t *read_bytes,
                                const char **problem);
void posix_download_stop(posix_download *stopped);

#endif
