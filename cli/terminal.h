// terminal.h - pictures and progress in a terminal.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_TERMINAL_H
#define THIMBLE_CLI_TERMINAL_H

#include "picture.h"

// How a picture is drawn: with letters (TERM is "dumb" or unset, or NO_COLOR is set), in 256 or in all colours.
typedef enum terminal_kind { TERMINAL_ASCII, TERMINAL_256, TERMINAL_TRUE_COLOR } terminal_kind;

terminal_kind terminal_guess(void);

// A picture made fit for drawing, at most 32 columns wide; each text row shows two rows of pixels.
typedef struct terminal_picture {
    picture pixels;
    terminal_kind kind;
} terminal_picture;

cli_status terminal_picture_make(terminal_picture *drawing, const picture *shown, terminal_kind kind);
void terminal_picture_free(terminal_picture *drawing);
uint32_t terminal_picture_rows(const terminal_picture *drawing);
void terminal_picture_print_row(const terminal_picture *drawing, uint32_t row, FILE *out);

// A progress bar on stderr, if that is a terminal; else nothing. progress_end clears it.
typedef struct progress {
    bool is_shown;
    double last_us;
} progress;

void progress_begin(progress *bar);
void progress_show(progress *bar, size_t done, size_t total);
void progress_end(progress *bar);

#endif
