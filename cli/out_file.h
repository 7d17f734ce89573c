// out_file.h - output files that appear complete or not at all.
//
// The bytes go to a temporary file beside the final one; out_file_commit renames it, out_file_discard removes it.
// What is not a regular file (a device, a pipe) is written directly.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_OUT_FILE_H
#define THIMBLE_CLI_OUT_FILE_H

#include "cli.h"

typedef struct out_file {
    FILE *stream;           // NULL after out_file_finish
    char *given;             // the path as the caller wrote it, for error lines
    char *path, *temporary;  // temporary is NULL if the file is written directly
} out_file;

// Opens the file for writing. After a failure there is nothing to discard.
cli_status out_file_open(out_file *file, const char *path);

// Flushes and closes: everything was written, or this fails. The file is still temporary.
cli_status out_file_finish(out_file *file);

// Gives a finished file its final name, and frees *file.
cli_status out_file_commit(out_file *file);

// Removes the temporary file, if any, and frees *file. Harmless on a zeroed or committed one.
void out_file_discard(out_file *file);

#endif
