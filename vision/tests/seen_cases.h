// seen_cases.h - drawn frames, the settings to see them with, and what has to come out: on a desk as on a chip.
//
// What has to come out is stored in seen_cases.bin, for each case one after the other: the result as eleven numbers of four
// bytes, lowest first, the picture, and the picture as int8 tensor.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef VISION_SEEN_CASES_H
#define VISION_SEEN_CASES_H

#include "thimble/vision.h"

enum {
    SEEN_RESULT_BYTES = 11 * 4,
    SEEN_FRAME_BYTES = 320 * 240 * 3,
    SEEN_MOST_BYTES = SEEN_RESULT_BYTES + 2 * 3 * VISION_MAX_PICTURE_SIDE * VISION_MAX_PICTURE_SIDE,
};

int32_t seen_case_count(void);

// Draws and sees one case. `frame_room` has SEEN_FRAME_BYTES, `answer` SEEN_MOST_BYTES. Returns the bytes of the answer, 0 if
// vision refused.
size_t seen_case_run(int32_t index, uint8_t *frame_room, uint8_t *scratch, uint8_t *answer);

#endif
