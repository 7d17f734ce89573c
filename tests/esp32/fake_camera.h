// fake_camera.h - the camera driver on a host: what a test can set and see.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_FAKE_CAMERA_H
#define THIMBLE_FAKE_CAMERA_H

#include "esp_camera.h"

extern int fake_camera_xclk;  // the pin at which it answers
extern camera_fb_t fake_camera_frame;  // what it shows
extern unsigned fake_camera_frames_left, fake_camera_held;

#endif
