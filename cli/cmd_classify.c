// cmd_classify.c - `thimble classify`: what is in these pictures?
//
// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "chip_estimate.h"
#include "json_writer.h"
#include "labels.h"
#include "op_lists.h"
#include "picture_options.h"
#include "terminal.h"

enum { TOP_COUNT = 3, BAR_COLUMNS = 20 };

typedef struct classify_arguments {
    const char *model;
    char **pictures;
    size_t picture_count;
    picture_options options;
    bool show, json;
} classify_arguments;

// What is known of one picture.
typedef struct finding {
    const char *path;
    size_t top[TOP_COUNT];
    double probabilities[TOP_COUNT], run_us;
    picture seen;
    vision_result vision;
} finding;

static size_t top_count(const labels *list) {
    return list->count < TOP_COUNT ? list->count : TOP_COUNT;
}

// The best classes in falling order; of equal ones the lower first.
static void find_top(const recognizer *eye, const double *probabilities, finding *found) {
    for (size_t place = 0; place < TOP_COUNT && place < eye->class_count; place++) {
        size_t best = SIZE_MAX;
        for (size_t i = 0; i < eye->class_count; i++) {
            bool taken = false;
            for (size_t before = 0; before < place; before++) {
                taken = taken || found->top[before] == i;
            }
            if (!taken && (best == SIZE_MAX || eye->scores[i] > eye->scores[best])) {
                best = i;
            }
        }
        found->top[place] = best;
        found->probabilities[place] = probabilities[best];
    }
}

static cli_status look_at(recognizer *eye, const picture_view *view, double *room, finding *found) {
    picture loaded;
    cli_status status = picture_load(&loaded, found->path);
    if (status == CLI_OK) {
        status = recognizer_prepare(&eye->input, &loaded, view, &found->seen, &found->vision);
    }
    if (status == CLI_OK) {
        recognizer_run(eye, &found->seen);
        recognizer_probabilities(eye, room);
        found->run_us = eye->run_us;
        find_top(eye, room, found);
    }
    picture_free(&loaded);
    return status;
}

// ---- output ----

static void print_plain(const labels *list, const finding *found) {
    char path[512], name[64];
    printf("%s:", cli_printable(path, sizeof path, found->path));
    for (size_t i = 0; i < top_count(list); i++) {
        printf("%s %s %.1f %%", i > 0 ? "," : "", cli_printable(name, sizeof name, list->names[found->top[i]]),
               100 * found->probabilities[i]);
    }
    printf("  (%.0f us)", found->run_us);
    const char *separator = "  ";
    for (uint32_t bit = 1; bit <= VISION_TOUCHES_BORDER; bit *= 2) {
        if ((found->vision.problems & bit) != 0) {
            printf("%s%s", separator, vision_problem_text((vision_problem)bit));
            separator = ", ";
        }
    }
    putchar('\n');
}

// The text beside row `row` of the picture, counted from the first line of text.
static void print_side_text(const labels *list, const finding *found, bool is_ascii, int line) {
    char text[64];
    if (line == 0) {
        const char *slash = strrchr(found->path, '/');
        printf("%s", cli_printable(text, sizeof text, slash != NULL ? slash + 1 : found->path));
    } else if (line == 1) {
        printf("%s%s%s  %.1f %%", is_ascii ? "" : "\x1b[1m",
               cli_printable(text, sizeof text, list->names[found->top[0]]), is_ascii ? "" : "\x1b[0m",
               100 * found->probabilities[0]);
    } else if (line >= 3 && line < 3 + (int)top_count(list)) {
        const int place = line - 3;
        const double probability = found->probabilities[place];
        const int columns = (int)(probability * (double)BAR_COLUMNS + 0.5);
        for (int i = 0; i < BAR_COLUMNS; i++) {
            fputs(i >= columns ? " " : is_ascii ? "#" : "\xe2\x96\x88", stdout);
        }
        printf(" %5.1f %%  %s", 100 * probability, cli_printable(text, sizeof text, list->names[found->top[place]]));
    } else if (line == 4 + (int)top_count(list)) {
        printf("%.0f us", found->run_us);
    }
}

