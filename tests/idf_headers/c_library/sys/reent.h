// reent.h - newlib's, which ESP-IDF's headers name where the C library of the compiler at hand is another one (idf_check).
// It has a size, since FreeRTOS keeps one for each task.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_SYS_REENT_H
#define THIMBLE_IDF_SYS_REENT_H

struct _reent {
    void *room[60];
};

#endif
