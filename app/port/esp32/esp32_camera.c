// esp32_camera.c - the board's camera by Espressif's driver (component esp32-camera), where that is part of the build: JPEG
// from the sensor, the newest frame.
//
// Frames are QVGA: with PSRAM two, so that the newest one is taken; without, one, in the internal memory.
//
// SPDX-License-Identifier: Apache-2.0
#include "esp32_port.h"

#if __has_include(<esp_camera.h>)
#include <esp_camera.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <stdio.h>
#include <string.h>

#include "esp32_heap.h"

enum { XCLK_HZ = 20000000, QUALITY = 14, FRAMES_TO_SETTLE = 3, SILENCE_US = 3000000 };

static int frames_until_settled;  // exposure and white balance of the first ones are off
static int64_t last_frame_us;

// The console tries other boards while the loop takes frames: one of them at a time.
static SemaphoreHandle_t driver_lock;
static bool is_open;

static void lock_driver(void) {
    static StaticSemaphore_t room;
    if (driver_lock == NULL) {  // at the first opening, before there is a loop
        driver_lock = xSemaphoreCreateMutexStatic(&room);
    }
    xSemaphoreTake(driver_lock, portMAX_DELAY);
}

static port_result take_frame(uint8_t *room, size_t room_bytes, size_t *frame_bytes) {
    if (!is_open) {
        return PORT_FAILED;
    }
    if (!esp_camera_available_frames()) {  // esp_camera_fb_get would wait for up to four seconds
        return esp_timer_get_time() - last_frame_us > SILENCE_US ? PORT_FAILED : PORT_NONE;
    }
    camera_fb_t *taken = esp_camera_fb_get();
    if (taken == NULL) {
        return PORT_FAILED;
    }
    last_frame_us = esp_timer_get_time();
    port_result result = PORT_OK;
    if (frames_until_settled > 0) {
        frames_until_settled--;
        result = PORT_NONE;
    } else if (taken->format != PIXFORMAT_JPEG || taken->len < 4) {
        result = PORT_NONE;
    } else if (taken->len > room_bytes) {
        result = PORT_TOO_LARGE;
    } else {
        memcpy(room, taken->buf, taken->len);
        *frame_bytes = taken->len;
    }
    esp_camera_fb_return(taken);
    return result;
}

static port_result next_frame(void *context, uint8_t *room, size_t room_bytes, size_t *frame_bytes) {
    (void)context;
    lock_driver();
    const port_result result = take_frame(room, room_bytes, frame_bytes);
    xSemaphoreGive(driver_lock);
    return result;
}

static camera_config_t config_of(const esp32_board *board) {
    const bool has_psram = esp32_heap_has_psram();
    return (camera_config_t){
        .pin_pwdn = board->power_down,
        .pin_reset = board->reset,
        .pin_xclk = board->xclk,
        .pin_sccb_sda = board->sda,
        .pin_sccb_scl = board->scl,
        .pin_d7 = board->data[7],
        .pin_d6 = board->data[6],
        .pin_d5 = board->data[5],
        .pin_d4 = board->data[4],
        .pin_d3 = board->data[3],
        .pin_d2 = board->data[2],
        .pin_d1 = board->data[1],
        .pin_d0 = board->data[0],
        .pin_vsync = board->vsync,
        .pin_href = board->href,
        .pin_pclk = board->pclk,
        .xclk_freq_hz = board->xclk_hz != 0 ? (int)board->xclk_hz : XCLK_HZ,
        .ledc_timer = LEDC_TIMER_0,
        .ledc_channel = LEDC_CHANNEL_0,
        .pixel_format = PIXFORMAT_JPEG,
        .frame_size = FRAMESIZE_QVGA,
        .jpeg_quality = QUALITY,
        .fb_count = has_psram ? 2 : 1,
        .fb_location = has_psram ? CAMERA_FB_IN_PSRAM : CAMERA_FB_IN_DRAM,
        .grab_mode = has_psram ? CAMERA_GRAB_LATEST : CAMERA_GRAB_WHEN_EMPTY,
    };
}

const char *esp32_camera_open(esp32_camera *opened, const esp32_board *board) {
    if (!board->has_camera) {
        return "this board has no camera";
    }
    const camera_config_t config = config_of(board);
    lock_driver();
    const esp_err_t result = esp_camera_init(&config);
    is_open = result == ESP_OK;
    xSemaphoreGive(driver_lock);
    if (result == ESP_ERR_CAMERA_NOT_DETECTED || result == ESP_ERR_CAMERA_NOT_SUPPORTED) {
        return "no camera answers at the pins of this board: check the flat cable, or choose another board";
    }
    if (result == ESP_ERR_NO_MEM) {
        return "no memory for the camera's frames";
    }
    if (result != ESP_OK) {
        return "the camera does not start: check its power (5 V, 500 mA) and the flat cable";
    }
    sensor_t *sensor = esp_camera_sensor_get();
    const camera_sensor_info_t *about = sensor != NULL ? esp_camera_sensor_get_info(&sensor->id) : NULL;
    *opened = (esp32_camera){.next = next_frame};
    snprintf(opened->name, sizeof opened->name, "%s", about != NULL ? about->name : "camera");
    frames_until_settled = FRAMES_TO_SETTLE;
    last_frame_us = esp_timer_get_time();
    return NULL;
}

void esp32_camera_close(void) {
    lock_driver();
    esp_camera_deinit();
    is_open = false;
    xSemaphoreGive(driver_lock);
}

#else

const char *esp32_camera_open(esp32_camera *opened, const esp32_board *board) {
    (void)opened;
    (void)board;
    return "this image was built without the camera driver";
}

void esp32_camera_close(void) {}

#endif