static cli_status print_picture(const labels *list, const finding *found) {
    terminal_picture drawing;
    const cli_status status = terminal_picture_make(&drawing, &found->seen, terminal_guess());
    if (status != CLI_OK) {
        return status;
    }
    const int text_rows = 5 + (int)top_count(list);
    const int picture_rows = (int)terminal_picture_rows(&drawing);
    const int first = picture_rows > text_rows ? (picture_rows - text_rows) / 2 : 0;
    const int rows = picture_rows > text_rows ? picture_rows : text_rows;
    for (int row = 0; row < rows; row++) {
        fputs("  ", stdout);
        if (row < picture_rows) {
            terminal_picture_print_row(&drawing, (uint32_t)row, stdout);
        } else {
            printf("%*s", (int)drawing.pixels.width, "");
        }
        fputs("   ", stdout);
        print_side_text(list, found, drawing.kind == TERMINAL_ASCII, row - first);
        putchar('\n');
    }
    putchar('\n');
    terminal_picture_free(&drawing);
    return CLI_OK;
}

// Crop and problems; nothing for a picture that was taken as it is.
static void json_vision(json_writer *json, const vision_result *seen) {
    if (seen->crop.height == 0) {
        return;
    }
    json_object(json, "crop");
    json_count(json, "top", (size_t)seen->crop.top);
    json_count(json, "left", (size_t)seen->crop.left);
    json_count(json, "height", (size_t)seen->crop.height);
    json_count(json, "width", (size_t)seen->crop.width);
    json_object_end(json);
    json_array(json, "problems");
    for (uint32_t bit = 1; bit <= VISION_TOUCHES_BORDER; bit *= 2) {
        if ((seen->problems & bit) != 0) {
            json_text(json, NULL, vision_problem_text((vision_problem)bit));
        }
    }
    json_array_end(json);
}

// What one picture would take on the chips, with which the time here has little to do.
static void print_chips(const chip_estimate estimates[CHIP_COUNT]) {
    fputs("estimated for chips:", stdout);
    for (size_t i = 0; i < CHIP_COUNT; i++) {
        printf("%s %s %.1f ms", i > 0 ? "," : "", chips[i].name, estimates[i].milliseconds);
    }
    puts("  (thimble bench --chip says more)");
}

static void json_chips(json_writer *json, const chip_estimate estimates[CHIP_COUNT]) {
    json_array(json, "estimates");
    for (size_t i = 0; i < CHIP_COUNT; i++) {
        json_object(json, NULL);
        json_text(json, "chip", chips[i].name);
        json_real(json, "milliseconds", estimates[i].milliseconds);
        json_count(json, "arena_bytes", estimates[i].arena_bytes);
        json_object_end(json);
    }
    json_array_end(json);
}

