// camera_v4l2_test.c - the V4L2 camera at a device that the test plays: no camera and no kernel module is needed.
//
// The linker sends the camera's calls of the system here (CMakeLists.txt: --wrap). The fake keeps the rules of V4L2:
// a buffer belongs to the driver (queued, filled) or to the program (taken), and only what was given back is filled again.
//
// SPDX-License-Identifier: Apache-2.0
#define _DEFAULT_SOURCE  // what linux/videodev2.h needs
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "check.h"
#include "posix_port.h"

enum { DEVICE = 12345, BUFFERS = 4, BUFFER_BYTES = 4096, FRAME_ROOM = 2048 };

typedef enum buffer_state { TAKEN, QUEUED, FILLED } buffer_state;

typedef struct fake_device {
    struct v4l2_capability capability;
    uint32_t format, width, height;  // what it makes of any wish
    uint32_t buffer_count;  // of those it gives
    unsigned long refused;  // a request that fails, with this error
    int refused_error;
    int interrupted;  // so many calls are interrupted by a signal first
    // What happened.
    bool is_open, is_streaming, is_unplugged;
    struct {
        buffer_state state;
        uint32_t filled_bytes, flags, order;
        void *mapped;
    } buffers[BUFFERS];
    uint32_t filled_count;
    int mistakes;  // against the rules of V4L2
} fake_device;

static fake_device fake;
static uint8_t memory[BUFFERS][BUFFER_BYTES];
static uint8_t room[FRAME_ROOM];
static size_t frame_bytes;

static void plug_in(void) {
    fake = (fake_device){.format = V4L2_PIX_FMT_MJPEG, .width = 320, .height = 240, .buffer_count = BUFFERS};
    strcpy((char *)fake.capability.card, "Fake camera");
    fake.capability.capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
}

// The camera fills the buffer that waited longest: `byte_count` bytes of `value`. False if the program has them all.
static bool fill(uint8_t value, uint32_t byte_count, uint32_t flags) {
    int oldest = -1;
    for (int i = 0; i < BUFFERS; i++) {
        if (fake.buffers[i].state == QUEUED && (oldest < 0 || fake.buffers[i].order < fake.buffers[oldest].order)) {
            oldest = i;
        }
    }
    if (oldest < 0) {
        return false;
    }
    fake.buffers[oldest].state = FILLED;
    fake.buffers[oldest].filled_bytes = byte_count;
    fake.buffers[oldest].flags = flags;
    fake.buffers[oldest].order = fake.filled_count++;
    memset(memory[oldest], value, BUFFER_BYTES);
    return true;
}

static int count_buffers(buffer_state state) {
    int count = 0;
    for (int i = 0; i < BUFFERS; i++) {
        count += fake.buffers[i].mapped != NULL && fake.buffers[i].state == state;
    }
    return count;
}

// ---- the system, as the camera sees it ----

int __wrap_open(const char *path, int flags, ...);
int __real_open(const char *path, int flags, ...);
int __wrap_close(int file);
int __real_close(int file);
int __wrap_ioctl(int file, unsigned long request, ...);
int __wrap_poll(struct pollfd *list, nfds_t count, int wait_ms);
int __real_poll(struct pollfd *list, nfds_t count, int wait_ms);
void *__wrap_mmap(void *wish, size_t byte_count, int access, int flags, int file, off_t offset);
void *__real_mmap(void *wish, size_t byte_count, int access, int flags, int file, off_t offset);
int __wrap_munmap(void *mapped, size_t byte_count);
int __real_munmap(void *mapped, size_t byte_count);

static int fail(int error) {
    errno = error;
    return -1;
}

int __wrap_open(const char *path, int flags, ...) {
    if (strcmp(path, "/dev/video-fake") != 0) {
        return __real_open(path, flags);
    }
    fake.mistakes += fake.is_open || (flags & O_NONBLOCK) == 0;  // else taking a frame could wait for ever
    fake.is_open = true;
    return DEVICE;
}

int __wrap_close(int file) {
    if (file != DEVICE) {
        return __real_close(file);
    }
    fake.mistakes += !fake.is_open || fake.is_streaming;
    fake.is_open = false;
    return 0;
}

static int dequeue(struct v4l2_buffer *buffer) {
    int oldest = -1;
    for (int i = 0; i < BUFFERS; i++) {
        if (fake.buffers[i].state == FILLED && (oldest < 0 || fake.buffers[i].order < fake.buffers[oldest].order)) {
            oldest = i;
        }
    }
    if (fake.is_unplugged) {
        return fail(ENODEV);
    }
    if (oldest < 0) {
        return fail(EAGAIN);
    }
    fake.buffers[oldest].state = TAKEN;
    buffer->index = (uint32_t)oldest;
    buffer->bytesused = fake.buffers[oldest].filled_bytes;
    buffer->flags = fake.buffers[oldest].flags;
    return 0;
}

