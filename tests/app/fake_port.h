// fake_port.h - a port that a test holds in its hand: clock, camera, flash and files are what the test says.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef FAKE_PORT_H
#define FAKE_PORT_H

#include "nor_flash.h"
#include "port.h"

enum { FAKE_STATE_BYTES = 2 * PORT_SECTOR_BYTES, FAKE_SLOT_BYTES = 20 * PORT_SECTOR_BYTES, FAKE_FILE_COUNT = 64 };

typedef struct fake_file {
    char name[PORT_NAME_BYTES];
    uint8_t *bytes;
    size_t byte_count;
} fake_file;

typedef struct fake_port {
    port port;
    uint64_t now_us, unix_ms;
    uint64_t clock_us;  // how far the clock goes on with each look at it
    nor_flash flash;
    // The next frames, in order; the test owns them.
    const uint8_t *frame;
    size_t frame_bytes;
    port_result camera_result;  // what camera_take says if it is not PORT_OK
    uint64_t frame_us;  // how far the clock goes on with each frame
    bool is_locked;
    unsigned lock_mistakes, server_wakes, loop_wakes;
    fake_file files[FAKE_FILE_COUNT];
    // Fault injection, as in nor_flash: from file_write or file_remove number `file_cut_at` on nothing works. It leaves
    // this part of the file (in 256ths).
    uint64_t file_operations, file_cut_at;
    unsigned file_cut_part;
    bool files_off;
    char last_log[200];
} fake_port;

void fake_port_open(fake_port *opened);
void fake_port_close(fake_port *closed);

// The power comes back: flash and files work again, with what they hold.
void fake_port_power_on(fake_port *changed);

// The bytes of a file of the repository, newly allocated. Ends the program if it cannot be read.
uint8_t *read_test_file(const char *path, size_t *byte_count);

#endif
