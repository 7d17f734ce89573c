// cli_main.c - the command `thimble`: picks the command, prints help, and checks that standard output was written.
//
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "cli.h"
#include "thimble/thimble.h"

static const cli_command *const commands[] = {&cmd_info,  &cmd_ops,   &cmd_run,    &cmd_eval, &cmd_classify,
                                              &cmd_bench, &cmd_serve, &cmd_keygen, &cmd_sign, &cmd_fleet};
#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static void print_overview(FILE *out) {
    fputs("thimble - run, check and measure quantized TensorFlow Lite models\n\nusage: thimble COMMAND ...\n\n", out);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        fprintf(out, "  %-10s%s\n", commands[i]->name, commands[i]->summary);
    }
    fputs("\n`thimble COMMAND --help` says more. `thimble --version` prints the version.\n"
          "Exit codes: 0 done, 2 wrong usage, 3 model refused, 4 input refused, 5 anything else that failed.\n",
          out);
}

static const cli_command *find_command(const char *name) {
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

static bool asks_for_help(int argument_count, char **arguments) {
    for (int i = 0; i < argument_count && strcmp(arguments[i], "--") != 0; i++) {
        if (strcmp(arguments[i], "--help") == 0 || strcmp(arguments[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

static cli_status run_command(int argument_count, char **arguments) {
    const char *name = argument_count > 0 ? arguments[0] : "";
    if (argument_count == 0) {
        print_overview(stderr);
        return CLI_USAGE;
    }
    if (strcmp(name, "--version") == 0) {
        const uint32_t version = thimble_version();
        printf("thimble %u.%u.%u\n", version / 10000, version / 100 % 100, version % 100);
        return CLI_OK;
    }
    bool help = strcmp(name, "help") == 0;
    if (help && argument_count > 1) {
        name = arguments[1];
    }
    if ((help && argument_count == 1) || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        print_overview(stdout);
        return CLI_OK;
    }
    const cli_command *command = find_command(name);
    if (command == NULL) {
        return cli_fail(CLI_USAGE, "there is no command '%s'; `thimble --help` lists them", name);
    }
    if (help || asks_for_help(argument_count - 1, arguments + 1)) {
        fputs(command->help, stdout);
        return CLI_OK;
    }
    return command->run(argument_count - 1, arguments + 1);
}

int main(int argument_count, char **arguments) {
    cli_status status = run_command(argument_count - 1, arguments + 1);
    errno = 0;
    bool bad = ferror(stdout) != 0;
    if (fflush(stdout) != 0 || bad) {
        const char *reason = errno != 0 ? strerror(errno) : "write error";
        cli_status failure =
            cli_fail(CLI_FAILED, "cannot write standard output: %s; free some space or send it elsewhere", reason);
        if (status == CLI_OK) {
            status = failure;
        }
    }
    return (int)status;
}
