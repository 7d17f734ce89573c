// vision.h - from a camera frame to a model's input: finds the garment, crops, scales, sets polarity, quantizes.
//
//     frame ──► working image ──► garment's mask and box ──► picture of 8 bits ──► tensor
//
// Pure C11 without heap, globals or libraries; all but the last step is integer arithmetic, and that one is IEEE float
// and double in a fixed order: the same bytes on every machine. Functions are reentrant. SPEC.md, "Vision", says what is
// computed.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_VISION_H
#define THIMBLE_VISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Limits, in pixels. A frame may also stand upright: 480 wide, 640 high.
#define VISION_MAX_FRAME_SIDE 640
#define VISION_MAX_FRAME_PIXELS (640 * 480)
#define VISION_MIN_REGION_SIDE 8
#define VISION_MIN_PICTURE_SIDE 8
#define VISION_MAX_PICTURE_SIDE 96
#define VISION_MAX_SCRATCH_BYTES 32768  // enough for every frame and every setting

typedef enum vision_status {
    VISION_OK = 0,
    VISION_ERR_ARGUMENT,  // a rule stated in this header is broken
    VISION_ERR_MEMORY,  // scratch_bytes is less than vision_scratch_bytes says
} vision_status;

typedef enum vision_format {
    VISION_GREY8 = 0,  // one byte per pixel
    VISION_RGB565_BE,  // two bytes, the high one first, as ESP32 cameras deliver
    VISION_RGB888,  // three bytes: red, green, blue
} vision_format;

// The caller's; read only. Any alignment.
typedef struct vision_frame {
    const uint8_t *pixels;  // rows from top to bottom
    vision_format format;
    int32_t height, width;
    int32_t row_bytes;  // from one row to the next, at least width times bytes per pixel; 0 stands for exactly that
} vision_frame;

typedef struct vision_box {  // in pixels of the frame
    int32_t top, left, height, width;
} vision_box;

typedef enum vision_mode {
    VISION_GARMENT = 0,  // as Fashion-MNIST: the garment alone, longest edge to the picture's edge, centred, on black
    VISION_SCENE,  // the garment with a margin of 1/10 and what surrounds it
    VISION_PLAIN,  // the whole region, for comparison
} vision_mode;

typedef enum vision_polarity {
    // GARMENT: bright garment on black, negated if that takes it. SCENE: as it is. PLAIN: negated if the border of the
    // region is lighter than its centre.
    VISION_POLARITY_AUTO = 0,
    VISION_POLARITY_AS_IS,
    VISION_POLARITY_NEGATE,
} vision_polarity;

// Zero in a field is its default; only the picture's size has none.
typedef struct vision_settings {
    int32_t height, width, channels;  // of the picture; 1: grey (also the meaning of 0), 3: red, green, blue
    vision_mode mode;
    vision_polarity polarity;
    bool mirror;  // left and right changed
    bool stretch_contrast;  // SCENE and PLAIN: darkest and lightest 1 % of values to 0 and 255; GARMENT always does
    vision_box region;  // the part of the frame to look at; all zero: the whole frame
} vision_settings;

// Bits of vision_result.problems. The figures behind them are in the result, the limits are here.
typedef enum vision_problem {
    VISION_NOTHING_THERE = 1,  // nothing stands out; crop is the largest square in the middle of the region
    VISION_TOO_DARK = 2,  // brightness < VISION_DARK_BELOW
    VISION_TOO_BRIGHT = 4,  // brightness > VISION_BRIGHT_ABOVE
    VISION_BLURRED = 8,  // sharpness < VISION_BLURRED_BELOW
    VISION_TOUCHES_BORDER = 16,  // border_permille > VISION_BORDER_ABOVE_PERMILLE: part of the garment is outside
} vision_problem;

#define VISION_NOTHING_BELOW_CONTRAST 10
#define VISION_NOTHING_BELOW_COVERAGE_PERMILLE 15
#define VISION_DARK_BELOW 24
#define VISION_BRIGHT_ABOVE 245
#define VISION_BLURRED_BELOW 28
#define VISION_BORDER_ABOVE_PERMILLE 30

typedef struct vision_result {
    vision_box crop;  // tight around the garment (PLAIN: the region); lies in the region
    uint32_t problems;  // vision_problem, or-ed
    int32_t brightness;  // mean grey of the crop, 0 .. 255
    int32_t contrast;  // colour distance between garment and background, 0 .. 255
    int32_t sharpness;  // how many blur widths (sigma) fit along the crop's longer edge; 28: just enough for 28 pixels
    int32_t coverage_permille;  // share of the region that is garment
    int32_t border_permille;  // share of the region's outline that is garment
    bool negated;  // what polarity came out
} vision_result;

// Bytes vision_see needs as scratch; 0 if frame or settings are refused.
size_t vision_scratch_bytes(const vision_frame *frame, const vision_settings *settings);

// Looks at a frame. `picture` gets [height][width][channels] of 8 bits, `result` what was found; neither is touched on
// an error. `scratch` has any alignment and is free again afterwards.
vision_status vision_see(const vision_frame *frame, const vision_settings *settings, void *scratch,
                         size_t scratch_bytes, uint8_t *picture, vision_result *result);

// What a model's input tensor stores: real = (picture value - mean) * scale, stored = real / tensor_scale + zero_point,
// rounded half away from zero and clamped.
typedef enum vision_type { VISION_FLOAT32 = 0, VISION_INT8, VISION_UINT8 } vision_type;

typedef struct vision_input {
    vision_type type;
    double mean, scale;  // scale 0 stands for 1/255
    float tensor_scale;  // int8 and uint8; 0 stands for 1
    int32_t zero_point;  // int8 and uint8
} vision_input;

// Fills `tensor` from `value_count` values of a picture. Refuses scales that are negative or not finite.
vision_status vision_fill_tensor(const vision_input *input, const uint8_t *picture, size_t value_count, void *tensor);

// A short English name of one problem bit, such as "too dark".
const char *vision_problem_text(vision_problem problem);

#ifdef __cplusplus
}
#endif

#endif
