// recognizer.c - picture in, scores out.
//
// SPDX-License-Identifier: Apache-2.0
#include "recognizer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "op_names.h"
#include "real_values.h"

enum {
    BUILTIN_DEQUANTIZE = 6,
    BUILTIN_LOGISTIC = 14,
    BUILTIN_RESHAPE = 22,
    BUILTIN_SOFTMAX = 25,
    BUILTIN_QUANTIZE = 114
};

static bool is_square(uint64_t count, uint32_t *side) {
    *side = (uint32_t)(sqrt((double)count) + 0.5);
    return *side > 0 && (uint64_t)*side * *side == count;
}

// [h][w], [1][h][w], [1][h][w][c], [1][c][h][w] with c 1 or 3, or a flat square picture.
static bool shape_of_picture(const thimble_tensor_info *info, picture_input *input) {
    int32_t sizes[THIMBLE_MAX_RANK];
    int32_t rank = 0;
    const thimble_tensor *tensor = &info->tensor;
    for (int32_t i = 0; i < tensor->rank; i++) {
        // The batch size, which is in front if there are 3 dimensions behind it or less than 2.
        if (i == 0 && tensor->rank != 2 && tensor->shape[0] == 1) {
            continue;
        }
        sizes[rank++] = tensor->shape[i];
    }
    if (tensor->rank == 2 && sizes[0] == 1) {
        sizes[0] = sizes[1];
        rank = 1;
    }
    input->channels = 1;
    input->is_planar = false;
    if (rank == 1) {
        const uint64_t count = (uint64_t)sizes[0];
        if (!is_square(count, &input->width)) {
            if (count % 3 != 0 || !is_square(count / 3, &input->width)) {
                return false;
            }
            input->channels = 3;
        }
        input->height = input->width;
        return true;
    }
    if (rank == 3) {
        const bool channels_last = sizes[2] == 1 || sizes[2] == 3;
        const int32_t channels = channels_last ? sizes[2] : sizes[0];
        if (channels != 1 && channels != 3) {
            return false;
        }
        input->is_planar = !channels_last;
        input->channels = (uint32_t)channels;
        if (input->is_planar) {
            sizes[0] = sizes[1];
            sizes[1] = sizes[2];
        }
    } else if (rank != 2) {
        return false;
    }
    input->height = (uint32_t)sizes[0];
    input->width = (uint32_t)sizes[1];
    return input->height > 0 && input->width > 0;
}

cli_status recognizer_check(const model_file *model, picture_input *input, size_t *class_count) {
    char shape[SHAPE_TEXT_BYTES];
    const thimble_model *opened = &model->model;
    if (thimble_inspect_input(opened, 0) < 0 || thimble_inspect_input(opened, 1) >= 0 ||
        thimble_inspect_output(opened, 0) < 0) {
        return cli_fail(CLI_MODEL, "model '%s' does not have one input and an output; give a picture classifier",
                        model->path);
    }
    const thimble_tensor_info in = model_file_tensor(model, thimble_inspect_input(opened, 0));
    const thimble_tensor_info out = model_file_tensor(model, thimble_inspect_output(opened, 0));
    if (!shape_of_picture(&in, input) || !real_values_known(in.tensor.type)) {
        return cli_fail(CLI_MODEL, "model '%s' takes %s %s, which is no picture; give a picture classifier",
                        model->path, type_name(in.tensor.type), shape_text(shape, &in.tensor));
    }
    if (out.element_count < 2 || !real_values_known(out.tensor.type)) {
        return cli_fail(CLI_MODEL, "model '%s' gives %s %s, not a score per class; give a picture classifier",
                        model->path, type_name(out.tensor.type), shape_text(shape, &out.tensor));
    }
    if (out.element_count > RECOGNIZER_MAX_CLASSES) {
        return cli_fail(CLI_MODEL, "model '%s' gives %llu scores; a classifier of at most %d classes is wanted",
                        model->path, (unsigned long long)out.element_count, RECOGNIZER_MAX_CLASSES);
    }
    *class_count = (size_t)out.element_count;
    return CLI_OK;
}

