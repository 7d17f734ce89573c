// picture_jpeg.c - JPEG by libjpeg; its errors come back by longjmp, cut-short files count as errors.
//
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"

// After stdio.h, which they use without including it.
#include <jerror.h>
#include <jpeglib.h>

enum { EXIF_MARKER = JPEG_APP0 + 1, EXIF_LIMIT_BYTES = 0xffff, LEAST_SIDE = 640 };

typedef struct jpeg_errors {
    struct jpeg_error_mgr base;  // first: libjpeg hands back a pointer to it
    jmp_buf leave;
    bool was_cut_short;
} jpeg_errors;

static void leave_on_error(j_common_ptr decoder) {
    longjmp(((jpeg_errors *)(void *)decoder->err)->leave, 1);
}

static void note_warning(j_common_ptr decoder, int level) {
    jpeg_errors *errors = (jpeg_errors *)(void *)decoder->err;
    const int code = errors->base.msg_code;
    // libjpeg fills what is missing with grey. Other warnings (stray bytes, odd versions) do no harm.
    if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE)) {
        errors->was_cut_short = true;
    }
}

static void print_nothing(j_common_ptr decoder) {
    (void)decoder;
}

static unsigned exif_number(const uint8_t *at, unsigned byte_count, bool little_endian) {
    unsigned number = 0;
    for (unsigned i = 0; i < byte_count; i++) {
        number = number << 8 | at[little_endian ? byte_count - 1 - i : i];
    }
    return number;
}

// Tag 0x0112 of the first directory of an EXIF block: 1 .. 8, 1 if it is not there.
static int exif_orientation(const uint8_t *block, size_t block_bytes) {
    if (block_bytes < 14 || memcmp(block, "Exif\0\0", 6) != 0) {
        return 1;
    }
    const uint8_t *tiff = block + 6;
    const size_t tiff_bytes = block_bytes - 6;
    const bool little = tiff[0] == 'I';
    const size_t directory = exif_number(tiff + 4, 4, little);
    if (directory > tiff_bytes || tiff_bytes - directory < 2) {
        return 1;
    }
    const unsigned entry_count = exif_number(tiff + directory, 2, little);
    for (size_t i = 0, at = directory + 2; i < entry_count && at + 12 <= tiff_bytes; i++, at += 12) {
        if (exif_number(tiff + at, 2, little) == 0x0112) {
            return (int)exif_number(tiff + at + 8, 2, little);
        }
    }
    return 1;
}

// Photoshop's CMYK, the only kind in use, stores 255 - ink.
static void rgb_from_inverted_cmyk(uint8_t *rgb, const uint8_t *cmyk, size_t pixel_count) {
    for (size_t i = 0; i < pixel_count; i++) {
        for (size_t c = 0; c < 3; c++) {
            rgb[3 * i + c] = (uint8_t)(cmyk[4 * i + c] * cmyk[4 * i + 3] / 255);
        }
    }
}

// What the decoder may divide a picture's sides by, much faster than averaging later: to no less than vision and the
// models of this program look at.
static unsigned scale_for(unsigned width, unsigned height) {
    unsigned scale = 1;
    while (scale < 8 && width / (2 * scale) >= LEAST_SIDE && height / (2 * scale) >= LEAST_SIDE) {
        scale *= 2;
    }
    return scale;
}

// Reads all rows. Leaves by longjmp, or returns NULL or the problem. `row` is a row of CMYK if there is a need for one.
static const char *decode_rows(struct jpeg_decompress_struct *decoder, picture *result, uint8_t **row) {
    const bool is_cmyk = decoder->jpeg_color_space == JCS_CMYK || decoder->jpeg_color_space == JCS_YCCK;
    const bool is_grey = decoder->jpeg_color_space == JCS_GRAYSCALE;
    decoder->out_color_space = is_cmyk ? JCS_CMYK : is_grey ? JCS_GRAYSCALE : JCS_RGB;
    if (decoder->image_width == 0 || decoder->image_height > PICTURE_LIMIT_PIXELS / decoder->image_width) {
        return "it has more than 100 million pixels";
    }
    decoder->scale_denom = scale_for(decoder->image_width, decoder->image_height);
    jpeg_calc_output_dimensions(decoder);
    if (!picture_allocate(result, decoder->output_width, decoder->output_height, is_grey ? 1 : 3)) {
        return "there is no memory for it";
    }
    if (is_cmyk) {
        *row = malloc((size_t)decoder->output_width * 4);
        if (*row == NULL) {
            return "there is no memory for it";
        }
    }
    jpeg_start_decompress(decoder);
    while (decoder->output_scanline < decoder->output_height) {
        uint8_t *target = result->pixels + (size_t)decoder->output_scanline * result->width * result->channels;
        JSAMPROW rows[1] = {is_cmyk ? *row : target};
        jpeg_read_scanlines(decoder, rows, 1);
        if (is_cmyk) {
            rgb_from_inverted_cmyk(target, *row, result->width);
        }
    }
    jpeg_finish_decompress(decoder);
    return NULL;
}

// What the decoding of one file needs; behind a pointer, so that longjmp leaves it intact.
typedef struct jpeg_work {
    struct jpeg_decompress_struct decoder;
    jpeg_errors errors;
    uint8_t *row;
    int orientation;
} jpeg_work;

static const char *decode(jpeg_work *work, picture *result, const uint8_t *bytes, size_t byte_count) {
    if (setjmp(work->errors.leave) != 0) {
        return "its JPEG data is damaged or of an unusual kind";
    }
    jpeg_create_decompress(&work->decoder);
    jpeg_save_markers(&work->decoder, EXIF_MARKER, EXIF_LIMIT_BYTES);
    jpeg_mem_src(&work->decoder, bytes, (unsigned long)byte_count);
    jpeg_read_header(&work->decoder, TRUE);
    work->orientation = 1;
    for (jpeg_saved_marker_ptr marker = work->decoder.marker_list; marker != NULL; marker = marker->next) {
        if (marker->marker == EXIF_MARKER && work->orientation == 1) {
            work->orientation = exif_orientation(marker->data, marker->data_length);
        }
    }
    return decode_rows(&work->decoder, result, &work->row);
}

const char *picture_decode_jpeg(picture *result, const uint8_t *bytes, size_t byte_count) {
    *result = (picture){0};
    jpeg_work *work = calloc(1, sizeof *work);
    if (work == NULL) {
        return "there is no memory for it";
    }
    work->decoder.err = jpeg_std_error(&work->errors.base);
    work->errors.base.error_exit = leave_on_error;
    work->errors.base.emit_message = note_warning;
    work->errors.base.output_message = print_nothing;
    const char *problem = decode(work, result, bytes, byte_count);
    if (problem == NULL && work->errors.was_cut_short) {
        problem = "its JPEG data is damaged or cut short";
    }
    if (problem == NULL && !picture_orient(result, work->orientation)) {
        problem = "there is no memory for it";
    }
    jpeg_destroy_decompress(&work->decoder);
    free(work->row);
    free(work);
    if (problem != NULL) {
        picture_free(result);
    }
    return problem;
}
