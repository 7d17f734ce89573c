// picture_set.c - labelled pictures from IDX files or folders.
//
// SPDX-License-Identifier: Apache-2.0
#include "picture_set.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

cli_status picture_set_open_idx(picture_set *set, const char *images_path, const char *labels_path,
                                const labels *list) {
    *set = (picture_set){0};
    cli_status status = idx_file_load(&set->images, images_path);
    if (status != CLI_OK) {
        return status;
    }
    const idx_file *images = &set->images;
    if (images->rank < 3 || (images->rank == 4 && images->sizes[3] != 1 && images->sizes[3] != 3)) {
        return cli_fail(CLI_INPUT, "'%s' holds no pictures: its rank is %u; expected count x height x width (x 1 or 3)",
                        images_path, images->rank);
    }
    if (images->sizes[0] == 0 || images->sizes[1] == 0 || images->sizes[2] == 0) {
        return cli_fail(CLI_INPUT, "'%s' holds no pictures; give a set with at least one", images_path);
    }
    idx_file classes;
    status = idx_file_load(&classes, labels_path);
    if (status != CLI_OK) {
        return status;
    }
    if (classes.rank != 1 || classes.sizes[0] != images->sizes[0]) {
        status =
            cli_fail(CLI_INPUT, "'%s' holds %u labels of rank %u, '%s' %u pictures; give files that belong together",
                     labels_path, classes.sizes[0], classes.rank, images_path, images->sizes[0]);
    }
    if (status == CLI_OK) {
        set->classes = cli_alloc(images->sizes[0], sizeof *set->classes, &status);
    }
    for (uint32_t i = 0; status == CLI_OK && i < classes.sizes[0]; i++) {
        if (classes.values[i] >= list->count) {
            status = cli_fail(CLI_INPUT, "'%s': label %u is %u, but the model has %zu classes; give labels that fit it",
                              labels_path, i, classes.values[i], list->count);
        } else {
            set->classes[set->count++] = classes.values[i];
        }
    }
    idx_file_free(&classes);
    return status;
}

// ---- folders ----

typedef struct name_list {
    char **items;
    size_t count;
} name_list;

static void name_list_free(name_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i]);
    }
    free(list->items);
    *list = (name_list){0};
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

// "FOLDER/NAME", newly allocated.
static char *join(const char *folder, const char *name) {
    const size_t room_bytes = strlen(folder) + strlen(name) + 2;
    char *path = malloc(room_bytes);
    if (path != NULL) {
        snprintf(path, room_bytes, "%s/%s", folder, name);
    }
    return path;
}

