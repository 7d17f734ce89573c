// contract.c - reads a model's contract from its tensors and its metadata.
//
// SPDX-License-Identifier: Apache-2.0
#include "contract.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "thimble/thimble_inspect.h"

enum {
    BUILTIN_DEQUANTIZE = 6,
    BUILTIN_LOGISTIC = 14,
    BUILTIN_RESHAPE = 22,
    BUILTIN_SOFTMAX = 25,
    BUILTIN_QUANTIZE = 114,
};

static const char *const polarity_words[] = {"light_on_dark", "as_is", "negate"};
static const char *const see_words[] = {"garment", "scene", "plain"};
enum { POLARITY_COUNT = 3, SEE_COUNT = 3 };

typedef struct complaint {
    char *room;
    size_t room_bytes;
} complaint;

static bool complain(const complaint *to, const char *text) {
    snprintf(to->room, to->room_bytes, "%s", text);
    return false;
}

// ---- tensors ----

// [h][w], [1][h][w], [1][h][w][c], or a flat square [n], [1][n].
static bool read_shape(contract *result, const thimble_tensor *input) {
    int32_t rank = input->rank;
    const int32_t *shape = input->shape;
    if (rank == 4 || (rank == 3 && shape[0] == 1) || (rank == 2 && shape[0] == 1)) {
        if (shape[0] != 1) {
            return false;
        }
        shape++;
        rank--;
    }
    result->channels = rank == 3 ? shape[2] : 1;
    result->height = shape[0];
    result->width = rank >= 2 ? shape[1] : 0;
    if (rank == 1) {
        const int32_t side = (int32_t)(sqrt((double)shape[0]) + 0.5);
        result->height = result->width = (int64_t)side * side == shape[0] ? side : 0;
    }
    return rank >= 1 && rank <= 3;
}

static bool sides_fit(const contract *from) {
    return from->height >= CONTRACT_LEAST_SIDE && from->height <= CONTRACT_MAX_SIDE &&
           from->width >= CONTRACT_LEAST_SIDE && from->width <= CONTRACT_MAX_SIDE &&
           (from->channels == 1 || from->channels == 3);
}

static void set_range(contract *result, double black, double white) {
    result->scale = (white - black) / 255;
    result->mean = -black / result->scale;
}

// Integers: the smallest and largest value that the tensor can store are black and white.
static void set_full_range(contract *result, const thimble_tensor *input) {
    if (input->type == THIMBLE_FLOAT32) {
        set_range(result, 0, 1);
        return;
    }
    const int32_t smallest = input->type == THIMBLE_INT8 ? -128 : 0;
    result->scale = (double)input->scale;
    result->mean = input->zero_point - smallest;
}

static bool read_tensors(contract *result, const thimble_model *model, const complaint *to) {
    thimble_tensor_info input = {0}, output = {0};
    if (thimble_inspect_input(model, 1) >= 0 ||
        !thimble_inspect_tensor(model, thimble_inspect_input(model, 0), &input) ||
        !thimble_inspect_tensor(model, thimble_inspect_output(model, 0), &output)) {
        return complain(to, "The model does not have exactly one input and an output; a picture classifier is wanted.");
    }
    if (!read_shape(result, &input.tensor) || !sides_fit(result)) {
        return complain(to, "The model's input is not a picture of 28 to 96 pixels a side with 1 or 3 channels, "
                            "[1][height][width][channels].");
    }
    result->type = input.tensor.type;
    if (result->type != THIMBLE_INT8 && result->type != THIMBLE_UINT8 && result->type != THIMBLE_FLOAT32) {
        return complain(to, "The model's input is not int8, uint8 or float32.");
    }
    if (result->type != THIMBLE_FLOAT32 && input.scale_count != 1) {
        return complain(to, "The model's input has no scale and zero point; quantize it per tensor.");
    }
    set_full_range(result, &input.tensor);
    const thimble_type type = output.tensor.type;
    if (output.element_count < 2 || output.element_count > CONTRACT_MAX_CLASSES) {
        return complain(to, "The model does not give one score for each of 2 to 100 classes.");
    }
    if (type != THIMBLE_INT8 && type != THIMBLE_UINT8 && type != THIMBLE_INT16 && type != THIMBLE_FLOAT32) {
        return complain(to, "The model's output is not int8, uint8, int16 or float32.");
    }
    if (type != THIMBLE_FLOAT32 && output.scale_count != 1) {
        return complain(to, "The model's output has no scale and zero point; quantize it per tensor.");
    }
    result->class_count = (int32_t)output.element_count;
    return true;
}

