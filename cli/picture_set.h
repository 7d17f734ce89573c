// picture_set.h - labelled pictures: from two IDX files, a folder with one sub-folder per class, or labels.csv.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_PICTURE_SET_H
#define THIMBLE_CLI_PICTURE_SET_H

#include "idx_file.h"
#include "labels.h"
#include "picture.h"

typedef struct picture_set {
    size_t count;
    uint32_t *classes;  // per picture
    idx_file images;    // of an IDX set
    char **paths;       // of files, else NULL
} picture_set;

// Both check that every class is below list->count. picture_set_close frees the set, also after a failure.
cli_status picture_set_open_idx(picture_set *set, const char *images_path, const char *labels_path, const labels *list);

// Sub-folders are matched to classes by name or number (labels_find). If the model has no labels and none of the
// sub-folders is a number, they are taken in alphabetical order, as Keras does.
cli_status picture_set_open_folder(picture_set *set, const char *folder, const labels *list);

// FOLDER/labels.csv, whose first line names the columns: `file`, in FOLDER/images, and `label`. Photos whose label the
// model lacks are left out, and a line says which. Fields are without quotes and commas.
cli_status picture_set_open_photos(picture_set *set, const char *folder, const labels *list);

// The name of a picture's file without its folders; NULL in an IDX set.
const char *picture_set_name(const picture_set *set, size_t index);

// Keeps `count` pictures: of IDX files the first ones, of files evenly spread ones.
void picture_set_limit(picture_set *set, size_t count);

// A new picture, which the caller frees. May be called by several threads at once.
cli_status picture_set_get(const picture_set *set, size_t index, picture *result);
void picture_set_close(picture_set *set);

#endif