static int queue(const struct v4l2_buffer *buffer) {
    if (buffer->index >= fake.buffer_count || fake.buffers[buffer->index].state != TAKEN) {
        fake.mistakes++;
        return fail(EINVAL);
    }
    fake.buffers[buffer->index].state = QUEUED;
    fake.buffers[buffer->index].order = fake.filled_count++;
    return 0;
}

static void set_format(struct v4l2_format *format) {
    fake.mistakes += format->type != V4L2_BUF_TYPE_VIDEO_CAPTURE;
    format->fmt.pix.pixelformat = fake.format;
    format->fmt.pix.width = fake.width;
    format->fmt.pix.height = fake.height;
}

int __wrap_ioctl(int file, unsigned long request, ...) {
    va_list more;
    va_start(more, request);
    void *argument = va_arg(more, void *);
    va_end(more);
    fake.mistakes += file != DEVICE || !fake.is_open;
    if (fake.interrupted > 0) {
        fake.interrupted--;
        return fail(EINTR);
    }
    if (request == fake.refused) {
        return fail(fake.refused_error);
    }
    struct v4l2_requestbuffers *wanted = argument;
    struct v4l2_buffer *buffer = argument;
    switch (request) {
    case VIDIOC_QUERYCAP:
        memcpy(argument, &fake.capability, sizeof fake.capability);
        return 0;
    case VIDIOC_S_FMT:
        set_format(argument);
        return 0;
    case VIDIOC_REQBUFS:
        wanted->count = wanted->count < fake.buffer_count ? wanted->count : fake.buffer_count;
        return 0;
    case VIDIOC_QUERYBUF:
        buffer->length = BUFFER_BYTES;
        buffer->m.offset = buffer->index * BUFFER_BYTES;
        return 0;
    case VIDIOC_QBUF:
        return queue(buffer);
    case VIDIOC_DQBUF:
        return dequeue(buffer);
    case VIDIOC_STREAMON:
        fake.is_streaming = true;
        return 0;
    case VIDIOC_STREAMOFF:
        fake.is_streaming = false;
        return 0;
    default:
        fake.mistakes++;
        return fail(ENOTTY);
    }
}

int __wrap_poll(struct pollfd *list, nfds_t count, int wait_ms) {
    if (count != 1 || list[0].fd != DEVICE) {
        return __real_poll(list, count, wait_ms);
    }
    fake.mistakes += wait_ms < 0 || wait_ms > 100;  // a camera that went silent must not stop the loop
    if (fake.interrupted > 0) {
        fake.interrupted--;
        return fail(EINTR);
    }
    list[0].revents = (short)(fake.is_unplugged ? POLLERR | POLLHUP : count_buffers(FILLED) > 0 ? POLLIN : 0);
    return list[0].revents != 0;
}

void *__wrap_mmap(void *wish, size_t byte_count, int access, int flags, int file, off_t offset) {
    if (file != DEVICE) {
        return __real_mmap(wish, byte_count, access, flags, file, offset);
    }
    const size_t index = (size_t)offset / BUFFER_BYTES;
    fake.mistakes += index >= fake.buffer_count || byte_count != BUFFER_BYTES || fake.buffers[index].mapped != NULL;
    fake.buffers[index].mapped = memory[index];
    return memory[index];
}

int __wrap_munmap(void *mapped, size_t byte_count) {
    for (size_t i = 0; i < BUFFERS; i++) {
        if (mapped == memory[i]) {
            fake.mistakes += fake.buffers[i].mapped == NULL || byte_count != BUFFER_BYTES;
            fake.buffers[i].mapped = NULL;
            return 0;
        }
    }
    return __real_munmap(mapped, byte_count);
}

// ---- tests ----

static posix_camera camera;

static const char *open_camera(void) {
    return posix_camera_v4l2(&camera, "/dev/video-fake");
}

static void close_camera(void) {
    camera.close(camera.context);
    CHECK(!fake.is_open);
    CHECK_EQUAL(count_buffers(TAKEN) + count_buffers(QUEUED) + count_buffers(FILLED), 0);  // none stays mapped
    CHECK_EQUAL(fake.mistakes, 0);
}

static port_result take(void) {
    frame_bytes = 0;
    return camera.next(camera.context, room, sizeof room, &frame_bytes);
}

static void frames_come_as_they_were_filled(void) {
    plug_in();
    CHECK(open_camera() == NULL);
    CHECK_SAYS(camera.name, "Fake camera");
    CHECK(fake.is_streaming);
    CHECK_EQUAL(take(), PORT_NONE);
    for (int i = 1; i <= 100; i++) {
        CHECK(fill((uint8_t)i, (uint32_t)(100 + i), 0));
        CHECK_EQUAL(take(), PORT_OK);
        CHECK_EQUAL(frame_bytes, 100 + i);
        CHECK_EQUAL(room[0], i);
        CHECK_EQUAL(room[frame_bytes - 1], i);
        CHECK_EQUAL(count_buffers(TAKEN), 0);
    }
    CHECK_EQUAL(take(), PORT_NONE);
    close_camera();
}

