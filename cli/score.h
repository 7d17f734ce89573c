// score.h - what came out of an evaluation: confusion matrix, precision, recall, and the mistakes.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_SCORE_H
#define THIMBLE_CLI_SCORE_H

#include "json_writer.h"
#include "labels.h"

typedef struct score {
    const labels *list;
    size_t class_count, picture_count, correct_count;
    uint64_t *confusion;  // [true class][answer]
    double picture_us;    // mean time of one run of the model
} score;

cli_status score_open(score *result, const labels *list);
void score_close(score *result);
void score_add(score *result, size_t true_class, size_t answer);

uint64_t score_confusion(const score *result, size_t true_class, size_t answer);
double score_accuracy(const score *result);

// Of all answers that name this class, the share that is right; of all pictures of it, the share that is found. NAN
// where there are none.
double score_precision(const score *result, size_t class_index);
double score_recall(const score *result, size_t class_index);
uint64_t score_class_pictures(const score *result, size_t class_index);

// Mean recall of the classes that have pictures.
double score_balanced_accuracy(const score *result);

// For people: matrix and table; the last line is "accuracy 0.8839 (8839/10000)", or after it, if `balanced`,
// "balanced accuracy 0.7312 (2149 photos)".
void score_print(const score *result, bool balanced);

// Members of the current JSON object.
void score_json(const score *result, json_writer *json);

#endif