// Looks from the output back through ops that change no value.
static bool ends_in_probabilities(const thimble_model *model) {
    int32_t wanted = thimble_inspect_output(model, 0);
    thimble_op_info op;
    for (uint32_t i = model->op_count; i > 0 && thimble_inspect_op(model, i - 1, &op); i--) {
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

// ---- texts ----

static bool complain_of(const complaint *to, const char *field, const char *wanted) {
    snprintf(to->room, to->room_bytes, "thimble.json in the model: \"%s\" has to be %s.", field, wanted);
    return false;
}

// Copies a text that fits, with '?' for control characters.
static bool copy_text(const cJSON *text, char *room, size_t room_bytes) {
    if (!cJSON_IsString(text) || text->valuestring[0] == '\0' || strlen(text->valuestring) >= room_bytes) {
        return false;
    }
    snprintf(room, room_bytes, "%s", text->valuestring);
    for (char *c = room; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            *c = '?';
        }
    }
    return true;
}

static bool read_labels(contract *result, const cJSON *labels, const complaint *to) {
    int32_t count = 0;
    const cJSON *label;
    cJSON_ArrayForEach(label, labels) {
        if (count == result->class_count || !copy_text(label, result->labels[count++], CONTRACT_LABEL_BYTES)) {
            count = -1;
            break;
        }
    }
    if (!cJSON_IsArray(labels) || count != result->class_count) {
        char wanted[80];
        snprintf(wanted, sizeof wanted, "a list of %d texts of 1 to 47 bytes, one per output",
                 (int)result->class_count);
        return complain_of(to, "labels", wanted);
    }
    result->labels_known = true;
    return true;
}

// ---- metadata ----

// The number of `text` among `words`, or -1.
static int find_word(const cJSON *text, const char *const *words, int word_count) {
    for (int i = 0; cJSON_IsString(text) && i < word_count; i++) {
        if (strcmp(text->valuestring, words[i]) == 0) {
            return i;
        }
    }
    return -1;
}

static bool read_range(contract *result, const cJSON *range) {
    const cJSON *black = cJSON_GetArrayItem(range, 0), *white = cJSON_GetArrayItem(range, 1);
    if (!cJSON_IsArray(range) || cJSON_GetArraySize(range) != 2 || !cJSON_IsNumber(black) || !cJSON_IsNumber(white)) {
        return false;
    }
    set_range(result, black->valuedouble, white->valuedouble);
    return isfinite(result->mean) && isfinite(result->scale) && result->scale > 0;
}

static bool read_mean(contract *result, const cJSON *mean, const cJSON *scale) {
    if (!cJSON_IsNumber(mean) || !cJSON_IsNumber(scale)) {
        return false;
    }
    result->mean = mean->valuedouble;
    result->scale = scale->valuedouble;
    return isfinite(result->mean) && isfinite(result->scale) && result->scale > 0;
}

static const cJSON *member(const cJSON *json, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(json, name);
}

static bool read_input(contract *result, const cJSON *input, const complaint *to) {
    static const char *const colours[] = {"grey", "rgb"};
    const cJSON *colour = member(input, "colour"), *range = member(input, "range");
    const cJSON *mean = member(input, "mean"), *scale = member(input, "scale");
    if (input != NULL && !cJSON_IsObject(input)) {
        return complain_of(to, "input", "an object");
    }
    if (colour != NULL && find_word(colour, colours, 2) != (result->channels == 3)) {
        return complain_of(to, "input.colour",
                           result->channels == 3 ? "\"rgb\" (three channels)" : "\"grey\" (one channel)");
    }
    if (range != NULL && (mean != NULL || scale != NULL)) {
        return complain_of(to, "input.range", "absent where \"mean\" and \"scale\" are given");
    }
    if (range != NULL && !read_range(result, range)) {
        return complain_of(to, "input.range", "two numbers: the value of black and the larger one of white");
    }
    if ((mean != NULL || scale != NULL) && !read_mean(result, mean, scale)) {
        return complain_of(to, "input.mean", "a number, with \"scale\", a number above 0");
    }
    return true;
}

static bool read_see_and_polarity(contract *result, const cJSON *json, const complaint *to) {
    const cJSON *polarity = member(json, "polarity"), *see = member(json, "see");
    const int see_found = find_word(see, see_words, SEE_COUNT);
    const int polarity_found = find_word(polarity, polarity_words, POLARITY_COUNT);
    if (see != NULL && see_found < 0) {
        return complain_of(to, "see", "\"garment\", \"scene\" or \"plain\"");
    }
    if (polarity != NULL && polarity_found < 0) {
        return complain_of(to, "polarity", "\"light_on_dark\", \"as_is\" or \"negate\"");
    }
    result->see = see != NULL             ? (contract_see)see_found
                  : result->channels == 1 ? CONTRACT_SEE_GARMENT
                                          : CONTRACT_SEE_PLAIN;
    result->polarity = polarity != NULL                      ? (contract_polarity)polarity_found
                       : result->see == CONTRACT_SEE_GARMENT ? CONTRACT_LIGHT_ON_DARK
                                                             : CONTRACT_AS_IS;
    return true;
}

static bool read_other(contract *result, const cJSON *other, const complaint *to) {
    if (other == NULL) {
        return true;
    }
    if (!cJSON_IsNumber(other) || !(other->valuedouble >= 0 && other->valuedouble < result->class_count) ||
        other->valuedouble != floor(other->valuedouble)) {
        return complain_of(to, "other", "the index of an output");
    }
    result->other_index = (int32_t)other->valuedouble;
    return true;
}

// What is for people only has to be of its type.
static bool check_card(const cJSON *json, const complaint *to) {
    static const char *const texts[] = {"accuracy_of", "origin"};
    const cJSON *accuracy = member(json, "accuracy");
    if (accuracy != NULL && !(cJSON_IsNumber(accuracy) && accuracy->valuedouble >= 0 && accuracy->valuedouble <= 1)) {
        return complain_of(to, "accuracy", "a number from 0 to 1");
    }
    for (size_t i = 0; i < 2; i++) {
        if (member(json, texts[i]) != NULL && !cJSON_IsString(member(json, texts[i]))) {
            return complain_of(to, texts[i], "a text");
        }
    }
    return true;
}

static bool read_members(contract *result, const cJSON *json, const complaint *to) {
    const cJSON *labels = member(json, "labels"), *name = member(json, "name");
    if (!cJSON_IsObject(json)) {
        return complain(to, "thimble.json in the model is not a JSON object.");
    }
    if (name != NULL && !copy_text(name, result->name, CONTRACT_NAME_BYTES)) {
        return complain_of(to, "name", "a text of 1 to 31 bytes");
    }
    return (labels == NULL || read_labels(result, labels, to)) && read_input(result, member(json, "input"), to) &&
           read_see_and_polarity(result, json, to) && read_other(result, member(json, "other"), to) &&
           check_card(json, to);
}

bool contract_read(contract *result, const thimble_model *model, char *problem, size_t problem_bytes) {
    const complaint to = {problem, problem_bytes};
    *result = (contract){.other_index = -1};
    if (!read_tensors(result, model, &to)) {
        return false;
    }
    result->gives_probabilities = ends_in_probabilities(model);
    for (int32_t i = 0; i < result->class_count; i++) {
        snprintf(result->labels[i], CONTRACT_LABEL_BYTES, "class %d", (int)i);
    }
    const void *text;
    size_t byte_count;
    if (!thimble_model_metadata(model, "thimble.json", &text, &byte_count)) {
        return read_see_and_polarity(result, NULL, &to);
    }
    cJSON *json = byte_count <= CONTRACT_METADATA_BYTES ? json_parse(text, byte_count) : NULL;
    const bool good = json != NULL ? read_members(result, json, &to)
                                   : complain(&to, "thimble.json in the model is damaged, or longer than 8 KB.");
    cJSON_Delete(json);
    return good;
}

static void add_card(cJSON *to, const thimble_model *model) {
    static const char *const names[] = {"accuracy", "accuracy_of", "origin"};
    const void *text;
    size_t byte_count;
    if (!thimble_model_metadata(model, "thimble.json", &text, &byte_count) || byte_count > CONTRACT_METADATA_BYTES) {
        return;
    }
    cJSON *json = json_parse(text, byte_count);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        cJSON *found = cJSON_DetachItemFromObjectCaseSensitive(json, names[i]);
        if (found != NULL) {
            cJSON_AddItemToObject(to, names[i], found);
        }
    }
    cJSON_Delete(json);
}

