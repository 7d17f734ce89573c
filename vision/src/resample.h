// resample.h - resizing by area averaging: each target pixel is the mean of the source area it covers, exactly.
//
// Where the target is larger than the source, the same definition repeats source pixels and mixes at their edges.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef VISION_RESAMPLE_H
#define VISION_RESAMPLE_H

#include "thimble/vision.h"

typedef struct vision_resampling {
    const vision_frame *source;
    int32_t unit;                     // side of a source pixel in the coordinates of window and clip
    vision_box window;                // becomes the target; may reach beyond the source
    vision_box clip;                  // only this part counts; inside the source
    int32_t height, width, channels;  // of the target
    uint8_t fill[3];                  // target pixels that cover nothing of clip
} vision_resampling;

// `line` is room for a row of clip (width * channels bytes), `sums` for a row of the target (width * channels).
void vision_resample(const vision_resampling *how, uint8_t *line, uint32_t *sums, uint8_t *target);

#endif
