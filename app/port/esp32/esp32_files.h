// esp32_files.h - the files of port.h on SPIFFS, in the partition "storage".
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_ESP32_FILES_H
#define THIMBLE_ESP32_FILES_H

#include "port.h"

// Mounts; formats a partition that was never used, which takes seconds. NULL, or what is wrong.
const char *esp32_files_open(void);

// How much of it may be used: SPIFFS becomes slow and cannot write any more long before it is full.
uint64_t esp32_files_room_bytes(void);

// As port.h says.
port_result esp32_file_write(const char *name, const void *bytes, size_t byte_count);
port_result esp32_file_read(const char *name, uint32_t offset, void *room, size_t room_bytes, size_t *read_bytes);
port_result esp32_file_remove(const char *name);
void esp32_file_each(port_file_visit *visit, void *visitor);

#endif