// Looks from the output back through ops that change no value.
static bool ends_in_probabilities(const model_file *model) {
    int32_t wanted = thimble_inspect_output(&model->model, 0);
    for (uint32_t i = model->model.op_count; i > 0; i--) {
        const thimble_op_info op = model_file_op(model, i - 1);
        if (op.output_count != 1 || op.outputs[0] != wanted || op.input_count == 0) {
            continue;
        }
        if (op.builtin_code == BUILTIN_SOFTMAX || op.builtin_code == BUILTIN_LOGISTIC) {
            return true;
        }
        if (op.builtin_code != BUILTIN_DEQUANTIZE && op.builtin_code != BUILTIN_QUANTIZE &&
            op.builtin_code != BUILTIN_RESHAPE) {
            return false;
        }
        wanted = op.inputs[0];
    }
    return false;
}

cli_status recognizer_open(recognizer *eye, const model_file *model, const thimble_op *const ops[],
                           const picture_input *input) {
    *eye = (recognizer){.input = *input};
    cli_status status = host_runner_open(&eye->runner, model, ops, NULL);
    if (status != CLI_OK) {
        return status;
    }
    eye->class_count = (size_t)model_file_tensor(model, thimble_inspect_output(&model->model, 0)).element_count;
    eye->gives_probabilities = ends_in_probabilities(model);
    eye->scores = cli_alloc(eye->class_count, sizeof *eye->scores, &status);
    if (status == CLI_OK && input->is_planar) {
        eye->planes = cli_alloc((size_t)input->width * input->height, input->channels, &status);
    }
    return status;
}

void recognizer_close(recognizer *eye) {
    host_runner_close(&eye->runner);
    free(eye->scores);
    free(eye->planes);
    *eye = (recognizer){0};
}

static cli_status fit_whole(const picture_input *input, const picture *from, picture_invert invert, picture *seen) {
    cli_status status = picture_fit(seen, from, input->width, input->height);
    if (status == CLI_OK) {
        status = picture_set_channels(seen, input->channels);
    }
    if (status == CLI_OK) {
        picture_apply_invert(seen, invert);
    }
    return status;
}

static bool vision_can(const picture_input *input, const picture *from) {
    return input->width >= VISION_MIN_PICTURE_SIDE && input->width <= VISION_MAX_PICTURE_SIDE &&
           input->height >= VISION_MIN_PICTURE_SIDE && input->height <= VISION_MAX_PICTURE_SIDE &&
           from->width >= VISION_MIN_REGION_SIDE && from->height >= VISION_MIN_REGION_SIDE;
}

static cli_status see(const picture_input *input, const picture *from, const picture_view *view, picture *seen,
                      vision_result *found) {
    static const vision_polarity polarities[] = {[INVERT_NO] = VISION_POLARITY_AS_IS,
                                                 [INVERT_YES] = VISION_POLARITY_NEGATE,
                                                 [INVERT_AUTO] = VISION_POLARITY_AUTO};
    const vision_frame frame = {.pixels = from->pixels,
                                .format = from->channels == 1 ? VISION_GREY8 : VISION_RGB888,
                                .height = (int32_t)from->height,
                                .width = (int32_t)from->width};
    const vision_settings settings = {.height = (int32_t)input->height,
                                      .width = (int32_t)input->width,
                                      .channels = (int32_t)input->channels,
                                      .mode = view->mode,
                                      .polarity = polarities[view->invert]};
    cli_status status = CLI_OK;
    if (!picture_allocate(seen, input->width, input->height, input->channels)) {
        return cli_fail(CLI_FAILED, "no memory for a picture of %u x %u; close other programs", input->width,
                        input->height);
    }
    uint8_t *scratch = cli_alloc(VISION_MAX_SCRATCH_BYTES, 1, &status);
    if (status == CLI_OK &&
        vision_see(&frame, &settings, scratch, VISION_MAX_SCRATCH_BYTES, seen->pixels, found) != VISION_OK) {
        status = cli_fail(CLI_FAILED, "vision refuses a picture of %u x %u; use one with a side of 8 to 640 pixels",
                          from->width, from->height);
    }
    free(scratch);
    return status;
}

