// cmd_ops.c - `thimble ops`: the ops that the engine has, their types and what they take of flash.
//
// SPDX-License-Identifier: Apache-2.0
#include "json_writer.h"
#include "op_table.h"

static void print_table(void) {
    char bytes[CLI_THOUSANDS_BYTES];
    printf("%-40s %6s  %s\n", "op object", "flash", "types");
    for (const op_object_facts *op = op_table; op->name != NULL; op++) {
        char name[64];
        snprintf(name, sizeof name, "thimble_op_%s", op->name);
        printf("%-40s %6s  %s\n", name, cli_thousands(bytes, op->flash_bytes), op->types);
    }
    printf(
        "\nFlash in bytes on a RISC-V chip (-Os, without error texts), beyond what every program with the engine "
        "takes.\n"
        "Ops share code: several take less than their sum. SPEC.md has options and limits of each op; `thimble info\n"
        "MODEL` says which objects a model needs.\n");
}

static void print_json(void) {
    json_writer json;
    json_begin(&json, stdout);
    json_array(&json, "op_objects");
    for (const op_object_facts *op = op_table; op->name != NULL; op++) {
        json_object(&json, NULL);
        json_text(&json, "name", op->name);
        json_text(&json, "types", op->types);
        json_count(&json, "flash_bytes", op->flash_bytes);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_end(&json);
}

static cli_status run(int argument_count, char **arguments) {
    bool json = false;
    const cli_option options[] = {{CLI_FLAG, "--json", &json}, {CLI_END, NULL, NULL}};
    cli_texts positional = {0};
    cli_status status = cli_parse(&cmd_ops, argument_count, arguments, options, &positional);
    if (status == CLI_OK && positional.count != 0) {
        status = cli_wrong_usage(&cmd_ops, "wants no model: `thimble info MODEL` says which of the ops a model needs");
    }
    cli_texts_free(&positional);
    if (status == CLI_OK) {
        (json ? print_json : print_table)();
    }
    return status;
}

const cli_command cmd_ops = {
    "ops", "list the engine's ops with their types and bytes of flash",
    "usage: thimble ops [options]\n\n"
    "Prints each op object that a firmware can list, the types that it runs, and what it takes of\n"
    "flash.\n\n"
    "  --json                   print JSON instead\n",
    run};
