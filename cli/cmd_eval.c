// cmd_eval.c - `thimble eval`: how often a model is right on labelled pictures.
//
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "html_report.h"
#include "op_lists.h"
#include "out_file.h"
#include "picture_options.h"
#include "picture_set.h"
#include "score.h"
#include "terminal.h"

enum { MAX_THREADS = 256, MAX_MISTAKES = 48, PATH_BYTES = 4096 };

typedef struct eval_arguments {
    const char *model, *images, *labels, *folder, *html, *photos, *show;
    picture_options picture;
    size_t limit, threads;
    bool json;
} eval_arguments;

typedef struct evaluation {
    const eval_arguments *arguments;
    model_file model;
    picture_input input;
    picture_view view;
    labels list;
    picture_set set;
    uint32_t *answers;       // per picture
    float *probabilities;    // of the answer, per picture
    atomic_size_t next, done;
    atomic_bool failed;
} evaluation;

// One thread's part. The first one runs on the calling thread and draws the progress bar.
typedef struct eval_worker {
    pthread_t thread;
    evaluation *work;
    recognizer eye;
    double *room;  // [classes]
    double run_us;
    progress *bar;  // of the first worker
    cli_status status;
} eval_worker;

// Writes what the model sees as SHOW/0123.png, or by the name of the picture's file as SHOW/name.png.
static cli_status show(const evaluation *work, size_t index, const picture *seen) {
    if (work->arguments->show == NULL) {
        return CLI_OK;
    }
    char path[PATH_BYTES];
    const char *name = picture_set_name(&work->set, index);
    const char *ending = name != NULL ? strrchr(name, '.') : NULL;
    const int length = name == NULL ? snprintf(path, sizeof path, "%s/%06zu.png", work->arguments->show, index)
                                    : snprintf(path, sizeof path, "%s/%.*s.png", work->arguments->show,
                                               (int)(ending != NULL ? ending - name : (ptrdiff_t)strlen(name)), name);
    if (length < 0 || (size_t)length >= sizeof path) {
        return cli_fail(CLI_FAILED, "the name of a file in '%s' would be too long; give a shorter --show",
                        work->arguments->show);
    }
    size_t byte_count = 0;
    uint8_t *bytes = picture_encode_png(seen, &byte_count);
    if (bytes == NULL) {
        return cli_fail(CLI_FAILED, "no memory for '%s'; close other programs", path);
    }
    out_file file = {0};
    cli_status status = out_file_open(&file, path);
    if (status == CLI_OK) {
        fwrite(bytes, 1, byte_count, file.stream);
        status = out_file_finish(&file);
    }
    if (status == CLI_OK) {
        status = out_file_commit(&file);
    }
    out_file_discard(&file);
    free(bytes);
    return status;
}

static cli_status look_at(eval_worker *worker, size_t index) {
    evaluation *work = worker->work;
    picture found = {0}, seen = {0};
    cli_status status = picture_set_get(&work->set, index, &found);
    if (status == CLI_OK) {
        status = recognizer_prepare(&work->input, &found, &work->view, &seen, NULL);
    }
    if (status == CLI_OK) {
        status = show(work, index, &seen);
    }
    if (status == CLI_OK) {
        recognizer_run(&worker->eye, &seen);
        recognizer_probabilities(&worker->eye, worker->room);
        work->answers[index] = (uint32_t)recognizer_best(&worker->eye);
        work->probabilities[index] = (float)worker->room[work->answers[index]];
        worker->run_us += worker->eye.run_us;
    }
    picture_free(&found);
    picture_free(&seen);
    return status;
}

static void *work_on(void *argument) {
    eval_worker *worker = argument;
    evaluation *work = worker->work;
    while (!atomic_load(&work->failed)) {
        const size_t index = atomic_fetch_add(&work->next, 1);
        if (index >= work->set.count) {
            break;
        }
        worker->status = look_at(worker, index);
        if (worker->status != CLI_OK) {
            atomic_store(&work->failed, true);
            break;
        }
        const size_t done = atomic_fetch_add(&work->done, 1) + 1;
        if (worker->bar != NULL) {
            progress_show(worker->bar, done, work->set.count);
        }
    }
    return NULL;
}

