// no_model_contract.c - stands in for model_contract.c where the application's libraries are missing.
//
// SPDX-License-Identifier: Apache-2.0
#include "model_contract.h"

bool model_contract_read(const model_file *model, picture_contract *result) {
    (void)model;
    (void)result;
    return false;
}
