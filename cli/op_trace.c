// op_trace.c - notes per op how long it ran and what came out.
//
// SPDX-License-Identifier: Apache-2.0
#include "op_trace.h"

#include <stdlib.h>
#include <zlib.h>

cli_status op_trace_open(op_trace *trace, const model_file *model) {
    cli_status status = CLI_OK;
    *trace = (op_trace){.op_count = model->model.op_count, .wants_crc = true};
    trace->notes = cli_alloc(trace->op_count, sizeof *trace->notes, &status);
    return status;
}

void op_trace_close(op_trace *trace) {
    free(trace->notes);
    *trace = (op_trace){0};
}

bool op_trace_event(void *context, const thimble_event *event) {
    op_trace *trace = context;
    op_note *note = &trace->notes[event->op_index];
    if (event->after) {
        note->last_us = cli_now_us() - trace->started_us;
        if (!note->ran || note->last_us < note->fastest_us) {
            note->fastest_us = note->last_us;
        }
        note->ran = true;
        if (trace->wants_crc) {
            note->output_crc = (uint32_t)crc32_z(0, event->output, event->output_bytes);
        }
    }
    trace->started_us = cli_now_us();
    return true;
}
