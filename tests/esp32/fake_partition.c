// fake_partition.c - partitions on the NOR flash of the desk's port: erasing sets bits, writing clears them.
//
// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "esp_partition.h"
#include "fake_idf.h"

static const size_t area_bytes[PORT_AREA_COUNT] = {4 * PORT_SECTOR_BYTES, 384 * 1024, 384 * 1024};
static const char *const labels[PORT_AREA_COUNT] = {"state", "model_a", "model_b"};
static esp_partition_t partitions[PORT_AREA_COUNT];
static nor_flash flash;

nor_flash *fake_flash(void) {
    if (flash.bytes == NULL && nor_flash_open(&flash, fake.flash_path, area_bytes) != NULL) {
        return NULL;
    }
    return &flash;
}

static port_area area_of(const esp_partition_t *partition) {
    return (port_area)(partition - partitions);
}

const esp_partition_t *esp_partition_find_first(esp_partition_type_t type, esp_partition_subtype_t subtype,
                                                const char *label) {
    (void)subtype;
    for (int i = 0; i < PORT_AREA_COUNT && type == ESP_PARTITION_TYPE_DATA && fake_flash() != NULL; i++) {
        if (strcmp(labels[i], label) == 0) {
            partitions[i].size = (uint32_t)area_bytes[i];
            return &partitions[i];
        }
    }
    return NULL;
}

esp_err_t esp_partition_write(const esp_partition_t *partition, size_t dst_offset, const void *src, size_t size) {
    return nor_flash_write(&flash, area_of(partition), (uint32_t)dst_offset, src, size) ? ESP_OK : ESP_FAIL;
}

esp_err_t esp_partition_erase_range(const esp_partition_t *partition, size_t offset, size_t size) {
    bool worked = offset % PORT_SECTOR_BYTES == 0 && size % PORT_SECTOR_BYTES == 0;
    for (size_t done = 0; done < size && worked; done += PORT_SECTOR_BYTES) {
        worked = nor_flash_erase(&flash, area_of(partition), (uint32_t)((offset + done) / PORT_SECTOR_BYTES));
    }
    return worked ? ESP_OK : ESP_FAIL;
}

esp_err_t esp_partition_mmap(const esp_partition_t *partition, size_t offset, size_t size,
                             esp_partition_mmap_memory_t memory, const void **out_ptr,
                             esp_partition_mmap_handle_t *out_handle) {
    (void)memory;
    *out_handle = 0;
    *out_ptr = nor_flash_map(&flash, area_of(partition)) + offset;
    return offset + size <= partition->size ? ESP_OK : ESP_ERR_INVALID_ARG;
}
