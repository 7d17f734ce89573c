// camera_files.c - virtual cameras over files.
//
// SPDX-License-Identifier: Apache-2.0
#include "camera_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "idx_file.h"
#include "picture.h"

enum { WIDTH = 320, HEIGHT = 240, QUALITY = 85 };
static const double shown_us = 2e6;

typedef struct file_camera {
    char *folder, **names;  // of a folder
    idx_file idx;           // or of an IDX file
    size_t count, index;    // of pictures; the one before the camera
    bool has_one;
    double since_us;
    uint8_t *jpeg;  // of the picture before the camera
    size_t jpeg_bytes;
} file_camera;

static bool show(file_camera *camera, picture *shown) {
    picture fitted = {0};
    free(camera->jpeg);
    camera->jpeg = NULL;
    if (picture_fit(&fitted, shown, WIDTH, HEIGHT) == CLI_OK) {
        camera->jpeg = picture_encode_jpeg(&fitted, QUALITY, &camera->jpeg_bytes);
    }
    picture_free(&fitted);
    picture_free(shown);
    return camera->jpeg != NULL;
}

static bool show_file(file_camera *camera) {
    char path[4096];
    picture loaded = {0};
    snprintf(path, sizeof path, "%s/%s", camera->folder, camera->names[camera->index]);
    return picture_load(&loaded, path) == CLI_OK && show(camera, &loaded);
}

// The item in the middle of a black picture of 4:3, with a quarter of its height around it.
static bool show_item(file_camera *camera) {
    const uint32_t height = camera->idx.sizes[1], width = camera->idx.sizes[2];
    const uint32_t canvas_height = height + height / 4,
                   canvas_width = (canvas_height > width ? canvas_height : width) * 4 / 3;
    picture canvas = {0};
    if (!picture_allocate(&canvas, canvas_width, canvas_height, 1)) {
        return false;
    }
    memset(canvas.pixels, 0, (size_t)canvas_width * canvas_height);
    const uint8_t *item = camera->idx.values + camera->index * height * width;
    const uint32_t top = (canvas_height - height) / 2, left = (canvas_width - width) / 2;
    for (uint32_t y = 0; y < height; y++) {
        memcpy(canvas.pixels + (size_t)(top + y) * canvas_width + left, item + (size_t)y * width, width);
    }
    return show(camera, &canvas);
}

static port_result next(void *context, uint8_t *room, size_t room_bytes, size_t *frame_bytes) {
    file_camera *camera = context;
    const double now_us = cli_now_us();
    if (!camera->has_one || now_us - camera->since_us >= shown_us) {
        camera->index = camera->has_one ? (camera->index + 1) % camera->count : 0;
        camera->has_one = true;
        camera->since_us = now_us;
        if (!(camera->folder != NULL ? show_file(camera) : show_item(camera))) {
            camera->since_us = now_us - shown_us;  // the next one at once
        }
    }
    if (camera->jpeg == NULL) {
        return PORT_NONE;
    }
    if (camera->jpeg_bytes > room_bytes) {
        return PORT_TOO_LARGE;
    }
    memcpy(room, camera->jpeg, camera->jpeg_bytes);
    *frame_bytes = camera->jpeg_bytes;
    return PORT_OK;
}

static void close_camera(void *context) {
    file_camera *camera = context;
    for (size_t i = 0; camera->names != NULL && i < camera->count; i++) {
        free(camera->names[i]);
    }
    free(camera->names);
    free(camera->folder);
    free(camera->jpeg);
    idx_file_free(&camera->idx);
    free(camera);
}

static bool is_picture_name(const char *name) {
    static const char *const endings[] = {".jpg", ".jpeg", ".png", ".pgm", ".ppm"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot != NULL && name[0] != '.' && i < sizeof endings / sizeof endings[0]; i++) {
        if (strcasecmp(dot, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static cli_status list_folder(file_camera *camera) {
    DIR *list = opendir(camera->folder);
    if (list == NULL) {
        return cli_fail(CLI_INPUT, "folder '%s' cannot be read: %s; give one with pictures", camera->folder,
                        strerror(errno));
    }
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        char **more =
            is_picture_name(entry->d_name) ? realloc(camera->names, (camera->count + 1) * sizeof *more) : NULL;
        if (more != NULL) {
            camera->names = more;
            camera->names[camera->count] = strdup(entry->d_name);
            camera->count += camera->names[camera->count] != NULL;
        }
    }
    closedir(list);
    if (camera->count == 0) {
        return cli_fail(CLI_INPUT, "folder '%s' has no pictures; give one with JPEG, PNG, PGM or PPM files",
                        camera->folder);
    }
    qsort(camera->names, camera->count, sizeof *camera->names, compare_names);
    return CLI_OK;
}

static cli_status open_any(posix_camera *opened, file_camera *camera, cli_status status, const char *path) {
    if (status != CLI_OK) {
        close_camera(camera);
        return status;
    }
    const char *slash = strrchr(path, '/');
    *opened = (posix_camera){.context = camera, .next = next, .close = close_camera};
    snprintf(opened->name, sizeof opened->name, "%zu pictures of %.40s", camera->count,
             slash != NULL && slash[1] != '\0' ? slash + 1 : path);
    return CLI_OK;
}

cli_status camera_folder_open(posix_camera *opened, const char *path) {
    cli_status status = CLI_OK;
    file_camera *camera = cli_alloc(1, sizeof *camera, &status);
    if (camera == NULL) {
        return status;
    }
    camera->folder = strdup(path);
    return open_any(opened, camera, list_folder(camera), path);
}

cli_status camera_idx_open(posix_camera *opened, const char *path) {
    cli_status status = CLI_OK;
    file_camera *camera = cli_alloc(1, sizeof *camera, &status);
    if (camera == NULL) {
        return status;
    }
    status = idx_file_load(&camera->idx, path);
    const uint32_t *sizes = camera->idx.sizes;
    if (status == CLI_OK &&
        (camera->idx.rank != 3 || sizes[0] == 0 || sizes[1] < 8 || sizes[2] < 8 || sizes[1] > 480 || sizes[2] > 640)) {
        status = cli_fail(CLI_INPUT, "'%s' holds no pictures of 8x8 to 640x480; give an IDX file of rank 3", path);
    }
    camera->count = status == CLI_OK ? sizes[0] : 0;
    return open_any(opened, camera, status, path);
}
