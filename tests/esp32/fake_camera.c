// fake_camera.c - the camera driver: one that is there at the pins that fake_camera_xclk names, and shows what it was given.
//
// SPDX-License-Identifier: Apache-2.0
#include "fake_camera.h"

int fake_camera_xclk = -1;
camera_fb_t fake_camera_frame;
unsigned fake_camera_frames_left, fake_camera_held;

static int started_xclk = -1;
static sensor_t sensor = {.id = {.PID = 0x26}};
static camera_sensor_info_t info = {.name = "OV2640"};

esp_err_t esp_camera_init(const camera_config_t *config) {
    if (config->pin_xclk != fake_camera_xclk || config->pixel_format != PIXFORMAT_JPEG) {
        return ESP_ERR_CAMERA_NOT_DETECTED;
    }
    started_xclk = config->pin_xclk;
    return ESP_OK;
}

esp_err_t esp_camera_deinit(void) {
    started_xclk = -1;
    return ESP_OK;
}

bool esp_camera_available_frames(void) {
    return started_xclk >= 0 && fake_camera_frames_left > 0;
}

camera_fb_t *esp_camera_fb_get(void) {
    if (!esp_camera_available_frames()) {
        return NULL;
    }
    fake_camera_frames_left--;
    fake_camera_held++;
    return &fake_camera_frame;
}

void esp_camera_fb_return(camera_fb_t *fb) {
    fake_camera_held -= fb == &fake_camera_frame;
}

sensor_t *esp_camera_sensor_get(void) {
    return &sensor;
}

camera_sensor_info_t *esp_camera_sensor_get_info(sensor_id_t *id) {
    return id->PID == sensor.id.PID ? &info : NULL;
}
