// classifier.c - a model ready to answer.
//
// SPDX-License-Identifier: Apache-2.0
#include "classifier.h"

#include <math.h>
#include <stdio.h>

#include "thimble/thimble_inspect.h"

static bool trace(void *context, const thimble_event *event) {
    classifier *with = context;
    if (with->profile == NULL && with->stop_after_us == 0) {
        return true;
    }
    const uint64_t now_us = with->port->now_us(with->port->context);
    if (with->profile == NULL) {
        return now_us < with->stop_after_us;
    }
    if (!event->after) {
        with->op_began_us = now_us;
    } else if (with->profile_count < with->profile_room) {
        with->profile[with->profile_count++] = (classifier_op_time){
            .name = event->op_name, .op_index = event->op_index, .run_us = (uint32_t)(now_us - with->op_began_us)};
    }
    return true;
}

static void parallel_for(void *context, thimble_task_fn *task, void *argument, uint32_t task_count) {
    const port *world = ((const classifier *)context)->port;
    world->parallel_for(world->context, task, argument, task_count);
}

static thimble_options options_of(classifier *with) {
    const bool is_parallel = with->port->parallel_for != NULL && with->port->worker_count > 1;
    return (thimble_options){.trace = trace,
                             .parallel_for = is_parallel ? parallel_for : NULL,
                             .worker_count = with->port->worker_count,
                             .context = with};
}

void classifier_start(classifier *started, const port *world, const thimble_op *const *ops, void *arena,
                      size_t arena_bytes) {
    *started = (classifier){.port = world, .ops = ops, .arena = arena, .arena_limit_bytes = arena_bytes};
}

static bool say_engine_error(const thimble_error *error, char *problem, size_t problem_bytes) {
    char place[80] = "";
    if (error->op_index >= 0) {
        snprintf(place, sizeof place, "op %d %s: ", (int)error->op_index, error->op_name != NULL ? error->op_name : "");
    } else if (error->tensor_index >= 0) {
        snprintf(place, sizeof place, "tensor %d: ", (int)error->tensor_index);
    }
    snprintf(problem, problem_bytes, "The model cannot be used: %s%s.", place,
             error->text != NULL ? error->text : "refused by the engine");
    return false;
}

// Measures and plans. The arena serves as the room that measuring needs.
static bool plan(classifier *changed, const thimble_model *model, char *problem, size_t problem_bytes) {
    const thimble_options options = options_of(changed);
    thimble_error error;
    thimble_memory need;
    thimble_status status =
        thimble_measure(model, changed->ops, &options, changed->arena, changed->arena_limit_bytes, &need, &error);
    const size_t needed_bytes = status == THIMBLE_OK ? need.arena_bytes : error.needed_bytes;
    if (status == THIMBLE_ERR_MEMORY || (status == THIMBLE_OK && needed_bytes > changed->arena_limit_bytes)) {
        snprintf(problem, problem_bytes,
                 "The model needs %lu bytes of memory to run, and this device has %lu for it; use a smaller model.",
                 (unsigned long)needed_bytes, (unsigned long)changed->arena_limit_bytes);
        return false;
    }
    if (status == THIMBLE_OK) {
        changed->model = *model;
        changed->memory = need;
        status = thimble_init(&changed->runner, &changed->model, changed->ops, &options, changed->arena,
                              changed->arena_limit_bytes, &error);
    }
    return status == THIMBLE_OK || say_engine_error(&error, problem, problem_bytes);
}

static uint64_t count_macs(const thimble_model *model) {
    uint64_t mac_count = 0;
    thimble_op_info op;
    for (uint32_t i = 0; thimble_inspect_op(model, i, &op); i++) {
        mac_count = op.mac_count > UINT64_MAX - mac_count ? UINT64_MAX : mac_count + op.mac_count;
    }
    return mac_count;
}

static bool keeps_limits(const contract *model, uint64_t mac_count, const classifier_limits *limits, char *problem,
                         size_t problem_bytes) {
    const size_t picture_bytes = (size_t)(model->height * model->width * model->channels);
    if (picture_bytes > limits->picture_bytes) {
        snprintf(problem, problem_bytes,
                 "The model's input of %d x %d x %d is %lu bytes, and this device has %lu for it; use a smaller model.",
                 (int)model->height, (int)model->width, (int)model->channels, (unsigned long)picture_bytes,
                 (unsigned long)limits->picture_bytes);
        return false;
    }
    if (mac_count > limits->mac_count) {
        snprintf(problem, problem_bytes,
                 "The model takes %.0f million multiply-accumulates for a picture, and this device takes at most %.0f; "
                 "use a "
                 "smaller model.",
                 (double)mac_count / 1e6, (double)limits->mac_count / 1e6);
        return false;
    }
    return true;
}