static cli_status run_workers(eval_worker *workers, size_t count) {
    cli_status status = CLI_OK;
    progress bar;
    progress_begin(&bar);
    workers[0].bar = &bar;
    size_t started = 1;
    for (; started < count && status == CLI_OK; started++) {
        if (pthread_create(&workers[started].thread, NULL, work_on, &workers[started]) != 0) {
            status = cli_fail(CLI_FAILED, "cannot start %zu threads; use a smaller --threads", count);
            atomic_store(&workers[0].work->failed, true);
            break;
        }
    }
    work_on(&workers[0]);
    for (size_t i = 1; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    progress_end(&bar);
    for (size_t i = 0; i < count && status == CLI_OK; i++) {
        status = workers[i].status;
    }
    return status;
}

static cli_status evaluate(evaluation *work, score *result) {
    cli_status status = CLI_OK;
    const size_t count = work->arguments->threads < work->set.count ? work->arguments->threads : work->set.count;
    eval_worker *workers = cli_alloc(count, sizeof *workers, &status);
    for (size_t i = 0; i < count && status == CLI_OK; i++) {
        workers[i].work = work;
        status = recognizer_open(&workers[i].eye, &work->model, thimble_all_ops, &work->input);
        if (status == CLI_OK) {
            workers[i].room = cli_alloc(work->list.count, sizeof *workers[i].room, &status);
        }
    }
    if (status == CLI_OK) {
        status = run_workers(workers, count);
    }
    for (size_t i = 0; status == CLI_OK && i < work->set.count; i++) {
        score_add(result, work->set.classes[i], work->answers[i]);
    }
    double run_us = 0;
    for (size_t i = 0; workers != NULL && i < count; i++) {
        run_us += workers[i].run_us;
        free(workers[i].room);
        recognizer_close(&workers[i].eye);
    }
    result->picture_us = run_us / (double)work->set.count;
    free(workers);
    return status;
}

// ---- report ----

static const char *data_name(const eval_arguments *arguments) {
    return arguments->folder != NULL   ? arguments->folder
           : arguments->photos != NULL ? arguments->photos
                                       : arguments->images;
}

// Keeps the mistakes with the highest probabilities, sorted. Returns how many there are.
static size_t find_mistakes(const evaluation *work, html_mistake mistakes[MAX_MISTAKES]) {
    size_t count = 0;
    for (size_t i = 0; i < work->set.count; i++) {
        if (work->answers[i] == work->set.classes[i]) {
            continue;
        }
        size_t at = count;
        while (at > 0 && mistakes[at - 1].probability < (double)work->probabilities[i]) {
            at--;
        }
        if (at == MAX_MISTAKES) {
            continue;
        }
        count += count < MAX_MISTAKES;
        memmove(mistakes + at + 1, mistakes + at, (count - 1 - at) * sizeof *mistakes);
        mistakes[at] = (html_mistake){.picture_index = i,
                                      .true_class = work->set.classes[i],
                                      .answer = work->answers[i],
                                      .probability = (double)work->probabilities[i]};
    }
    return count;
}

static cli_status write_report(const evaluation *work, const score *result) {
    html_mistake mistakes[MAX_MISTAKES];
    memset(mistakes, 0, sizeof mistakes);
    const size_t count = find_mistakes(work, mistakes);
    cli_status status = CLI_OK;
    for (size_t i = 0; i < count && status == CLI_OK; i++) {
        picture found = {0};
        status = picture_set_get(&work->set, mistakes[i].picture_index, &found);
        if (status == CLI_OK) {
            status = recognizer_prepare(&work->input, &found, &work->view, &mistakes[i].seen, NULL);
        }
        picture_free(&found);
    }
    out_file file = {0};
    if (status == CLI_OK) {
        status = out_file_open(&file, work->arguments->html);
    }
    if (status == CLI_OK) {
        const char *data = work->arguments->folder != NULL ? work->arguments->folder : work->arguments->images;
        status = html_report_write(file.stream, result, work->arguments->model, data, mistakes, count);
    }
    if (status == CLI_OK) {
        status = out_file_finish(&file);
    }
    if (status == CLI_OK) {
        status = out_file_commit(&file);
    }
    out_file_discard(&file);
    for (size_t i = 0; i < count; i++) {
        picture_free(&mistakes[i].seen);
    }
    return status;
}

static void print_json(const evaluation *work, const score *result) {
    const eval_arguments *arguments = work->arguments;
    json_writer json;
    json_begin(&json, stdout);
    json_text(&json, "model", arguments->model);
    json_text(&json, "data", data_name(arguments));
    json_text(&json, "labels_from", work->list.source);
    json_real(&json, "mean", arguments->picture.mean);
    json_real(&json, "scale", arguments->picture.scale);
    json_count(&json, "threads", arguments->threads);
    score_json(result, &json);
    json_end(&json);
}

// ---- command ----

static cli_status open_all(evaluation *work) {
    const eval_arguments *arguments = work->arguments;
    size_t class_count = 0;
    cli_status status = model_file_open(&work->model, arguments->model);
    if (status == CLI_OK) {
        status = recognizer_check(&work->model, &work->input, &class_count);
    }
    if (status == CLI_OK) {
        picture_options_apply(&arguments->picture, &work->model, &work->input, &work->view);
        if (arguments->images != NULL) {  // as MNIST stores them: seen already
            work->view.mode = VISION_PLAIN;
            work->view.invert = arguments->picture.invert != NULL ? work->view.invert : INVERT_NO;
        }
        status = labels_load(&work->list, &work->model, class_count, arguments->picture.names);
    }
    if (status == CLI_OK) {
        status = arguments->folder != NULL ? picture_set_open_folder(&work->set, arguments->folder, &work->list)
                 : arguments->photos != NULL
                     ? picture_set_open_photos(&work->set, arguments->photos, &work->list)
                     : picture_set_open_idx(&work->set, arguments->images, arguments->labels, &work->list);
    }
    if (status == CLI_OK) {
        picture_set_limit(&work->set, arguments->limit);
        work->answers = cli_alloc(work->set.count, sizeof *work->answers, &status);
    }
    if (status == CLI_OK) {
        work->probabilities = cli_alloc(work->set.count, sizeof *work->probabilities, &status);
    }
    if (status == CLI_OK && arguments->show != NULL && mkdir(arguments->show, 0777) != 0 && errno != EEXIST) {
        status = cli_fail(CLI_FAILED, "cannot make the folder '%s': %s; check the name and the permissions",
                          arguments->show, strerror(errno));
    }
    if (status == CLI_OK && arguments->html != NULL) {
        // Rather now than after minutes of work.
        out_file probe;
        status = out_file_open(&probe, arguments->html);
        if (status == CLI_OK) {
            out_file_discard(&probe);
        }
    }
    return status;
}

static cli_status eval(const eval_arguments *arguments) {
    evaluation work = {.arguments = arguments};
    score result = {0};
    cli_status status = open_all(&work);
    if (status == CLI_OK) {
        status = score_open(&result, &work.list);
    }
    if (status == CLI_OK) {
        status = evaluate(&work, &result);
    }
    if (status == CLI_OK && arguments->html != NULL) {
        status = write_report(&work, &result);
    }
    if (status == CLI_OK && arguments->json) {
        print_json(&work, &result);
    } else if (status == CLI_OK) {
        score_print(&result, arguments->photos != NULL);
    }
    score_close(&result);
    free(work.answers);
    free(work.probabilities);
    picture_set_close(&work.set);
    labels_free(&work.list);
    model_file_close(&work.model);
    return status;
}

static cli_status check_usage(const eval_arguments *arguments, size_t positional_count) {
    if (positional_count != 1) {
        return cli_wrong_usage(&cmd_eval, "wants one model, got %zu", positional_count);
    }
    if (arguments->photos != NULL && (arguments->folder != NULL || arguments->images != NULL)) {
        return cli_wrong_usage(&cmd_eval, "--photos, --folder and --images exclude each other; give one of them");
    }
    const bool has_idx = arguments->images != NULL && arguments->labels != NULL;
    const bool has_part = arguments->images != NULL || arguments->labels != NULL;
    if (arguments->folder != NULL || arguments->photos != NULL ? has_part : !has_idx) {
        return cli_wrong_usage(&cmd_eval, "wants either --images and --labels, or --folder, or --photos");
    }
    if (arguments->threads > MAX_THREADS) {
        return cli_wrong_usage(&cmd_eval, "--threads wants 1 to %d", MAX_THREADS);
    }
    return picture_options_check(&arguments->picture, &cmd_eval);
}

static cli_status run(int argument_count, char **argument_list) {
    eval_arguments arguments = {.picture = PICTURE_OPTIONS_DEFAULT, .limit = SIZE_MAX, .threads = 1};
    const cli_option options[] = {{CLI_TEXT, "--images", &arguments.images},
                                  {CLI_TEXT, "--labels", &arguments.labels},
                                  {CLI_TEXT, "--folder", &arguments.folder},
                                  {CLI_TEXT, "--photos", &arguments.photos},
                                  {CLI_TEXT, "--show", &arguments.show},
                                  {CLI_COUNT, "--limit", &arguments.limit},
                                  {CLI_COUNT, "--threads", &arguments.threads},
                                  {CLI_FLAG, "--json", &arguments.json},
                                  {CLI_TEXT, "--html", &arguments.html},
                                  PICTURE_OPTIONS_LIST(arguments.picture),
                                  {CLI_END, NULL, NULL}};
    cli_texts positional = {0};
    cli_status status = cli_parse(&cmd_eval, argument_count, argument_list, options, &positional);
    if (status == CLI_OK) {
        status = check_usage(&arguments, positional.count);
    }
    if (status == CLI_OK) {
        arguments.model = positional.items[0];
        status = eval(&arguments);
    }
    cli_texts_free(&positional);
    return status;
}

const cli_command cmd_eval = {
    "eval", "count how often a model is right on labelled pictures",
    "usage: thimble eval MODEL --images IDX --labels IDX [options]\n"
    "       thimble eval MODEL --folder DIR [options]\n"
    "       thimble eval MODEL --photos DIR [options]\n\n"
    "Runs the model on labelled pictures. Prints the confusion matrix, precision and recall\n"
    "per class, and last `accuracy 0.9123 (9123/10000)`. Equal scores go to the lowest class.\n"
    "With --photos the last line is `balanced accuracy 0.7312 (2149 photos)`: the mean recall\n"
    "of the classes that have photos.\n\n"
    "  --images IDX             pictures as MNIST stores them, plain or .gz\n"
    "  --labels IDX             their classes\n"
    "  --folder DIR             PNG, JPEG, PGM, PPM pictures in one sub-folder per class, which is\n"
    "                           called by label or number\n"
    "  --photos DIR             DIR/labels.csv, whose columns `file` and `label` name pictures in\n"
    "                           DIR/images and their classes; labels the model lacks are left out\n"
    "  --show DIR               also write what the model saw of each picture, as PNG files\n"
    "  --limit N                only N pictures: the first ones; of files, evenly spread\n"
    "  --threads N              on N threads at once; default 1\n"
    "  --json                   print JSON instead\n"
    "  --html FILE              also write a report with the worst mistakes as pictures\n" PICTURE_OPTIONS_HELP
    "\nPictures of --images, and those that have the model's size, are taken as they are; with\n"
    "--images, --invert is `no` unless given. The time per picture is that of the model alone.\n",
    run};
