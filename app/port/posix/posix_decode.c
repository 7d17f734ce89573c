// posix_decode.c - JPEG and PNG to grey or RGB, scaled down by 1, 2, 4 or 8.
//
// libjpeg scales while it decodes; a PNG is decoded whole, then squares of pixels are averaged.
//
// SPDX-License-Identifier: Apache-2.0
#include "posix_decode.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// After stdio.h, which it uses without including it.
#include <jpeglib.h>

enum { LONG_SIDE = 320, SHORT_SIDE = 240, LARGEST_SIDE = 4096, LARGEST_SCANS = 64 };

static uint32_t scaled(uint32_t side, uint32_t scale) {
    return (side + scale - 1) / scale;
}

// The smallest scale at which the picture fits, 0 if none.
static uint32_t choose_scale(uint32_t width, uint32_t height, uint32_t channels, size_t room_bytes) {
    for (uint32_t scale = 1; scale <= 8; scale *= 2) {
        const uint32_t w = scaled(width, scale), h = scaled(height, scale);
        const uint32_t longer = w > h ? w : h, shorter = w > h ? h : w;
        if (longer <= LONG_SIDE && shorter <= SHORT_SIDE && (size_t)w * h * channels <= room_bytes) {
            return scale;
        }
    }
    return 0;
}

static void describe(port_picture *picture, const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
                     uint32_t scale) {
    *picture = (port_picture){.pixels = pixels,
                              .format = channels == 1 ? PORT_GREY8 : PORT_RGB888,
                              .height = (int32_t)height,
                              .width = (int32_t)width,
                              .row_bytes = (int32_t)(width * channels),
                              .scale = (int32_t)scale};
}

// ---- JPEG ----

typedef struct jpeg_work {  // behind a pointer, so that longjmp leaves it intact
    struct jpeg_decompress_struct decoder;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf leave;
    bool is_damaged;
} jpeg_work;

static jpeg_work *work_of(j_common_ptr decoder) {
    return decoder->client_data;
}

static void leave_on_error(j_common_ptr decoder) {
    longjmp(work_of(decoder)->leave, 1);
}

static void note_warning(j_common_ptr decoder, int level) {
    work_of(decoder)->is_damaged |= level < 0;
}

static void print_nothing(j_common_ptr decoder) {
    (void)decoder;
}

// A progressive file may ask for any number of passes over the whole picture.
static void limit_scans(j_common_ptr decoder) {
    if (work_of(decoder)->decoder.input_scan_number > LARGEST_SCANS) {
        longjmp(work_of(decoder)->leave, 1);
    }
}

static port_result decode_jpeg_rows(jpeg_work *work, const uint8_t *bytes, size_t byte_count, uint8_t *room,
                                    size_t room_bytes, port_picture *picture) {
    struct jpeg_decompress_struct *decoder = &work->decoder;
    if (setjmp(work->leave) != 0) {
        return PORT_BAD;
    }
    jpeg_create_decompress(decoder);
    decoder->progress = &work->progress;
    jpeg_mem_src(decoder, bytes, (unsigned long)byte_count);
    jpeg_read_header(decoder, TRUE);
    const uint32_t channels = decoder->jpeg_color_space == JCS_GRAYSCALE ? 1 : 3;
    if (decoder->jpeg_color_space == JCS_CMYK || decoder->jpeg_color_space == JCS_YCCK) {
        return PORT_BAD;
    }
    if (decoder->image_width > LARGEST_SIDE || decoder->image_height > LARGEST_SIDE) {
        return PORT_TOO_LARGE;
    }
    const uint32_t scale = choose_scale(decoder->image_width, decoder->image_height, channels, room_bytes);
    if (scale == 0) {
        return PORT_TOO_LARGE;
    }
    decoder->out_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    decoder->scale_num = 1;
    decoder->scale_denom = scale;
    decoder->dct_method = JDCT_ISLOW;
    jpeg_start_decompress(decoder);
    const size_t row_bytes = (size_t)decoder->output_width * channels;
    if (row_bytes * decoder->output_height > room_bytes) {
        return PORT_TOO_LARGE;
    }
    while (decoder->output_scanline < decoder->output_height) {
        JSAMPROW rows[1] = {room + decoder->output_scanline * row_bytes};
        jpeg_read_scanlines(decoder, rows, 1);
    }
    describe(picture, room, decoder->output_width, decoder->output_height, channels, scale);
    return work->is_damaged ? PORT_BAD : PORT_OK;
}

static port_result decode_jpeg(const uint8_t *bytes, size_t byte_count, uint8_t *room, size_t room_bytes,
                               port_picture *picture) {
    jpeg_work *work = calloc(1, sizeof *work);
    if (work == NULL) {
        return PORT_FAILED;
    }
    work->decoder.err = jpeg_std_error(&work->errors);
    work->decoder.client_data = work;
    work->errors.error_exit = leave_on_error;
    work->errors.emit_message = note_warning;
    work->errors.output_message = print_nothing;
    work->progress.progress_monitor = limit_scans;
    const port_result result = decode_jpeg_rows(work, bytes, byte_count, room, room_bytes, picture);
    jpeg_destroy_decompress(&work->decoder);
    free(work);
    return result;
}

// ---- PNG ----

// Averages scale x scale squares of [height][width][channels] into `room`.
static void shrink(const uint8_t *from, uint32_t width, uint32_t height, uint32_t channels, uint32_t scale,
                   uint8_t *room) {
    for (uint32_t y = 0; y < height; y += scale) {
        for (uint32_t x = 0; x < width; x += scale) {
            for (uint32_t c = 0; c < channels; c++) {
                uint32_t sum = 0, count = 0;
                for (uint32_t v = y; v < y + scale && v < height; v++) {
                    for (uint32_t u = x; u < x + scale && u < width; u++) {
                        sum += from[((size_t)v * width + u) * channels + c];
                        count++;
                    }
                }
                *room++ = (uint8_t)((sum + count / 2) / count);
            }
        }
    }
}

static port_result decode_png(const uint8_t *bytes, size_t byte_count, uint8_t *room, size_t room_bytes,
                              port_picture *picture) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_memory(&image, bytes, byte_count)) {
        return PORT_BAD;
    }
    const uint32_t channels = (image.format & PNG_FORMAT_FLAG_COLOR) != 0 ? 3 : 1;
    const uint32_t scale = choose_scale(image.width, image.height, channels, room_bytes);
    if (image.width > LARGEST_SIDE || image.height > LARGEST_SIDE || scale == 0) {
        png_image_free(&image);
        return PORT_TOO_LARGE;
    }
    image.format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    uint8_t *whole = malloc(PNG_IMAGE_SIZE(image));
    const png_color white = {255, 255, 255};
    port_result result = PORT_FAILED;
    if (whole != NULL) {
        result =
            png_image_finish_read(&image, &white, whole, 0, NULL) && image.warning_or_error == 0 ? PORT_OK : PORT_BAD;
    }
    if (result == PORT_OK) {
        shrink(whole, image.width, image.height, channels, scale, room);
        describe(picture, room, scaled(image.width, scale), scaled(image.height, scale), channels, scale);
    }
    free(whole);
    png_image_free(&image);
    return result;
}

port_result posix_decode(void *context, port_picture_kind kind, const uint8_t *bytes, size_t byte_count, uint8_t *room,
                         size_t room_bytes, port_picture *picture) {
    (void)context;
    return kind == PORT_JPEG ? decode_jpeg(bytes, byte_count, room, room_bytes, picture)
                             : decode_png(bytes, byte_count, room, room_bytes, picture);
}
