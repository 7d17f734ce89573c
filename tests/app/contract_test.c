// contract_test.c - what a model says about itself is taken as SPEC.md ("Metadata") says, and nothing else is.
//
// SPDX-License-Identifier: Apache-2.0
#include "contract.h"

#include <math.h>

#include "check.h"
#include "json.h"
#include "made_model.h"

static made_file file;
static thimble_model model;
static contract result;
static char problem[400];

enum { INT8 = THIMBLE_INT8, UINT8 = THIMBLE_UINT8, FLOAT32 = THIMBLE_FLOAT32 };

static const made_tensor grey_input = {
    .type = INT8, .rank = 4, .shape = {1, 28, 28, 1}, .scale = 0.5f, .zero_point = -28};
static const made_tensor rgb_input = {.type = FLOAT32, .rank = 4, .shape = {1, 96, 64, 3}};
static const made_tensor three_scores = {.type = INT8, .rank = 2, .shape = {1, 3}, .scale = 0.1f};

// Reads the contract of a model with this input and output, and with this thimble.json (NULL: none).
static bool read(const made_tensor *input, const made_tensor *output, const char *json) {
    const made_graph graph = {.tensor_count = 2,
                              .op_count = 1,
                              .input_count = 1,
                              .output_count = 1,
                              .tensors = {*input, *output},
                              .ops = {{BUILTIN_RELU, 1, 1, {0}, {1}}},
                              .inputs = {0},
                              .outputs = {1}};
    thimble_error error;
    made_write(&file, &graph);
    if (json != NULL) {
        static const char name[] = "thimble.json";
        made_refer(&file, file.metadata, METADATA_NAME, made_add_vector(&file, sizeof name - 1, 1, name));
        made_refer(&file, file.buffers[3], BUFFER_DATA, made_add_vector(&file, (uint32_t)strlen(json), 1, json));
    }
    CHECK_EQUAL(thimble_model_open(&model, file.bytes, file.byte_count, &error), THIMBLE_OK);
    problem[0] = '\0';
    return contract_read(&result, &model, problem, sizeof problem);
}

static bool near(double a, double b) {
    return fabs(a - b) < 1e-9;
}

static void without_metadata_the_tensors_tell(void) {
    CHECK(read(&grey_input, &three_scores, NULL));
    CHECK(result.height == 28 && result.width == 28 && result.channels == 1 && result.class_count == 3);
    CHECK_EQUAL(result.see, CONTRACT_SEE_GARMENT);
    CHECK_EQUAL(result.polarity, CONTRACT_LIGHT_ON_DARK);
    CHECK_EQUAL(result.other_index, -1);
    CHECK(!result.labels_known && strcmp(result.labels[2], "class 2") == 0);
    // The smallest stored value, -128, is (-128 + 28) * 0.5 = -50, and stands for black.
    CHECK(near((0 - result.mean) * result.scale, -50) && near((255 - result.mean) * result.scale, 77.5));
    CHECK(read(&rgb_input, &three_scores, NULL));
    CHECK(result.height == 96 && result.width == 64 && result.channels == 3);
    CHECK_EQUAL(result.see, CONTRACT_SEE_PLAIN);
    CHECK_EQUAL(result.polarity, CONTRACT_AS_IS);
    CHECK(near(result.mean, 0) && near(result.scale, 1 / 255.0));
}

static void metadata_is_taken(void) {
    char text[2000];
    CHECK(read(&rgb_input, &three_scores,
               "{\"name\": \"closet\", \"labels\": [\"T-shirt\", \"\\u00e4\", \"other\"], \"other\": 2,"
               " \"input\": {\"colour\": \"rgb\", \"range\": [-1, 1]}, \"see\": \"scene\", \"polarity\": \"negate\","
               " \"accuracy\": 0.76, \"accuracy_of\": \"photos\", \"origin\": \"here\", \"more\": [1, {\"a\": 2}]}"));
    CHECK(strcmp(result.name, "closet") == 0 && strcmp(result.labels[1], "\xc3\xa4") == 0 && result.labels_known);
    CHECK_EQUAL(result.other_index, 2);
    CHECK_EQUAL(result.see, CONTRACT_SEE_SCENE);
    CHECK_EQUAL(result.polarity, CONTRACT_NEGATE);
    CHECK(near((0 - result.mean) * result.scale, -1) && near((255 - result.mean) * result.scale, 1));
    CHECK(json_print(contract_to_json(&result, &model), text, sizeof text) > 0);
    CHECK_SAYS(text, "\"range\":[-1,1]");
    CHECK_SAYS(text, "\"accuracy\":0.76,\"accuracy_of\":\"photos\",\"origin\":\"here\"");
    CHECK(read(&grey_input, &three_scores, "{\"input\": {\"mean\": 127.5, \"scale\": 0.25}}"));
    CHECK(near(result.mean, 127.5) && near(result.scale, 0.25));
    CHECK(read(&grey_input, &three_scores, "{\"see\": \"plain\"}"));
    CHECK_EQUAL(result.polarity, CONTRACT_AS_IS);
}

