// decide_test.c - answers follow what is seen, without flicker.
//
// SPDX-License-Identifier: Apache-2.0
#include "decide.h"

#include "check.h"

enum { CLASSES = 3 };

static decider state;
static settings how;

static void begin(int32_t smoothing_frames) {
    decide_start(&state);
    how = settings_default();
    how.smoothing_frames = smoothing_frames;
    how.threshold = 600;
    how.hysteresis = 100;
}

static bool see(float a, float b, float c) {
    const float probabilities[CLASSES] = {a, b, c};
    return decide_update(&state, &how, probabilities, CLASSES, -1);
}

static bool see_nothing(void) {
    return decide_update(&state, &how, NULL, CLASSES, -1);
}

static void the_first_frame_decides(void) {
    begin(8);
    CHECK(see(0.9f, 0.1f, 0));
    CHECK_EQUAL(state.shown.kind, DECIDE_CLASS);
    CHECK_EQUAL(state.shown.class_index, 0);
    CHECK(!see(0.9f, 0.1f, 0));
    begin(8);
    CHECK(see_nothing());
    CHECK_EQUAL(state.shown.kind, DECIDE_NOTHING);
    CHECK(!see_nothing());
}

static void one_odd_frame_changes_nothing(void) {
    begin(8);
    see(0.9f, 0.1f, 0);
    CHECK(!see(0, 1, 0));
    CHECK(!see_nothing());
    CHECK_EQUAL(state.shown.class_index, 0);
}

static void a_lasting_change_is_shown_once(void) {
    begin(8);
    see(1, 0, 0);
    int changes = 0;
    for (int i = 0; i < 30; i++) {
        changes += see(0, 1, 0);
    }
    CHECK_EQUAL(state.shown.class_index, 1);
    CHECK(changes <= 2);  // over "other", perhaps
}

static void classes_that_are_close_do_not_flicker(void) {
    begin(1);
    how.threshold = 400;
    CHECK(see(0.52f, 0.48f, 0));
    int changes = 0;
    for (int i = 0; i < 100; i++) {
        changes += i % 2 == 0 ? see(0.47f, 0.53f, 0) : see(0.53f, 0.47f, 0);
    }
    CHECK_EQUAL(changes, 0);
    CHECK(see(0.4f, 0.6f, 0));
}

static void around_the_threshold_it_stays(void) {
    begin(1);
    CHECK(see(0.61f, 0.3f, 0.09f));
    int changes = 0;
    for (int i = 0; i < 100; i++) {
        changes += i % 2 == 0 ? see(0.55f, 0.3f, 0.15f) : see(0.62f, 0.3f, 0.08f);
    }
    CHECK_EQUAL(changes, 0);
    CHECK(see(0.45f, 0.3f, 0.25f));
    CHECK_EQUAL(state.shown.kind, DECIDE_OTHER);
    CHECK_EQUAL(state.shown.class_index, -1);
    CHECK(!see(0.55f, 0.3f, 0.15f));  // up again only above the threshold itself
    CHECK(see(0.65f, 0.3f, 0.05f));
}

static void what_follows_nothing_starts_afresh(void) {
    begin(8);
    see(1, 0, 0);
    for (int i = 0; i < 20; i++) {
        see_nothing();
    }
    CHECK_EQUAL(state.shown.kind, DECIDE_NOTHING);
    for (int i = 0; i < 4; i++) {
        see(0, 0.1f, 0.9f);
    }
    CHECK_EQUAL(state.shown.kind, DECIDE_CLASS);
    CHECK_EQUAL(state.shown.class_index, 2);
}

static void a_class_for_the_rest_is_other(void) {
    begin(1);
    const float probabilities[CLASSES] = {0.05f, 0.05f, 0.9f};
    CHECK(decide_update(&state, &how, probabilities, CLASSES, 2));
    CHECK_EQUAL(state.shown.kind, DECIDE_OTHER);
}

int main(void) {
    RUN(the_first_frame_decides);
    RUN(one_odd_frame_changes_nothing);
    RUN(a_lasting_change_is_shown_once);
    RUN(classes_that_are_close_do_not_flicker);
    RUN(around_the_threshold_it_stays);
    RUN(what_follows_nothing_starts_afresh);
    RUN(a_class_for_the_rest_is_other);
    return check_result();
}
