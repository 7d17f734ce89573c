// chip_estimate.c - what a model will take on a chip.
//
// SPDX-License-Identifier: Apache-2.0
#include "chip_estimate.h"

#include <string.h>

#include "op_lists.h"
#include "op_names.h"

const chip chips[] = {{"esp32", 240, chip_costs_xtensa, thimble_all_ops_xtensa},
                      {"esp32s3", 240, chip_costs_xtensa, thimble_all_ops_xtensa},
                      {"esp32c3", 160, chip_costs_riscv, thimble_all_ops_riscv},
                      {NULL, 0, NULL, NULL}};

const chip *chip_find(const char *name) {
    for (const chip *one = chips; one->name != NULL; one++) {
        if (strcmp(one->name, name) == 0) {
            return one;
        }
    }
    return NULL;
}

// The prices of `kind`; a kind of large tensors that was not measured has those of small ones.
static const chip_cost *find_cost(const chip *on, const char *kind) {
    static const char large[] = " large";
    size_t bytes = strlen(kind);
    for (int attempt = 0; attempt < 2; attempt++) {
        for (const chip_cost *cost = on->costs; cost->kind != NULL; cost++) {
            if (strlen(cost->kind) == bytes && memcmp(cost->kind, kind, bytes) == 0) {
                return cost;
            }
        }
        if (bytes < sizeof large || strcmp(kind + bytes - (sizeof large - 1), large) != 0) {
            return NULL;
        }
        bytes -= sizeof large - 1;
    }
    return NULL;
}

double chip_op_instructions(const chip *on, const model_file *model, uint32_t op_index, bool *is_known) {
    op_work work;
    *is_known = false;
    if (!op_work_find(&model->model, op_index, op_name(model_file_op(model, op_index).builtin_code), &work)) {
        return 0;
    }
    const chip_cost *cost = find_cost(on, work.kind);
    if (cost == NULL) {
        return CHIP_OTHER_INSTRUCTIONS_PER_MAC * (double)work.amounts[OP_WORK_MACS] +
               CHIP_OTHER_INSTRUCTIONS_PER_OUTPUT * (double)work.amounts[OP_WORK_OUTPUTS];
    }
    *is_known = true;
    double sum = 0;
    for (int i = 0; i < OP_WORK_AMOUNTS; i++) {
        sum += cost->prices[i] * (double)work.amounts[i];
    }
    return sum;
}

double chip_instructions(const chip *on, const model_file *model, const op_trace *trace) {
    double sum = 0;
    for (uint32_t i = 0; i < model->model.op_count; i++) {
        bool is_known;
        sum += trace->notes[i].ran ? chip_op_instructions(on, model, i, &is_known) : 0;
    }
    return sum;
}

double chip_milliseconds(const chip *on, double instructions) {
    return instructions * CHIP_CYCLES_PER_INSTRUCTION / (on->clock_mhz * 1000);
}

static cli_status estimate(const chip *on, const model_file *model, const op_trace *trace, chip_estimate *result) {
    thimble_memory need;
    thimble_error error;
    if (model_file_measure(model, on->ops, NULL, &need, &error) != THIMBLE_OK) {
        return model_file_refuse(model, &error);
    }
    *result = (chip_estimate){chip_milliseconds(on, chip_instructions(on, model, trace)), need.arena_bytes};
    return CLI_OK;
}

cli_status chip_estimate_all(const model_file *model, chip_estimate estimates[CHIP_COUNT]) {
    op_trace trace;
    host_runner runner = {0};
    cli_status status = op_trace_open(&trace, model);
    if (status == CLI_OK) {
        trace.wants_crc = false;
        status = host_runner_open(&runner, model, thimble_all_ops,
                                  &(thimble_options){.trace = op_trace_event, .context = &trace});
    }
    if (status == CLI_OK) {
        thimble_run(&runner.runner);
    }
    for (size_t i = 0; i < CHIP_COUNT && status == CLI_OK; i++) {
        status = estimate(&chips[i], model, &trace, &estimates[i]);
    }
    host_runner_close(&runner);
    op_trace_close(&trace);
    return status;
}
