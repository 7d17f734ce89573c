// web_files.h - the page and the API's description, compressed at build (make_web_files.cmake), as the server sends them.
//
// Always sent with `Content-Encoding: gzip`: a device has no room for both forms. Every browser takes it.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_WEB_FILES_H
#define THIMBLE_WEB_FILES_H

#include <stddef.h>
#include <stdint.h>

typedef struct web_file {
    const char *path;  // "/", "/page.js", "/api/openapi.yaml"
    const char *type;  // for Content-Type
    const char *etag;  // with its quotes; another one for other bytes
    const uint8_t *gzip;
    size_t gzip_bytes;
} web_file;

// What the page needs of a browser and no more, for Content-Security-Policy and Permissions-Policy: files, pictures and
// connections of this device only, nothing inline; the camera of whoever looks at the page, if they allow it.
#define WEB_CONTENT_POLICY                                                                                \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " \
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
#define WEB_PERMISSIONS_POLICY "camera=(self), microphone=(), geolocation=()"

// The file of this path (without a query), or NULL.
const web_file *web_file_find(const char *path);

#endif
