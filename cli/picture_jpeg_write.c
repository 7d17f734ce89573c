// picture_jpeg_write.c - pictures as JPEG, by libjpeg.
//
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdlib.h>

#include "picture.h"

// After stdio.h, which it uses without including it.
#include <jpeglib.h>

typedef struct jpeg_writing {  // behind a pointer, so that longjmp leaves it intact
    struct jpeg_compress_struct encoder;
    struct jpeg_error_mgr errors;
    jmp_buf leave;
    uint8_t *bytes;
    unsigned long byte_count;
} jpeg_writing;

static void leave_on_error(j_common_ptr encoder) {
    longjmp(((jpeg_writing *)encoder->client_data)->leave, 1);
}

static bool encode(jpeg_writing *work, const picture *shown, int quality) {
    struct jpeg_compress_struct *encoder = &work->encoder;
    if (setjmp(work->leave) != 0) {
        return false;
    }
    jpeg_create_compress(encoder);
    jpeg_mem_dest(encoder, &work->bytes, &work->byte_count);
    encoder->image_width = shown->width;
    encoder->image_height = shown->height;
    encoder->input_components = (int)shown->channels;
    encoder->in_color_space = shown->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(encoder);
    jpeg_set_quality(encoder, quality, TRUE);
    jpeg_start_compress(encoder, TRUE);
    while (encoder->next_scanline < encoder->image_height) {
        JSAMPROW rows[1] = {shown->pixels + (size_t)encoder->next_scanline * shown->width * shown->channels};
        jpeg_write_scanlines(encoder, rows, 1);
    }
    jpeg_finish_compress(encoder);
    return true;
}

uint8_t *picture_encode_jpeg(const picture *shown, int quality, size_t *byte_count) {
    jpeg_writing *work = calloc(1, sizeof *work);
    if (work == NULL) {
        return NULL;
    }
    work->encoder.err = jpeg_std_error(&work->errors);
    work->encoder.client_data = work;
    work->errors.error_exit = leave_on_error;
    const bool done = encode(work, shown, quality);
    jpeg_destroy_compress(&work->encoder);
    uint8_t *bytes = work->bytes;
    *byte_count = (size_t)work->byte_count;
    if (!done) {
        free(bytes);
        bytes = NULL;
    }
    free(work);
    return bytes;
}
