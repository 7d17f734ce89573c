// decide.c - smoothing, threshold and hysteresis.
//
// SPDX-License-Identifier: Apache-2.0
#include "decide.h"

#include <stddef.h>

void decide_start(decider *changed) {
    *changed = (decider){.shown = {.kind = DECIDE_NOTHING, .class_index = -1}};
}

static int32_t best_class(const decider *from, int32_t class_count) {
    int32_t best = 0;
    for (int32_t i = 1; i < class_count; i++) {
        if (from->mean[i] > from->mean[best]) {
            best = i;
        }
    }
    return best;
}

// The answer to the means as they are now, however short that was.
static decision choose(const decider *from, const settings *how, int32_t class_count, int32_t other_index) {
    const float threshold = (float)how->threshold / 1000, hysteresis = (float)how->hysteresis / 1000;
    const bool was_nothing = from->shown.kind == DECIDE_NOTHING;
    if (from->presence < 0.5f || (was_nothing && from->presence < 0.5f + hysteresis / 2)) {
        return (decision){.kind = DECIDE_NOTHING, .class_index = -1};
    }
    const int32_t best = best_class(from, class_count);
    const int32_t shown = from->shown.class_index;
    if (from->shown.kind == DECIDE_CLASS && shown < class_count && from->mean[shown] >= threshold - hysteresis &&
        from->mean[best] < from->mean[shown] + hysteresis) {
        return (decision){DECIDE_CLASS, shown, from->mean[shown]};
    }
    if (from->mean[best] >= threshold) {
        return (decision){best == other_index ? DECIDE_OTHER : DECIDE_CLASS, best, from->mean[best]};
    }
    return (decision){DECIDE_OTHER, -1, from->mean[best]};
}

// Between two classes the means are often sure of neither for some frames: what was shown stays for so long. A model that
// itself says that this is none of its classes is believed at once.
static bool is_held(decider *changed, const settings *how, decision wanted) {
    const bool is_unsure = wanted.kind == DECIDE_OTHER && wanted.class_index < 0 &&
                           changed->shown.kind != DECIDE_OTHER && changed->has_seen;
    changed->unsure_frames = is_unsure ? changed->unsure_frames + 1 : 0;
    return is_unsure && changed->unsure_frames < how->smoothing_frames;
}

bool decide_update(decider *changed, const settings *how, const float *probabilities, int32_t class_count,
                   int32_t other_index) {
    // The mean of the last N values weighs each with 1/N; the exponential one with the same reach is 2/(N+1).
    const float weight = 2.0f / (float)(how->smoothing_frames + 1);
    const float present = probabilities != NULL ? 1.0f : 0.0f;
    changed->presence += (changed->has_seen ? weight : 1) * (present - changed->presence);
    for (int32_t i = 0; probabilities != NULL && i < class_count; i++) {
        changed->mean[i] += (changed->has_mean ? weight : 1) * (probabilities[i] - changed->mean[i]);
    }
    changed->has_mean = changed->has_mean || probabilities != NULL;
    const decision before = changed->shown;
    const decision wanted = choose(changed, how, class_count, other_index);
    if (!is_held(changed, how, wanted)) {
        changed->shown = wanted;
    } else if (before.kind == DECIDE_CLASS) {
        changed->shown.confidence = changed->mean[before.class_index];
    }
    const bool is_new = !changed->has_seen || changed->shown.kind != before.kind ||
                        (changed->shown.kind == DECIDE_CLASS && changed->shown.class_index != before.class_index);
    changed->has_seen = true;
    if (changed->shown.kind == DECIDE_NOTHING) {
        changed->has_mean = false;  // what comes next is another thing
    }
    return is_new;
}
