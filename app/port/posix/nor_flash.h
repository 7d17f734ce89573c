// nor_flash.h - NOR flash in a file or in memory: erasing sets bits, writing clears them, and the power can be cut.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_POSIX_NOR_FLASH_H
#define THIMBLE_POSIX_NOR_FLASH_H

#include "port.h"

typedef enum nor_flash_cut {  // what the operation during which the power goes leaves behind
    NOR_FLASH_CUT_BEFORE,     // nothing of it
    NOR_FLASH_CUT_PART,  // a part from its start, and one byte of which only some bits changed
    NOR_FLASH_CUT_AFTER,      // all of it, but nobody was told
    NOR_FLASH_CUT_NOISE,      // each bit may have changed or not
    NOR_FLASH_CUT_KINDS,
} nor_flash_cut;

typedef struct nor_flash {
    uint8_t *bytes;  // of all areas, one behind the other
    size_t area_offset[PORT_AREA_COUNT + 1];
    int file;  // -1: in memory only
    uint64_t operation_count;  // writes and erases so far
    // Fault injection: the power goes in operation number cut_at (1 is the next of a new flash); 0: never. From then on
    // everything fails until nor_flash_power_on.
    uint64_t cut_at;
    nor_flash_cut cut;
    unsigned cut_part;  // of NOR_FLASH_CUT_PART, in 256ths
    uint32_t noise_seed;
    bool is_off;
} nor_flash;

// Opens or makes the file; `path` may be NULL for memory. Area sizes are multiples of PORT_SECTOR_BYTES. Returns NULL, or
// what is wrong.
const char *nor_flash_open(nor_flash *opened, const char *path, const size_t area_bytes[PORT_AREA_COUNT]);
void nor_flash_close(nor_flash *closed);
void nor_flash_power_on(nor_flash *changed);

size_t nor_flash_area_bytes(const nor_flash *from, port_area area);
const uint8_t *nor_flash_map(const nor_flash *from, port_area area);
bool nor_flash_erase(nor_flash *changed, port_area area, uint32_t sector);
bool nor_flash_write(nor_flash *changed, port_area area, uint32_t offset, const void *bytes, size_t byte_count);

#endif
