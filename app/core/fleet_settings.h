// fleet_settings.h - which broker, and how the device appears there: defaults, limits, the files they are kept in.
//
//     fleet.a, fleet.b            the settings as JSON with an edition; the higher one of the sound files counts
//     fleet.ca, .crt, .pem        whom to trust, the device's certificate, its private key (PEM)
//
// Secrets (password, private key) are written, and read for the broker, but never given to a client or a log.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_FLEET_SETTINGS_H
#define THIMBLE_APP_FLEET_SETTINGS_H

#include <cJSON.h>

#include "port.h"

enum {
    FLEET_HOST_BYTES = 64,
    FLEET_SECRET_BYTES = 64,
    FLEET_WORD_BYTES = 32,
    FLEET_ID_BYTES = 24,
    FLEET_KEY_BYTES = 2 * PORT_PUBLIC_KEY_BYTES + 1,
    FLEET_PEM_BYTES = 2400,      // of each of the three
    FLEET_SETTINGS_BYTES = 1024,  // of the JSON
};

typedef struct fleet_settings {
    bool enabled;  // off by default
    char host[FLEET_HOST_BYTES];
    int32_t tcp_port;
    bool tls;
    char user[FLEET_SECRET_BYTES], password[FLEET_SECRET_BYTES];
    char client_id[FLEET_ID_BYTES];  // "": the device's id
    char id[FLEET_ID_BYTES];         // in the topics; filled in by fleet_settings_open
    char base[FLEET_WORD_BYTES], group[FLEET_WORD_BYTES];  // group: "" for none
    int32_t interval_s;  // between two state messages without news
    bool keep_events;    // those not sent yet survive a restart
    bool send_images;    // with each decision, not only when asked
    bool home_assistant;
    char home_prefix[FLEET_WORD_BYTES];
    char model_key[FLEET_KEY_BYTES];  // public key in hexadecimal; "": models need no signature
    uint32_t edition;
} fleet_settings;

typedef enum fleet_pem { FLEET_PEM_CA, FLEET_PEM_CERTIFICATE, FLEET_PEM_KEY, FLEET_PEM_COUNT } fleet_pem;

// Reads what is kept, or the defaults. An `id` that is not kept is the port's, or a random one, kept with the first change.
void fleet_settings_open(fleet_settings *opened, const port *world);

// Without secrets: instead "has_password", "has_ca" and so on. cJSON_Delete frees it.
cJSON *fleet_settings_to_json(const fleet_settings *from, const bool has_pem[FLEET_PEM_COUNT]);

// Applies the members of `patch` to *changed. PEMs are looked at, but stored by fleet_settings_keep. If one member is wrong, nothing
// is changed, *field is its name (in `patch` or constant) and `problem` a sentence; false then.
bool fleet_settings_patch(fleet_settings *changed, const cJSON *patch, const char **field, char *problem,
                          size_t problem_bytes);

// Keeps the settings (as the next edition) and the PEMs of `patch` (may be NULL); false if the files failed.
bool fleet_settings_keep(fleet_settings *kept, const cJSON *patch, const port *world);

// Reads a PEM with its zero into `room`; NULL if there is none.
const char *fleet_pem_read(const port *world, fleet_pem which, char *room, size_t room_bytes);

// The public key; false if none is set.
bool fleet_settings_key(const fleet_settings *from, uint8_t key[PORT_PUBLIC_KEY_BYTES]);

// Pairs of hexadecimal digits to bytes; false if `text` is not exactly that.
bool fleet_read_hex(const char *text, uint8_t *bytes, size_t byte_count);

#endif
