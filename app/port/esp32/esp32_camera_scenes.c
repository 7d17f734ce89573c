// esp32_camera_scenes.c - the virtual camera: the scenes in the program, each for two seconds.
//
// SPDX-License-Identifier: Apache-2.0
#include <esp_timer.h>
#include <string.h>

#include "esp32_port.h"
#include "scenes.h"

enum { SCENE_MS = 2000 };

static port_result next_scene(void *context, uint8_t *room, size_t room_bytes, size_t *frame_bytes) {
    const uint64_t now_ms = (uint64_t)esp_timer_get_time() / 1000;
    const app_picture *scene = &scenes[now_ms / SCENE_MS % scene_count];
    (void)context;
    if (scene->byte_count > room_bytes) {
        return PORT_TOO_LARGE;
    }
    memcpy(room, scene->bytes, scene->byte_count);
    *frame_bytes = scene->byte_count;
    return PORT_OK;
}

esp32_camera esp32_camera_scenes(void) {
    return (esp32_camera){.name = "sample scenes", .next = next_scene};
}
