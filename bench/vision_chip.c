// vision_chip.c - counts the instructions of vision for a QVGA frame, in each mode and from each format.
//
// Prints tab-separated lines:  vision  what, instructions, bytes of scratch, bytes of stack
//
// SPDX-License-Identifier: Apache-2.0
#include "chip.h"
#include "made_frame.h"

typedef struct job {
    const char *name;
    vision_format format;
    vision_settings settings;
} job;

static const job jobs[] = {
    {"vision_garment_grey", VISION_GREY8, {.height = 28, .width = 28}},
    {"vision_garment_rgb565", VISION_RGB565_BE, {.height = 28, .width = 28}},
    {"vision_scene64_grey", VISION_GREY8, {.height = 64, .width = 64, .mode = VISION_SCENE}},
    {"vision_scene64_rgb565", VISION_RGB565_BE, {.height = 64, .width = 64, .channels = 3, .mode = VISION_SCENE}},
};

static uint8_t scratch[VISION_MAX_SCRATCH_BYTES], picture[64 * 64 * 3];

int main(void) {
    made_scene scene = {.height = 240,
                        .width = 320,
                        .texture = MADE_BOARDS,
                        .top = 20,
                        .left = 60,
                        .side = 200,
                        .ground = {190, 150, 110},
                        .garment = {40, 60, 130},
                        .noise = 10};
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
        scene.format = jobs[i].format;
        const vision_frame frame = made_frame(&scene, chip_arena);
        vision_result result;
        chip_stack_mark();
        chip_count_begin();
        const vision_status status = vision_see(&frame, &jobs[i].settings, scratch, sizeof scratch, picture, &result);
        const uint64_t instructions = chip_count_end();
        const size_t stack_bytes = chip_stack_used();
        if (status != VISION_OK || result.problems != 0) {
            chip_print_text("the shirt was not found\n");
            return 1;
        }
        chip_print_text("vision\t");
        chip_print_text(jobs[i].name);
        chip_print_text("\t");
        chip_print_u64(instructions);
        chip_print_text("\t");
        chip_print_u64(vision_scratch_bytes(&frame, &jobs[i].settings));
        chip_print_text("\t");
        chip_print_u64(stack_bytes);
        chip_print_text("\n");
    }
    return 0;
}