static void print_json(const classify_arguments *arguments, const labels *list, const finding *findings,
                       const chip_estimate estimates[CHIP_COUNT]) {
    json_writer json;
    json_begin(&json, stdout);
    json_text(&json, "model", arguments->model);
    json_text(&json, "labels_from", list->source);
    json_array(&json, "pictures");
    for (size_t i = 0; i < arguments->picture_count; i++) {
        json_object(&json, NULL);
        json_text(&json, "picture", findings[i].path);
        json_real(&json, "us", findings[i].run_us);
        json_vision(&json, &findings[i].vision);
        json_array(&json, "top");
        for (size_t place = 0; place < top_count(list); place++) {
            json_object(&json, NULL);
            json_count(&json, "class", findings[i].top[place]);
            json_text(&json, "label", list->names[findings[i].top[place]]);
            json_real(&json, "probability", findings[i].probabilities[place]);
            json_object_end(&json);
        }
        json_array_end(&json);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_chips(&json, estimates);
    json_end(&json);
}

// ---- command ----

// Looks at all pictures, then prints: a broken one among them gives an error and nothing else.
static cli_status classify_all(const classify_arguments *arguments, const model_file *model, recognizer *eye,
                               const labels *list, const picture_view *view) {
    cli_status status = CLI_OK;
    const size_t count = arguments->picture_count;
    double *room = cli_alloc(eye->class_count, sizeof *room, &status);
    finding *findings = status == CLI_OK ? cli_alloc(count, sizeof *findings, &status) : NULL;
    for (size_t i = 0; i < count && status == CLI_OK; i++) {
        findings[i].path = arguments->pictures[i];
        status = look_at(eye, view, room, &findings[i]);
    }
    chip_estimate estimates[CHIP_COUNT];
    if (status == CLI_OK) {
        status = chip_estimate_all(model, estimates);
    }
    if (status == CLI_OK && arguments->json) {
        print_json(arguments, list, findings, estimates);
    }
    for (size_t i = 0; i < count && status == CLI_OK && !arguments->json; i++) {
        if (arguments->show) {
            status = print_picture(list, &findings[i]);
        } else {
            print_plain(list, &findings[i]);
        }
    }
    if (status == CLI_OK && !arguments->json) {
        print_chips(estimates);
    }
    for (size_t i = 0; findings != NULL && i < count; i++) {
        picture_free(&findings[i].seen);
    }
    free(findings);
    free(room);
    return status;
}

static cli_status classify(const classify_arguments *arguments) {
    model_file model;
    recognizer eye = {0};
    labels list = {0};
    picture_input input;
    picture_view view;
    size_t class_count = 0;
    cli_status status = model_file_open(&model, arguments->model);
    if (status == CLI_OK) {
        status = recognizer_check(&model, &input, &class_count);
    }
    if (status == CLI_OK) {
        picture_options_apply(&arguments->options, &model, &input, &view);
        status = labels_load(&list, &model, class_count, arguments->options.names);
    }
    if (status == CLI_OK) {
        status = recognizer_open(&eye, &model, thimble_all_ops, &input);
    }
    if (status == CLI_OK) {
        status = classify_all(arguments, &model, &eye, &list, &view);
    }
    recognizer_close(&eye);
    labels_free(&list);
    model_file_close(&model);
    return status;
}

static cli_status run(int argument_count, char **argument_list) {
    classify_arguments arguments = {.options = PICTURE_OPTIONS_DEFAULT};
    const cli_option options[] = {{CLI_FLAG, "--show", &arguments.show},
                                  {CLI_FLAG, "--json", &arguments.json},
                                  PICTURE_OPTIONS_LIST(arguments.options),
                                  {CLI_END, NULL, NULL}};
    cli_texts positional = {0};
    cli_status status = cli_parse(&cmd_classify, argument_count, argument_list, options, &positional);
    if (status == CLI_OK && positional.count < 2) {
        status = cli_wrong_usage(&cmd_classify, "wants a model and at least one picture");
    }
    if (status == CLI_OK) {
        status = picture_options_check(&arguments.options, &cmd_classify);
    }
    if (status == CLI_OK) {
        arguments.model = positional.items[0];
        arguments.pictures = positional.items + 1;
        arguments.picture_count = positional.count - 1;
        status = classify(&arguments);
    }
    cli_texts_free(&positional);
    return status;
}

const cli_command cmd_classify = {
    "classify", "say what is in pictures",
    "usage: thimble classify MODEL IMAGE... [options]\n\n"
    "Prints the three most likely classes of each picture (PNG, JPEG, PGM, PPM, any size) with\n"
    "their probabilities, and the time the model took here; at the end, by estimate, what one\n"
    "picture takes on an esp32, esp32s3 and esp32c3.\n\n"
    "  --show                   draw what the model sees: in 24-bit or 256 colours, or in letters\n"
    "                           if TERM is dumb or NO_COLOR is set\n"
    "  --json                   print JSON instead\n" PICTURE_OPTIONS_HELP
    "\nA picture that has the model's size is taken as it is. If the model does not end in\n"
    "probabilities, they are the softmax of its scores.\n",
    run};
