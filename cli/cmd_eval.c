// cmd_eval.c - `thimble eval`: how often a model is right on labelled pictures.
//
// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "html_report.h"
#include "op_lists.h"
#include "out_file.h"
#include "picture_options.h"
#include "picture_set.h"
#include "score.h"
#include "terminal.h"

enum { MAX_THREADS = 256, MAX_MISTAKES = 48 };

typedef struct eval_arguments {
    const char *model, *images, *labels, *folder, *html;
    picture_options picture;
    size_t limit, threads;
    bool json;
} eval_arguments;

typedef struct evaluation {
    const eval_arguments *arguments;
    model_file model;
    picture_input input;
    picture_invert invert;
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

static cli_status look_at(eval_worker *worker, size_t index) {
    evaluation *work = worker->work;
    picture found = {0}, seen = {0};
    cli_status status = picture_set_get(&work->set, index, &found);
    if (status == CLI_OK) {
        status = recognizer_prepare(&work->input, &found, work->invert, &seen);
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
            status = recognizer_prepare(&work->input, &found, work->invert, &mistakes[i].seen);
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
    json_text(&json, "data", arguments->folder != NULL ? arguments->folder : arguments->images);
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
        work->input.mean = arguments->picture.mean;
        work->input.scale = arguments->picture.scale;
        work->invert = picture_options_invert(&arguments->picture, &work->input,
                                              arguments->folder != NULL ? INVERT_AUTO : INVERT_NO);
        status = labels_load(&work->list, &work->model, class_count, arguments->picture.names);
    }
    if (status == CLI_OK) {
        status = arguments->folder != NULL
                     ? picture_set_open_folder(&work->set, arguments->folder, &work->list)
                     : picture_set_open_idx(&work->set, arguments->images, arguments->labels, &work->list);
    }
    if (status == CLI_OK) {
        picture_set_limit(&work->set, arguments->limit);
        work->answers = cli_alloc(work->set.count, sizeof *work->answers, &status);
    }
    if (status == CLI_OK) {
        work->probabilities = cli_alloc(work->set.count, sizeof *work->probabilities, &status);
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
        score_print(&result);
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
    const bool has_idx = arguments->images != NULL && arguments->labels != NULL;
    const bool has_part = arguments->images != NULL || arguments->labels != NULL;
    if (arguments->folder != NULL ? has_part : !has_idx) {
        return cli_wrong_usage(&cmd_eval, "wants either --images and --labels, or --folder");
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
    "       thimble eval MODEL --folder DIR [options]\n\n"
    "Runs the model on labelled pictures. Prints the confusion matrix, precision and recall\n"
    "per class, and last `accuracy 0.9123 (9123/10000)`. Equal scores go to the lowest class.\n\n"
    "  --images IDX             pictures as MNIST stores them, plain or .gz\n"
    "  --labels IDX             their classes\n"
    "  --folder DIR             PNG, JPEG, PGM, PPM pictures in one sub-folder per class, which is\n"
    "                           called by label or number\n"
    "  --limit N                only N pictures: the first ones; with --folder, evenly spread\n"
    "  --threads N              on N threads at once; default 1\n"
    "  --json                   print JSON instead\n"
    "  --html FILE              also write a report with the worst mistakes as pictures\n" PICTURE_OPTIONS_HELP
    "                           (default: auto with --folder, no with --images)\n\n"
    "Pictures of another size than the model's are fitted by averaging areas. The time per\n"
    "picture is that of the model alone.\n",
    run};
