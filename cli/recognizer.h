// recognizer.h - picture in, scores out: what eval and classify do with a model.
//
// real value = (pixel - mean) * scale, stored as the model's input type and quantization say.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_RECOGNIZER_H
#define THIMBLE_CLI_RECOGNIZER_H

#include "model_file.h"
#include "picture.h"
#include "thimble/vision.h"

enum { RECOGNIZER_MAX_CLASSES = 10000 };

// How the model's input takes a picture.
typedef struct picture_input {
    uint32_t width, height, channels;
    bool is_planar;   // [channel][y][x] instead of [y][x][channel]
    double mean, scale;
} picture_input;

typedef struct recognizer {
    host_runner runner;
    picture_input input;
    size_t class_count;
    bool gives_probabilities;  // the model ends in SOFTMAX or LOGISTIC
    double *scores;            // [class_count], real values of the last run
    uint8_t *planes;           // the picture as [channel][y][x] if the input is planar
    double run_us;             // how long the last run took
} recognizer;

// Number of classes the model distinguishes, and the picture it wants. Refuses models that take or give anything else.
cli_status recognizer_check(const model_file *model, picture_input *input, size_t *class_count);

// `ops` may not have a trace function. recognizer_close frees it, also after a failure.
cli_status recognizer_open(recognizer *eye, const model_file *model, const thimble_op *const ops[],
                           const picture_input *input);
void recognizer_close(recognizer *eye);

// How a picture becomes what the model sees.
typedef struct picture_view {
    vision_mode mode;
    picture_invert invert;  // AUTO: as vision does it
} picture_view;

// Makes the picture the model sees: by vision, from a picture made no larger than 640 x 480. What has the model's size
// already, or cannot be seen through vision (a model of more than 96 pixels, a picture of less than 8), is fitted as a
// whole. The caller frees *seen. `found` may be NULL; it is all zero where vision was not asked.
cli_status recognizer_prepare(const picture_input *input, const picture *from, const picture_view *view, picture *seen,
                              vision_result *found);

// Runs the model on a prepared picture and fills scores.
void recognizer_run(recognizer *eye, const picture *seen);

// The class with the highest score; of equal ones, the first.
size_t recognizer_best(const recognizer *eye);

// Scores as probabilities: as they are if the model gives such, else their softmax.
void recognizer_probabilities(const recognizer *eye, double *probabilities);

#endif
