// dns_answer_test.c - every name leads to the device; what is no question gets no answer.
//
// SPDX-License-Identifier: Apache-2.0
#include "dns_answer.h"

#include "check.h"

static const uint8_t address[4] = {192, 168, 4, 1};
static const uint8_t query[] = {0x12, 0x34, 0x01, 0x00, 0,   1, 0,   0,   0,   0, 0, 0, 3, 'w',
                                'w',  'w',  2,    'a',  'b', 3, 'c', 'o', 'm', 0, 0, 1, 0, 1};

static void a_name_leads_to_the_device(void) {
    uint8_t room[DNS_MESSAGE_BYTES];
    const size_t answer_bytes = dns_answer(query, sizeof query, address, room);
    CHECK_EQUAL(answer_bytes, sizeof query + 16);
    CHECK(room[0] == 0x12 && room[1] == 0x34 && room[2] == 0x85 && room[3] == 0 && room[5] == 1 && room[7] == 1);
    CHECK(memcmp(room + 12, query + 12, sizeof query - 12) == 0);
    CHECK(memcmp(room + answer_bytes - 4, address, 4) == 0);
}

static void additional_records_are_left_out(void) {
    uint8_t with_options[sizeof query + 11] = {0}, room[DNS_MESSAGE_BYTES];
    memcpy(with_options, query, sizeof query);
    with_options[11] = 1;
    with_options[sizeof query + 2] = 41;
    CHECK_EQUAL(dns_answer(with_options, sizeof with_options, address, room), sizeof query + 16);
    CHECK_EQUAL(room[11], 0);
}

static void other_types_have_no_record(void) {
    uint8_t asked[sizeof query], room[DNS_MESSAGE_BYTES];
    memcpy(asked, query, sizeof query);
    asked[sizeof query - 3] = 28;  // AAAA
    CHECK_EQUAL(dns_answer(asked, sizeof asked, address, room), sizeof query);
    CHECK_EQUAL(room[7], 0);
}

static void what_is_no_question_gets_no_answer(void) {
    uint8_t wrong[sizeof query], room[DNS_MESSAGE_BYTES], large[DNS_MESSAGE_BYTES + 1] = {0};
    for (size_t i = 0; i < sizeof query; i++) {
        CHECK_EQUAL(dns_answer(query, i, address, room), 0);  // cut off
    }
    const struct {
        size_t at;
        uint8_t value;
    } faults[] = {{2, 0x81}, {2, 0x09}, {5, 0}, {5, 2}, {12, 0xc0}, {12, 64}, {12, 0xff}};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        memcpy(wrong, query, sizeof query);
        wrong[faults[i].at] = faults[i].value;
        CHECK_EQUAL(dns_answer(wrong, sizeof wrong, address, room), 0);
    }
    CHECK_EQUAL(dns_answer(large, sizeof large, address, room), 0);
}

static void random_bytes_do_no_harm(void) {
    uint64_t seed = 7;
    uint8_t bytes[DNS_MESSAGE_BYTES], room[DNS_MESSAGE_BYTES];
    for (int turn = 0; turn < 20000; turn++) {
        const size_t byte_count = next_random(&seed) % sizeof bytes;
        memcpy(bytes, query, sizeof query);
        for (size_t i = sizeof query; i < byte_count; i++) {
            bytes[i] = (uint8_t)next_random(&seed);
        }
        bytes[next_random(&seed) % sizeof query] = (uint8_t)next_random(&seed);
        CHECK(dns_answer(bytes, byte_count, address, room) <= sizeof room);
    }
}

int main(void) {
    RUN(a_name_leads_to_the_device);
    RUN(additional_records_are_left_out);
    RUN(other_types_have_no_record);
    RUN(what_is_no_question_gets_no_answer);
    RUN(random_bytes_do_no_harm);
    return check_result();
}
