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

// A broker and a server for downloads, as the test says.
enum { FAKE_PUBLISHED = 400, FAKE_TEXT_BYTES = 4096 };

typedef struct fake_published {
    char topic[PORT_TOPIC_BYTES], text[FAKE_TEXT_BYTES];  // the text is cut if it is longer
    size_t byte_count;
    int qos;
    bool is_retained;
    int32_t message_id;
} fake_published;

typedef struct fake_net {
    bool is_started, is_connected, is_full;  // full: takes no message
    port_broker_listener listener;
    char host[64], client_id[64], will_topic[PORT_TOPIC_BYTES], password[64];
    unsigned start_count, subscription_count;
    char subscriptions[8][PORT_TOPIC_BYTES];
    fake_published published[FAKE_PUBLISHED];
    size_t published_count;
    int32_t message_id;
    // Downloads.
    const uint8_t *file;
    size_t file_bytes, sent_bytes, piece_bytes;
    uint32_t offset;       // of the last start
    unsigned download_count;
    size_t break_after;    // bytes of each download until it fails; 0: never
    size_t end_after;      // bytes of the file until the server says that was all; 0: all
    bool is_refused, is_downloading;
    unsigned restarts;
} fake_net;

typedef struct fake_port {
    port port;
    fake_net *net;  // NULL: without network
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

// Gives the port a broker, downloads, signatures and a restart.
void fake_port_add_network(fake_port *changed);

// The broker takes the connection, ends it, acknowledges all that was published since the connection with QoS 1, sends.
void fake_broker_connect(fake_port *world);
void fake_broker_end(fake_port *world, const char *reason);
void fake_broker_acknowledge(fake_port *world);
void fake_broker_send(fake_port *world, const char *topic, const char *text, bool is_retained);

// The newest message on this topic, or NULL.
const fake_published *fake_broker_find(const fake_port *world, const char *topic);

// The bytes of a file of the repository, newly allocated. Ends the program if it cannot be read.
uint8_t *read_test_file(const char *path, size_t *byte_count);

#endif