static bool is_folder(const char *path) {
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static bool names_a_picture(const char *name) {
    static const char *const endings[] = {".png", ".jpg", ".jpeg", ".pgm", ".ppm"};
    const char *ending = strrchr(name, '.');
    for (size_t i = 0; ending != NULL && i < sizeof endings / sizeof endings[0]; i++) {
        if (strcasecmp(ending, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

// The names in `folder` that are sub-folders (or pictures), sorted, without hidden ones.
static cli_status list_folder(name_list *list, const char *folder, bool want_folders) {
    *list = (name_list){0};
    DIR *directory = opendir(folder);
    if (directory == NULL) {
        return cli_fail(CLI_INPUT, "cannot read folder '%s': %s; check the name and the permissions", folder,
                        strerror(errno));
    }
    cli_status status = CLI_OK;
    for (struct dirent *entry = readdir(directory); entry != NULL && status == CLI_OK; entry = readdir(directory)) {
        char *path = join(folder, entry->d_name);
        const bool wanted = path != NULL && entry->d_name[0] != '.' &&
                            (want_folders ? is_folder(path) : names_a_picture(entry->d_name) && !is_folder(path));
        if (wanted) {
            char **items = realloc(list->items, (list->count + 1) * sizeof *items);
            char *name = strdup(entry->d_name);
            if (items != NULL) {
                list->items = items;
            }
            if (items == NULL || name == NULL) {
                free(name);
                status = cli_fail(CLI_FAILED, "no memory for the names in '%s'; close other programs", folder);
            } else {
                list->items[list->count++] = name;
            }
        }
        free(path);
    }
    closedir(directory);
    if (list->count > 0) {
        qsort(list->items, list->count, sizeof *list->items, compare_names);
    }
    return status;
}

static cli_status add_class(picture_set *set, const char *folder, uint32_t class_index) {
    name_list files;
    cli_status status = list_folder(&files, folder, false);
    if (status == CLI_OK && files.count > 0) {
        const size_t count = set->count + files.count;
        char **paths = realloc(set->paths, count * sizeof *paths);
        if (paths != NULL) {
            set->paths = paths;
        }
        uint32_t *classes = realloc(set->classes, count * sizeof *classes);
        if (classes != NULL) {
            set->classes = classes;
        }
        if (paths == NULL || classes == NULL) {
            status = cli_fail(CLI_FAILED, "no memory for the pictures in '%s'; close other programs", folder);
        }
    }
    for (size_t i = 0; status == CLI_OK && i < files.count; i++) {
        char *path = join(folder, files.items[i]);
        if (path == NULL) {
            status = cli_fail(CLI_FAILED, "no memory for the pictures in '%s'; close other programs", folder);
        } else {
            set->classes[set->count] = class_index;
            set->paths[set->count++] = path;
        }
    }
    name_list_free(&files);
    return status;
}

// True if the folders can only be meant in alphabetical order.
static bool is_alphabetical(const name_list *folders, const labels *list) {
    bool any_known = false;
    for (size_t i = 0; i < folders->count; i++) {
        any_known = any_known || labels_find(list, folders->items[i]) >= 0;
    }
    return !any_known && list->source == NULL && folders->count == list->count;
}

cli_status picture_set_open_folder(picture_set *set, const char *folder, const labels *list) {
    *set = (picture_set){0};
    name_list folders;
    cli_status status = list_folder(&folders, folder, true);
    const bool alphabetical = status == CLI_OK && is_alphabetical(&folders, list);
    if (alphabetical) {
        cli_note("note: the model has no labels; the sub-folders of '%s' are its classes in alphabetical order",
                 folder);
    }
    for (size_t i = 0; status == CLI_OK && i < folders.count; i++) {
        const int class_index = alphabetical ? (int)i : labels_find(list, folders.items[i]);
        if (class_index < 0) {
            status = cli_fail(CLI_INPUT, "folder '%s/%s' matches no class of the model; call it by label or number",
                              folder, folders.items[i]);
            break;
        }
        char *path = join(folder, folders.items[i]);
        status = path != NULL ? add_class(set, path, (uint32_t)class_index)
                              : cli_fail(CLI_FAILED, "no memory for '%s'; close other programs", folder);
        free(path);
    }
    name_list_free(&folders);
    if (status == CLI_OK && set->count == 0) {
        status =
            cli_fail(CLI_INPUT, "folder '%s' has no pictures in sub-folders; make one sub-folder per class", folder);
    }
    return status;
}

// ---- both ----

void picture_set_limit(picture_set *set, size_t count) {
    if (count >= set->count) {
        return;
    }
    for (size_t i = 0; set->paths != NULL && i < count; i++) {
        // Swapped, so that every path stays in the list and is freed.
        const size_t from = (size_t)((uint64_t)i * set->count / count);
        char *path = set->paths[i];
        const uint32_t class_index = set->classes[i];
        set->paths[i] = set->paths[from];
        set->classes[i] = set->classes[from];
        set->paths[from] = path;
        set->classes[from] = class_index;
    }
    for (size_t i = count; set->paths != NULL && i < set->count; i++) {
        free(set->paths[i]);
    }
    set->count = count;
}

cli_status picture_set_get(const picture_set *set, size_t index, picture *result) {
    if (set->paths != NULL) {
        return picture_load(result, set->paths[index]);
    }
    const idx_file *images = &set->images;
    const uint32_t channels = images->rank == 4 ? images->sizes[3] : 1;
    const size_t picture_bytes = (size_t)images->sizes[1] * images->sizes[2] * channels;
    if (!picture_allocate(result, images->sizes[2], images->sizes[1], channels)) {
        return cli_fail(CLI_FAILED, "no memory for a picture of %u x %u; use smaller ones", images->sizes[2],
                        images->sizes[1]);
    }
    memcpy(result->pixels, images->values + index * picture_bytes, picture_bytes);
    return CLI_OK;
}

const char *picture_set_name(const picture_set *set, size_t index) {
    if (set->paths == NULL) {
        return NULL;
    }
    const char *slash = strrchr(set->paths[index], '/');
    return slash != NULL ? slash + 1 : set->paths[index];
}

void picture_set_close(picture_set *set) {
    for (size_t i = 0; set->paths != NULL && i < set->count; i++) {
        free(set->paths[i]);
    }
    free(set->paths);
    free(set->classes);
    idx_file_free(&set->images);
    *set = (picture_set){0};
}