static void of_several_frames_the_newest_is_taken(void) {
    plug_in();
    CHECK(open_camera() == NULL);
    for (uint8_t i = 1; fill(i, 100, 0); i++) {
        CHECK(i <= BUFFERS);
    }
    CHECK_EQUAL(take(), PORT_OK);
    CHECK_EQUAL(room[0], 3);  // of the three buffers that the camera uses
    CHECK_EQUAL(count_buffers(QUEUED), 3);  // all were given back
    CHECK_EQUAL(take(), PORT_NONE);
    close_camera();
}

static void frames_that_cannot_be_used_are_given_back(void) {
    plug_in();
    CHECK(open_camera() == NULL);
    for (int i = 0; i < 20; i++) {
        CHECK(fill(1, FRAME_ROOM + 1, 0));
        CHECK_EQUAL(take(), PORT_TOO_LARGE);
        CHECK(fill(2, 100, V4L2_BUF_FLAG_ERROR));  // damaged on the way from the camera
        CHECK_EQUAL(take(), PORT_NONE);
        CHECK_EQUAL(frame_bytes, 0);
    }
    CHECK(fill(3, FRAME_ROOM, 0));
    CHECK_EQUAL(take(), PORT_OK);
    CHECK_EQUAL(room[FRAME_ROOM - 1], 3);
    close_camera();
}

static void a_signal_is_no_failure(void) {
    plug_in();
    fake.interrupted = 3;
    CHECK(open_camera() == NULL);
    CHECK(fill(1, 100, 0));
    fake.interrupted = 1;
    CHECK_EQUAL(take(), PORT_NONE);  // while waiting
    CHECK_EQUAL(take(), PORT_OK);
    close_camera();
}

static void an_unplugged_camera_fails(void) {
    plug_in();
    CHECK(open_camera() == NULL);
    CHECK(fill(1, 100, 0));
    fake.is_unplugged = true;
    CHECK_EQUAL(take(), PORT_FAILED);
    CHECK_EQUAL(take(), PORT_FAILED);
    close_camera();
}

static void check_refused(const char *reason) {
    CHECK_SAYS(open_camera(), reason);
    CHECK(!fake.is_open);
    CHECK_EQUAL(count_buffers(TAKEN) + count_buffers(QUEUED), 0);
    CHECK_EQUAL(fake.mistakes, 0);
}

static void what_is_no_camera_is_refused(void) {
    plug_in();
    fake.capability.capabilities = V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_STREAMING;
    check_refused("not a camera");
    plug_in();
    fake.capability.capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_READWRITE;
    check_refused("not a camera");
    // A webcam's second node: the camera as a whole captures video, this node gives descriptions of its pictures.
    plug_in();
    fake.capability.capabilities |= V4L2_CAP_DEVICE_CAPS | V4L2_CAP_META_CAPTURE;
    fake.capability.device_caps = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING;
    check_refused("not a camera");
    plug_in();
    fake.refused = VIDIOC_QUERYCAP;
    fake.refused_error = ENOTTY;
    check_refused("not a camera");
    CHECK(posix_camera_v4l2(&camera, "/dev/video-that-is-not-there") != NULL);
}

static void other_formats_and_sizes_are_refused(void) {
    plug_in();
    fake.format = V4L2_PIX_FMT_YUYV;
    check_refused("JPEG");
    plug_in();
    fake.width = 1280;
    fake.height = 720;
    check_refused("640x480");
    plug_in();
    fake.format = V4L2_PIX_FMT_JPEG;
    CHECK(open_camera() == NULL);
    close_camera();
}

static void each_step_that_fails_leaves_nothing_open(void) {
    static const unsigned long steps[] = {VIDIOC_REQBUFS, VIDIOC_QUERYBUF, VIDIOC_QBUF, VIDIOC_STREAMON};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        plug_in();
        fake.refused = steps[i];
        fake.refused_error = EBUSY;
        check_refused("busy");
    }
    plug_in();
    fake.refused = VIDIOC_S_FMT;
    fake.refused_error = EBUSY;  // another program uses the camera
    check_refused("busy");
    plug_in();
    fake.buffer_count = 2;
    check_refused("buffers");
}

int main(void) {
    RUN(frames_come_as_they_were_filled);
    RUN(of_several_frames_the_newest_is_taken);
    RUN(frames_that_cannot_be_used_are_given_back);
    RUN(a_signal_is_no_failure);
    RUN(an_unplugged_camera_fails);
    RUN(what_is_no_camera_is_refused);
    RUN(other_formats_and_sizes_are_refused);
    RUN(each_step_that_fails_leaves_nothing_open);
    return check_result();
}
