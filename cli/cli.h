// cli.h - what all commands of `thimble` share: exit codes, error lines, the table of commands, output for people.
//
// A function that can fail prints its error line itself, by returning cli_fail(...), and hands the status up. So every
// failure gives exactly one line on stderr: `thimble: what, where; what to do`.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_H
#define THIMBLE_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef enum cli_status {  // also the exit code of the process
    CLI_OK = 0,
    CLI_USAGE = 2,   // the command line is wrong
    CLI_MODEL = 3,   // the model was refused
    CLI_INPUT = 4,   // an input (tensor, picture, data set) was refused
    CLI_FAILED = 5,  // anything else: output not writable, memory, kernels that disagree
} cli_status;

typedef struct cli_command {
    const char *name, *summary, *help;
    cli_status (*run)(int argument_count, char **arguments);  // what follows the command's name
} cli_command;

extern const cli_command cmd_info, cmd_ops, cmd_run, cmd_eval, cmd_classify, cmd_bench, cmd_serve, cmd_keygen, cmd_sign,
    cmd_fleet;

#if defined(__GNUC__)
#define CLI_PRINTF(format_index) __attribute__((format(printf, format_index, (format_index) + 1)))
#else
#define CLI_PRINTF(format_index)
#endif

// Prints one error line and returns `status`. The first one wins: later ones (of other threads) are dropped.
cli_status cli_fail(cli_status status, const char *format, ...) CLI_PRINTF(2);

// One line on stderr that is not an error.
void cli_note(const char *format, ...) CLI_PRINTF(1);

// malloc and calloc that return the error line's status through *status; NULL then.
void *cli_alloc(size_t item_count, size_t item_bytes, cli_status *status);

// Text from a file (names of tensors, labels) for a terminal: control characters become '?'. Returns `room`.
const char *cli_printable(char *room, size_t room_bytes, const char *text);

// 1234567 -> "1,234,567". Returns `room`, of at least CLI_THOUSANDS_BYTES.
#define CLI_THOUSANDS_BYTES 28
const char *cli_thousands(char *room, uint64_t number);

// Monotonic time.
double cli_now_us(void);

// The command line of one command. Options may stand before, between and after the positional arguments.
typedef struct cli_texts {
    char **items;
    size_t count;
} cli_texts;

typedef enum cli_option_kind {
    CLI_END = 0,
    CLI_FLAG,   // value: bool *
    CLI_TEXT,   // value: const char **
    CLI_COUNT,  // value: size_t *, at least 1
    CLI_REAL,   // value: double *
    CLI_TEXTS,  // value: cli_texts *; takes all arguments up to the next option
} cli_option_kind;

typedef struct cli_option {
    cli_option_kind kind;
    const char *name;  // with its two dashes
    void *value;
} cli_option;

// Fills the options' values and the list of positional arguments. `options` ends with a CLI_END. The lists' items are
// freed with cli_texts_free; the strings belong to `arguments`.
cli_status cli_parse(const cli_command *command, int argument_count, char **arguments, const cli_option *options,
                     cli_texts *positional);
void cli_texts_free(cli_texts *texts);

// Wrong usage: says so and where to read more.
cli_status cli_wrong_usage(const cli_command *command, const char *format, ...) CLI_PRINTF(2);

#endif
