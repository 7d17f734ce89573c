// esp_camera.h - what is used of ESP-IDF's header of this name. (of the component esp32-camera)
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_ESP_CAMERA_H
#define THIMBLE_IDF_ESP_CAMERA_H

#include <stdbool.h>
#include <stddef.h>

#include "driver/ledc.h"
#include "esp_err.h"
#include "sensor.h"

typedef enum { CAMERA_GRAB_WHEN_EMPTY, CAMERA_GRAB_LATEST } camera_grab_mode_t;
typedef enum { CAMERA_FB_IN_PSRAM, CAMERA_FB_IN_DRAM } camera_fb_location_t;

typedef struct {
    int pin_pwdn, pin_reset, pin_xclk, pin_sccb_sda, pin_sccb_scl;
    int pin_d7, pin_d6, pin_d5, pin_d4, pin_d3, pin_d2, pin_d1, pin_d0;
    int pin_vsync, pin_href, pin_pclk;
    int xclk_freq_hz;
    ledc_timer_t ledc_timer;
    ledc_channel_t ledc_channel;
    pixformat_t pixel_format;
    framesize_t frame_size;
    int jpeg_quality;
    size_t fb_count;
    camera_fb_location_t fb_location;
    camera_grab_mode_t grab_mode;
} camera_config_t;

typedef struct {
    uint8_t *buf;
    size_t len;
    pixformat_t format;
} camera_fb_t;

#define ESP_ERR_CAMERA_NOT_DETECTED 0x20001
#define ESP_ERR_CAMERA_NOT_SUPPORTED 0x20004

esp_err_t esp_camera_init(const camera_config_t *config);
esp_err_t esp_camera_deinit(void);
camera_fb_t *esp_camera_fb_get(void);
void esp_camera_fb_return(camera_fb_t *fb);
sensor_t *esp_camera_sensor_get(void);
bool esp_camera_available_frames(void);

#endif
