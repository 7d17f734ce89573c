// state.h - what an op keeps from one run to the next: the values of its variable tensors.
//
// An op with state (THIMBLE_DEFINE_OP_WITH_STATE) lists its variable tensors among its inputs, behind those that it reads
// as any op does. They have no memory of their own: the op's scratch is their place, one piece that belongs to the op from
// thimble_init to the last thimble_run. It is filled when it is needed, at the first run and at the first one after
// thimble_reset, so that a program without such ops contains none of this.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef THIMBLE_STATE_H
#define THIMBLE_STATE_H

#include "op.h"

// The first member of the op's record.
typedef struct thimble_state {
    uint32_t is_known;  // 0 as long as the state has to be filled before it is read
} thimble_state;

// Checks that input `slot` is a variable tensor of `element_count` elements that no other op uses, and fills *tensor.
thimble_status thimble_state_prepare(const thimble_prepare *p, uint32_t slot, uint64_t element_count,
                                     thimble_tensor_view *tensor);

// Whether the state has to be filled now: true once, then false until thimble_reset. The record is the one thing that
// changes in what init has written, which is why call->record is constant to all others.
static inline bool thimble_state_begins(const thimble_call *call) {
    thimble_state *state = (thimble_state *)(uintptr_t)call->record;
    const bool begins = state->is_known == 0;
    state->is_known = 1;
    return begins;
}

// For thimble_reset.
static inline void thimble_state_forget(void *record) {
    ((thimble_state *)record)->is_known = 0;
}

#endif
