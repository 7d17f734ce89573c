// html_report.h - an evaluation as one HTML file that needs nothing else: heat map and the worst mistakes as pictures.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_HTML_REPORT_H
#define THIMBLE_CLI_HTML_REPORT_H

#include "picture.h"
#include "score.h"

typedef struct html_mistake {
    size_t picture_index, true_class, answer;
    double probability;  // of the answer
    picture seen;        // what the model saw
} html_mistake;

// Writes the report. Errors of `out` show when it is closed.
cli_status html_report_write(FILE *out, const score *result, const char *model_path, const char *data_path,
                             const html_mistake *mistakes, size_t mistake_count);

#endif
