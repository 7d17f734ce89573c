// port.h - all that the application asks of the world: camera, clock, flash, files, decoders, locks, log.
//
//      app/core  ──calls──►  port.h  ◄──implemented by──  app/port/posix (a desk), app/port/esp32 (a board), tests
//      app/core/http.h  ◄──called by──  the HTTP server of the port
//
// A port is a struct of functions, so that a test can make one by hand and run several at once. Every function gets
// `context` first. None of them may call back into the application.
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

// ---- the device ----

typedef struct port_device {  // for people; a number that a port does not know is 0, a text NULL
    const char *port_name, *board, *chip, *reset_reason, *network, *host_name;
    uint64_t memory_free_bytes, memory_least_free_bytes, memory_largest_block_bytes, memory_used_bytes;
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
} port;

#endif
