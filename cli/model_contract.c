// model_contract.c - what a model says about its pictures, read as the application reads it.
//
// SPDX-License-Identifier: Apache-2.0
#include "model_contract.h"

#include "contract.h"

bool model_contract_read(const model_file *model, picture_contract *result) {
    static const vision_mode modes[] = {[CONTRACT_SEE_GARMENT] = VISION_GARMENT,
                                        [CONTRACT_SEE_SCENE] = VISION_SCENE,
                                        [CONTRACT_SEE_PLAIN] = VISION_PLAIN};
    static const vision_polarity polarities[] = {[CONTRACT_LIGHT_ON_DARK] = VISION_POLARITY_AUTO,
                                                 [CONTRACT_AS_IS] = VISION_POLARITY_AS_IS,
                                                 [CONTRACT_NEGATE] = VISION_POLARITY_NEGATE};
    contract found;
    char problem[256];
    if (!contract_read(&found, &model->model, problem, sizeof problem)) {
        return false;
    }
    *result = (picture_contract){modes[found.see], polarities[found.polarity], found.mean, found.scale};
    return true;
}
