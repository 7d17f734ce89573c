// cmd_keygen.c - `thimble keygen`: the pair of keys with which models are signed.
//
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "posix_crypto.h"

enum { PATH_BYTES = 4096 };

// A file that was not there before.
static FILE *create(const char *path, mode_t mode, cli_status *status) {
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    FILE *stream = file >= 0 ? fdopen(file, "w") : NULL;
    if (stream == NULL) {
        *status = cli_fail(CLI_FAILED, "'%s' cannot be made: %s; keys are never overwritten", path, strerror(errno));
        if (file >= 0) {
            close(file);
        }
    }
    return stream;
}

static cli_status finish(FILE *stream, const char *path, bool written) {
    const bool flushed = fflush(stream) == 0;
    if (fclose(stream) != 0 || !flushed || !written) {
        unlink(path);
        return cli_fail(CLI_FAILED, "'%s' cannot be written; is there space?", path);
    }
    return CLI_OK;
}

static cli_status make_pair(const char *name) {
    char private_path[PATH_BYTES], public_path[PATH_BYTES];
    uint8_t public_key[PORT_PUBLIC_KEY_BYTES];
    cli_status status = CLI_OK;
    if (snprintf(private_path, sizeof private_path, "%s.pem", name) >= PATH_BYTES) {
        return cli_fail(CLI_USAGE, "the name is too long");
    }
    snprintf(public_path, sizeof public_path, "%.4000s.pub", name);
    FILE *private_file = create(private_path, 0600, &status);
    if (private_file == NULL) {
        return status;
    }
    status = finish(private_file, private_path, posix_make_key(private_file, public_key));
    FILE *public_file = status == CLI_OK ? create(public_path, 0644, &status) : NULL;
    if (public_file == NULL) {
        return status;
    }
    for (size_t i = 0; i < sizeof public_key; i++) {
        fprintf(public_file, "%02x", public_key[i]);
    }
    status = finish(public_file, public_path, fputc('\n', public_file) != EOF);
    if (status == CLI_OK) {
        printf("%s signs models: keep it secret, and a copy of it.\n%s is what devices get as \"model_key\".\n",
               private_path, public_path);
    }
    return status;
}

static cli_status run(int argument_count, char **argument_list) {
    const char *name = NULL;
    const cli_option options[] = {{CLI_TEXT, "-o", &name}, {CLI_END, NULL, NULL}};
    cli_texts positional = {0};
    cli_status status = cli_parse(&cmd_keygen, argument_count, argument_list, options, &positional);
    if (status == CLI_OK && (positional.count != 0 || name == NULL)) {
        status = cli_wrong_usage(&cmd_keygen, "wants -o NAME and nothing else");
    }
    if (status == CLI_OK) {
        status = make_pair(name);
    }
    cli_texts_free(&positional);
    return status;
}

const cli_command cmd_keygen = {
    "keygen", "make the keys with which models are signed",
    "usage: thimble keygen -o NAME\n\n"
    "Makes a pair of keys for ECDSA with P-256: NAME.pem, the private one (PKCS 8, without a\n"
    "password, readable by its owner only), with which `thimble sign` signs, and NAME.pub, one\n"
    "line, which devices get as \"model_key\" (PATCH /api/fleet): then they take only models\n"
    "that were signed with it. Files that exist are not overwritten.\n",
    run};
