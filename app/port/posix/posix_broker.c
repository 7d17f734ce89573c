// posix_broker.c - a connection to an MQTT broker, by libmosquitto.
//
// The thread connects, which may take long, and then runs the library's loop; it makes all calls of the listener. Another
// thread publishes: the library queues that and wakes the loop. Certificates lie in files without a name, as the library
// takes paths only and a private key should not get onto a disk.
//
// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE  // memfd_create
#include "posix_broker.h"

#include <mosquitto.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { LOOP_MS = 100, GOODBYE_LOOPS = 10, MOST_OUTSTANDING = 64, TEXT_BYTES = 128, PEM_COUNT = 3 };

struct posix_broker {
    struct mosquitto *client;
    pthread_t thread;
    bool runs;  // there is a thread to be joined
    port_broker_listener listener;
    char host[TEXT_BYTES];
    int tcp_port, keep_alive_seconds;
    atomic_bool stops, is_connected;
    atomic_int outstanding;  // published, and not sent or acknowledged yet
    char refusal[TEXT_BYTES];  // by the broker; of the thread
    int pem_files[PEM_COUNT];
};

// ---- the library's callbacks: the thread ----

static void on_connect(struct mosquitto *client, void *context, int code) {
    posix_broker *self = context;
    (void)client;
    if (code == 0) {
        atomic_store(&self->is_connected, true);
        self->listener.connected(self->listener.context);
    } else {
        snprintf(self->refusal, sizeof self->refusal, "the broker refuses: %s", mosquitto_connack_string(code));
    }
}

static void on_publish(struct mosquitto *client, void *context, int message_id) {
    posix_broker *self = context;
    (void)client;
    atomic_fetch_sub(&self->outstanding, 1);
    self->listener.acknowledged(self->listener.context, message_id);
}

static void on_message(struct mosquitto *client, void *context, const struct mosquitto_message *message) {
    posix_broker *self = context;
    (void)client;
    if (message->payloadlen >= 0 && message->payloadlen <= PORT_MESSAGE_BYTES &&
        strlen(message->topic) < PORT_TOPIC_BYTES) {
        self->listener.received(self->listener.context, message->topic, message->payload, (size_t)message->payloadlen,
                                message->retain);
    }
}

static void *run(void *argument) {
    posix_broker *self = argument;
    int result = mosquitto_connect(self->client, self->host, self->tcp_port, self->keep_alive_seconds);
    while (result == MOSQ_ERR_SUCCESS && !atomic_load(&self->stops)) {
        result = mosquitto_loop(self->client, LOOP_MS, 1);
    }
    if (atomic_load(&self->stops)) {
        // What was published last still goes out.
        for (int i = 0; result == MOSQ_ERR_SUCCESS && i < GOODBYE_LOOPS && atomic_load(&self->outstanding) > 0; i++) {
            result = mosquitto_loop(self->client, LOOP_MS, 1);
        }
        mosquitto_disconnect(self->client);
        for (int i = 0; result == MOSQ_ERR_SUCCESS && i < GOODBYE_LOOPS; i++) {
            result = mosquitto_loop(self->client, LOOP_MS, 1);
        }
    } else {
        atomic_store(&self->is_connected, false);
        self->listener.ended(self->listener.context,
                             self->refusal[0] != '\0' ? self->refusal : mosquitto_strerror(result));
    }
    return NULL;
}

// ---- port.h ----

posix_broker *posix_broker_open(void) {
    posix_broker *opened = calloc(1, sizeof *opened);
    if (opened != NULL) {
        mosquitto_lib_init();
        for (size_t i = 0; i < PEM_COUNT; i++) {
            opened->pem_files[i] = -1;
        }
    }
    return opened;
}

void posix_broker_close(posix_broker *closed) {
    if (closed != NULL) {
        posix_broker_stop(closed);
        mosquitto_lib_cleanup();
        free(closed);
    }
}

