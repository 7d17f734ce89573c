// score.c - confusion matrix, precision and recall.
//
// SPDX-License-Identifier: Apache-2.0
#include "score.h"

#include <math.h>
#include <stdlib.h>

enum { MATRIX_CLASS_LIMIT = 24, TABLE_CLASS_LIMIT = 200, NAME_COLUMNS = 16 };

cli_status score_open(score *result, const labels *list) {
    cli_status status = CLI_OK;
    *result = (score){.list = list, .class_count = list->count};
    result->confusion = cli_alloc(list->count * list->count, sizeof *result->confusion, &status);
    return status;
}

void score_close(score *result) {
    free(result->confusion);
    *result = (score){0};
}

void score_add(score *result, size_t true_class, size_t answer) {
    result->confusion[true_class * result->class_count + answer]++;
    result->picture_count++;
    result->correct_count += true_class == answer;
}

uint64_t score_confusion(const score *result, size_t true_class, size_t answer) {
    return result->confusion[true_class * result->class_count + answer];
}

double score_accuracy(const score *result) {
    return (double)result->correct_count / (double)result->picture_count;
}

uint64_t score_class_pictures(const score *result, size_t class_index) {
    uint64_t total = 0;
    for (size_t i = 0; i < result->class_count; i++) {
        total += score_confusion(result, class_index, i);
    }
    return total;
}

static double share(uint64_t part, uint64_t whole) {
    return whole > 0 ? (double)part / (double)whole : NAN;
}

double score_precision(const score *result, size_t class_index) {
    uint64_t answers = 0;
    for (size_t i = 0; i < result->class_count; i++) {
        answers += score_confusion(result, i, class_index);
    }
    return share(score_confusion(result, class_index, class_index), answers);
}

double score_recall(const score *result, size_t class_index) {
    return share(score_confusion(result, class_index, class_index), score_class_pictures(result, class_index));
}

static const char *name_of(const score *result, size_t class_index, char *room, size_t room_bytes) {
    return cli_printable(room, room_bytes, result->list->names[class_index]);
}

static int number_columns(uint64_t number) {
    return snprintf(NULL, 0, "%llu", (unsigned long long)number);
}

static void print_matrix(const score *result) {
    char name[NAME_COLUMNS + 1];
    uint64_t largest = result->class_count;
    for (size_t i = 0; i < result->class_count * result->class_count; i++) {
        largest = result->confusion[i] > largest ? result->confusion[i] : largest;
    }
    const int columns = number_columns(largest) + 1;
    printf("\nconfusion matrix: a row per true class, a column per answer\n%*s", NAME_COLUMNS + 4, "");
    for (size_t answer = 0; answer < result->class_count; answer++) {
        printf("%*zu", columns, answer);
    }
    putchar('\n');
    for (size_t truth = 0; truth < result->class_count; truth++) {
        printf("%-*s %3zu", NAME_COLUMNS, name_of(result, truth, name, sizeof name), truth);
        for (size_t answer = 0; answer < result->class_count; answer++) {
            const uint64_t count = score_confusion(result, truth, answer);
            if (count > 0) {
                printf("%*llu", columns, (unsigned long long)count);
            } else {
                printf("%*s", columns, ".");
            }
        }
        putchar('\n');
    }
}

static void print_share(double value) {
    if (isnan(value)) {
        printf("%11s", "-");
    } else {
        printf("%11.4f", value);
    }
}

static void print_table(const score *result) {
    char name[NAME_COLUMNS + 1];
    printf("\n%-*s     precision     recall   pictures\n", NAME_COLUMNS, "class");
    for (size_t i = 0; i < result->class_count; i++) {
        printf("%-*s %3zu", NAME_COLUMNS, name_of(result, i, name, sizeof name), i);
        print_share(score_precision(result, i));
        print_share(score_recall(result, i));
        printf("%11llu\n", (unsigned long long)score_class_pictures(result, i));
    }
}

double score_balanced_accuracy(const score *result) {
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < result->class_count; i++) {
        const double recall = score_recall(result, i);
        if (!isnan(recall)) {
            sum += recall;
            count++;
        }
    }
    return count > 0 ? sum / (double)count : NAN;
}

void score_print(const score *result, bool balanced) {
    if (result->class_count <= MATRIX_CLASS_LIMIT) {
        print_matrix(result);
    }
    if (result->class_count <= TABLE_CLASS_LIMIT) {
        print_table(result);
    } else {
        printf("\n%zu classes: too many for tables here; --json has them\n", result->class_count);
    }
    printf("\ntime per picture %.1f us on this computer\n", result->picture_us);
    printf("accuracy %.4f (%zu/%zu)\n", score_accuracy(result), result->correct_count, result->picture_count);
    if (balanced) {
        printf("balanced accuracy %.4f (%zu photos)\n", score_balanced_accuracy(result), result->picture_count);
    }
}

void score_json(const score *result, json_writer *json) {
    json_real(json, "accuracy", score_accuracy(result));
    json_real(json, "balanced_accuracy", score_balanced_accuracy(result));
    json_count(json, "correct", result->correct_count);
    json_count(json, "pictures", result->picture_count);
    json_real(json, "us_per_picture", result->picture_us);
    json_array(json, "classes");
    for (size_t i = 0; i < result->class_count; i++) {
        json_object(json, NULL);
        json_text(json, "label", result->list->names[i]);
        json_count(json, "pictures", score_class_pictures(result, i));
        json_real(json, "precision", score_precision(result, i));
        json_real(json, "recall", score_recall(result, i));
        json_object_end(json);
    }
    json_array_end(json);
    json_array(json, "confusion");
    for (size_t truth = 0; truth < result->class_count; truth++) {
        json_row(json, NULL);
        for (size_t answer = 0; answer < result->class_count; answer++) {
            json_count(json, NULL, score_confusion(result, truth, answer));
        }
        json_row_end(json);
    }
    json_array_end(json);
}
