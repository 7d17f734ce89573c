// posix_broker.h - a connection to an MQTT broker, by libmosquitto, with a thread for each connection.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_POSIX_BROKER_H
#define THIMBLE_POSIX_BROKER_H

#include "port.h"

typedef struct posix_broker posix_broker;

// NULL: there is no memory, or the program was built without libmosquitto.
posix_broker *posix_broker_open(void);
void posix_broker_close(posix_broker *closed);  // ends a connection as well; NULL is fine

// The functions of port.h.
bool posix_broker_start(posix_broker *started, const port_broker *how, const port_broker_listener *listener);
void posix_broker_stop(posix_broker *stopped);
int32_t posix_broker_publish(posix_broker *with, const char *topic, const void *bytes, size_t byte_count, int qos,
                             bool is_retained);
bool posix_broker_subscribe(posix_broker *with, const char *filter);

#endif
