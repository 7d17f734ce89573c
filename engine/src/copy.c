// copy.c - copies a box of elements between two arrays.
//
// SPDX-License-Identifier: Apache-2.0
#include "copy.h"

// Whether the steps of loop `outer` lead from one round of `inner` to the next.
static bool follows(const thimble_copy_loop *outer, const thimble_copy_loop *inner) {
    return outer->input_step == (int64_t)inner->input_step * inner->count &&
           outer->output_step == (int64_t)inner->output_step * inner->count;
}

uint32_t thimble_copy_simplify(thimble_copy *copy) {
    int32_t kept = THIMBLE_MAX_RANK;  // loops[kept] and up are done
    for (int32_t i = copy->loop_count - 1; i >= 0; i--) {
        const thimble_copy_loop loop = copy->loops[i];
        if (loop.count == 0) {
            copy->input_begin = copy->output_begin = copy->run_bytes = 0;
            kept = THIMBLE_MAX_RANK;
            break;
        }
        if (loop.count == 1) {
            continue;
        }
        if (kept == THIMBLE_MAX_RANK && loop.input_step == copy->run_bytes && loop.output_step == copy->run_bytes) {
            copy->run_bytes *= loop.count;
        } else if (kept < THIMBLE_MAX_RANK && follows(&loop, &copy->loops[kept])) {
            copy->loops[kept].count *= loop.count;
        } else {
            copy->loops[--kept] = loop;
        }
    }
    copy->loop_count = THIMBLE_MAX_RANK - kept;
    memmove(copy->loops, copy->loops + kept, (size_t)copy->loop_count * sizeof *copy->loops);
    return (uint32_t)offsetof(thimble_copy, loops) + (uint32_t)copy->loop_count * (uint32_t)sizeof *copy->loops;
}

bool thimble_copy_is_plain(const thimble_copy *copy, uint32_t bytes) {
    return copy->loop_count == 0 && copy->input_begin == 0 && copy->output_begin == 0 &&
           (uint32_t)copy->run_bytes == bytes;
}

thimble_copy thimble_copy_reversed(const thimble_copy *copy) {
    thimble_copy reversed = *copy;
    reversed.input_begin = copy->output_begin;
    reversed.output_begin = copy->input_begin;
    for (int32_t i = 0; i < copy->loop_count; i++) {
        reversed.loops[i].input_step = copy->loops[i].output_step;
        reversed.loops[i].output_step = copy->loops[i].input_step;
    }
    return reversed;
}

// One innermost loop. Positions are unsigned and may wrap behind the last element, where they are not used.
static void copy_row(const thimble_copy_loop *loop, uint32_t run_bytes, const uint8_t *input, uint32_t from,
                     uint8_t *output, uint32_t to) {
    for (int32_t i = 0; i < loop->count; i++) {
        if (run_bytes == 1) {
            output[to] = input[from];
        } else {
            memcpy(output + to, input + from, run_bytes);
        }
        from += (uint32_t)loop->input_step;
        to += (uint32_t)loop->output_step;
    }
}

void thimble_copy_run(const thimble_copy *copy, const void *input, void *output) {
    static const thimble_copy_loop once = {1, 0, 0};
    const int32_t outer_count = copy->loop_count - 1;
    const thimble_copy_loop *inner = outer_count < 0 ? &once : &copy->loops[outer_count];
    uint32_t from = (uint32_t)copy->input_begin, to = (uint32_t)copy->output_begin;
    int32_t index[THIMBLE_MAX_RANK] = {0};
    int32_t at;
    do {
        copy_row(inner, (uint32_t)copy->run_bytes, input, from, output, to);
        // Count on, as an odometer does.
        for (at = outer_count - 1; at >= 0; at--) {
            const thimble_copy_loop *loop = &copy->loops[at];
            from += (uint32_t)loop->input_step;
            to += (uint32_t)loop->output_step;
            if (++index[at] < loop->count) {
                break;
            }
            from -= (uint32_t)loop->input_step * (uint32_t)loop->count;
            to -= (uint32_t)loop->output_step * (uint32_t)loop->count;
            index[at] = 0;
        }
    } while (at >= 0);
}
