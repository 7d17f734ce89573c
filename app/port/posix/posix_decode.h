// posix_decode.h - JPEG by libjpeg-turbo, PNG by libpng, scaled down as the application asks.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_POSIX_DECODE_H
#define THIMBLE_POSIX_DECODE_H

#include "port.h"

// `decode` of port.h; `context` is not used.
port_result posix_decode(void *context, port_picture_kind kind, const uint8_t *bytes, size_t byte_count, uint8_t *room,
                         size_t room_bytes, port_picture *picture);

#endif
