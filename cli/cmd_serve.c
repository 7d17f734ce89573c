// cmd_serve.c - `thimble serve`: the application on a desk. Puts port, application and HTTP server together.
//
// Three threads: this one prints and waits for a signal, one runs the loop, one (libmicrohttpd's) serves.
//
// SPDX-License-Identifier: Apache-2.0
#define _DEFAULT_SOURCE  // IFF_LOOPBACK
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app.h"
#include "camera_files.h"
#include "chip_estimate.h"
#include "http_server.h"
#include "model_file.h"
#include "posix_port.h"
#include "scenes.h"
#include "thimble/thimble_ops.h"

enum {
    STANDARD_PORT = 8080,
    PORTS_TO_TRY = 50,
    ARENA_BYTES = 1 << 20,
    PIXELS_BYTES = 320 * 240 * 3,
    FRAME_BYTES = 1 << 17,  // webcams deliver up to 640x480
    STREAM_LIMIT = 16,
    EVENT_LIMIT = 64,
    REQUEST_LIMIT = 32,
    CAPTURE_LIMIT = 1000,
    FLEET_EVENT_LIMIT = 256,
    CAPTURE_LIMIT_BYTES = 64 << 20,
};

typedef struct serve_arguments {
    size_t port_number;
    const char *address, *token, *camera, *model, *store;
} serve_arguments;

typedef struct desk {
    posix_port port;
    app app;
    http_server *server;
    model_file model;  // of --model
    char host_name[80];  // by mDNS
    void *arena, *scratch, *pixels, *memory;
    pthread_t loop;
    atomic_bool stops;
    pid_t announcer;  // avahi-publish, or 0
} desk;

// ---- camera ----

static cli_status open_camera(posix_camera *opened, const char *wanted) {
    if (wanted == NULL || strcmp(wanted, "samples") == 0) {
        *opened = posix_camera_scenes();
        return CLI_OK;
    }
    if (strncmp(wanted, "dir:", 4) == 0) {
        return camera_folder_open(opened, wanted + 4);
    }
    if (strncmp(wanted, "idx:", 4) == 0) {
        return camera_idx_open(opened, wanted + 4);
    }
    if (strncmp(wanted, "v4l2:", 5) == 0) {
        const char *problem = posix_camera_v4l2(opened, wanted + 5);
        return problem == NULL ? CLI_OK
                               : cli_fail(CLI_INPUT, "camera '%s' cannot be used: %s; `--camera samples` needs none",
                                          wanted + 5, problem);
    }
    return cli_fail(CLI_USAGE, "--camera is '%s'; it has to be samples, dir:FOLDER, idx:FILE or v4l2:DEVICE", wanted);
}

// ---- store ----

static bool make_folders(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made) {
            return false;
        }
    }
    return true;
}

// Where the store lies if nobody says: with what else programs keep for this user. NULL if there is no such place.
static const char *standard_store(char *room, size_t room_bytes) {
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int length = -1;
    if (state != NULL && state[0] == '/') {
        length = snprintf(room, room_bytes, "%s/thimble", state);
    } else if (home != NULL && home[0] == '/') {
        length = snprintf(room, room_bytes, "%s/.local/state/thimble", home);
    }
    return length > 0 && (size_t)length < room_bytes && make_folders(room) ? room : NULL;
}

static cli_status open_port(desk *opened, const serve_arguments *arguments, const posix_camera *camera) {
    char room[POSIX_PATH_BYTES];
    const char *folder = arguments->store != NULL ? arguments->store : standard_store(room, sizeof room);
    bool in_use;
    const char *problem = posix_port_open(&opened->port, folder, camera, &in_use);
    if (problem != NULL && in_use && arguments->store == NULL) {
        cli_note("another `thimble serve` uses the store %s: this one keeps nothing (or give --store DIR)", folder);
        problem = posix_port_open(&opened->port, NULL, camera, &in_use);
    }
    if (problem != NULL) {
        camera->close(camera->context);
        return cli_fail(CLI_FAILED, "store '%s' cannot be used: %s", folder != NULL ? folder : "/tmp", problem);
    }
    return CLI_OK;
}

// ---- application ----

static void *allocate(size_t byte_count, cli_status *status) {
    void *room = aligned_alloc(16, (byte_count + 15) / 16 * 16);
    if (room == NULL) {
        *status = cli_fail(CLI_FAILED, "no memory for %zu bytes; close other programs", byte_count);
    }
    return room;
}

