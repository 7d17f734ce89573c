// esp32_flash.h - the areas of port.h as partitions of the chip's flash, mapped into memory.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_ESP32_FLASH_H
#define THIMBLE_ESP32_FLASH_H

#include <esp_partition.h>

#include "port.h"

typedef struct esp32_flash {
    const esp_partition_t *areas[PORT_AREA_COUNT];
    const uint8_t *maps[PORT_AREA_COUNT];
} esp32_flash;

// Finds and maps the partitions. NULL, or what is wrong.
const char *esp32_flash_open(esp32_flash *opened);

// As port.h says.
size_t esp32_flash_bytes(const esp32_flash *from, port_area area);
bool esp32_flash_erase(const esp32_flash *changed, port_area area, uint32_t sector);
bool esp32_flash_write(const esp32_flash *changed, port_area area, uint32_t offset, const void *bytes,
                       size_t byte_count);
const uint8_t *esp32_flash_map(const esp32_flash *from, port_area area);

#endif
