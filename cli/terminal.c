// terminal.c - draws pictures with half blocks or letters, and a progress bar.
//
// The upper half block U+2580 shows two pixels in one character: the upper one in its own colour, the lower one in the
// background's.
//
// SPDX-License-Identifier: Apache-2.0
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_COLUMNS = 32, BAR_COLUMNS = 40 };

static const double redraw_us = 100000;

terminal_kind terminal_guess(void) {
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR"), *color_term = getenv("COLORTERM");
    if (term == NULL || *term == 0 || strcmp(term, "dumb") == 0 || (no_color != NULL && *no_color != 0)) {
        return TERMINAL_ASCII;
    }
    const bool is_true_color =
        color_term != NULL && (strcmp(color_term, "truecolor") == 0 || strcmp(color_term, "24bit") == 0);
    return is_true_color ? TERMINAL_TRUE_COLOR : TERMINAL_256;
}

cli_status terminal_picture_make(terminal_picture *drawing, const picture *shown, terminal_kind kind) {
    *drawing = (terminal_picture){.kind = kind};
    uint32_t width = shown->width, height = shown->height;
    if (width > MAX_COLUMNS || height > MAX_COLUMNS) {
        const uint32_t longer = width > height ? width : height;
        width = width * MAX_COLUMNS / longer;
        height = height * MAX_COLUMNS / longer;
    }
    return picture_fit(&drawing->pixels, shown, width > 0 ? width : 1, height > 0 ? height : 1);
}

void terminal_picture_free(terminal_picture *drawing) {
    picture_free(&drawing->pixels);
}

uint32_t terminal_picture_rows(const terminal_picture *drawing) {
    return (drawing->pixels.height + 1) / 2;
}

// Red, green and blue of a pixel; black below the last row.
static void color_at(const picture *pixels, uint32_t x, uint32_t y, uint8_t color[3]) {
    memset(color, 0, 3);
    if (y < pixels->height) {
        const uint8_t *pixel = pixels->pixels + ((size_t)y * pixels->width + x) * pixels->channels;
        for (uint32_t c = 0; c < 3; c++) {
            color[c] = pixel[pixels->channels == 3 ? c : 0];
        }
    }
}

// The colour's number among 256: 16 .. 231 are a 6 x 6 x 6 cube, 232 .. 255 greys.
static int number_of(const uint8_t color[3]) {
    if (color[0] == color[1] && color[1] == color[2]) {
        return color[0] < 4 ? 16 : color[0] > 246 ? 231 : 232 + (color[0] - 3) * 23 / 243;
    }
    return 16 + 36 * (color[0] * 5 / 255) + 6 * (color[1] * 5 / 255) + color[2] * 5 / 255;
}

void terminal_picture_print_row(const terminal_picture *drawing, uint32_t row, FILE *out) {
    static const char ramp[] = " .:-=+*#%@";
    const picture *pixels = &drawing->pixels;
    for (uint32_t x = 0; x < pixels->width; x++) {
        uint8_t upper[3], lower[3];
        color_at(pixels, x, 2 * row, upper);
        color_at(pixels, x, 2 * row + 1, lower);
        switch (drawing->kind) {
        case TERMINAL_ASCII: {
            const int mean = (upper[0] + upper[1] + upper[2] + lower[0] + lower[1] + lower[2]) / 6;
            fputc(ramp[mean * (int)(sizeof ramp - 2) / 255], out);
            break;
        }
        case TERMINAL_256:
            fprintf(out, "\x1b[38;5;%d;48;5;%dm\xe2\x96\x80", number_of(upper), number_of(lower));
            break;
        case TERMINAL_TRUE_COLOR:
            fprintf(out, "\x1b[38;2;%d;%d;%d;48;2;%d;%d;%dm\xe2\x96\x80", upper[0], upper[1], upper[2], lower[0],
                    lower[1], lower[2]);
            break;
        }
    }
    if (drawing->kind != TERMINAL_ASCII) {
        fputs("\x1b[0m", out);
    }
}

void progress_begin(progress *bar) {
    const char *term = getenv("TERM");
    bar->is_shown = isatty(STDERR_FILENO) != 0 && term != NULL && strcmp(term, "dumb") != 0;
    bar->last_us = 0;
}

void progress_show(progress *bar, size_t done, size_t total) {
    const double now_us = bar->is_shown ? cli_now_us() : 0;
    if (!bar->is_shown || now_us - bar->last_us < redraw_us) {
        return;
    }
    bar->last_us = now_us;
    const int full = (int)((uint64_t)done * BAR_COLUMNS / total);
    fprintf(stderr, "\r[%.*s%*s] %zu/%zu", full, "########################################", BAR_COLUMNS - full, "",
            done, total);
}

void progress_end(progress *bar) {
    if (bar->is_shown && bar->last_us > 0) {
        fputs("\r\x1b[K", stderr);
    }
    bar->is_shown = false;
}
