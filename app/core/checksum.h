// checksum.h - CRC-32 as in zip files and IEEE 802.3: finds torn and worn bytes, protects against nobody.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_CHECKSUM_H
#define THIMBLE_APP_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

// The checksum of what `before` (0 at the start) stands for, followed by these bytes.
uint32_t checksum_add(uint32_t before, const void *bytes, size_t byte_count);

#endif
