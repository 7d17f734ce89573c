// posix_port.h - port.h on a desk: a folder for flash and files, threads, a virtual camera.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_POSIX_PORT_H
#define THIMBLE_POSIX_PORT_H

#include <pthread.h>

#include "nor_flash.h"
#include "port.h"
#include "posix_broker.h"
#include "posix_download.h"

// A virtual camera. `next` copies the next frame (JPEG) into `room`, or says why not, as camera_take does; it is called at
// the frame rate, unless the camera waits for its frames itself (then at most 100 ms).
typedef struct posix_camera {
    void *context;
    char name[80];
    bool waits_itself;
    port_result (*next)(void *context, uint8_t *room, size_t room_bytes, size_t *frame_bytes);
    void (*close)(void *context);
} posix_camera;

enum { POSIX_PATH_BYTES = 4000 };

typedef struct posix_port {
    port port;
    uint64_t start_us;
    pthread_mutex_t mutex;  // port.lock
    pthread_mutex_t loop_mutex;  // of what follows
    pthread_cond_t loop_wake;
    bool loop_has_work;
    uint64_t frame_due_us;
    nor_flash flash;
    int folder;  // of captures
    int lock_file;
    char store_path[POSIX_PATH_BYTES];
    bool is_temporary;
    bool was_running;  // the last run with this store did not end by itself
    posix_camera camera;
    char host_name[72];
    posix_broker *broker;  // NULL: built without
    posix_download *download;
    void (*wake_server)(void *server);
    void *server;
} posix_port;

// Opens the store in `folder` (made if it is not there), or in memory and a temporary folder if `folder` is NULL. Takes
// over the camera. Returns NULL, or what is wrong; *in_use is then true if another process has the store open.
const char *posix_port_open(posix_port *opened, const char *folder, const posix_camera *camera, bool *in_use);

// After this the last run counts as ended by itself.
void posix_port_close(posix_port *closed);

// Whom port.wake_server wakes; NULL: nobody.
void posix_port_serve(posix_port *changed, void (*wake)(void *server), void *server);

// The scenes embedded in the program, each for two seconds.
posix_camera posix_camera_scenes(void);

// A V4L2 device (/dev/videoN) that delivers JPEG. Returns NULL, or what is wrong.
const char *posix_camera_v4l2(posix_camera *opened, const char *device);

#endif
