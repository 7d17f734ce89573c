// model_contract.h - what a model says about the pictures it wants (SPEC.md, "Metadata").
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_MODEL_CONTRACT_H
#define THIMBLE_CLI_MODEL_CONTRACT_H

#include "model_file.h"
#include "thimble/vision.h"

typedef struct picture_contract {
    vision_mode mode;
    vision_polarity polarity;
    double mean, scale;  // real value = (8-bit value - mean) * scale
} picture_contract;

// False, and nothing written, where the model is none that the application takes (other sizes, other types), or where
// this build has no JSON reader.
bool model_contract_read(const model_file *model, picture_contract *result);

#endif
