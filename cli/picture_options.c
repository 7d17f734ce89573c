// picture_options.c - what the options about pictures mean for a model.
//
// SPDX-License-Identifier: Apache-2.0
#include "picture_options.h"

#include <string.h>

#include "model_contract.h"

enum { GARMENT_SIDE = 28 };

static const char *const invert_names[] = {[INVERT_NO] = "no", [INVERT_YES] = "yes", [INVERT_AUTO] = "auto"};
static const char *const mode_names[] = {
    [VISION_GARMENT] = "garment", [VISION_SCENE] = "scene", [VISION_PLAIN] = "plain"};

// The index of `text` among three names, or -1.
static int find_name(const char *text, const char *const names[3]) {
    for (int i = 0; i < 3; i++) {
        if (strcmp(text, names[i]) == 0) {
            return i;
        }
    }
    return -1;
}

cli_status picture_options_check(const picture_options *options, const cli_command *command) {
    if (options->invert != NULL && find_name(options->invert, invert_names) < 0) {
        return cli_wrong_usage(command, "--invert wants auto, yes or no, not '%s'", options->invert);
    }
    if (options->see != NULL && find_name(options->see, mode_names) < 0) {
        return cli_wrong_usage(command, "--see wants garment, scene or plain, not '%s'", options->see);
    }
    if (options->see != NULL && options->plain) {
        return cli_wrong_usage(command, "--plain is --see plain; give one of them");
    }
    if (isinf(options->mean) || isinf(options->scale) || options->scale == 0) {
        return cli_wrong_usage(command, "--mean wants a finite number, --scale one that is not 0");
    }
    return CLI_OK;
}

void picture_options_apply(const picture_options *options, const model_file *model, picture_input *input,
                           picture_view *view) {
    picture_contract wanted = {input->channels == 1 ? VISION_GARMENT : VISION_PLAIN, VISION_POLARITY_AUTO, 0,
                               1.0 / 255};
    model_contract_read(model, &wanted);
    input->mean = isnan(options->mean) ? wanted.mean : options->mean;
    input->scale = isnan(options->scale) ? wanted.scale : options->scale;
    view->mode = options->plain         ? VISION_PLAIN
                 : options->see != NULL ? (vision_mode)find_name(options->see, mode_names)
                                        : wanted.mode;
    view->invert = options->invert != NULL                    ? (picture_invert)find_name(options->invert, invert_names)
                   : wanted.polarity == VISION_POLARITY_AS_IS ? INVERT_NO
                   : wanted.polarity == VISION_POLARITY_NEGATE ? INVERT_YES
                                                               : INVERT_AUTO;
    const bool is_garment_model = input->width == GARMENT_SIDE && input->height == GARMENT_SIDE && input->channels == 1;
    if (view->mode != VISION_GARMENT && view->invert == INVERT_AUTO && !is_garment_model) {
        view->invert = INVERT_NO;
    }
}
