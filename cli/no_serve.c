// no_serve.c - stands in for `thimble serve` where it was built without the application's libraries.
//
// SPDX-License-Identifier: Apache-2.0
#include "cli.h"

static cli_status run(int argument_count, char **argument_list) {
    (void)argument_count;
    (void)argument_list;
    return cli_fail(CLI_FAILED,
                    "this build has no `serve`; install libcjson-dev, libmicrohttpd-dev and libssl-dev, then "
                    "build again");
}

const cli_command cmd_serve = {"serve", "camera to label, with a page and an HTTP API (not in this build)",
                               "usage: thimble serve\n\n"
                               "This build has no `serve`: cJSON, libmicrohttpd or libcrypto were not there.\n",
                               run};