// A path for the library to read `text` from; NULL if there is no text.
static const char *pem_path(int *file, const char *text, char room[TEXT_BYTES]) {
    *file = text != NULL ? memfd_create("thimble-pem", MFD_CLOEXEC) : -1;
    if (*file < 0 || write(*file, text, strlen(text)) != (ssize_t)strlen(text)) {
        return NULL;
    }
    snprintf(room, TEXT_BYTES, "/proc/self/fd/%d", *file);
    return room;
}

static bool set_up(posix_broker *started, const port_broker *how) {
    struct mosquitto *client = started->client;
    char paths[PEM_COUNT][TEXT_BYTES];
    if (mosquitto_username_pw_set(client, how->user, how->password) != MOSQ_ERR_SUCCESS ||
        mosquitto_will_set(client, how->will_topic, (int)strlen(how->will_text), how->will_text, 1, true) !=
            MOSQ_ERR_SUCCESS ||
        mosquitto_threaded_set(client, true) != MOSQ_ERR_SUCCESS) {
        return false;
    }
    if (!how->uses_tls) {
        return true;
    }
    const char *ca = pem_path(&started->pem_files[0], how->ca_pem, paths[0]);
    const char *certificate = pem_path(&started->pem_files[1], how->certificate_pem, paths[1]);
    const char *key = pem_path(&started->pem_files[2], how->key_pem, paths[2]);
    return mosquitto_tls_set(client, ca, ca == NULL ? "/etc/ssl/certs" : NULL, certificate, key, NULL) ==
           MOSQ_ERR_SUCCESS;
}

static void release(posix_broker *released) {
    mosquitto_destroy(released->client);
    released->client = NULL;
    for (size_t i = 0; i < PEM_COUNT; i++) {
        if (released->pem_files[i] >= 0) {
            close(released->pem_files[i]);
            released->pem_files[i] = -1;
        }
    }
}

bool posix_broker_start(posix_broker *started, const port_broker *how, const port_broker_listener *listener) {
    posix_broker_stop(started);
    started->client = mosquitto_new(how->client_id, true, started);
    if (started->client == NULL) {
        return false;
    }
    started->listener = *listener;
    started->tcp_port = how->tcp_port;
    started->keep_alive_seconds = (int)how->keep_alive_seconds;
    started->refusal[0] = '\0';
    snprintf(started->host, sizeof started->host, "%s", how->host);
    atomic_store(&started->stops, false);
    atomic_store(&started->is_connected, false);
    atomic_store(&started->outstanding, 0);
    mosquitto_connect_callback_set(started->client, on_connect);
    mosquitto_publish_callback_set(started->client, on_publish);
    mosquitto_message_callback_set(started->client, on_message);
    started->runs = set_up(started, how) && pthread_create(&started->thread, NULL, run, started) == 0;
    if (!started->runs) {
        release(started);
    }
    return started->runs;
}

void posix_broker_stop(posix_broker *stopped) {
    if (stopped->runs) {
        atomic_store(&stopped->stops, true);
        pthread_join(stopped->thread, NULL);
        stopped->runs = false;
        release(stopped);
    }
}

int32_t posix_broker_publish(posix_broker *with, const char *topic, const void *bytes, size_t byte_count, int qos,
                             bool is_retained) {
    int message_id = 0;
    if (!with->runs || !atomic_load(&with->is_connected) || atomic_load(&with->outstanding) >= MOST_OUTSTANDING) {
        return -1;
    }
    atomic_fetch_add(&with->outstanding, 1);
    if (mosquitto_publish(with->client, &message_id, topic, (int)byte_count, bytes, qos, is_retained) !=
        MOSQ_ERR_SUCCESS) {
        atomic_fetch_sub(&with->outstanding, 1);
        return -1;
    }
    return qos > 0 ? message_id : 0;
}

bool posix_broker_subscribe(posix_broker *with, const char *filter) {
    return with->runs && mosquitto_subscribe(with->client, NULL, filter, 1) == MOSQ_ERR_SUCCESS;
}
