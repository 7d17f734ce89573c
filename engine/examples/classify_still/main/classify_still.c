// classify_still.c - the engine alone: one picture, here a drawn pair of trousers, one line on the console.
//
// SPDX-License-Identifier: Apache-2.0
#include <stdint.h>
#include <stdio.h>
#include <thimble/thimble.h>
#include <thimble/thimble_ops.h>

enum { ARENA_BYTES = 16384, HEIGHT = 28, WIDTH = 28 };

extern const uint8_t model[];
extern const size_t model_bytes;
static _Alignas(THIMBLE_ALIGNMENT) uint8_t arena[ARENA_BYTES];

static const char *const labels[] = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                     "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};

// Light on black, as the model learnt it: a waist and two legs.
static void draw_trousers(int8_t *picture) {
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            const int leg = x < WIDTH / 2 ? x - 8 : WIDTH - 1 - x - 8;
            picture[y * WIDTH + x] = leg >= 0 && leg < (y < 8 ? 6 : 5) ? 70 : -128;
        }
    }
}

void app_main(void);
void app_main(void) {
    thimble_model opened;
    thimble_runner runner;
    thimble_error error = {0};
    if (thimble_model_open(&opened, model, model_bytes, &error) != THIMBLE_OK ||
        thimble_init(&runner, &opened, thimble_all_ops, NULL, arena, sizeof arena, &error) != THIMBLE_OK) {
        printf("%s (%u bytes needed)\n", error.text, (unsigned)error.needed_bytes);
        return;
    }
    draw_trousers(thimble_input(&runner, 0).data);
    thimble_run(&runner);
    const thimble_tensor output = thimble_output(&runner, 0);
    const int8_t *scores = output.data;
    int best = 0;
    for (int i = 1; i < output.shape[1]; i++) {
        best = scores[i] > scores[best] ? i : best;
    }
    printf("%s %.2f\n", labels[best], (double)output.scale * (scores[best] - output.zero_point));
}
