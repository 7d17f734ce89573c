// camera_scenes.c - a virtual camera over the scenes that are embedded in the program.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "posix_port.h"
#include "scenes.h"

enum { SCENE_SECONDS = 2 };

// The scene follows from the time, so that the camera needs no state.
static port_result next(void *context, uint8_t *room, size_t room_bytes, size_t *frame_bytes) {
    struct timespec now;
    (void)context;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const app_picture *scene = &scenes[(size_t)now.tv_sec / SCENE_SECONDS % scene_count];
    if (scene->byte_count > room_bytes) {
        return PORT_TOO_LARGE;
    }
    memcpy(room, scene->bytes, scene->byte_count);
    *frame_bytes = scene->byte_count;
    return PORT_OK;
}

static void close_nothing(void *context) {
    (void)context;
}

posix_camera posix_camera_scenes(void) {
    return (posix_camera){.name = "sample scenes", .next = next, .close = close_nothing};
}
