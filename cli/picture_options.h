// picture_options.h - the options of eval and classify that say how a picture becomes the model's input.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_PICTURE_OPTIONS_H
#define THIMBLE_CLI_PICTURE_OPTIONS_H

#include "recognizer.h"

typedef struct picture_options {
    double mean, scale;
    const char *invert;  // the option's text, or NULL
    const char *names;   // path, or NULL
} picture_options;

// Pixels 0 .. 255 become 0 .. 1.
#define PICTURE_OPTIONS_DEFAULT {.mean = 0, .scale = 1.0 / 255}

// The lines of help about them, and their entries in a list of cli_option.
#define PICTURE_OPTIONS_HELP                                                                     \
    "  --mean M --scale S       real value = (pixel - M) * S; default (pixel - 0) / 255\n"       \
    "  --names FILE             class names, one per line; default: those in the model\n"        \
    "  --invert auto|yes|no     make light dark and dark light. Fashion-MNIST wants a light\n"   \
    "                           garment on a dark ground: auto inverts a picture whose border\n" \
    "                           is lighter than its centre, for models of 28x28 grey only\n"
#define PICTURE_OPTIONS_LIST(options)                                               \
    {CLI_REAL, "--mean", &(options).mean}, {CLI_REAL, "--scale", &(options).scale}, \
        {CLI_TEXT, "--invert", &(options).invert}, {                                \
        CLI_TEXT, "--names", &(options).names                                       \
    }

// Refuses an --invert that is not auto, yes or no.
cli_status picture_options_check(const picture_options *options, const cli_command *command);

// What a checked --invert means for a model with this input; without the option, what `otherwise` means.
picture_invert picture_options_invert(const picture_options *options, const picture_input *input,
                                      picture_invert otherwise);

#endif
