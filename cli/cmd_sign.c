// cmd_sign.c - `thimble sign`: the signed manifest of a model, which devices ask for (app/core/manifest.h).
//
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cJSON.h>

#include "cli.h"
#include "contract.h"
#include "model_file.h"
#include "out_file.h"
#include "posix_crypto.h"
#include "read_file.h"
#include "store.h"

enum { HASH_TEXT_BYTES = 65, MOST_CARD_BYTES = 1 << 20, MOST_PART = 99 };

typedef struct sign_arguments {
    const char *model, *key, *card, *min_firmware, *name, *output;
    size_t version;
} sign_arguments;

static void write_hex(char *text, const uint8_t *bytes, size_t byte_count) {
    for (size_t i = 0; i < byte_count; i++) {
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
}

// The card has to be about this very file: its hash stands in it.
static cli_status check_card(const char *path, const char *model_hash, char card_hash[HASH_TEXT_BYTES]) {
    uint8_t *card = NULL, digest[32];
    size_t card_bytes;
    cli_status status = read_file(path, "card", CLI_INPUT, MOST_CARD_BYTES, &card, &card_bytes);
    if (status == CLI_OK && strstr((const char *)card, model_hash) == NULL) {
        status = cli_fail(CLI_INPUT, "card '%s' does not name the model's SHA-256 %s; it is about another file", path,
                          model_hash);
    } else if (status == CLI_OK) {
        posix_sha256(NULL, card, card_bytes, digest);
        write_hex(card_hash, digest, sizeof digest);
    }
    free(card);
    return status;
}

static bool firmware_is_good(const char *text) {
    unsigned parts[3];
    char end;
    return sscanf(text, "%2u.%2u.%2u%c", &parts[0], &parts[1], &parts[2], &end) == 3 && parts[0] <= MOST_PART;
}

// The file's name without folder and ending.
static void name_after(const char *path, char name[STORE_NAME_BYTES]) {
    const char *slash = strrchr(path, '/'), *start = slash != NULL ? slash + 1 : path;
    const char *end = strstr(start, ".tflite");
    snprintf(name, STORE_NAME_BYTES, "%.*s", (int)(end != NULL ? (size_t)(end - start) : strlen(start)), start);
}

static cli_status make_manifest(const sign_arguments *arguments, char **text) {
    model_file model = {0};
    static contract described;
    char problem[300], name[STORE_NAME_BYTES], hash[HASH_TEXT_BYTES], card_hash[HASH_TEXT_BYTES] = "";
    uint8_t digest[32];
    cli_status status = model_file_open(&model, arguments->model);
    if (status == CLI_OK && !contract_read(&described, &model.model, problem, sizeof problem)) {
        status = cli_fail(CLI_MODEL, "model '%s': %s", arguments->model, problem);
    }
    if (status == CLI_OK) {
        posix_sha256(NULL, model.file, model.file_bytes, digest);
        write_hex(hash, digest, sizeof digest);
        status = arguments->card != NULL ? check_card(arguments->card, hash, card_hash) : CLI_OK;
    }
    if (status == CLI_OK) {
        name_after(arguments->model, name);
        cJSON *json = cJSON_CreateObject();
        cJSON_AddStringToObject(json, "name",
                                arguments->name != NULL ? arguments->name
                                : *described.name != 0  ? described.name
                                                        : name);
        cJSON_AddNumberToObject(json, "version", (double)arguments->version);
        cJSON_AddStringToObject(json, "min_firmware", arguments->min_firmware);
        cJSON_AddNumberToObject(json, "model_bytes", (double)model.file_bytes);
        cJSON_AddStringToObject(json, "sha256", hash);
        cJSON *input = cJSON_AddObjectToObject(json, "input");
        cJSON_AddNumberToObject(input, "height", described.height);
        cJSON_AddNumberToObject(input, "width", described.width);
        cJSON_AddNumberToObject(input, "channels", described.channels);
        cJSON *labels = cJSON_AddArrayToObject(json, "labels");
        for (int32_t i = 0; i < described.class_count; i++) {
            cJSON_AddItemToArray(labels, cJSON_CreateString(described.labels[i]));
        }
        if (card_hash[0] != 0) {
            cJSON_AddStringToObject(json, "card_sha256", card_hash);
        }
        *text = cJSON_PrintUnformatted(json);
        cJSON_Delete(json);
        status = *text != NULL ? CLI_OK : cli_fail(CLI_FAILED, "no memory for the manifest");
    }
    model_file_close(&model);
    return status;
}

static cli_status sign_text(const char *key_path, const char *text, char *signature_text) {
    uint8_t signature[PORT_SIGNATURE_BYTES], public_key[PORT_PUBLIC_KEY_BYTES];
    FILE *key = fopen(key_path, "r");
    if (key == NULL) {
        return cli_fail(CLI_INPUT, "key '%s' cannot be read: %s; `thimble keygen` makes one", key_path,
                        strerror(errno));
    }
    const bool is_signed = posix_sign(key, text, strlen(text), signature, public_key);
    fclose(key);
    if (!is_signed) {
        return cli_fail(CLI_INPUT, "'%s' is no private key for P-256; `thimble keygen` makes one", key_path);
    }
    write_hex(signature_text, signature, sizeof signature);
    return CLI_OK;
}

static cli_status write_signed(const char *path, const char *text, const char *signature_text) {
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "manifest", text);
    cJSON_AddStringToObject(json, "signature", signature_text);
    char *printed = cJSON_Print(json);
    cJSON_Delete(json);
    out_file file;
    cli_status status = printed != NULL ? out_file_open(&file, path) : cli_fail(CLI_FAILED, "no memory");
    if (status == CLI_OK) {
        fprintf(file.stream, "%s\n", printed);
        status = out_file_finish(&file);
        status = status == CLI_OK ? out_file_commit(&file) : status;
        out_file_discard(&file);
    }
    free(printed);
    return status;
}

