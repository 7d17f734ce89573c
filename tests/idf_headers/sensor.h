// sensor.h - what is used of ESP-IDF's header of this name. (of the component esp32-camera)
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_SENSOR_H
#define THIMBLE_IDF_SENSOR_H

typedef enum { PIXFORMAT_RGB565, PIXFORMAT_YUV422, PIXFORMAT_YUV420, PIXFORMAT_GRAYSCALE, PIXFORMAT_JPEG } pixformat_t;
typedef enum { FRAMESIZE_QVGA = 6 } framesize_t;

typedef struct {
    unsigned short PID;
} sensor_id_t;

typedef struct {
    const char *name;
} camera_sensor_info_t;

typedef struct _sensor {
    sensor_id_t id;
} sensor_t;

camera_sensor_info_t *esp_camera_sensor_get_info(sensor_id_t *id);

#endif
