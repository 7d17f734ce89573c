// camera_files.h - virtual cameras for `thimble serve`: a folder of pictures, an IDX file. Each picture is before the camera
// for two seconds, as a JPEG of 320x240.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_CAMERA_FILES_H
#define THIMBLE_CLI_CAMERA_FILES_H

#include "cli.h"
#include "posix_port.h"

// The pictures (JPEG, PNG, PGM, PPM) of a folder, in the order of their names. One that cannot be read is left out.
cli_status camera_folder_open(posix_camera *opened, const char *path);

// The pictures of an IDX file of rank 3, with a margin around each.
cli_status camera_idx_open(posix_camera *opened, const char *path);

#endif
