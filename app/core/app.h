// app.h - the application: one loop that looks, decides and tells, and an HTTP API (http.h) to it.
//
//     camera_take ──► decode ──► vision ──► engine ──► decide ──► events, status, latest frame ──► clients
//          ▲                                                             (http.h)
//     frames pushed by a client
//
// The loop never waits for a client. What clients want of it (classify a picture, change settings, try a model) are
// *jobs*: it does them between two frames, one per step. So model, arena, vision and flash state have one user.
//
// All memory is the port's and is given once, at start: app_memory_bytes says how much, and where.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_APP_H
#define THIMBLE_APP_H

#include "captures.h"
#include "classifier.h"
#include "events.h"
#include "frames.h"
#include "http.h"
#include "store.h"

enum {
    APP_TOKEN_BYTES = 40,
    APP_NAME_BYTES = 64,
    APP_SAMPLE_BYTES = 2560,   // a Sample of openapi.yaml with 100 classes
    APP_PROFILE_OPS = 128,     // ops of a profile; a model may have more, which are then left out
    APP_CONFIRM_MS = 10000,    // a model or settings that ran for so long are no longer on trial
    APP_TRIAL_MS = 5000,       // how long a new model may take for a picture of the self-test
    APP_PUSHED_MS = 2000,      // how long the camera stays away after a pushed frame
    APP_HEARTBEAT_MS = 5000,
    APP_MOST_CHIPS = 4,
};

typedef struct app_picture {
    const uint8_t *bytes;
    size_t byte_count;
} app_picture;

// As many as can be in use at once: one with each reader, the latest, the one that is looked at, the one that waits to be
// looked at, and the one that is being filled.
#define APP_FRAME_COUNT(stream_limit, request_limit) ((stream_limit) + (request_limit) + 4)

typedef struct app_chip {  // what a model would take on a chip
    const char *name;  // stays where it is
    uint32_t clock_mhz;
    double milliseconds;  // of one inference
    size_t ram_bytes, flash_bytes;  // its arena, its file
} app_chip;

// Fills at most `room_count` of `room` and says how many. Called by the loop when another model is in use.
typedef size_t app_chip_estimator(const thimble_model *model, const char *name, size_t model_bytes, app_chip *room,
                                  size_t room_count);

typedef struct app_config {
    const port *port;
    const thimble_op *const *ops;
    const uint8_t *built_in_model;  // aligned to 16
    size_t built_in_model_bytes;
    const char *built_in_name;
    bool prefers_built_in;  // start with it, whatever model is active in the store
    const char *token;  // "" or NULL: one is made
    const char *host_name;  // a name by which clients may call the device, besides its addresses and localhost; or NULL
    app_chip_estimator *estimate_chips;  // NULL: nothing is said about chips, as on a chip, which measures itself
    const app_picture *self_test;  // JPEGs on which a new model has to run
    size_t self_test_count;
    bool after_crash;
    // How much at once.
    size_t stream_limit, event_limit, request_limit;  // clients of each kind
    size_t frame_bytes;  // of the largest frame
    size_t frame_count;  // how many are kept: APP_FRAME_COUNT for no drops; at least 3
    size_t text_bytes;  // of the largest JSON: 4096 for 10 classes, 16384 for 100
    size_t
        picture_bytes;  // of the largest input of a model: height x width x channels, at most CONTRACT_MAX_PICTURE_BYTES
    uint64_t mac_limit;  // multiply-accumulates a model may take for a picture
    size_t body_bytes, body_count;  // of the largest picture in a request (at least PORT_SECTOR_BYTES), and how many
    size_t capture_limit_count;
    // A fleet (fleet.h), if the port has a broker: events kept while it is away, and the largest message. 0: no fleet.
    uint32_t fleet_event_limit;
    size_t fleet_text_bytes;
    uint64_t capture_limit_bytes;
    // Memory, aligned to 16. On a chip the first three belong into internal RAM, where access is fast.
    void *arena, *scratch, *pixels;
    size_t arena_bytes;  // for models
    size_t scratch_bytes;  // VISION_MAX_SCRATCH_BYTES
    size_t pixels_bytes;  // for a decoded frame: 320 * 240 * 3, or less, then frames are scaled down
    void *memory;  // for all else: app_memory_bytes
    size_t memory_bytes;
} app_config;

typedef struct app_sample {  // what is known of the newest frame
    uint32_t frame_number;
    bool is_pushed;
    int32_t frame_height, frame_width;
    vision_result seen;
    classifier_times times;
    uint32_t frames_per_thousand_seconds;
} app_sample;

typedef struct app_counters {
    uint32_t frames, samples, dropped, bad, decisions, classified, uploads, refused_uploads, busy;
} app_counters;

typedef struct app {
    app_config config;
    const port *port;
    char token[APP_TOKEN_BYTES];

    // The loop's own.
    store store;
    classifier classifier;
    decider decider;
    bool is_confirmed;
    uint64_t trial_began_us;  // when model or settings changed last
    uint64_t last_frame_us, frame_interval_us;  // the latter averaged; 0: not known
    float probabilities[CONTRACT_MAX_CLASSES];
    uint8_t *picture;  // what the model sees, while it is made
    classifier_op_time *profile;
    char *sample_room;  // the next sample's text, while it is made
    uint64_t server_woken_us;

    // Shared: under the lock.
    settings settings;
    frames frames;
    frame *pushed;  // not looked at yet; held
    uint64_t pushed_us;
    bool has_pushed;
    bool camera_works;
    store_model running;
    bool model_is_busy;  // an upload, a download or a rollback is under way
    bool can_roll_back;
    store_source previous_source;
    char previous_name[STORE_NAME_BYTES];
    char model_name[STORE_NAME_BYTES];
    uint8_t model_sha256[32];
    size_t model_bytes;
    app_chip chips[APP_MOST_CHIPS];
    size_t chip_count;
    app_sample sample;
    char *sample_text;  // the newest sample as JSON
    size_t sample_text_bytes;
    uint32_t sample_count;  // of texts so far
    uint8_t *seen;  // what the model saw last
    uint32_t seen_frame_number;
    events events;
    uint32_t settings_edition, model_edition, captures_edition;  // count changes
    app_counters counters;
    http_exchange *first_job, *last_job;
    struct fleet *fleet;  // NULL: none

    // The server's own.
    captures captures;
    http_exchange *exchanges;
    size_t exchange_count;
    uint8_t *bodies;
    uint32_t bodies_taken;  // a bit for each
    bool zip_runs;
    size_t stream_count, event_count, request_count;
} app;

// Bytes of config.memory for these limits.
size_t app_memory_bytes(const app_config *config);

// Starts: reads the store, opens a model. False if even the built-in model cannot be used; `problem` then says why.
bool app_start(app *started, const app_config *config, char *problem, size_t problem_bytes);

// One turn of the loop: a job if one waits, and a frame if there is one. Waits for the camera as port.h says.
void app_step(app *changed);

// Ends what others would miss: says goodbye to the broker. After the last app_step, by the same thread.
void app_end(app *ended);

// What is shown now, for a line on a console: the label ("other", "nothing" too) and the confidence. Any thread.
typedef struct app_glance {
    char label[CONTRACT_LABEL_BYTES];
    float confidence;
    uint32_t frame_number, frames_per_thousand_seconds;
    size_t client_count;
} app_glance;
void app_look(app *from, app_glance *result);

#endif
