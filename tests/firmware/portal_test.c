// portal_test.c - the captive portal: which requests are its own, what the form may hold, what the page shows.
//
// SPDX-License-Identifier: Apache-2.0
#include "portal.h"

#include "check.h"

static const char *sent_host, *sent_origin;

static const char *header_of(void *context, const char *name) {
    (void)context;
    return strcmp(name, "Host") == 0 ? sent_host : strcmp(name, "Origin") == 0 ? sent_origin : NULL;
}

static http_request request_for(const char *host, const char *path) {
    sent_host = host;
    sent_origin = NULL;
    return (http_request){.method = HTTP_GET, .path = path, .header = header_of};
}

static void other_hosts_lead_to_the_page(void) {
    const char *own = "thimble-1a2b.local";
    http_request request = request_for("connectivitycheck.gstatic.com", "/generate_204");
    CHECK(portal_takes(&request, own) && !portal_is_page(&request));
    request = request_for("captive.apple.com", "/");
    CHECK(portal_takes(&request, own));
    request = request_for("192.168.4.1", "/wifi");
    CHECK(portal_takes(&request, own) && portal_is_page(&request));
    request = request_for("192.168.4.1", "/api/status");
    CHECK(!portal_takes(&request, own));
    request = request_for("thimble-1a2b.local", "/");
    CHECK(!portal_takes(&request, own));
}

static void only_the_page_itself_may_change_the_wifi(void) {
    http_request request = request_for("192.168.4.1", "/wifi");
    CHECK(portal_may_change(&request, "thimble-1a2b.local"));
    sent_origin = "http://192.168.4.1";
    CHECK(portal_may_change(&request, "thimble-1a2b.local"));
    sent_origin = "http://example.com";
    CHECK(!portal_may_change(&request, "thimble-1a2b.local"));
    request = request_for("example.com", "/wifi");
    CHECK(!portal_may_change(&request, "thimble-1a2b.local"));
}

static const char *read_form(const char *body, provision_credentials *read) {
    return portal_read_form(body, strlen(body), read);
}

static void forms_are_read(void) {
    provision_credentials read;
    CHECK(read_form("ssid=My+Wi%2dFi%26&password=a%20b%2Bc%25d_", &read) == NULL);
    CHECK(strcmp(read.ssid, "My Wi-Fi&") == 0);
    CHECK(strcmp(read.password, "a b+c%d_") == 0);
    CHECK(read_form("password=&x&=&ssid=open&more=1", &read) == NULL);
    CHECK(strcmp(read.ssid, "open") == 0 && read.password[0] == '\0');
    CHECK(read_form("", &read) != NULL);
    CHECK(read_form("ssid=", &read) != NULL);
    CHECK(read_form("ssid=a&password=short", &read) != NULL);
    CHECK(read_form("ssid=a%00b", &read) != NULL);
    CHECK(read_form("ssid=a%4", &read) != NULL);
    CHECK(read_form("ssid=a%zz", &read) != NULL);
    CHECK(read_form("ssid=12345678901234567890123456789012", &read) == NULL);
    CHECK(read_form("ssid=123456789012345678901234567890123", &read) != NULL);
}

static void random_forms_do_no_harm(void) {
    static const char letters[] = "ssid=password&%+0aA\x01\xff";
    uint64_t seed = 11;
    char body[200];
    for (int turn = 0; turn < 50000; turn++) {
        const size_t byte_count = next_random(&seed) % sizeof body;
        for (size_t i = 0; i < byte_count; i++) {
            body[i] = letters[next_random(&seed) % sizeof letters];
        }
        provision_credentials read;
        if (portal_read_form(body, byte_count, &read) == NULL) {
            CHECK(provision_check(&read) == NULL);
        }
    }
}

static void the_page_shows_how_it_stands(void) {
    static char room[PORTAL_PAGE_BYTES];
    provision at;
    provision_start(&at, &(provision_credentials){"", ""}, 0);
    const size_t asks = portal_write_page(&at, NULL, "", "thimble-1a2b.local", room);
    CHECK(asks == strlen(room) && strstr(room, "<form") != NULL && strstr(room, "<p role=alert") == NULL);
    provision_entered(&at, &(provision_credentials){"<b>&\"'", "password"}, 0);
    portal_write_page(&at, NULL, "", "thimble-1a2b.local", room);
    CHECK(strstr(room, "Joining &#60;b&#62;&#38;&#34;&#39;") != NULL && strstr(room, "refresh") != NULL);
    CHECK(strstr(room, "password1") == NULL);
    provision_lost(&at, 1);
    portal_write_page(&at, "A problem.", "", "thimble-1a2b.local", room);
    CHECK(strstr(room, "did not work") != NULL && strstr(room, "A problem.") != NULL);
    provision_entered(&at, &(provision_credentials){"home", ""}, 0);
    provision_has_address(&at, 2);
    portal_write_page(&at, NULL, "10.0.0.7", "thimble-1a2b.local", room);
    CHECK(strstr(room, "http://10.0.0.7") != NULL);
    // The longest of all texts fits.
    provision_credentials worst = {"", ""};
    memset(worst.ssid, '"', 32);
    provision_start(&at, &worst, 0);
    at.state = PROVISION_PAUSES;
    at.has_failed = true;
    const size_t longest = portal_write_page(&at, "The name has at most 32 bytes, the password 8 to 63.",
                                             "255.255.255.255", "thimble-1a2b.local", room);
    CHECK(longest < PORTAL_PAGE_BYTES - 1 && strstr(room, "</form>") != NULL);
}

int main(void) {
    RUN(other_hosts_lead_to_the_page);
    RUN(only_the_page_itself_may_change_the_wifi);
    RUN(forms_are_read);
    RUN(random_forms_do_no_harm);
    RUN(the_page_shows_how_it_stands);
    return check_result();
}
