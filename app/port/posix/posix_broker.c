// posix_broker.c - a connection to an MQTT broker, by libmosquitto.
//
// Each connection is a session with a thread, which connects and then runs the library's loop; it makes all calls of the
// listener. Another thread publishes: the library queues that and wakes the loop. Looking up a name and connecting may take
// minutes: a session that is stopped meanwhile is left alone, and its thread frees it when it gets that far. Certificates lie in files without a name, as the library
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

typedef struct session {
    struct mosquitto *client;
    pthread_t thread;
    pthread_mutex_t mutex;  // of the two
    bool is_connecting, is_left;
    port_broker_listener listener;
    char host[TEXT_BYTES];
    int tcp_port, keep_alive_seconds;
    atomic_bool stops, is_connected;
    atomic_int outstanding;  // published, and not sent or acknowledged yet
    char refusal[TEXT_BYTES];  // by the broker; of the thread
    int pem_files[PEM_COUNT];
} session;

struct posix_broker {
    session *session;  // NULL: none
};

// ---- the library's callbacks: the thread ----

static void on_connect(struct mosquitto *client, void *context, int code) {
    session *self = context;
    (void)client;
    if (code == 0) {
        atomic_store(&self->is_connected, true);
        self->listener.connected(self->listener.context);
    } else {
        snprintf(self->refusal, sizeof self->refusal, "the broker refuses: %s", mosquitto_connack_string(code));
    }
}

static void on_publish(struct mosquitto *client, void *context, int message_id) {
    session *self = context;
    (void)client;
    atomic_fetch_sub(&self->outstanding, 1);
    self->listener.acknowledged(self->listener.context, message_id);
}

static void on_message(struct mosquitto *client, void *context, const struct mosquitto_message *message) {
    session *self = context;
    (void)client;
    if (message->payloadlen >= 0 && message->payloadlen <= PORT_MESSAGE_BYTES &&
        strlen(message->topic) < PORT_TOPIC_BYTES) {
        self->listener.received(self->listener.context, message->topic, message->payload, (size_t)message->payloadlen,
                                message->retain);
    }
}

static void release(session *released) {
    if (released->client != NULL) {
        mosquitto_destroy(released->client);
    }
    for (size_t i = 0; i < PEM_COUNT; i++) {
        if (released->pem_files[i] >= 0) {
            close(released->pem_files[i]);
        }
    }
    pthread_mutex_destroy(&released->mutex);
    free(released);
}

// Connects; false if the session was left meanwhile, and is gone.
static bool connect_session(session *self, int *result) {
    *result = mosquitto_connect(self->client, self->host, self->tcp_port, self->keep_alive_seconds);
    pthread_mutex_lock(&self->mutex);
    self->is_connecting = false;
    const bool is_left = self->is_left;
    pthread_mutex_unlock(&self->mutex);
    if (is_left) {
        release(self);
    }
    return !is_left;
}

static void say_goodbye(session *self, int result) {
    // What was published last still goes out.
    for (int i = 0; result == MOSQ_ERR_SUCCESS && i < GOODBYE_LOOPS && atomic_load(&self->outstanding) > 0; i++) {
        result = mosquitto_loop(self->client, LOOP_MS, 1);
    }
    mosquitto_disconnect(self->client);
    for (int i = 0; result == MOSQ_ERR_SUCCESS && i < GOODBYE_LOOPS; i++) {
        result = mosquitto_loop(self->client, LOOP_MS, 1);
    }
}

static void *run(void *argument) {
    session *self = argument;
    int result;
    if (!connect_session(self, &result)) {
        return NULL;
    }
    while (result == MOSQ_ERR_SUCCESS && !atomic_load(&self->stops)) {
        result = mosquitto_loop(self->client, LOOP_MS, 1);
    }
    if (atomic_load(&self->stops)) {
        say_goodbye(self, result);
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
    }
    return opened;
}

void posix_broker_close(posix_broker *closed) {
    if (closed != NULL) {
        posix_broker_stop(closed);
        free(closed);  // a session that was left may still need the library
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

static bool set_up(session *started, const port_broker *how) {
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

bool posix_broker_start(posix_broker *started, const port_broker *how, const port_broker_listener *listener) {
    posix_broker_stop(started);
    session *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return false;
    }
    pthread_mutex_init(&made->mutex, NULL);
    for (size_t i = 0; i < PEM_COUNT; i++) {
        made->pem_files[i] = -1;
    }
    made->listener = *listener;
    made->tcp_port = how->tcp_port;
    made->keep_alive_seconds = (int)how->keep_alive_seconds;
    made->is_connecting = true;
    snprintf(made->host, sizeof made->host, "%s", how->host);
    made->client = mosquitto_new(how->client_id, true, made);
    if (made->client != NULL) {
        mosquitto_connect_callback_set(made->client, on_connect);
        mosquitto_publish_callback_set(made->client, on_publish);
        mosquitto_message_callback_set(made->client, on_message);
    }
    if (made->client == NULL || !set_up(made, how) || pthread_create(&made->thread, NULL, run, made) != 0) {
        release(made);
        return false;
    }
    started->session = made;
    return true;
}

void posix_broker_stop(posix_broker *stopped) {
    session *ended = stopped->session;
    if (ended == NULL) {
        return;
    }
    stopped->session = NULL;
    atomic_store(&ended->stops, true);
    pthread_mutex_lock(&ended->mutex);
    const bool is_left = ended->is_left = ended->is_connecting;
    if (is_left) {
        pthread_detach(ended->thread);
    }
    pthread_mutex_unlock(&ended->mutex);
    if (!is_left) {
        pthread_join(ended->thread, NULL);
        release(ended);
    }
}

int32_t posix_broker_publish(posix_broker *with, const char *topic, const void *bytes, size_t byte_count, int qos,
                             bool is_retained) {
    session *to = with->session;
    int message_id = 0;
    if (to == NULL || !atomic_load(&to->is_connected) || atomic_load(&to->outstanding) >= MOST_OUTSTANDING) {
        return -1;
    }
    atomic_fetch_add(&to->outstanding, 1);
    if (mosquitto_publish(to->client, &message_id, topic, (int)byte_count, bytes, qos, is_retained) !=
        MOSQ_ERR_SUCCESS) {
        atomic_fetch_sub(&to->outstanding, 1);
        return -1;
    }
    return qos > 0 ? message_id : 0;
}

bool posix_broker_subscribe(posix_broker *with, const char *filter) {
    return with->session != NULL && mosquitto_subscribe(with->session->client, NULL, filter, 1) == MOSQ_ERR_SUCCESS;
}
