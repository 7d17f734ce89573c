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
    CHECK_EQUAL(changes, 1);
}

// Neither of the two is sure for some frames, whatever the smoothing and however sure the model is of the second one.
static void between_two_classes_it_is_never_unsure(void) {
    for (int32_t smoothing_frames = 1; smoothing_frames <= 50; smoothing_frames++) {
        for (int sureness = 75; sureness <= 100; sureness += 5) {
            const float p = (float)sureness / 100;
            begin(smoothing_frames);
            see(p, 0, 1 - p);
            int changes = 0;
            for (int i = 0; i < 6 * smoothing_frames; i++) {
                changes += see(0, p, 1 - p);
                CHECK_EQUAL(state.shown.kind, DECIDE_CLASS);
            }
            CHECK_EQUAL(state.shown.class_index, 1);
            CHECK_EQUAL(changes, 1);
        }
    }
}

static void what_stays_unsure_is_said_after_as_many_frames_as_are_smoothed(void) {
    begin(8);
    see(1, 0, 0);
    int frames_until_unsure = 0;
    while (frames_until_unsure < 50 && !see(0.34f, 0.33f, 0.33f)) {
        CHECK_EQUAL(state.shown.class_index, 0);
        frames_until_unsure++;
    }
    CHECK_EQUAL(state.shown.kind, DECIDE_OTHER);
    // 0.34 + 0.66 * (7/9)^k is below 0.5 from the 6th frame on; the 8th such frame is the 13th.
    CHECK_EQUAL(frames_until_unsure, 12);
    CHECK(!see(0.34f, 0.33f, 0.33f));
}

static void a_held_answer_tells_how_little_is_left_of_it(void) {
    begin(8);
    see(1, 0, 0);
    for (int i = 0; i < 7; i++) {
        see(0.34f, 0.33f, 0.33f);
    }
    CHECK_EQUAL(state.shown.class_index, 0);
    CHECK(state.shown.confidence < 0.5f);
}

static void something_unclear_after_nothing_is_not_said_before_it_lasts(void) {
    begin(4);
    see_nothing();
    int changes = 0;
    for (int i = 0; i < 3; i++) {
        changes += see(0.4f, 0.3f, 0.3f);
    }
    for (int i = 0; i < 8; i++) {
        changes += see(0, 1, 0);
    }
    CHECK_EQUAL(changes, 1);
    CHECK_EQUAL(state.shown.class_index, 1);
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
    CHECK_EQUAL(state.shown.class_index, 2);
    // Not sure of that either: no other answer.
    const float unsure[CLASSES] = {0.4f, 0.1f, 0.5f};
    CHECK(!decide_update(&state, &how, unsure, CLASSES, 2));
    CHECK_EQUAL(state.shown.class_index, -1);
}

static void a_class_for_the_rest_is_believed_at_once(void) {
    begin(8);
    const float garment[CLASSES] = {0.9f, 0.1f, 0}, rest[CLASSES] = {0, 0, 1};
    decide_update(&state, &how, garment, CLASSES, 2);
    int frames_until_other = 1;
    while (frames_until_other < 50 && !decide_update(&state, &how, rest, CLASSES, 2)) {
        frames_until_other++;
    }
    CHECK_EQUAL(state.shown.kind, DECIDE_OTHER);
    CHECK_EQUAL(frames_until_other, 4);  // 1 - (7/9)^4 = 0.63 is above the threshold
}

int main(void) {
    RUN(the_first_frame_decides);
    RUN(one_odd_frame_changes_nothing);
    RUN(a_lasting_change_is_shown_once);
    RUN(between_two_classes_it_is_never_unsure);
    RUN(what_stays_unsure_is_said_after_as_many_frames_as_are_smoothed);
    RUN(a_held_answer_tells_how_little_is_left_of_it);
    RUN(something_unclear_after_nothing_is_not_said_before_it_lasts);
    RUN(classes_that_are_close_do_not_flicker);
    RUN(around_the_threshold_it_stays);
    RUN(what_follows_nothing_starts_afresh);
    RUN(a_class_for_the_rest_is_other);
    RUN(a_class_for_the_rest_is_believed_at_once);
    return check_result();
}