static size_t estimate_chips(const thimble_model *model, const char *name, size_t model_bytes, app_chip *room,
                             size_t room_count) {
    const model_file opened = {.path = name, .file_bytes = model_bytes, .model = *model};
    chip_estimate estimates[CHIP_COUNT];
    if (room_count < CHIP_COUNT || chip_estimate_all(&opened, estimates) != CLI_OK) {
        return 0;
    }
    for (size_t i = 0; i < CHIP_COUNT; i++) {
        room[i] = (app_chip){.name = chips[i].name,
                             .clock_mhz = (uint32_t)chips[i].clock_mhz,
                             .milliseconds = estimates[i].milliseconds,
                             .ram_bytes = estimates[i].arena_bytes,
                             .flash_bytes = model_bytes};
    }
    return CHIP_COUNT;
}

static cli_status start_application(desk *started, const serve_arguments *arguments) {
    char problem[400];
    cli_status status = CLI_OK;
    app_config config = {
        .port = &started->port.port,
        .ops = thimble_all_ops,
        .built_in_model = built_in_model,
        .built_in_model_bytes = built_in_model_bytes,
        .built_in_name = built_in_model_name,
        .token = arguments->token,
        .estimate_chips = estimate_chips,
        .self_test = scenes,
        .self_test_count = scene_count,
        .after_crash = started->port.was_running,
        .stream_limit = STREAM_LIMIT,
        .event_limit = EVENT_LIMIT,
        .request_limit = REQUEST_LIMIT,
        .frame_bytes = FRAME_BYTES,
        .frame_count = APP_FRAME_COUNT(STREAM_LIMIT, REQUEST_LIMIT),
        .text_bytes = 1 << 15,
        .picture_bytes = CONTRACT_MAX_PICTURE_BYTES,
        .mac_limit = 1000000000,
        .body_bytes = 1 << 20,
        .body_count = 4,
        .capture_limit_count = CAPTURE_LIMIT,
        .capture_limit_bytes = CAPTURE_LIMIT_BYTES,
        .fleet_event_limit = FLEET_EVENT_LIMIT,
        .fleet_text_bytes = 1 << 14,
        .arena_bytes = ARENA_BYTES,
        .scratch_bytes = VISION_MAX_SCRATCH_BYTES,
        .pixels_bytes = PIXELS_BYTES,
    };
    snprintf(started->host_name, sizeof started->host_name, "%s.local", started->port.host_name);
    config.host_name = started->host_name;
    if (arguments->model != NULL) {
        status = model_file_open(&started->model, arguments->model);
        const char *slash = strrchr(arguments->model, '/');
        config.built_in_model = started->model.file;
        config.built_in_model_bytes = started->model.file_bytes;
        config.built_in_name = slash != NULL ? slash + 1 : arguments->model;
        config.prefers_built_in = true;
    }
    config.memory_bytes = app_memory_bytes(&config);
    started->arena = config.arena = status == CLI_OK ? allocate(config.arena_bytes, &status) : NULL;
    started->scratch = config.scratch = status == CLI_OK ? allocate(config.scratch_bytes, &status) : NULL;
    started->pixels = config.pixels = status == CLI_OK ? allocate(config.pixels_bytes, &status) : NULL;
    started->memory = config.memory = status == CLI_OK ? allocate(config.memory_bytes, &status) : NULL;
    if (status == CLI_OK && !app_start(&started->app, &config, problem, sizeof problem)) {
        status = cli_fail(CLI_MODEL, "%s", problem);
    }
    return status;
}

static void *run_loop(void *argument) {
    desk *runs = argument;
    while (!atomic_load(&runs->stops)) {
        app_step(&runs->app);
    }
    app_end(&runs->app);
    return NULL;
}

// The port asked for; or the standard one, or the next free one.
static cli_status start_server(desk *started, const serve_arguments *arguments) {
    const size_t first = arguments->port_number != 0 ? arguments->port_number : STANDARD_PORT;
    const size_t count = arguments->port_number != 0 ? 1 : PORTS_TO_TRY;
    const char *problem = NULL;
    bool is_taken = true;
    size_t tried = 0;
    for (; tried < count && is_taken; tried++) {
        problem = http_server_start(&started->server, &started->app, arguments->address, (uint16_t)(first + tried),
                                    &is_taken);
        if (problem == NULL) {
            posix_port_serve(&started->port, http_server_wake, started->server);
            return CLI_OK;
        }
    }
    return cli_fail(CLI_FAILED, "cannot listen at %s:%zu: %s; give another --port or --listen", arguments->address,
                    first + tried - 1, problem);
}

