// settings.h - what a user can set: defaults, limits, the form in flash. The form in JSON is that of openapi.yaml.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_SETTINGS_H
#define THIMBLE_APP_SETTINGS_H

#include <cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum settings_mode {
    SETTINGS_MODE_MODEL,  // as the model's contract says
    SETTINGS_MODE_GARMENT,
    SETTINGS_MODE_SCENE,
    SETTINGS_MODE_PLAIN,
    SETTINGS_MODE_COUNT,
} settings_mode;

typedef enum settings_polarity {
    SETTINGS_POLARITY_MODEL,
    SETTINGS_POLARITY_AUTO,
    SETTINGS_POLARITY_AS_IS,
    SETTINGS_POLARITY_NEGATE,
    SETTINGS_POLARITY_COUNT,
} settings_polarity;

typedef struct settings_region {  // thousandths of the frame's height and width
    int32_t top, left, height, width;
} settings_region;

typedef struct settings {
    int32_t threshold, hysteresis;  // thousandths of probability
    int32_t smoothing_frames, frames_per_second;
    settings_mode mode;
    settings_polarity polarity;
    bool mirror;
    settings_region region;
    bool paused;  // not kept over a restart
} settings;

settings settings_default(void);

// The mode of this name in JSON; false if there is none.
bool settings_read_mode(const char *word, settings_mode *mode);

// In flash: SETTINGS_BYTES bytes, little-endian. What was written by another version, or lies outside the limits, becomes
// the default, member by member.
enum { SETTINGS_BYTES = 32 };
void settings_encode(const settings *from, uint8_t bytes[SETTINGS_BYTES]);
settings settings_decode(const uint8_t bytes[SETTINGS_BYTES]);

// A new JSON object, or NULL if there is no memory. cJSON_Delete frees it.
cJSON *settings_to_json(const settings *from);

// Applies the members of `patch` to *changed. If one is wrong, nothing is changed, *field is its name (in `patch` or
// constant) and `problem` a sentence; false then.
bool settings_patch(settings *changed, const cJSON *patch, const char **field, char *problem, size_t problem_bytes);

#endif
