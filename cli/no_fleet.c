// no_fleet.c - stands in for the commands of a fleet where they were built without their libraries.
//
// SPDX-License-Identifier: Apache-2.0
#include "cli.h"

static cli_status run(int argument_count, char **argument_list) {
    (void)argument_count;
    (void)argument_list;
    return cli_fail(CLI_FAILED,
                    "this build has no `keygen`, `sign` and `fleet`; install libcjson-dev, libmicrohttpd-dev, "
                    "libssl-dev and libmosquitto-dev, then build again");
}

#define MISSING_HELP "This build has no such command: cJSON, libmicrohttpd or libcrypto were not there.\n"

const cli_command cmd_keygen = {"keygen", "make the keys with which models are signed (not in this build)",
                                "usage: thimble keygen\n\n" MISSING_HELP, run};
const cli_command cmd_sign = {"sign", "sign a model for devices that take only signed ones (not in this build)",
                              "usage: thimble sign\n\n" MISSING_HELP, run};
const cli_command cmd_fleet = {"fleet", "list, watch and update many devices (not in this build)",
                               "usage: thimble fleet\n\n" MISSING_HELP, run};
