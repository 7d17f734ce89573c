// captures.c - pictures kept with a label.
//
// SPDX-License-Identifier: Apache-2.0
#include "captures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checksum.h"
#include "json.h"

enum { CARD_BYTES = 512 };

typedef enum file_kind { FILE_PICTURE, FILE_CARD_A, FILE_CARD_B, FILE_OTHER } file_kind;
static const char *const endings[] = {".jpg", ".a", ".b"};

static const char *file_name(char room[PORT_NAME_BYTES], uint32_t id, file_kind kind) {
    snprintf(room, PORT_NAME_BYTES, "%08lx%s", (unsigned long)id, endings[kind]);
    return room;
}

static file_kind parse_name(const char *name, uint32_t *id) {
    char expected[PORT_NAME_BYTES];
    *id = (uint32_t)strtoul(name, NULL, 16);
    for (file_kind kind = FILE_PICTURE; kind < FILE_OTHER; kind++) {
        if (*id != 0 && strcmp(name, file_name(expected, *id, kind)) == 0) {
            return kind;
        }
    }
    return FILE_OTHER;
}

// ---- labels ----

// Length of the well-formed UTF-8 character at `text`, 0 if there is none.
static size_t character_bytes(const unsigned char *text) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const size_t byte_count = text[0] < 0x80   ? 1
                              : text[0] < 0xc2 ? 0
                              : text[0] < 0xe0 ? 2
                              : text[0] < 0xf0 ? 3
                              : text[0] < 0xf5 ? 4
                                               : 0;
    if (byte_count < 2) {
        return byte_count;
    }
    uint32_t code = text[0] & (0x7fu >> byte_count);
    for (size_t i = 1; i < byte_count; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (text[i] & 0x3fu);
    }
    const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
    return code >= least[byte_count] && code <= 0x10ffff && !is_surrogate ? byte_count : 0;
}

bool capture_label_is_good(const char *label) {
    const unsigned char *at = (const unsigned char *)label;
    while (*at != 0) {
        const size_t byte_count = character_bytes(at);
        if (byte_count == 0 || *at < 0x20 || *at == 0x7f || (*at == 0xc2 && at[1] < 0xa0)) {
            return false;
        }
        at += byte_count;
    }
    const size_t byte_count = (size_t)(at - (const unsigned char *)label);
    return byte_count >= 1 && byte_count < CAPTURE_LABEL_BYTES;
}

// ---- cards ----

static size_t write_card(const capture *from, char room[CARD_BYTES]) {
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "label", from->label);
    cJSON_AddStringToObject(json, "predicted", from->predicted);
    json_add_real(json, "confidence", from->confidence / 1000.0);
    json_add_count(json, "bytes", from->jpeg_bytes);
    json_add_count(json, "crc32", from->crc32);
    json_add_count(json, "unix_ms", from->unix_ms);
    json_add_count(json, "edition", from->edition);
    return json_print(json, room, CARD_BYTES);
}

static bool read_number(const cJSON *json, const char *name, double most, double *value) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);
    *value = cJSON_IsNumber(member) ? member->valuedouble : -1;
    return *value >= 0 && *value <= most;
}

static bool read_text(const cJSON *json, const char *name, char room[CAPTURE_LABEL_BYTES]) {
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);
    if (!cJSON_IsString(member) || !capture_label_is_good(member->valuestring)) {
        return false;
    }
    snprintf(room, CAPTURE_LABEL_BYTES, "%s", member->valuestring);
    return true;
}

// A sound card gives everything but the id. A torn one is no JSON.
static bool read_card(const captures *from, uint32_t id, file_kind kind, capture *result) {
    char name[PORT_NAME_BYTES], text[CARD_BYTES];
    size_t byte_count;
    if (from->port->file_read(from->port->context, file_name(name, id, kind), 0, text, sizeof text, &byte_count) !=
        PORT_OK) {
        return false;
    }
    cJSON *json = json_parse(text, byte_count);
    double confidence, jpeg_bytes, crc32, unix_ms, edition;
    const bool good = read_text(json, "label", result->label) && read_text(json, "predicted", result->predicted) &&
                      read_number(json, "confidence", 1, &confidence) &&
                      read_number(json, "bytes", UINT32_MAX, &jpeg_bytes) &&
                      read_number(json, "crc32", UINT32_MAX, &crc32) && read_number(json, "unix_ms", 1e15, &unix_ms) &&
                      read_number(json, "edition", UINT32_MAX, &edition);
    cJSON_Delete(json);
    if (good) {
        result->id = id;
        result->confidence = (uint16_t)(confidence * 1000 + 0.5);
        result->jpeg_bytes = (uint32_t)jpeg_bytes;
        result->crc32 = (uint32_t)crc32;
        result->unix_ms = (uint64_t)unix_ms;
        result->edition = (uint32_t)edition;
    }
    return good;
}

