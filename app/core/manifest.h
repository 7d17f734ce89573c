// manifest.h - what a model's maker signs: which bytes, how new, for which firmware.
//
// The manifest is JSON text; the signature (ECDSA P-256, SHA-256) is over exactly these bytes, so they travel as a text:
//
//     {"manifest": "{\"name\":\"closet_300k\",\"version\":12, ...}", "signature": "<128 hexadecimal digits>"}
//
//     name            text of 1 to 31 bytes
//     version         1 .. 2^32 - 1; higher is newer
//     min_firmware    "0.1.0": the oldest firmware it runs on
//     model_bytes     of the .tflite
//     sha256          of the .tflite, 64 hexadecimal digits
//     labels, input   for people and tools; the model itself says them too
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_MANIFEST_H
#define THIMBLE_APP_MANIFEST_H

#include "store.h"

typedef struct manifest {
    char name[STORE_NAME_BYTES];
    uint32_t version;
    uint32_t min_firmware;  // as thimble_version: 10000 * major + 100 * minor + patch
    uint32_t model_bytes;  // 0: not known (no manifest)
    uint8_t sha256[32];
} manifest;

// Reads {"manifest": ..., "signature": ...}, members of `signed_json`. With a `key` the signature is verified first, and
// nothing is believed without it. False if something is missing or wrong; `problem` says what. Parses JSON (json.h).
bool manifest_read(manifest *result, const cJSON *signed_json, const uint8_t *key, const port *world, char *problem,
                   size_t problem_bytes);

#endif
