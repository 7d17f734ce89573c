// contract.h - what a model expects of a picture and what its answers mean.
//
// From the model's tensors and its metadata buffer "thimble.json": SPEC.md, "Metadata", says what it may hold and what is
// assumed where it is silent.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_CONTRACT_H
#define THIMBLE_APP_CONTRACT_H

#include <cJSON.h>

#include "thimble/thimble.h"

enum {
    CONTRACT_MAX_CLASSES = 100,
    CONTRACT_LEAST_SIDE = 28,
    CONTRACT_MAX_SIDE = 96,
    CONTRACT_MAX_PICTURE_BYTES = CONTRACT_MAX_SIDE * CONTRACT_MAX_SIDE * 3,
    CONTRACT_LABEL_BYTES = 48,  // of one label with its zero
    CONTRACT_NAME_BYTES = 32,
    CONTRACT_METADATA_BYTES = 8192,  // what is longer is refused
};

typedef enum contract_polarity {
    CONTRACT_LIGHT_ON_DARK,
    CONTRACT_AS_IS,
    CONTRACT_NEGATE,
} contract_polarity;

typedef enum contract_see { CONTRACT_SEE_GARMENT, CONTRACT_SEE_SCENE, CONTRACT_SEE_PLAIN } contract_see;

typedef struct contract {
    int32_t height, width, channels;  // of the input picture
    thimble_type type;  // of its values: int8, uint8 or float32
    double mean, scale;  // real value = (8-bit value - mean) * scale
    contract_polarity polarity;
    contract_see see;
    int32_t class_count;
    bool gives_probabilities;  // else the answers are scores, and their softmax is taken
    bool labels_known;
    int32_t other_index;  // the class that means "none of the rest", or -1
    char name[CONTRACT_NAME_BYTES];  // "" if the model does not say
    char labels[CONTRACT_MAX_CLASSES][CONTRACT_LABEL_BYTES];
} contract;

// Reads the contract of an opened model. False if it is no picture classifier of the kind above, or if its metadata
// contradicts it; `problem` then says why, in a sentence. Parses JSON (json.h: one call at a time).
bool contract_read(contract *result, const thimble_model *model, char *problem, size_t problem_bytes);

// As in openapi.yaml; what the model's makers say of it (accuracy, origin) is read from `model` again (json.h: one call at a
// time). cJSON_Delete frees it.
cJSON *contract_to_json(const contract *from, const thimble_model *model);

#endif