// The newer of the sound cards.
static bool read_cards(const captures *from, uint32_t id, capture *result) {
    capture a, b;
    const bool has_a = read_card(from, id, FILE_CARD_A, &a), has_b = read_card(from, id, FILE_CARD_B, &b);
    if (has_a || has_b) {
        *result = has_a && (!has_b || a.edition > b.edition) ? a : b;
    }
    return has_a || has_b;
}

static bool remove_file(const captures *from, uint32_t id, file_kind kind) {
    char name[PORT_NAME_BYTES];
    const port_result result = from->port->file_remove(from->port->context, file_name(name, id, kind));
    return result == PORT_OK || result == PORT_NONE;
}

// The picture first: without it the capture is gone, and what is left of its cards goes at the next start.
static bool remove_files(const captures *from, uint32_t id) {
    return remove_file(from, id, FILE_PICTURE) && remove_file(from, id, FILE_CARD_A) &&
           remove_file(from, id, FILE_CARD_B);
}

// ---- the list ----

static capture *find(const captures *from, uint32_t id) {
    size_t low = 0, high = from->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (from->list[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < from->count && from->list[low].id == id ? &from->list[low] : NULL;
}

const capture *captures_find(const captures *from, uint32_t id) {
    return find(from, id);
}

static void forget(captures *changed, capture *gone) {
    changed->byte_count -= gone->jpeg_bytes;
    changed->count--;
    memmove(gone, gone + 1, (size_t)(changed->list + changed->count - gone) * sizeof *gone);
}

// ---- start ----

// Files that a visit found to be too many: it may not remove them itself.
enum { DOOMED_COUNT = 16 };
typedef struct doomed_files {
    captures *captures;
    uint32_t ids[DOOMED_COUNT];
    size_t count;
} doomed_files;

static bool doom(doomed_files *doomed, uint32_t id) {
    if (doomed->count < DOOMED_COUNT) {
        doomed->ids[doomed->count++] = id;
    }
    return doomed->count < DOOMED_COUNT;
}

// Enters a picture into the list, by its id; the oldest is doomed where there are too many.
static bool list_picture(void *visitor, const char *name, uint32_t file_bytes) {
    doomed_files *doomed = visitor;
    captures *opened = doomed->captures;
    uint32_t id;
    const file_kind kind = parse_name(name, &id);
    if (kind != FILE_OTHER && id > opened->last_id) {
        opened->last_id = id;
    }
    if (kind != FILE_PICTURE) {
        return true;
    }
    if (opened->count == opened->limit_count) {
        const uint32_t oldest = opened->count > 0 ? opened->list[0].id : id;
        if (oldest >= id) {
            return doom(doomed, id);
        }
        memmove(opened->list, opened->list + 1, (opened->count - 1) * sizeof *opened->list);
        opened->count--;
        doom(doomed, oldest);
    }
    size_t place = opened->count++;
    for (; place > 0 && opened->list[place - 1].id > id; place--) {
        opened->list[place] = opened->list[place - 1];
    }
    opened->list[place] = (capture){.id = id, .jpeg_bytes = file_bytes};
    return doomed->count < DOOMED_COUNT;
}

static bool doom_lonely_card(void *visitor, const char *name, uint32_t file_bytes) {
    doomed_files *doomed = visitor;
    uint32_t id;
    const file_kind kind = parse_name(name, &id);
    (void)file_bytes;
    const bool is_lonely = (kind == FILE_CARD_A || kind == FILE_CARD_B) && find(doomed->captures, id) == NULL;
    return !is_lonely || doom(doomed, id);
}

// Visits all files until none is doomed any more, or until removing them fails.
static void visit_files(captures *opened, port_file_visit *visit, bool lists) {
    doomed_files doomed;
    bool removed = true;
    do {
        doomed = (doomed_files){.captures = opened};
        if (lists) {
            opened->count = 0;
        }
        opened->port->file_each(opened->port->context, visit, &doomed);
        for (size_t i = 0; i < doomed.count; i++) {
            removed = remove_files(opened, doomed.ids[i]) && removed;
        }
    } while (doomed.count > 0 && removed);
}

static bool picture_is_whole(const captures *from, const capture *picture, uint8_t *room, size_t room_bytes) {
    uint32_t sum = 0, offset = 0;
    size_t read_bytes = 1;
    while (offset < picture->jpeg_bytes && read_bytes > 0) {
        if (!captures_read(from, picture, offset, room, room_bytes, &read_bytes)) {
            return false;
        }
        sum = checksum_add(sum, room, read_bytes);
        offset += (uint32_t)read_bytes;
    }
    return offset == picture->jpeg_bytes && sum == picture->crc32;
}

void captures_open(captures *opened, const port *world, capture *list, size_t limit_count, uint64_t limit_bytes,
                   uint8_t *room, size_t room_bytes) {
    *opened = (captures){.port = world, .list = list, .limit_count = limit_count, .limit_bytes = limit_bytes};
    visit_files(opened, list_picture, true);
    for (size_t i = opened->count; i > 0; i--) {
        capture *found = &list[i - 1];
        const uint32_t file_bytes = found->jpeg_bytes;
        const bool whole = read_cards(opened, found->id, found) && found->jpeg_bytes == file_bytes;
        opened->byte_count += found->jpeg_bytes;
        if (!whole) {
            remove_files(opened, found->id);
            forget(opened, found);
        }
    }
    visit_files(opened, doom_lonely_card, false);
    while (opened->byte_count > limit_bytes && remove_files(opened, list[0].id)) {
        forget(opened, &list[0]);
    }
    // Where files are not written in order, the newest is the one that a power cut may have left with holes.
    if (opened->count > 0 && !picture_is_whole(opened, &list[opened->count - 1], room, room_bytes)) {
        remove_files(opened, list[opened->count - 1].id);
        forget(opened, &list[opened->count - 1]);
    }
}

// ---- changes ----

static captures_result make_room(captures *changed, size_t jpeg_bytes) {
    if (jpeg_bytes > changed->limit_bytes || changed->limit_count == 0) {
        return CAPTURES_FULL;
    }
    while (changed->count == changed->limit_count || changed->byte_count + jpeg_bytes > changed->limit_bytes) {
        if (changed->pinned > 0) {
            return CAPTURES_PINNED;
        }
        if (!remove_files(changed, changed->list[0].id)) {
            return CAPTURES_FAILED;
        }
        forget(changed, &changed->list[0]);
    }
    return CAPTURES_OK;
}

static captures_result write_card_file(const captures *from, const capture *picture) {
    char card[CARD_BYTES], name[PORT_NAME_BYTES];
    const size_t card_bytes = write_card(picture, card);
    const file_kind kind = picture->edition % 2 == 0 ? FILE_CARD_A : FILE_CARD_B;
    const bool done = card_bytes > 0 && from->port->file_write(from->port->context, file_name(name, picture->id, kind),
                                                               card, card_bytes) == PORT_OK;
    return done ? CAPTURES_OK : CAPTURES_FAILED;
}

captures_result captures_add(captures *changed, const uint8_t *jpeg, size_t jpeg_bytes, capture *wanted) {
    char name[PORT_NAME_BYTES];
    if (changed->pinned > 0) {
        return CAPTURES_PINNED;  // the archive's list of files is fixed
    }
    captures_result result = make_room(changed, jpeg_bytes);
    if (result != CAPTURES_OK) {
        return result;
    }
    wanted->id = changed->last_id + 1;
    wanted->jpeg_bytes = (uint32_t)jpeg_bytes;
    wanted->crc32 = checksum_add(0, jpeg, jpeg_bytes);
    wanted->edition = 0;
    const port *world = changed->port;
    // A file system that is full although the quota is not: the oldest make room.
    port_result written =
        world->file_write(world->context, file_name(name, wanted->id, FILE_PICTURE), jpeg, jpeg_bytes);
    while (written == PORT_TOO_LARGE && changed->count > 0 && remove_files(changed, changed->list[0].id)) {
        forget(changed, &changed->list[0]);
        written = world->file_write(world->context, name, jpeg, jpeg_bytes);
    }
    result = written == PORT_OK ? write_card_file(changed, wanted) : CAPTURES_FAILED;
    changed->last_id++;  // also after a failure: what it left is never mistaken for another
    if (result != CAPTURES_OK) {
        remove_files(changed, wanted->id);
        return result;
    }
    changed->list[changed->count++] = *wanted;
    changed->byte_count += jpeg_bytes;
    return CAPTURES_OK;
}

captures_result captures_relabel(captures *changed, uint32_t id, const char *label) {
    capture *found = find(changed, id);
    if (found == NULL) {
        return CAPTURES_NONE;
    }
    if (changed->pinned > 0) {
        return CAPTURES_PINNED;
    }
    capture next = *found;
    next.edition++;
    snprintf(next.label, sizeof next.label, "%s", label);
    const captures_result result = write_card_file(changed, &next);
    if (result == CAPTURES_OK) {
        *found = next;
    }
    return result;
}

captures_result captures_remove(captures *changed, uint32_t id) {
    capture *found = find(changed, id);
    if (found == NULL) {
        return CAPTURES_NONE;
    }
    if (changed->pinned > 0) {
        return CAPTURES_PINNED;
    }
    if (!remove_files(changed, id)) {
        return CAPTURES_FAILED;
    }
    forget(changed, found);
    return CAPTURES_OK;
}

bool captures_read(const captures *from, const capture *picture, uint32_t offset, void *room, size_t room_bytes,
                   size_t *read_bytes) {
    char name[PORT_NAME_BYTES];
    return from->port->file_read(from->port->context, file_name(name, picture->id, FILE_PICTURE), offset, room,
                                 room_bytes, read_bytes) == PORT_OK;
}
