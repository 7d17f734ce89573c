// fuzz_run.h - takes any bytes through the life of a model, and checks what thimble.h promises on the way.
//
// SPDX-License-Identifier: Apache-2.0
#ifndef FUZZ_RUN_H
#define FUZZ_RUN_H

#include <stddef.h>
#include <stdint.h>

typedef enum fuzz_stage {
    FUZZ_REFUSED,      // not a model that thimble_model_open accepts
    FUZZ_OPENED,       // but its ops or their tensors are refused
    FUZZ_INITIALISED,  // but running it would take too long for a test
    FUZZ_RAN,
} fuzz_stage;

enum { FUZZ_STAGES = FUZZ_RAN + 1 };

// Opens, measures, initialises (with one byte too little as well) and runs the model, in blocks of memory of exactly
// the promised sizes, so that AddressSanitizer sees each byte too far. Runs it twice, with other garbage in the arena,
// and with other kernels: the outputs have to be the same. Which options are used follows from the bytes.
// Prints what is wrong and aborts if a promise is broken.
fuzz_stage fuzz_run(const uint8_t *file, size_t file_bytes);

#endif
