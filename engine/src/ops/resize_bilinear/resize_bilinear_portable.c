// resize_bilinear_portable.c - the kernels that define RESIZE_BILINEAR.
//
// Arithmetic: ResizeBilinearInteger and ResizeBilinear in tensorflow/lite/kernels/internal/reference/resize_bilinear.h of
// TensorFlow Lite. Its rounded scale may lead behind the last row or column, where it reads what does not belong to the
// image; here the last one is repeated.
//
// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "resize_bilinear.h"

// ---- int8: positions in 1/1024 ------------------------------------------------------------------------------------

enum { ONE = 1 << 10 };

typedef struct point {
    int32_t lower, upper;
    int32_t to_lower, to_upper;  // weights of the two, together ONE
} point;

static int32_t scale_of(const thimble_resize_record *r, thimble_resize_axis axis) {
    if (r->align_corners && axis.output > 1) {
        return (ONE * (axis.input - 1) + (axis.output - 1) / 2) / (axis.output - 1);
    }
    return (ONE * axis.input + axis.output / 2) / axis.output;
}

static point point_at(const thimble_resize_record *r, thimble_resize_axis axis, int32_t scale, int32_t index) {
    const int32_t at = index * scale + (r->half_pixel_centers ? scale / 2 - ONE / 2 : 0);
    const int32_t lower = thimble_clamp(at / ONE, 0, axis.input - 1);
    const int32_t upper = thimble_min((at + ONE - 1) / ONE, axis.input - 1);
    const int32_t distance = at - ONE * lower;
    return (point){lower, upper, ONE - distance, distance};
}

void thimble_resize_bilinear_int8_portable(const thimble_resize_bilinear_int8_args *args) {
    const thimble_resize_record *r = args->record;
    const int32_t channels = r->pixel_bytes;
    const int32_t row_scale = scale_of(r, r->rows), column_scale = scale_of(r, r->columns);
    int8_t *output = args->output;
    for (int32_t b = 0; b < r->batches; b++) {
        const int8_t *image = args->input + b * r->rows.input * r->columns.input * channels;
        for (int32_t row = 0; row < r->rows.output; row++) {
            const point y = point_at(r, r->rows, row_scale, row);
            const int8_t *above = image + y.lower * r->columns.input * channels;
            const int8_t *below = image + y.upper * r->columns.input * channels;
            for (int32_t column = 0; column < r->columns.output; column++) {
                const point x = point_at(r, r->columns, column_scale, column);
                const int32_t left = x.lower * channels, right = x.upper * channels;
                for (int32_t c = 0; c < channels; c++) {
                    // The weights may be beyond ONE where lower and upper are the same; their sums never are.
                    const int32_t top = x.to_lower * above[left + c] + x.to_upper * above[right + c];
                    const int32_t bottom = x.to_lower * below[left + c] + x.to_upper * below[right + c];
                    *output++ = (int8_t)thimble_rounding_shift_right(
                        thimble_mac(0, y.to_lower, top) + thimble_mac(0, y.to_upper, bottom), 20);
                }
            }
        }
    }
}

// ---- float32 ------------------------------------------------------------------------------------------------------

typedef struct point_f32 {
    int32_t lower, upper;
    float to_lower, to_upper;
} point_f32;

static point_f32 point_f32_at(const thimble_resize_record *r, thimble_resize_axis axis, int32_t index) {
    const float scale = r->align_corners && axis.output > 1 ? (float)(axis.input - 1) / (float)(axis.output - 1)
                                                            : (float)axis.input / (float)axis.output;
    const float at = r->half_pixel_centers ? ((float)index + 0.5f) * scale - 0.5f : (float)index * scale;
    const int32_t lower = thimble_clamp((int32_t)floorf(at), 0, axis.input - 1);
    const int32_t upper = thimble_min((int32_t)ceilf(at), axis.input - 1);
    const float distance = at - (float)lower;
    return (point_f32){lower, upper, 1 - distance, distance};
}

void thimble_resize_bilinear_f32_portable(const thimble_resize_bilinear_f32_args *args) {
    const thimble_resize_record *r = args->record;
    const int32_t channels = r->pixel_bytes / (int32_t)sizeof(float);
    float *output = args->output;
    for (int32_t b = 0; b < r->batches; b++) {
        const float *image = args->input + b * r->rows.input * r->columns.input * channels;
        for (int32_t row = 0; row < r->rows.output; row++) {
            const point_f32 y = point_f32_at(r, r->rows, row);
            const float *above = image + y.lower * r->columns.input * channels;
            const float *below = image + y.upper * r->columns.input * channels;
            for (int32_t column = 0; column < r->columns.output; column++) {
                const point_f32 x = point_f32_at(r, r->columns, column);
                const int32_t left = x.lower * channels, right = x.upper * channels;
                for (int32_t c = 0; c < channels; c++) {
                    *output++ = above[left + c] * y.to_lower * x.to_lower + below[left + c] * y.to_upper * x.to_lower +
                                above[right + c] * y.to_lower * x.to_upper +
                                below[right + c] * y.to_upper * x.to_upper + 0.0f;  // no negative zero
                }
            }
        }
    }
}
