// port.h - all that the application asks of the world: camera, clock, flash, files, decoders, locks, log.
//
//      app/core  ──calls──►  port.h  ◄──implemented by──  app/port/posix (a desk), app/port/esp32 (a board), tests
//      app/core/http.h  ◄──called by──  the HTTP server of the port
//
// A port is a struct of functions, so that a test can make one by hand and run several at once. Every function gets
// `context` first. None of them may call back into the application. What a port does not have (a broker, downloads,
// signatures, a restart) is NULL, and the application says so where somebody asks for it.
//
// Threads. The application knows two, which the port makes: the *loop*, which calls app_step over and over, and the
// *server*, which makes all calls of http.h (from any number of threads, but one call at a time). `lock` and `unlock`
// guard what both use; the application holds the lock for as long as it takes to write a page of JSON at most, and calls
// nothing of the port meanwhile but now_us, unix_ms, device and camera_name.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_PORT_H
#define THIMBLE_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- flash ----

// NOR flash: erasing sets all bits of a sector, writing only clears bits. What was written or erased is there after a
// power cut; a cut during either leaves that sector, or those bytes, in any state.
enum { PORT_SECTOR_BYTES = 4096, PORT_WRITE_BYTES = 16 };  // addresses and sizes of writes are multiples of the latter

typedef enum port_area {
    PORT_AREA_STATE,  // settings, and which model is active: at least two sectors
    PORT_AREA_SLOT_A,  // a model: one sector for the header, then the file
    PORT_AREA_SLOT_B,
    PORT_AREA_COUNT,
} port_area;

// ---- pictures ----

typedef enum port_picture_kind { PORT_JPEG, PORT_PNG } port_picture_kind;
typedef enum port_pixels { PORT_GREY8, PORT_RGB565_BE, PORT_RGB888 } port_pixels;

typedef struct port_picture {
    const uint8_t *pixels;  // in the room given, rows from top to bottom
    port_pixels format;
    int32_t height, width;
    int32_t row_bytes;
    int32_t scale;  // 1, 2, 4 or 8: how many pixels of the file are one here, in each direction
} port_picture;

typedef enum port_result {
    PORT_OK = 0,
    PORT_NONE,  // nothing there: no frame yet, no such file
    PORT_UNSUPPORTED,  // this port cannot do that at all
    PORT_BAD,  // the bytes given are damaged
    PORT_TOO_LARGE,  // does not fit into the room, the quota, the file system
    PORT_FAILED,  // the device failed
} port_result;

// ---- files ----

// Plain files of short names (at most 15 characters of a-z, 0-9 and '.'), all in one folder.
enum { PORT_NAME_BYTES = 16 };

// Called for each file. Returns false to stop. May not call the port.
typedef bool port_file_visit(void *visitor, const char *name, uint32_t file_bytes);

// ---- a message broker (MQTT 3.1.1) ----

// How to reach it. The texts are read during broker_start only; what is not wanted is NULL.
typedef struct port_broker {
    const char *host;
    uint16_t tcp_port;
    bool uses_tls;
    const char *ca_pem;  // whom to trust, with TLS; NULL: whom the device trusts anyway
    const char *certificate_pem, *key_pem;  // the device's own, both or neither
    const char *user, *password;
    const char *client_id;
    uint32_t keep_alive_seconds;
    const char *will_topic, *will_text;  // published by the broker, retained, QoS 1, when it loses the device
} port_broker;

// Whom the port tells what the broker did: from a thread of its own, with no lock held. These return at once. After
// `ended` nothing follows until the next broker_start; broker_stop returns when no call runs any more, without `ended`.
typedef struct port_broker_listener {
    void *context;
    void (*connected)(void *context);
    void (*ended)(void *context, const char *reason);  // not reached, refused, lost; in words, without secrets
    void (*acknowledged)(void *context, int32_t message_id);  // a publication with QoS 1 has arrived
    // A whole message; `topic` ends with a zero, valid during the call. What is longer than PORT_MESSAGE_BYTES is dropped.
    void (*received)(void *context, const char *topic, const void *bytes, size_t byte_count, bool is_retained);
} port_broker_listener;

enum { PORT_MESSAGE_BYTES = 6144, PORT_TOPIC_BYTES = 160 };  // of what is received

// ---- downloads ----

typedef struct port_download {  // a GET; the texts are read during download_start only
    const char *url;  // http:// or https://
    const char *ca_pem;  // as for the broker
    uint32_t offset;  // from which byte on: resumes
    uint32_t stall_ms;  // a server that sends nothing for so long has failed
} port_download;

// ---- signatures ----

enum { PORT_PUBLIC_KEY_BYTES = 65, PORT_SIGNATURE_BYTES = 64 };

// ---- the device ----

typedef struct port_task {
    const char *name;
    uint32_t stack_bytes, stack_least_free_bytes;
} port_task;

enum { PORT_TASK_LIMIT = 6 };

typedef struct port_device {  // for people; a number that a port does not know is 0, a text NULL
    const char *port_name, *board, *chip, *reset_reason, *network, *host_name;
    const char *unique_id;  // 1 to 23 of a-z, 0-9, '-' and '_': a MAC address, say; never another device's
    int32_t rssi_dbm;  // of the radio
    uint64_t memory_free_bytes, memory_least_free_bytes, memory_largest_block_bytes, memory_used_bytes;
    bool counts_allocations;
    uint64_t allocation_count;  // by the application's tasks since they run: 0 if everything was taken at start
    port_task tasks[PORT_TASK_LIMIT];
    size_t task_count;
} port_device;

typedef enum port_log_level { PORT_LOG_ERROR, PORT_LOG_WARNING, PORT_LOG_INFO } port_log_level;

