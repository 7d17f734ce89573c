// esp32_device.h - what the chip says of itself: name, reset, memory, noise.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_ESP32_DEVICE_H
#define THIMBLE_ESP32_DEVICE_H

#include "port.h"

// Fills port_name, chip, reset_reason, unique_id and the figures of memory.
void esp32_device_describe(port_device *described);

// SHA-256 as port.h says.
void esp32_sha256(const void *bytes, size_t byte_count, uint8_t digest[32]);

#endif