cli_status recognizer_prepare(const picture_input *input, const picture *from, const picture_view *view, picture *seen,
                              vision_result *found) {
    vision_result ignored;
    *seen = (picture){0};
    found = found != NULL ? found : &ignored;
    *found = (vision_result){0};
    if (from->width == input->width && from->height == input->height) {
        return fit_whole(input, from, view->invert, seen);
    }
    picture smaller = {0};
    cli_status status = picture_reduce(&smaller, from, VISION_MAX_FRAME_SIDE, VISION_MAX_FRAME_PIXELS);
    const picture *frame = smaller.pixels != NULL ? &smaller : from;
    if (status == CLI_OK) {
        status = vision_can(input, frame) ? see(input, frame, view, seen, found)
                                          : fit_whole(input, from, view->invert, seen);
    }
    picture_free(&smaller);
    return status;
}

static void store_picture(const thimble_tensor *in, const picture_input *input, const uint8_t *values, size_t count) {
    if (in->type == THIMBLE_INT16) {  // which vision does not know
        for (size_t i = 0; i < count; i++) {
            real_value_store(in, i, (values[i] - input->mean) * input->scale);
        }
        return;
    }
    const vision_input stored_as = {.type = in->type == THIMBLE_INT8    ? VISION_INT8
                                            : in->type == THIMBLE_UINT8 ? VISION_UINT8
                                                                        : VISION_FLOAT32,
                                    .mean = input->mean,
                                    .scale = input->scale,
                                    .tensor_scale = in->scale,
                                    .zero_point = in->zero_point};
    vision_fill_tensor(&stored_as, values, count, in->data);
}

void recognizer_run(recognizer *eye, const picture *seen) {
    const thimble_tensor in = thimble_input(&eye->runner.runner, 0);
    const picture_input *input = &eye->input;
    const size_t pixel_count = (size_t)input->width * input->height;
    if (input->is_planar) {
        for (uint32_t c = 0; c < input->channels; c++) {
            for (size_t i = 0; i < pixel_count; i++) {
                eye->planes[c * pixel_count + i] = seen->pixels[i * input->channels + c];
            }
        }
    }
    store_picture(&in, input, input->is_planar ? eye->planes : seen->pixels, pixel_count * input->channels);
    const double start_us = cli_now_us();
    thimble_run(&eye->runner.runner);
    eye->run_us = cli_now_us() - start_us;
    const thimble_tensor out = thimble_output(&eye->runner.runner, 0);
    for (size_t i = 0; i < eye->class_count; i++) {
        eye->scores[i] = real_value_load(&out, i);
    }
}

size_t recognizer_best(const recognizer *eye) {
    size_t best = 0;
    for (size_t i = 1; i < eye->class_count; i++) {
        if (eye->scores[i] > eye->scores[best]) {
            best = i;
        }
    }
    return best;
}

void recognizer_probabilities(const recognizer *eye, double *probabilities) {
    memcpy(probabilities, eye->scores, eye->class_count * sizeof *probabilities);
    if (eye->gives_probabilities) {
        return;
    }
    const double highest = eye->scores[recognizer_best(eye)];
    double sum = 0;
    for (size_t i = 0; i < eye->class_count; i++) {
        probabilities[i] = exp(eye->scores[i] - highest);
        sum += probabilities[i];
    }
    for (size_t i = 0; i < eye->class_count; i++) {
        probabilities[i] /= sum;
    }
}
