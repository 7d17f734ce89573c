// http_parser.h - what is used of ESP-IDF's header of this name.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_HTTP_PARSER_H
#define THIMBLE_IDF_HTTP_PARSER_H

// Names that the application's http.h has, too: no source may include both.
enum http_method {
    HTTP_DELETE = 0,
    HTTP_GET = 1,
    HTTP_HEAD = 2,
    HTTP_POST = 3,
    HTTP_PUT = 4,
    HTTP_OPTIONS = 6,
    HTTP_PATCH = 28,
};

const char *http_method_str(enum http_method m);

#endif