cJSON *contract_to_json(const contract *from, const thimble_model *model) {
    cJSON *json = cJSON_CreateObject();
    cJSON *labels = cJSON_AddArrayToObject(json, "labels");
    for (int32_t i = 0; i < from->class_count; i++) {
        cJSON_AddItemToArray(labels, cJSON_CreateString(from->labels[i]));
    }
    cJSON_AddBoolToObject(json, "labels_known", from->labels_known);
    cJSON *input = cJSON_AddObjectToObject(json, "input");
    cJSON_AddNumberToObject(input, "height", from->height);
    cJSON_AddNumberToObject(input, "width", from->width);
    cJSON_AddNumberToObject(input, "channels", from->channels);
    cJSON_AddStringToObject(input, "type",
                            from->type == THIMBLE_INT8    ? "int8"
                            : from->type == THIMBLE_UINT8 ? "uint8"
                                                          : "float32");
    cJSON_AddStringToObject(input, "colour", from->channels == 3 ? "rgb" : "grey");
    cJSON *range = cJSON_AddArrayToObject(input, "range");
    cJSON_AddItemToArray(range, cJSON_CreateNumber(-from->mean * from->scale));
    cJSON_AddItemToArray(range, cJSON_CreateNumber((255 - from->mean) * from->scale));
    cJSON_AddStringToObject(json, "polarity", polarity_words[from->polarity]);
    cJSON_AddStringToObject(json, "see", see_words[from->see]);
    cJSON_AddItemToObject(json, "other",
                          from->other_index >= 0 ? cJSON_CreateNumber(from->other_index) : cJSON_CreateNull());
    add_card(json, model);
    return json;
}
