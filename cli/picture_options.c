// picture_options.c - what --invert means.
//
// SPDX-License-Identifier: Apache-2.0
#include "picture_options.h"

#include <string.h>

enum { GARMENT_SIDE = 28 };

static const char *const invert_names[] = {[INVERT_NO] = "no", [INVERT_YES] = "yes", [INVERT_AUTO] = "auto"};

static bool find_invert(const char *text, picture_invert *invert) {
    for (int i = INVERT_NO; i <= INVERT_AUTO; i++) {
        if (strcmp(text, invert_names[i]) == 0) {
            *invert = (picture_invert)i;
            return true;
        }
    }
    return false;
}

cli_status picture_options_check(const picture_options *options, const cli_command *command) {
    picture_invert ignored;
    if (options->invert != NULL && !find_invert(options->invert, &ignored)) {
        return cli_wrong_usage(command, "--invert wants auto, yes or no, not '%s'", options->invert);
    }
    return CLI_OK;
}

picture_invert picture_options_invert(const picture_options *options, const picture_input *input,
                                      picture_invert otherwise) {
    picture_invert invert = otherwise;
    if (options->invert != NULL) {
        find_invert(options->invert, &invert);
    }
    const bool is_garment_model = input->width == GARMENT_SIDE && input->height == GARMENT_SIDE && input->channels == 1;
    return invert == INVERT_AUTO && !is_garment_model ? INVERT_NO : invert;
}
