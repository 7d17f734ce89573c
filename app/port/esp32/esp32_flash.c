// esp32_flash.c - the areas of port.h as partitions: found by label, mapped once for good, so that models run in place.
//
// Writing through esp_partition_* also brings the cache behind the mapping up to date.
//
// SPDX-License-Identifier: Apache-2.0
#include "esp32_flash.h"

const char *esp32_flash_open(esp32_flash *opened) {
    static const char *const labels[PORT_AREA_COUNT] = {"state", "model_a", "model_b"};
    for (int i = 0; i < PORT_AREA_COUNT; i++) {
        const esp_partition_t *found =
            esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_ANY, labels[i]);
        if (found == NULL) {
            return "the partition table lacks \"state\", \"model_a\" or \"model_b\"; flash the one of firmware/";
        }
        esp_partition_mmap_handle_t handle;  // never unmapped
        const void *map;
        if (esp_partition_mmap(found, 0, found->size, ESP_PARTITION_MMAP_DATA, &map, &handle) != ESP_OK) {
            return "the flash cannot be mapped into memory";
        }
        opened->areas[i] = found;
        opened->maps[i] = map;
    }
    return NULL;
}

size_t esp32_flash_bytes(const esp32_flash *from, port_area area) {
    return from->areas[area]->size / PORT_SECTOR_BYTES * PORT_SECTOR_BYTES;
}

bool esp32_flash_erase(const esp32_flash *changed, port_area area, uint32_t sector) {
    return esp_partition_erase_range(changed->areas[area], (size_t)sector * PORT_SECTOR_BYTES, PORT_SECTOR_BYTES) ==
           ESP_OK;
}

bool esp32_flash_write(const esp32_flash *changed, port_area area, uint32_t offset, const void *bytes,
                       size_t byte_count) {
    return esp_partition_write(changed->areas[area], offset, bytes, byte_count) == ESP_OK;
}

const uint8_t *esp32_flash_map(const esp32_flash *from, port_area area) {
    return from->maps[area];
}