bool classifier_open(classifier *changed, const void *file, size_t file_bytes, const classifier_limits *limits,
                     contract *room, char *problem, size_t problem_bytes) {
    thimble_model model;
    thimble_error error;
    if (thimble_model_open(&model, file, file_bytes, &error) != THIMBLE_OK) {
        return say_engine_error(&error, problem, problem_bytes);
    }
    changed->port->lock(changed->port->context);
    const bool holds = contract_read(room, &model, problem, problem_bytes);
    changed->port->unlock(changed->port->context);
    const uint64_t mac_count = count_macs(&model);
    if (!holds || !keeps_limits(room, mac_count, limits, problem, problem_bytes) ||
        !plan(changed, &model, problem, problem_bytes)) {
        return false;
    }
    changed->port->lock(changed->port->context);
    changed->contract = *room;
    changed->mac_count = mac_count;
    changed->port->unlock(changed->port->context);
    return true;
}

// ---- running ----

static void fill_input(classifier *with, const uint8_t *picture) {
    const contract *model = &with->contract;
    const thimble_tensor tensor = thimble_input(&with->runner, 0);
    const vision_input input = {
        .type = model->type == THIMBLE_INT8    ? VISION_INT8
                : model->type == THIMBLE_UINT8 ? VISION_UINT8
                                               : VISION_FLOAT32,
        .mean = model->mean,
        .scale = model->scale,
        .tensor_scale = tensor.scale,
        .zero_point = tensor.zero_point,
    };
    vision_fill_tensor(&input, picture, (size_t)(model->height * model->width * model->channels), tensor.data);
}

static float real_value(const thimble_tensor *tensor, int32_t index) {
    int32_t stored = 0;
    switch (tensor->type) {
    case THIMBLE_INT8:
        stored = ((const int8_t *)tensor->data)[index];
        break;
    case THIMBLE_UINT8:
        stored = ((const uint8_t *)tensor->data)[index];
        break;
    case THIMBLE_INT16:
        stored = ((const int16_t *)tensor->data)[index];
        break;
    default:
        return ((const float *)tensor->data)[index];
    }
    return tensor->scale * (float)(stored - tensor->zero_point);
}

static void softmax(float *values, int32_t count) {
    float highest = values[0], sum = 0;
    for (int32_t i = 1; i < count; i++) {
        highest = values[i] > highest ? values[i] : highest;
    }
    for (int32_t i = 0; i < count; i++) {
        values[i] = expf(values[i] - highest);
        sum += values[i];
    }
    for (int32_t i = 0; i < count; i++) {
        values[i] /= sum;
    }
}

bool classifier_run(classifier *with, const uint8_t *picture, float *probabilities) {
    fill_input(with, picture);
    if (thimble_run(&with->runner) != THIMBLE_OK) {
        return false;
    }
    const thimble_tensor output = thimble_output(&with->runner, 0);
    const int32_t count = with->contract.class_count;
    for (int32_t i = 0; i < count; i++) {
        const float value = real_value(&output, i);
        probabilities[i] = isfinite(value) ? value : -1e30f;
    }
    if (!with->contract.gives_probabilities) {
        softmax(probabilities, count);
    }
    for (int32_t i = 0; i < count; i++) {
        probabilities[i] = probabilities[i] < 0 ? 0 : probabilities[i] > 1 ? 1 : probabilities[i];
    }
    return true;
}

size_t classifier_profile(classifier *with, const uint8_t *picture, float *probabilities, classifier_op_time *room,
                          size_t room_count) {
    with->profile = room;
    with->profile_room = room_count;
    with->profile_count = 0;
    classifier_run(with, picture, probabilities);
    with->profile = NULL;
    return with->profile_count;
}

// ---- what vision is asked for ----

vision_settings classifier_vision(const contract *model, const settings *wanted, int32_t frame_height,
                                  int32_t frame_width) {
    static const vision_mode of_model[] = {VISION_GARMENT, VISION_SCENE, VISION_PLAIN};
    vision_settings result = {.height = model->height,
                              .width = model->width,
                              .channels = model->channels,
                              .mirror = wanted->mirror,
                              .polarity = VISION_POLARITY_AUTO};
    result.mode = of_model[wanted->mode == SETTINGS_MODE_MODEL ? (int)model->see : (int)wanted->mode - 1];
    switch (wanted->polarity) {
    case SETTINGS_POLARITY_AS_IS:
        result.polarity = VISION_POLARITY_AS_IS;
        break;
    case SETTINGS_POLARITY_NEGATE:
        result.polarity = VISION_POLARITY_NEGATE;
        break;
    case SETTINGS_POLARITY_MODEL:
        result.polarity = model->polarity == CONTRACT_AS_IS    ? VISION_POLARITY_AS_IS
                          : model->polarity == CONTRACT_NEGATE ? VISION_POLARITY_NEGATE
                                                               : VISION_POLARITY_AUTO;
        break;
    default:
        break;
    }
    const settings_region *region = &wanted->region;
    result.region = (vision_box){.top = region->top * frame_height / 1000, .left = region->left * frame_width / 1000};
    result.region.height = region->height * frame_height / 1000;
    result.region.width = region->width * frame_width / 1000;
    if (result.region.height < VISION_MIN_REGION_SIDE || result.region.width < VISION_MIN_REGION_SIDE) {
        result.region = (vision_box){0};  // the frame is tiny: all of it
    }
    return result;
}
