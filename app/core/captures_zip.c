// captures_zip.c - GET /api/captures.zip: all captures and labels.csv as one archive, made while it is sent.
//
//     for each file:  local header | bytes            (stored: JPEGs do not get smaller)
//     then:           directory entries | end record
//
// All sizes and checksums are known before: those of pictures from their cards, labels.csv is written twice, the first
// time only to be measured. Captures stay as they are meanwhile (captures.h, `pinned`). Nothing is kept but a position.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "api.h"
#include "checksum.h"
#include "little_endian.h"

enum { LOCAL_BYTES = 30, ENTRY_BYTES = 46, END_BYTES = 22, NAME_BYTES = 12, ROW_BYTES = 256, BLOCK_BYTES = 320 };
static const char csv_head[] = "file,label,predicted,confidence,time\r\n";

// ---- labels.csv ----

static size_t quote(char *room, const char *text) {
    size_t used = 0;
    room[used++] = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            room[used++] = '"';
        }
        room[used++] = *text;
    }
    room[used++] = '"';
    return used;
}

static size_t write_row(const capture *from, char room[ROW_BYTES]) {
    char when[32] = "";
    const time_t seconds = (time_t)(from->unix_ms / 1000);
    const struct tm *utc = gmtime(&seconds);
    if (from->unix_ms > 0 && utc != NULL) {
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", utc);
    }
    size_t used = (size_t)snprintf(room, ROW_BYTES, "%08lx.jpg,", (unsigned long)from->id);
    used += quote(room + used, from->label);
    room[used++] = ',';
    used += quote(room + used, from->predicted);
    used += (size_t)snprintf(room + used, ROW_BYTES - used, ",%.3f,%s\r\n", from->confidence / 1000.0, when);
    return used;
}

static uint32_t measure_csv(const captures *from, uint32_t *crc32) {
    char row[ROW_BYTES];
    uint32_t byte_count = sizeof csv_head - 1;
    *crc32 = checksum_add(0, csv_head, byte_count);
    for (size_t i = 0; i < from->count; i++) {
        const size_t row_bytes = write_row(&from->list[i], row);
        *crc32 = checksum_add(*crc32, row, row_bytes);
        byte_count += (uint32_t)row_bytes;
    }
    return byte_count;
}

// ---- headers ----

// What a file of the archive is called, how long it is; file number `count` is labels.csv.
typedef struct zip_file {
    char name[NAME_BYTES + 1];
    size_t name_bytes;
    uint32_t byte_count, crc32;
} zip_file;

static zip_file describe_file(const captures *from, size_t index) {
    zip_file file;
    if (index == from->count) {
        file.byte_count = measure_csv(from, &file.crc32);
        snprintf(file.name, sizeof file.name, "labels.csv");
    } else {
        file.byte_count = from->list[index].jpeg_bytes;
        file.crc32 = from->list[index].crc32;
        snprintf(file.name, sizeof file.name, "%08lx.jpg", (unsigned long)from->list[index].id);
    }
    file.name_bytes = strlen(file.name);
    return file;
}

// What local header and directory entry have in common: from "version needed" to "extra field length", 26 bytes.
static void put_common(uint8_t *at, const zip_file *file) {
    put_u16(at, 10);
    put_u16(at + 8, 0x21);  // the first day of 1980: captures know better (labels.csv)
    put_u32(at + 10, file->crc32);
    put_u32(at + 14, file->byte_count);
    put_u32(at + 18, file->byte_count);
    put_u16(at + 22, (uint32_t)file->name_bytes);
}

static size_t write_local(const zip_file *file, uint8_t *room) {
    memset(room, 0, LOCAL_BYTES);
    put_u32(room, 0x04034b50);
    put_common(room + 4, file);
    memcpy(room + LOCAL_BYTES, file->name, file->name_bytes);
    return LOCAL_BYTES + file->name_bytes;
}

static size_t write_entry(const zip_file *file, uint32_t local_offset, uint8_t *room) {
    memset(room, 0, ENTRY_BYTES);
    put_u32(room, 0x02014b50);
    put_u16(room + 4, 20);
    put_common(room + 6, file);
    put_u32(room + 42, local_offset);
    memcpy(room + ENTRY_BYTES, file->name, file->name_bytes);
    return ENTRY_BYTES + file->name_bytes;
}

static size_t write_end(size_t file_count, uint32_t directory_bytes, uint32_t directory_offset, uint8_t *room) {
    memset(room, 0, END_BYTES);
    put_u32(room, 0x06054b50);
    put_u16(room + 8, (uint32_t)file_count);
    put_u16(room + 10, (uint32_t)file_count);
    put_u32(room + 12, directory_bytes);
    put_u32(room + 16, directory_offset);
    return END_BYTES;
}