static void what_contradicts_is_refused(void) {
    static const struct {
        const char *json, *says;
    } cases[] = {
        {"{\"labels\": [\"a\", \"b\"]}", "\"labels\" has to be a list of 3 texts"},
        {"{\"labels\": [\"a\", \"b\", \"c\", \"d\"]}", "list of 3"},
        {"{\"labels\": [\"a\", \"b\", 3]}", "list of 3"},
        {"{\"labels\": [\"a\", \"b\", \"\"]}", "1 to 47 bytes"},
        {"{\"labels\": [\"a\", \"b\", \"123456789012345678901234567890123456789012345678\"]}", "1 to 47 bytes"},
        {"{\"labels\": \"abc\"}", "list of 3"},
        {"{\"name\": \"12345678901234567890123456789012\"}", "\"name\" has to be a text of 1 to 31 bytes"},
        {"{\"input\": []}", "\"input\""},
        {"{\"input\": {\"colour\": \"rgb\"}}", "\"input.colour\" has to be \"grey\""},
        {"{\"input\": {\"range\": [1, 1]}}", "\"input.range\""},
        {"{\"input\": {\"range\": [0]}}", "\"input.range\""},
        {"{\"input\": {\"range\": [0, 1], \"mean\": 0, \"scale\": 1}}", "\"input.range\" has to be absent"},
        {"{\"input\": {\"mean\": 0}}", "\"input.mean\""},
        {"{\"input\": {\"mean\": 0, \"scale\": 0}}", "\"input.mean\""},
        {"{\"input\": {\"mean\": 0, \"scale\": -1}}", "\"input.mean\""},
        {"{\"see\": \"all\"}", "\"see\""},
        {"{\"polarity\": 1}", "\"polarity\""},
        {"{\"other\": 3}", "\"other\" has to be the index"},
        {"{\"other\": 0.5}", "\"other\""},
        {"{\"accuracy\": 76}", "\"accuracy\""},
        {"{\"origin\": {}}", "\"origin\""},
        {"[1]", "not a JSON object"},
        {"{\"see\": ", "damaged"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        checks.about = cases[i].json;
        CHECK(!read(&grey_input, &three_scores, cases[i].json));
        CHECK_SAYS(problem, cases[i].says);
    }
}

static void other_models_are_refused(void) {
    static const struct {
        made_tensor input, output;
        const char *says;
    } cases[] = {
        {{.type = INT8, .rank = 4, .shape = {1, 27, 28, 1}, .scale = 1}, three_scores, "28 to 96 pixels"},
        {{.type = INT8, .rank = 4, .shape = {1, 28, 97, 1}, .scale = 1}, three_scores, "28 to 96 pixels"},
        {{.type = INT8, .rank = 4, .shape = {1, 28, 28, 2}, .scale = 1}, three_scores, "1 or 3 channels"},
        {{.type = INT8, .rank = 4, .shape = {2, 28, 28, 1}, .scale = 1}, three_scores, "28 to 96 pixels"},
        {{.type = INT8, .rank = 1, .shape = {785}, .scale = 1}, three_scores, "28 to 96 pixels"},
        {{.type = THIMBLE_INT16, .rank = 4, .shape = {1, 28, 28, 1}, .scale = 1},
         three_scores,
         "int8, uint8 or float32"},
        {{.type = INT8, .rank = 4, .shape = {1, 28, 28, 1}}, three_scores, "no scale"},
        {grey_input, {.type = INT8, .rank = 2, .shape = {1, 1}, .scale = 1}, "2 to 100 classes"},
        {grey_input, {.type = INT8, .rank = 2, .shape = {1, 101}, .scale = 1}, "2 to 100 classes"},
        {grey_input, {.type = THIMBLE_INT32, .rank = 2, .shape = {1, 3}, .scale = 1}, "output is not"},
        {grey_input, {.type = UINT8, .rank = 2, .shape = {1, 3}}, "no scale"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        checks.about = cases[i].says;
        CHECK(!read(&cases[i].input, &cases[i].output, NULL));
        CHECK_SAYS(problem, cases[i].says);
    }
    const made_tensor flat = {.type = UINT8, .rank = 2, .shape = {1, 784}, .scale = 1};
    CHECK(read(&flat, &three_scores, NULL));
    CHECK(result.height == 28 && result.width == 28);
}

static void any_metadata_is_survived(void) {
    static const char seed_text[] =
        "{\"labels\":[\"a\",\"b\",\"c\"],\"input\":{\"range\":[0,1]},\"other\":1,\"see\":\"scene\"}";
    uint64_t seed = 11;
    for (int i = 0; i < 20000; i++) {
        char text[sizeof seed_text];
        memcpy(text, seed_text, sizeof text);
        for (uint32_t k = 0; k <= random_below(&seed, 4); k++) {
            const char byte = (char)next_random(&seed);
            text[random_below(&seed, sizeof text - 1)] = byte != 0 ? byte : ' ';
        }
        const bool good = read(&grey_input, &three_scores, text);
        CHECK(good || problem[0] != '\0');
    }
}

int main(void) {
    RUN(without_metadata_the_tensors_tell);
    RUN(metadata_is_taken);
    RUN(what_contradicts_is_refused);
    RUN(other_models_are_refused);
    RUN(any_metadata_is_survived);
    return check_result();
}