// ---- announcement ----

static bool is_local(const char *address) {
    return strncmp(address, "127.", 4) == 0;
}

// mDNS by Avahi's own program, which withdraws the name when it ends. It is ended by a signal, so it must not have
// blocked those that this process has.
static void announce(desk *announced, const serve_arguments *arguments) {
    char number[8];
    if (is_local(arguments->address)) {
        return;
    }
    snprintf(number, sizeof number, "%u", http_server_port(announced->server));
    const pid_t child = fork();
    if (child == 0) {
        sigset_t none;
        sigemptyset(&none);
        pthread_sigmask(SIG_SETMASK, &none, NULL);
        freopen("/dev/null", "w", stdout);
        freopen("/dev/null", "w", stderr);
        execlp("avahi-publish", "avahi-publish", "-s", announced->port.host_name, "_http._tcp", number, "path=/",
               (char *)NULL);
        _exit(127);
    }
    const struct timespec moment = {.tv_nsec = 300000000};
    nanosleep(&moment, NULL);
    announced->announcer = child;
    if (child < 0 || waitpid(child, NULL, WNOHANG) != 0) {
        announced->announcer = 0;
        cli_note("not announced by mDNS: avahi-publish (Debian package avahi-utils) or its daemon is not there");
    }
}

// ---- what the user sees ----

// By which name others reach this computer: its mDNS name if that is announced, else an address.
static void find_host(const desk *shown, const serve_arguments *arguments, char *room, size_t room_bytes) {
    struct ifaddrs *list = NULL;
    snprintf(room, room_bytes, "%s", is_local(arguments->address) ? "localhost" : arguments->address);
    if (strcmp(arguments->address, "0.0.0.0") != 0) {
        return;
    }
    snprintf(room, room_bytes, "%s", shown->announcer > 0 ? shown->host_name : "localhost");
    if (shown->announcer > 0 || getifaddrs(&list) != 0) {
        return;
    }
    for (const struct ifaddrs *at = list; at != NULL; at = at->ifa_next) {
        if (at->ifa_addr != NULL && at->ifa_addr->sa_family == AF_INET && (at->ifa_flags & IFF_LOOPBACK) == 0) {
            getnameinfo(at->ifa_addr, sizeof(struct sockaddr_in), room, (socklen_t)room_bytes, NULL, 0, NI_NUMERICHOST);
            break;
        }
    }
    freeifaddrs(list);
}

static void print_start(const desk *shown, const serve_arguments *arguments) {
    char host[80];
    find_host(shown, arguments, host, sizeof host);
    printf("Camera %s, model %s.\n\n  Open  http://%s:%u/#token=%s\n\n", shown->port.camera.name, shown->app.model_name,
           host, http_server_port(shown->server), shown->app.token);
    printf("The token in it lets a page change settings, model and captures. %sEnd with Ctrl-C.\n",
           is_local(arguments->address) ? "Only this computer can reach it (--listen 0.0.0.0: others too). " : "");
    fflush(stdout);
}

// On a terminal one line that is written over; else a line when the label changes.
static void print_live(desk *shown, bool is_terminal, char *last_label) {
    app_glance glance;
    char label[64];
    app_look(&shown->app, &glance);
    cli_printable(label, sizeof label, glance.label);
    const double rate = glance.frames_per_thousand_seconds / 1000.0;
    if (is_terminal) {
        printf("\r  %-24s %3.0f %%   %4.1f frames/s   %zu watching \x1b[K", label, 100 * (double)glance.confidence,
               rate, glance.client_count);
    } else if (strcmp(label, last_label) != 0) {
        printf("%s %.2f\n", label, (double)glance.confidence);
        memcpy(last_label, label, sizeof label);
    }
    fflush(stdout);
}

// Until SIGINT, SIGTERM or SIGHUP, which all threads have blocked.
static void show_until_signal(desk *shown, const sigset_t *signals) {
    const bool is_terminal = isatty(STDOUT_FILENO) == 1;
    const struct timespec pause = {.tv_nsec = 250000000};
    char last_label[64] = "";
    while (sigtimedwait(signals, NULL, &pause) < 0) {
        print_live(shown, is_terminal, last_label);
    }
    if (is_terminal) {
        putchar('\n');
    }
}

