// seen_cases_test.c - the drawn cases give the stored bytes. With an argument: writes the bytes to that file instead.
//
// SPDX-License-Identifier: Apache-2.0
#include "seen_cases.h"

#include "check.h"

static uint8_t frame_room[SEEN_FRAME_BYTES], scratch[VISION_MAX_SCRATCH_BYTES], answer[SEEN_MOST_BYTES];
static uint8_t stored[SEEN_MOST_BYTES];

static void cases_give_the_stored_bytes(FILE *file) {
    for (int32_t i = 0; i < seen_case_count(); i++) {
        const size_t byte_count = seen_case_run(i, frame_room, scratch, answer);
        CHECK(byte_count > 0);
        CHECK_EQUAL(fread(stored, 1, byte_count, file), byte_count);
        for (size_t at = 0; at < byte_count; at++) {
            if (answer[at] != stored[at]) {
                printf("case %d, byte %zu of %zu: %d instead of %d\n", (int)i, at, byte_count, answer[at], stored[at]);
                CHECK(false);
                break;
            }
        }
    }
    CHECK_EQUAL(fgetc(file), EOF);
}

static bool write_cases(const char *path) {
    FILE *file = fopen(path, "wb");
    bool written = file != NULL;
    for (int32_t i = 0; written && i < seen_case_count(); i++) {
        const size_t byte_count = seen_case_run(i, frame_room, scratch, answer);
        written = fwrite(answer, 1, byte_count, file) == byte_count;
    }
    return file != NULL && fclose(file) == 0 && written;
}

int main(int argument_count, char **arguments) {
    if (argument_count > 1) {
        return write_cases(arguments[1]) ? 0 : 1;
    }
    FILE *file = fopen("vision/tests/seen_cases.bin", "rb");
    if (file == NULL) {
        puts("vision/tests/seen_cases.bin is missing; run in the root of the repository");
        return 1;
    }
    checks.test = "cases_give_the_stored_bytes";
    cases_give_the_stored_bytes(file);
    fclose(file);
    return check_result();
}