static cli_status sign(const sign_arguments *arguments) {
    char signature_text[2 * PORT_SIGNATURE_BYTES + 1];
    char *text = NULL;
    cli_status status = make_manifest(arguments, &text);
    if (status == CLI_OK) {
        status = sign_text(arguments->key, text, signature_text);
    }
    if (status == CLI_OK) {
        status = write_signed(arguments->output, text, signature_text);
    }
    if (status == CLI_OK) {
        printf("%s: version %zu of %s, signed.\n", arguments->output, arguments->version, arguments->model);
    }
    free(text);
    return status;
}

static cli_status run(int argument_count, char **argument_list) {
    sign_arguments arguments = {.version = 0};
    const cli_option options[] = {{CLI_TEXT, "--key", &arguments.key},
                                  {CLI_TEXT, "--card", &arguments.card},
                                  {CLI_TEXT, "--min-firmware", &arguments.min_firmware},
                                  {CLI_TEXT, "--name", &arguments.name},
                                  {CLI_COUNT, "--model-version", &arguments.version},
                                  {CLI_TEXT, "-o", &arguments.output},
                                  {CLI_END, NULL, NULL}};
    cli_texts positional = {0};
    cli_status status = cli_parse(&cmd_sign, argument_count, argument_list, options, &positional);
    if (status == CLI_OK && (positional.count != 1 || arguments.key == NULL || arguments.min_firmware == NULL ||
                             arguments.output == NULL)) {
        status = cli_wrong_usage(&cmd_sign, "wants MODEL, --key, --min-firmware and -o");
    } else if (status == CLI_OK && !firmware_is_good(arguments.min_firmware)) {
        status = cli_wrong_usage(&cmd_sign, "--min-firmware has to be like 0.1.0, not '%s'", arguments.min_firmware);
    } else if (status == CLI_OK && arguments.version > UINT32_MAX) {
        status = cli_wrong_usage(&cmd_sign, "--model-version is at most 4294967295");
    } else if (status == CLI_OK && arguments.name != NULL &&
               (*arguments.name == 0 || strlen(arguments.name) >= STORE_NAME_BYTES)) {
        status = cli_wrong_usage(&cmd_sign, "--name has 1 to 31 bytes");
    }
    if (status == CLI_OK) {
        arguments.model = positional.items[0];
        arguments.version = arguments.version != 0 ? arguments.version : (size_t)time(NULL);
        status = sign(&arguments);
    }
    cli_texts_free(&positional);
    return status;
}

const cli_command cmd_sign = {
    "sign", "sign a model for devices that take only signed ones",
    "usage: thimble sign MODEL --key NAME.pem --min-firmware V -o FILE [options]\n\n"
    "Writes a signed manifest: the model's SHA-256, size, name, labels, input and version, and\n"
    "the oldest firmware that runs it, signed with ECDSA P-256 and SHA-256.\n\n"
    "  --key FILE           the private key, made by `thimble keygen`\n"
    "  --min-firmware V     the oldest firmware that runs it, such as 0.1.0\n"
    "  --card CARD          the model's card: has to name this file's SHA-256; its own is signed too\n"
    "  --name NAME          what devices call it (default: the model's own name, or the file's)\n"
    "  --model-version N    devices take only higher ones (default: seconds since 1970)\n"
    "  -o FILE              the manifest\n",
    run};
