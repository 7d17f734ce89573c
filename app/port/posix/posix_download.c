// posix_download.c - downloads in pieces, by libcurl.
//
// The thread fills a small buffer and waits while it is full, so a server is read no faster than the device writes.
//
// SPDX-License-Identifier: Apache-2.0
#include "posix_download.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER_BYTES = 16384, MOST_REDIRECTIONS = 5, HTTP_PARTIAL = 206, HTTP_SERVER_ERROR = 500 };

struct posix_download {
    CURL *curl;
    pthread_t thread;
    bool runs;  // there is a thread to be joined
    uint64_t skip_bytes;  // of a server that knows no ranges; of the thread
    bool has_looked;      // at the answer's code; of the thread
    uint32_t offset;
    pthread_mutex_t mutex;  // of what follows
    pthread_cond_t has_space;
    uint8_t buffer[BUFFER_BYTES];
    size_t used_bytes;
    bool stops, has_ended;
    port_result outcome;
    char problem[CURL_ERROR_SIZE + 40];
    char error[CURL_ERROR_SIZE];  // the library's
};

// ---- the thread ----

static size_t take(char *bytes, size_t item_bytes, size_t count, void *context) {
    posix_download *self = context;
    const size_t given = item_bytes * count;
    size_t done = 0;
    if (!self->has_looked) {
        long code = 0;
        curl_easy_getinfo(self->curl, CURLINFO_RESPONSE_CODE, &code);
        self->skip_bytes = code == HTTP_PARTIAL ? 0 : self->offset;
        self->has_looked = true;
    }
    if (self->skip_bytes > 0) {
        done = given < self->skip_bytes ? given : (size_t)self->skip_bytes;
        self->skip_bytes -= done;
    }
    pthread_mutex_lock(&self->mutex);
    while (done < given && !self->stops) {
        const size_t space = BUFFER_BYTES - self->used_bytes;
        const size_t taken = given - done < space ? given - done : space;
        memcpy(self->buffer + self->used_bytes, bytes + done, taken);
        self->used_bytes += taken;
        done += taken;
        if (done < given) {
            pthread_cond_wait(&self->has_space, &self->mutex);
        }
    }
    const bool stops = self->stops;
    pthread_mutex_unlock(&self->mutex);
    return stops ? 0 : given;
}

static int is_stopped(void *context, curl_off_t total, curl_off_t now, curl_off_t upload_total, curl_off_t upload_now) {
    posix_download *self = context;
    (void)total, (void)now, (void)upload_total, (void)upload_now;
    pthread_mutex_lock(&self->mutex);
    const bool stops = self->stops;
    pthread_mutex_unlock(&self->mutex);
    return stops;
}

static void *run(void *argument) {
    posix_download *self = argument;
    long http_code = 0;
    const CURLcode result = curl_easy_perform(self->curl);
    curl_easy_getinfo(self->curl, CURLINFO_RESPONSE_CODE, &http_code);
    pthread_mutex_lock(&self->mutex);
    const bool is_refused = result == CURLE_UNSUPPORTED_PROTOCOL || result == CURLE_URL_MALFORMAT ||
                            result == CURLE_TOO_MANY_REDIRECTS || result == CURLE_PEER_FAILED_VERIFICATION ||
                            (result == CURLE_HTTP_RETURNED_ERROR && http_code < HTTP_SERVER_ERROR);
    self->outcome = result == CURLE_OK ? PORT_NONE : is_refused ? PORT_BAD : PORT_FAILED;
    snprintf(self->problem, sizeof self->problem, "%s",
             self->error[0] != '\0' ? self->error : curl_easy_strerror(result));
    self->has_ended = true;
    pthread_mutex_unlock(&self->mutex);
    return NULL;
}

// ---- port.h ----

posix_download *posix_download_open(void) {
    posix_download *opened = calloc(1, sizeof *opened);
    if (opened != NULL) {
        curl_global_init(CURL_GLOBAL_DEFAULT);
        pthread_mutex_init(&opened->mutex, NULL);
        pthread_cond_init(&opened->has_space, NULL);
    }
    return opened;
}

void posix_download_close(posix_download *closed) {
    if (closed != NULL) {
        posix_download_stop(closed);
        pthread_mutex_destroy(&closed->mutex);
        pthread_cond_destroy(&closed->has_space);
        free(closed);
    }
}

static bool set_up(posix_download *started, const port_download *how) {
    CURL *curl = started->curl;
    char range[24];
    const bool is_secure = strncmp(how->url, "https:", 6) == 0;
    const long stall_seconds = (long)(how->stall_ms + 999) / 1000;
    snprintf(range, sizeof range, "%lu-", (unsigned long)how->offset);
    bool good = curl_easy_setopt(curl, CURLOPT_URL, how->url) == CURLE_OK;
    good = good && curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
    good = good && curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK;
    good = good && curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, is_secure ? "https" : "http,https") == CURLE_OK;
    good = good && curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L) == CURLE_OK;
    good = good && curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)MOST_REDIRECTIONS) == CURLE_OK;
    good = good && curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L) == CURLE_OK;
    good = good && curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, stall_seconds) == CURLE_OK;
    good = good && curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK;
    good = good && curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, stall_seconds) == CURLE_OK;
    good = good && curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, started->error) == CURLE_OK;
    good = good && curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) == CURLE_OK;
    good = good && curl_easy_setopt(curl, CURLOPT_WRITEDATA, started) == CURLE_OK;
    good = good && curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_stopped) == CURLE_OK;
    good = good && curl_easy_setopt(curl, CURLOPT_XFERINFODATA, started) == CURLE_OK;
    good = good && curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK;
    if (how->offset > 0) {
        good = good && curl_easy_setopt(curl, CURLOPT_RANGE, range) == CURLE_OK;
    }
    if (how->ca_pem != NULL) {
        struct curl_blob blob = {(void *)how->ca_pem, strlen(how->ca_pem), CURL_BLOB_COPY};
        good = good && curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob) == CURLE_OK;
    }
    return good;
}

bool posix_download_start(posix_download *started, const port_download *how) {
    posix_download_stop(started);
    started->curl = curl_easy_init();
    if (started->curl == NULL) {
        return false;
    }
    started->offset = how->offset;
    started->has_looked = started->stops = started->has_ended = false;
    started->used_bytes = 0;
    started->error[0] = '\0';
    started->runs = set_up(started, how) && pthread_create(&started->thread, NULL, run, started) == 0;
    if (!started->runs) {
        curl_easy_cleanup(started->curl);
    }
    return started->runs;
}

port_result posix_download_read(posix_download *from, void *room, size_t room_bytes, size_t *read_bytes,
                                const char **problem) {
    pthread_mutex_lock(&from->mutex);
    const size_t taken = from->used_bytes < room_bytes ? from->used_bytes : room_bytes;
    memcpy(room, from->buffer, taken);
    from->used_bytes -= taken;
    memmove(from->buffer, from->buffer + taken, from->used_bytes);
    const port_result result = taken == 0 && from->has_ended ? from->outcome : PORT_OK;
    pthread_cond_signal(&from->has_space);
    pthread_mutex_unlock(&from->mutex);
    *read_bytes = taken;
    *problem = from->problem;
    return result;
}

void posix_download_stop(posix_download *stopped) {
    if (stopped->runs) {
        pthread_mutex_lock(&stopped->mutex);
        stopped->stops = true;
        pthread_cond_signal(&stopped->has_space);
        pthread_mutex_unlock(&stopped->mutex);
        pthread_join(stopped->thread, NULL);
        curl_easy_cleanup(stopped->curl);
        stopped->runs = false;
    }
}
