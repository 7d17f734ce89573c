// labels.h - the names of a model's classes.
//
// Looked for, in this order: a text file the user names; the metadata buffer "thimble.json" ({"labels": ["...", ...]});
// a label list as in TFLite Metadata (a text file in a zip archive appended to the model, one name per line). A list
// counts only if it has one name per class. Without one, classes are called "class 0", "class 1" ...
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_LABELS_H
#define THIMBLE_CLI_LABELS_H

#include "model_file.h"

typedef struct labels {
    char **names;  // UTF-8 as found, not to be trusted: print with cli_printable
    size_t count;
    const char *source;  // "thimble.json", "TFLite metadata", "file", or NULL: the names are "class N"
} labels;

// `names_path` may be NULL. labels_free frees it, also after a failure.
cli_status labels_load(labels *list, const model_file *model, size_t class_count, const char *names_path);
void labels_free(labels *list);

// The class that `text` means: a label (case and everything but letters and digits do not count), or a class number.
// -1 if none.
int labels_find(const labels *list, const char *text);

#endif
