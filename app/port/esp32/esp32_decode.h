// esp32_decode.h - JPEG by the decoder in the chip's ROM.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_ESP32_DECODE_H
#define THIMBLE_ESP32_DECODE_H

#include "port.h"

// As decode of port.h. Into RGB565, or grey where colour has no room. Baseline JPEG in colour only (as cameras make it).
// One call at a time.
port_result esp32_decode(port_picture_kind kind, const uint8_t *bytes, size_t byte_count, uint8_t *room,
                         size_t room_bytes, port_picture *picture);

#endif
