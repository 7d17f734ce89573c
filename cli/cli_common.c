// cli_common.c - error lines, text for people, the clock, and the command line parser.
//
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"

static atomic_flag error_was_printed = ATOMIC_FLAG_INIT;

static void print_line(const char *format, va_list values) {
    char text[2048], safe[2048];
    vsnprintf(text, sizeof text, format, values);
    fprintf(stderr, "thimble: %s\n", cli_printable(safe, sizeof safe, text));
}

cli_status cli_fail(cli_status status, const char *format, ...) {
    if (!atomic_flag_test_and_set(&error_was_printed)) {
        va_list values;
        va_start(values, format);
        print_line(format, values);
        va_end(values);
    }
    return status;
}

void cli_note(const char *format, ...) {
    va_list values;
    va_start(values, format);
    print_line(format, values);
    va_end(values);
}

cli_status cli_wrong_usage(const cli_command *command, const char *format, ...) {
    char what[512];
    va_list values;
    va_start(values, format);
    vsnprintf(what, sizeof what, format, values);
    va_end(values);
    return cli_fail(CLI_USAGE, "%s: %s; see `thimble %s --help`", command->name, what, command->name);
}

void *cli_alloc(size_t item_count, size_t item_bytes, cli_status *status) {
    void *memory = calloc(item_count > 0 ? item_count : 1, item_bytes > 0 ? item_bytes : 1);
    if (memory == NULL) {
        *status = cli_fail(CLI_FAILED, "no memory for %zu times %zu bytes; close other programs or use less data",
                           item_count, item_bytes);
    }
    return memory;
}

const char *cli_printable(char *room, size_t room_bytes, const char *text) {
    size_t used = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c != 0 && used + 1 < room_bytes; c++) {
        // 0x80..0x9f after 0xc2 are the control characters of ISO 8859 in UTF-8; some terminals obey them.
        bool is_control = *c < 0x20 || *c == 0x7f || (*c == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f);
        room[used++] = is_control ? '?' : (char)*c;
        if (is_control && *c == 0xc2) {
            c++;
        }
    }
    room[used] = 0;
    return room;
}

const char *cli_thousands(char *room, uint64_t number) {
    char digits[CLI_THOUSANDS_BYTES];
    const size_t digit_count = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    size_t used = 0;
    for (size_t i = 0; i < digit_count; i++) {
        if (i > 0 && (digit_count - i) % 3 == 0) {
            room[used++] = ',';
        }
        room[used++] = digits[i];
    }
    room[used] = 0;
    return room;
}

double cli_now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec * 1e-3;
}

// ---- command line ----

static cli_status append(cli_texts *texts, char *text) {
    char **items = realloc(texts->items, (texts->count + 1) * sizeof *items);
    if (items == NULL) {
        return cli_fail(CLI_FAILED, "no memory for the command line; use fewer arguments");
    }
    texts->items = items;
    texts->items[texts->count++] = text;
    return CLI_OK;
}

void cli_texts_free(cli_texts *texts) {
    free(texts->items);
    *texts = (cli_texts){0};
}

static bool is_option(const char *text) {
    return text[0] == '-' && text[1] == '-';
}

// `--name` or `--name=value`; *value is then what follows the equals sign, else NULL.
static const cli_option *find_option(const cli_option *options, char *argument, char **value) {
    char *equals = strchr(argument, '=');
    const size_t name_bytes = equals != NULL ? (size_t)(equals - argument) : strlen(argument);
    *value = equals != NULL ? equals + 1 : NULL;
    for (; options->kind != CLI_END; options++) {
        if (strlen(options->name) == name_bytes && memcmp(options->name, argument, name_bytes) == 0) {
            return options;
        }
    }
    return NULL;
}

static cli_status set_number(const cli_command *command, const cli_option *option, const char *text) {
    char *end = NULL;
    errno = 0;
    if (option->kind == CLI_COUNT) {
        const unsigned long long number = strtoull(text, &end, 10);
        if (text[0] < '0' || text[0] > '9' || *end != 0 || errno != 0 || number == 0 || number > SIZE_MAX) {
            return cli_wrong_usage(command, "%s wants a whole number from 1, not '%s'", option->name, text);
        }
        *(size_t *)option->value = (size_t)number;
    } else {
        const double number = strtod(text, &end);
        if (end == text || *end != 0 || !isfinite(number)) {
            return cli_wrong_usage(command, "%s wants a number, not '%s'", option->name, text);
        }
        *(double *)option->value = number;
    }
    return CLI_OK;
}

static cli_status take_texts(const cli_command *command, const cli_option *option, int argument_count, char **arguments,
                             int *at) {
    const int first = *at + 1;
    int next = first;
    for (; next < argument_count && !is_option(arguments[next]); next++) {
        cli_status status = append(option->value, arguments[next]);
        if (status != CLI_OK) {
            return status;
        }
    }
    if (next == first) {
        return cli_wrong_usage(command, "%s wants at least one value", option->name);
    }
    *at = next - 1;
    return CLI_OK;
}

static cli_status take_option(const cli_command *command, int argument_count, char **arguments,
                              const cli_option *options, int *at) {
    char *value = NULL;
    const cli_option *option = find_option(options, arguments[*at], &value);
    if (option == NULL) {
        return cli_wrong_usage(command, "unknown option '%s'", arguments[*at]);
    }
    if (option->kind == CLI_FLAG) {
        if (value != NULL) {
            return cli_wrong_usage(command, "%s takes no value", option->name);
        }
        *(bool *)option->value = true;
        return CLI_OK;
    }
    if (option->kind == CLI_TEXTS) {
        if (value != NULL) {
            return append(option->value, value);
        }
        return take_texts(command, option, argument_count, arguments, at);
    }
    if (value == NULL) {
        if (*at + 1 >= argument_count) {
            return cli_wrong_usage(command, "%s wants a value", option->name);
        }
        value = arguments[++*at];
    }
    if (option->kind != CLI_TEXT) {
        return set_number(command, option, value);
    }
    *(const char **)option->value = value;
    return CLI_OK;
}

cli_status cli_parse(const cli_command *command, int argument_count, char **arguments, const cli_option *options,
                     cli_texts *positional) {
    bool options_ended = false;
    for (int i = 0; i < argument_count; i++) {
        cli_status status = CLI_OK;
        if (!options_ended && strcmp(arguments[i], "--") == 0) {
            options_ended = true;
        } else if (!options_ended && arguments[i][0] == '-' && arguments[i][1] != 0) {
            status = take_option(command, argument_count, arguments, options, &i);
        } else {
            status = append(positional, arguments[i]);
        }
        if (status != CLI_OK) {
            return status;
        }
    }
    return CLI_OK;
}