// ---- production ----

// What comes next: zip_part counts steps, zip_index files, zip_offset is where the next local header lies.
enum { PART_LOCAL, PART_BYTES, PART_CSV, PART_DIRECTORY, PART_END, PART_DONE };

static size_t directory_bytes(const captures *from) {
    size_t total = 0;
    for (size_t i = 0; i <= from->count; i++) {
        total += ENTRY_BYTES + (i == from->count ? strlen("labels.csv") : (size_t)NAME_BYTES);
    }
    return total;
}

// Writes the next small block into exchange->text, or moves on to the next part. False when all is written.
static void next_block(http_exchange *exchange) {
    const captures *from = &exchange->app->captures;
    uint8_t *room = (uint8_t *)exchange->text;
    exchange->sent = 0;
    exchange->text_used = 0;
    zip_file file;
    switch (exchange->zip_part) {
    case PART_LOCAL:
        file = describe_file(from, exchange->zip_index);
        exchange->text_used = write_local(&file, room);
        exchange->zip_part = exchange->zip_index == from->count ? PART_CSV : PART_BYTES;
        if (exchange->zip_part == PART_CSV) {
            memcpy(room + exchange->text_used, csv_head, sizeof csv_head - 1);
            exchange->text_used += sizeof csv_head - 1;
            exchange->zip_index = 0;
        } else {
            exchange->capture = from->list[exchange->zip_index];
        }
        break;
    case PART_CSV:
        if (exchange->zip_index < from->count) {
            exchange->text_used = write_row(&from->list[exchange->zip_index++], exchange->text);
        } else {
            exchange->zip_part = PART_DIRECTORY;
            exchange->zip_index = 0;
            exchange->zip_offset = 0;
        }
        break;
    case PART_DIRECTORY:
        file = describe_file(from, exchange->zip_index);
        exchange->text_used = write_entry(&file, exchange->zip_offset, room);
        exchange->zip_offset += (uint32_t)(LOCAL_BYTES + file.name_bytes) + file.byte_count;
        exchange->zip_part = exchange->zip_index++ == from->count ? PART_END : PART_DIRECTORY;
        break;
    case PART_END:
        exchange->text_used = write_end(from->count + 1, (uint32_t)directory_bytes(from), exchange->zip_offset, room);
        exchange->zip_part = PART_DONE;
        break;
    default:
        break;
    }
}

// Bytes of the picture at hand; `limit` is where it was in its file.
static int64_t produce_file(http_exchange *exchange, uint8_t *room, size_t room_bytes) {
    size_t read_bytes = 0;
    if (!captures_read(&exchange->app->captures, &exchange->capture, exchange->zip_offset, room, room_bytes,
                       &read_bytes) ||
        read_bytes == 0) {
        return HTTP_ABORT;
    }
    exchange->zip_offset += (uint32_t)read_bytes;
    if (exchange->zip_offset == exchange->capture.jpeg_bytes) {
        exchange->zip_offset = 0;
        exchange->zip_part = PART_LOCAL;
        exchange->zip_index++;
    }
    return (int64_t)read_bytes;
}

static int64_t produce_zip(http_exchange *exchange, uint8_t *room, size_t room_bytes) {
    while (exchange->sent == exchange->text_used) {
        if (exchange->zip_part == PART_DONE) {
            return HTTP_DONE;
        }
        if (exchange->zip_part == PART_BYTES) {
            return produce_file(exchange, room, room_bytes);
        }
        next_block(exchange);
    }
    const size_t left = exchange->text_used - exchange->sent;
    const size_t taken = left < room_bytes ? left : room_bytes;
    memcpy(room, exchange->text + exchange->sent, taken);
    exchange->sent += taken;
    return (int64_t)taken;
}

void api_get_captures_zip(http_exchange *exchange) {
    app *with = exchange->app;
    if (with->zip_runs) {
        api_answer_problem(exchange, 503, NULL, "Another download of all captures is running; try again later.");
        return;
    }
    uint64_t byte_count = directory_bytes(&with->captures) + END_BYTES;
    for (size_t i = 0; i <= with->captures.count; i++) {
        const zip_file file = describe_file(&with->captures, i);
        byte_count += LOCAL_BYTES + file.name_bytes + file.byte_count;
    }
    with->zip_runs = exchange->has_zip = true;
    with->captures.pinned++;
    api_answer_text(exchange, 200, "application/zip", 0);
    exchange->answer_bytes = (int64_t)byte_count;
    exchange->produce = produce_zip;
    api_add_header(exchange, "Content-Disposition", "attachment; filename=\"captures.zip\"");
}
