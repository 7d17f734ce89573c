// picture_options.h - the options of eval and classify that say how a picture becomes the model's input.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_PICTURE_OPTIONS_H
#define THIMBLE_CLI_PICTURE_OPTIONS_H

#include <math.h>

#include "recognizer.h"

typedef struct picture_options {
    double mean, scale;  // NAN: as the model says
    const char *invert;  // the option's text, or NULL
    const char *see;     // likewise
    bool plain;          // the same as --see plain
    const char *names;   // path, or NULL
} picture_options;

#define PICTURE_OPTIONS_DEFAULT {.mean = NAN, .scale = NAN}

// The lines of help about them, and their entries in a list of cli_option.
#define PICTURE_OPTIONS_HELP                                                                   \
    "  --see MODE               garment: found, cut out, on black, as in Fashion-MNIST;\n"     \
    "                           scene: found, with what surrounds it; plain: all of the\n"     \
    "                           picture. Default: what the model says, else garment for\n"     \
    "                           grey models and plain for others\n"                            \
    "  --plain                  --see plain\n"                                                 \
    "  --mean M --scale S       real value = (pixel - M) * S; default: what the model says,\n" \
    "                           else (pixel - 0) / 255\n"                                      \
    "  --names FILE             class names, one per line; default: those in the model\n"      \
    "  --invert auto|yes|no     make light dark and dark light; auto: garments become light\n" \
    "                           on a dark ground, as Fashion-MNIST wants them. In plain\n"     \
    "                           pictures only if their border is lighter than their centre\n"  \
    "                           and the model takes 28x28 grey\n"
#define PICTURE_OPTIONS_LIST(options)                                                   \
    {CLI_REAL, "--mean", &(options).mean}, {CLI_REAL, "--scale", &(options).scale},     \
        {CLI_TEXT, "--invert", &(options).invert}, {CLI_TEXT, "--see", &(options).see}, \
        {CLI_FLAG, "--plain", &(options).plain}, {                                      \
        CLI_TEXT, "--names", &(options).names                                           \
    }

// Refuses values that do not exist.
cli_status picture_options_check(const picture_options *options, const cli_command *command);

// Sets the input's mean and scale and the view: from the options, else from the model's metadata, else the defaults.
void picture_options_apply(const picture_options *options, const model_file *model, picture_input *input,
                           picture_view *view);

#endif
