// posix_no_broker.c - what takes posix_broker.c's place where libmosquitto is missing: there is no broker.
//
// SPDX-License-Identifier: Apache-2.0
#include "posix_broker.h"

posix_broker *posix_broker_open(void) {
    return NULL;
}

void posix_broker_close(posix_broker *closed) {
    (void)closed;
}

bool posix_broker_start(posix_broker *started, const port_broker *how, const port_broker_listener *listener) {
    (void)started, (void)how, (void)listener;
    return false;
}

void posix_broker_stop(posix_broker *stopped) {
    (void)stopped;
}

int32_t posix_broker_publish(posix_broker *with, const char *topic, const void *bytes, size_t byte_count, int qos,
                             bool is_retained) {
    (void)with, (void)topic, (void)bytes, (void)byte_count, (void)qos, (void)is_retained;
    return -1;
}

bool posix_broker_subscribe(posix_broker *with, const char *filter) {
    (void)with, (void)filter;
    return false;
}
