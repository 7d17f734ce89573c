// fake_tjpgd.c - the decoder in ROM by libjpeg: reads by infunc, gives blocks of RGB888, scaled down by 1, 2, 4 or 8.
//
// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

// libjpeg has types of these names, too.
#define BYTE TJPGD_BYTE
#define UINT TJPGD_UINT
#include "rom/tjpgd.h"

enum { FILE_LIMIT = 1 << 20, BLOCK = 16 };

typedef struct failing {
    struct jpeg_error_mgr manager;
    jmp_buf give_up;
} failing;

static unsigned char file[FILE_LIMIT];
static unsigned long file_bytes;

static void fail(j_common_ptr decoder) {
    longjmp(((failing *)decoder->err)->give_up, 1);
}

static void say_nothing(j_common_ptr decoder, int level) {
    (void)decoder;
    (void)level;
}

static void start(struct jpeg_decompress_struct *decoder, failing *errors) {
    decoder->err = jpeg_std_error(&errors->manager);
    errors->manager.error_exit = fail;
    errors->manager.emit_message = say_nothing;
    jpeg_create_decompress(decoder);
}

JRESULT jd_prepare(JDEC *decoder, TJPGD_UINT (*infunc)(JDEC *, TJPGD_BYTE *, TJPGD_UINT), void *pool,
                   TJPGD_UINT pool_bytes, void *device) {
    struct jpeg_decompress_struct header;
    failing errors;
    if (pool == NULL || pool_bytes < 3092) {
        return JDR_MEM1;
    }
    decoder->device = device;
    file_bytes = infunc(decoder, file, FILE_LIMIT);
    start(&header, &errors);
    JRESULT result = JDR_FMT1;
    if (setjmp(errors.give_up) == 0) {
        jpeg_mem_src(&header, file, file_bytes);
        jpeg_read_header(&header, TRUE);
        decoder->width = header.image_width;
        decoder->height = header.image_height;
        result = header.num_components == 3 && !header.progressive_mode ? JDR_OK : JDR_FMT3;
    }
    jpeg_destroy_decompress(&header);
    return result;
}

// Gives rows of pixels as blocks of at most BLOCK in width.
static int give_row(JDEC *decoder, TJPGD_UINT (*outfunc)(JDEC *, void *, JRECT *), unsigned char *row, unsigned width,
                    unsigned y) {
    for (unsigned x = 0; x < width; x += BLOCK) {
        const unsigned last = x + BLOCK < width ? x + BLOCK - 1 : width - 1;
        JRECT place = {.left = (WORD)x, .right = (WORD)last, .top = (WORD)y, .bottom = (WORD)y};
        if (outfunc(decoder, row + 3 * (size_t)x, &place) == 0) {
            return 0;
        }
    }
    return 1;
}

JRESULT jd_decomp(JDEC *decoder, TJPGD_UINT (*outfunc)(JDEC *, void *, JRECT *), TJPGD_BYTE scale) {
    struct jpeg_decompress_struct reader;
    failing errors;
    const unsigned width = decoder->width >> scale, height = decoder->height >> scale;
    start(&reader, &errors);
    volatile JRESULT result = JDR_FMT1;
    unsigned char *volatile row = malloc(((size_t)decoder->width + 8) * 3);
    if (row != NULL && setjmp(errors.give_up) == 0) {
        jpeg_mem_src(&reader, file, file_bytes);
        jpeg_read_header(&reader, TRUE);
        reader.scale_num = 1;
        reader.scale_denom = 1u << scale;
        reader.out_color_space = JCS_RGB;
        jpeg_start_decompress(&reader);
        result = JDR_OK;
        for (unsigned y = 0; y < height && result == JDR_OK; y++) {
            unsigned char *rows[1] = {row};
            jpeg_read_scanlines(&reader, rows, 1);
            result = give_row(decoder, outfunc, row, width, y) ? JDR_OK : JDR_INTR;
        }
    }
    free(row);
    jpeg_destroy_decompress(&reader);
    return result;
}
