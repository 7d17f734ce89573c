// decide.h - from the probabilities of single frames to one answer that does not flicker.
//
//     frames ──► exponential mean over N frames ──► best class ──► threshold, hysteresis ──► class, other or nothing
//
// Another class is shown only when its mean is better by the hysteresis; a class is given up only when its mean falls
// below the threshold by the hysteresis, and "not sure" (other) is shown only when N frames in a row leave no better answer:
// from one class to the next there is none between. Whether anything is there at all is smoothed alike.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_DECIDE_H
#define THIMBLE_APP_DECIDE_H

#include "contract.h"
#include "settings.h"

typedef enum decide_kind { DECIDE_CLASS, DECIDE_OTHER, DECIDE_NOTHING } decide_kind;

typedef struct decision {
    decide_kind kind;
    int32_t class_index;  // with DECIDE_OTHER the class for the rest where the model is sure of it; else -1
    float confidence;  // mean probability: of the class; of the best class (other); 0 (nothing)
} decision;

typedef struct decider {
    bool has_seen;  // a frame, since the start
    bool has_mean;  // of a picture with something in it, since the last time nothing was there
    float presence;
    float mean[CONTRACT_MAX_CLASSES];
    int32_t unsure_frames;  // in a row, that the means were sure of nothing and the answer before was kept
    decision shown;
} decider;

// Forgets everything: at the start, and when model or path change.
void decide_start(decider *changed);

// Takes one frame's probabilities (NULL: nothing is there) into account; `other_index` is the class that means "none of the
// rest", or -1. True if the answer is another one than before;
// the first one is.
bool decide_update(decider *changed, const settings *how, const float *probabilities, int32_t class_count,
                   int32_t other_index);

#endif
