// scenes.h - pictures in the program: what the virtual camera shows and a new model is tried on; and the built-in model.
//
// Made at build from samples/scenes/*.jpg, in the order of their names, and from models/.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_SCENES_H
#define THIMBLE_APP_SCENES_H

#include "app.h"

extern const app_picture scenes[];
extern const size_t scene_count;

extern const char built_in_model_name[];
extern const uint8_t built_in_model[];  // aligned to 16
extern const size_t built_in_model_bytes;

#endif
