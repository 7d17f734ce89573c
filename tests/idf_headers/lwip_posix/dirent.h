// dirent.h - reading folders, for compilers whose C library cannot.
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_IDF_DIRENT_H
#define THIMBLE_IDF_DIRENT_H

typedef struct DIR DIR;
struct dirent {
    char d_name[256];
};

DIR *opendir(const char *name);
struct dirent *readdir(DIR *dir);
int closedir(DIR *dir);

#endif