typedef struct port {
    void *context;

    // Monotonic time since the start of the device.
    uint64_t (*now_us)(void *context);
    // Milliseconds since 1970, or 0 while nobody told the device.
    uint64_t (*unix_ms)(void *context);
    // Bytes that nobody can guess.
    void (*random)(void *context, void *room, size_t byte_count);
    void (*log)(void *context, port_log_level level, const char *line);
    void (*device)(void *context, port_device *device);

    // One lock, not recursive.
    void (*lock)(void *context);
    void (*unlock)(void *context);
    // Something new for clients: the server should ask http_respond and http_produce of those that wait. From any thread.
    void (*wake_server)(void *context);
    // Work for the loop: a camera_take or rest that waits should return. From any thread.
    void (*wake_loop)(void *context);
    // Waits for so long, or until wake_loop.
    void (*rest)(void *context, uint32_t most_ms);

    // The newest frame, once, as JPEG of at most 640x480, copied into `room`. Waits for one, but at most 100 ms, and not
    // longer than until wake_loop. PORT_NONE: no new frame. PORT_FAILED: the camera does not answer (ask again later).
    // PORT_TOO_LARGE: a frame that does not fit was dropped. Paces itself to `frames_per_second`.
    port_result (*camera_take)(void *context, uint32_t frames_per_second, uint8_t *room, size_t room_bytes,
                               size_t *frame_bytes);
    // Calls task(argument, i) once for each i below task_count, by at most worker_count threads, and returns when all have
    // returned: for the engine, on devices with several cores. NULL, or 1 worker: it does all by itself.
    void (*parallel_for)(void *context, void (*task)(void *argument, uint32_t task_index), void *argument,
                         uint32_t task_count);
    uint32_t worker_count;

    // What the camera is, in a few words: "sample scenes", "OV2640".
    const char *(*camera_name)(void *context);

    // Decodes a picture into `room`, scaled down by 1, 2, 4 or 8 until it fits there and is at most 320 pixels wide and
    // 240 high (or the other way). Grey if the file or the port has no colour. PORT_UNSUPPORTED: not this kind (PNG on a
    // device). Bounded work for any bytes; larger than 4096 x 4096 is PORT_TOO_LARGE.
    port_result (*decode)(void *context, port_picture_kind kind, const uint8_t *bytes, size_t byte_count, uint8_t *room,
                          size_t room_bytes, port_picture *picture);

    // SHA-256 (FIPS 180-4) by the port's library or hardware.
    void (*sha256)(void *context, const void *bytes, size_t byte_count, uint8_t digest[32]);

    // Flash. A false means the device failed, or that the power of a simulated one is off.
    size_t (*flash_bytes)(void *context, port_area area);  // a multiple of PORT_SECTOR_BYTES
    bool (*flash_erase)(void *context, port_area area, uint32_t sector);
    bool (*flash_write)(void *context, port_area area, uint32_t offset, const void *bytes, size_t byte_count);
    // The area's bytes, readable in place as long as the device runs, aligned to 16; writes show up in it.
    const uint8_t *(*flash_map)(void *context, port_area area);

    // Files. file_write replaces; what it wrote is on the medium when it returns, but a power cut during it leaves any
    // part of the file. file_read reads from `offset` at most `room_bytes`.
    port_result (*file_write)(void *context, const char *name, const void *bytes, size_t byte_count);
    port_result (*file_read)(void *context, const char *name, uint32_t offset, void *room, size_t room_bytes,
                             size_t *read_bytes);
    port_result (*file_remove)(void *context, const char *name);
    void (*file_each)(void *context, port_file_visit *visit, void *visitor);

    // A connection to a broker, one at a time, with a clean session; all by the loop, and none of these waits for the
    // network. broker_start makes one attempt; whether it worked, the listener learns. After `ended`, or to change how,
    // the application calls broker_stop and then broker_start again: nothing of a connection is kept for the next one
    // (no outbox that repeats by itself), and the port never reconnects by itself. False: not even begun.
    bool (*broker_start)(void *context, const port_broker *how, const port_broker_listener *listener);
    void (*broker_stop)(void *context);
    // Sends in the order of calls. The number by which a QoS 1 message is acknowledged (above 0), 0 for QoS 0, or -1:
    // not taken, as not connected or as the port's buffers are full; try again later. `bytes` is copied.
    int32_t (*broker_publish)(void *context, const char *topic, const void *bytes, size_t byte_count, int qos,
                              bool is_retained);
    bool (*broker_subscribe)(void *context, const char *filter);  // with QoS 1

    // A download, one at a time, by the loop; none of these waits for the network. A server that knows no ranges sends all
    // again: the port then skips `offset` bytes. Redirections are followed, five at most, not from https to http.
    bool (*download_start)(void *context, const port_download *how);
    // PORT_OK: *read_bytes more (0: none yet). PORT_NONE: that was all. PORT_FAILED: not reached, broken off, stalled (may
    // be resumed). PORT_BAD: the server refuses (404). `*problem` then says why, until the next call of download_*.
    port_result (*download_read)(void *context, void *room, size_t room_bytes, size_t *read_bytes,
                                 const char **problem);
    void (*download_stop)(void *context);  // always, also after the end

    // ECDSA with P-256 and SHA-256 (FIPS 186-4): whether `signature`, r and s of 32 bytes each, is of `bytes` by the
    // owner of the public key, an uncompressed point (0x04, x, y).
    bool (*verify)(void *context, const uint8_t public_key[PORT_PUBLIC_KEY_BYTES], const void *bytes, size_t byte_count,
                   const uint8_t signature[PORT_SIGNATURE_BYTES]);

    // Starts the device again, as wanted (not a crash); may return before it happens. On a desk the process ends.
    void (*restart)(void *context);
} port;

#endif
