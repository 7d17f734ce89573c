// sockets.h - in the place of lwIP's, which ESP-IDF's headers name (idf_check without the submodule).
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_LWIP_SOCKETS_H
#define THIMBLE_IDF_LWIP_SOCKETS_H

#include <sys/socket.h>

#endif
