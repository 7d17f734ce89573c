// op_trace.h - notes per op how long it ran and what came out; a thimble_trace_fn for `run` and `bench`.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_CLI_OP_TRACE_H
#define THIMBLE_CLI_OP_TRACE_H

#include "model_file.h"

typedef struct op_note {
    bool ran;  // false: folded into a constant, or its output is its input's memory
    double last_us, fastest_us;
    uint32_t output_crc;
} op_note;

typedef struct op_trace {
    op_note *notes;  // [op_count], by the op's index in the file
    size_t op_count;
    bool wants_crc;  // of the outputs; its time is not counted
    double started_us;
} op_trace;

cli_status op_trace_open(op_trace *trace, const model_file *model);
void op_trace_close(op_trace *trace);

// Give this to thimble_options.trace, and the op_trace as its context.
bool op_trace_event(void *context, const thimble_event *event);

#endif
