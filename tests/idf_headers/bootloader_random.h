// bootloader_random.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_BOOTLOADER_RANDOM_H
#define THIMBLE_IDF_BOOTLOADER_RANDOM_H

void bootloader_random_enable(void);
void bootloader_random_disable(void);

#endif
