// fleet_devices.h - the devices at a broker, as their messages tell (docs/fleet.md).
//
// The broker's thread keeps the list; whoever reads it holds the lock meanwhile.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_FLEET_DEVICES_H
#define THIMBLE_CLI_FLEET_DEVICES_H

#include <pthread.h>

#include "cli.h"
#include "posix_broker.h"

enum { DEVICE_TEXT_BYTES = 48, DEVICE_DETAIL_BYTES = 200, DEVICE_LIMIT = 20000 };

typedef enum device_outcome {
    DEVICE_NOT_ASKED,
    DEVICE_ASKED,
    DEVICE_DONE,
    DEVICE_FAILED,
} device_outcome;

typedef struct fleet_device {
    char id[DEVICE_TEXT_BYTES], group[DEVICE_TEXT_BYTES], label[DEVICE_TEXT_BYTES], model[DEVICE_TEXT_BYTES];
    bool is_online;
    double confidence, frames_per_second, version, queued, seq;
    char phase[16];
    int percentage;  // of a download; -1: none
    // Of an update that this program asked for:
    device_outcome outcome;
    double asked_us;
    char detail[DEVICE_DETAIL_BYTES];
} fleet_device;

typedef struct fleet_devices {
    posix_broker *broker;
    char base[DEVICE_TEXT_BYTES];
    char ref[24];  // of this program's commands
    pthread_mutex_t mutex;  // of what follows
    bool is_connected, has_ended;
    char reason[120];
    fleet_device *list;  // sorted by id
    size_t count, room_count;
} fleet_devices;

typedef struct fleet_access {
    const char *broker;  // HOST or HOST:PORT
    const char *base, *user, *password_file, *ca_file;
} fleet_access;

// Connects, subscribes and waits for a moment, until the retained messages are there. fleet_devices_close after it in any
// case.
cli_status fleet_devices_open(fleet_devices *opened, const fleet_access *access, double wait_seconds);
void fleet_devices_close(fleet_devices *closed);

// Sends a command to one device; false if the broker does not take it.
bool fleet_devices_command(fleet_devices *with, const char *id, const char *command, const char *message);

// CLI_FAILED once the connection is gone.
cli_status fleet_devices_check(fleet_devices *with);

#endif