// ---- command ----

static cli_status run_desk(desk *runs, const serve_arguments *arguments) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    cli_status status = start_application(runs, arguments);
    if (status != CLI_OK) {
        return status;
    }
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    status = start_server(runs, arguments);
    if (status == CLI_OK && pthread_create(&runs->loop, NULL, run_loop, runs) != 0) {
        status = cli_fail(CLI_FAILED, "no thread for the loop; close other programs");
    } else if (status == CLI_OK) {
        announce(runs, arguments);
        print_start(runs, arguments);
        show_until_signal(runs, &signals);
        atomic_store(&runs->stops, true);
        runs->port.port.wake_loop(&runs->port);
        pthread_join(runs->loop, NULL);
    }
    posix_port_serve(&runs->port, NULL, NULL);
    if (runs->server != NULL) {
        http_server_stop(runs->server);
    }
    if (runs->announcer > 0) {
        kill(runs->announcer, SIGTERM);
        waitpid(runs->announcer, NULL, 0);
    }
    return status;
}

static cli_status serve(const serve_arguments *arguments) {
    posix_camera camera;
    cli_status status = open_camera(&camera, arguments->camera);
    desk *runs = status == CLI_OK ? cli_alloc(1, sizeof *runs, &status) : NULL;
    if (runs == NULL) {
        return status;
    }
    status = open_port(runs, arguments, &camera);
    if (status == CLI_OK) {
        status = run_desk(runs, arguments);
        posix_port_close(&runs->port);
    }
    free(runs->arena);
    free(runs->scratch);
    free(runs->pixels);
    free(runs->memory);
    model_file_close(&runs->model);
    free(runs);
    return status;
}

static cli_status run(int argument_count, char **argument_list) {
    serve_arguments arguments = {.address = "127.0.0.1"};
    const cli_option options[] = {{CLI_COUNT, "--port", &arguments.port_number},
                                  {CLI_TEXT, "--listen", &arguments.address},
                                  {CLI_TEXT, "--token", &arguments.token},
                                  {CLI_TEXT, "--camera", &arguments.camera},
                                  {CLI_TEXT, "--model", &arguments.model},
                                  {CLI_TEXT, "--store", &arguments.store},
                                  {CLI_END, NULL, NULL}};
    cli_texts positional = {0};
    cli_status status = cli_parse(&cmd_serve, argument_count, argument_list, options, &positional);
    const char *token = arguments.token;
    if (status == CLI_OK && positional.count != 0) {
        status = cli_wrong_usage(&cmd_serve, "takes no arguments besides its options");
    } else if (status == CLI_OK && arguments.port_number > 65535) {
        status = cli_wrong_usage(&cmd_serve, "--port is at most 65535");
    } else if (status == CLI_OK && token != NULL &&
               (strlen(token) < 8 || strlen(token) >= APP_TOKEN_BYTES ||
                strspn(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~") != strlen(token))) {
        status = cli_wrong_usage(&cmd_serve, "--token has to be 8 to 39 letters, digits, or any of - . _ ~");
    }
    if (status == CLI_OK) {
        status = serve(&arguments);
    }
    cli_texts_free(&positional);
    return status;
}

const cli_command cmd_serve = {
    "serve", "camera to label, with a page and an HTTP API",
    "usage: thimble serve [options]\n\n"
    "Runs the application: looks through a camera, says what it sees, and shows it on a page\n"
    "(its address is printed). Runs until it is interrupted.\n\n"
    "  --camera samples         scenes that are in the program (default)\n"
    "           dir:FOLDER      the pictures of a folder, two seconds each\n"
    "           idx:FILE        the pictures of an IDX file (Fashion-MNIST: --model\n"
    "                           models/fashion_64k.tflite, which learned from such ones)\n"
    "           v4l2:DEVICE     a camera, such as v4l2:/dev/video0\n"
    "  --model FILE             start with this .tflite instead of the last one in use\n"
    "  --store DIR              where models, settings and captures are kept\n"
    "                           (default: thimble in $XDG_STATE_HOME or ~/.local/state)\n"
    "  --port N                 listen there (default: 8080 or the next free one)\n"
    "  --listen ADDRESS         of which network (default: 127.0.0.1, this computer only)\n"
    "  --token TOKEN            what changes the device needs it (default: a new one each time)\n",
    run};
