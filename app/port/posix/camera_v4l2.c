// camera_v4l2.c - a camera of Linux that delivers JPEG (most webcams do): the newest of three mapped buffers.
//
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "posix_port.h"

enum { WIDTH = 320, HEIGHT = 240, BUFFER_COUNT = 3, WAIT_MS = 100 };

typedef struct v4l2_camera {
    int device;
    struct {
        void *bytes;
        size_t byte_count;
    } buffers[BUFFER_COUNT];
} v4l2_camera;

static int control(int device, unsigned long request, void *argument) {
    int result;
    do {
        result = ioctl(device, request, argument);
    } while (result < 0 && errno == EINTR);
    return result;
}

static struct v4l2_buffer buffer_of(uint32_t index) {
    return (struct v4l2_buffer){.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP, .index = index};
}

// Takes the newest filled buffer and gives older ones back. False if there is none.
static bool take_newest(const v4l2_camera *camera, struct v4l2_buffer *newest) {
    bool has_one = false;
    for (;;) {
        struct v4l2_buffer filled = buffer_of(0);
        if (control(camera->device, VIDIOC_DQBUF, &filled) < 0) {
            return has_one;
        }
        if (has_one) {
            control(camera->device, VIDIOC_QBUF, newest);
        }
        *newest = filled;
        has_one = true;
    }
}

static port_result next(void *context, uint8_t *room, size_t room_bytes, size_t *frame_bytes) {
    v4l2_camera *camera = context;
    struct pollfd waiting = {.fd = camera->device, .events = POLLIN};
    struct v4l2_buffer newest;
    if (poll(&waiting, 1, WAIT_MS) < 0) {
        return errno == EINTR ? PORT_NONE : PORT_FAILED;
    }
    if ((waiting.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
        return PORT_FAILED;
    }
    if (!take_newest(camera, &newest)) {
        return PORT_NONE;
    }
    port_result result = PORT_OK;
    if ((newest.flags & V4L2_BUF_FLAG_ERROR) != 0 || newest.index >= BUFFER_COUNT) {
        result = PORT_NONE;
    } else if (newest.bytesused > room_bytes) {
        result = PORT_TOO_LARGE;
    } else {
        memcpy(room, camera->buffers[newest.index].bytes, newest.bytesused);
        *frame_bytes = newest.bytesused;
    }
    control(camera->device, VIDIOC_QBUF, &newest);
    return result;
}

static void close_camera(void *context) {
    v4l2_camera *camera = context;
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    control(camera->device, VIDIOC_STREAMOFF, &type);
    for (size_t i = 0; i < BUFFER_COUNT; i++) {
        if (camera->buffers[i].bytes != NULL) {
            munmap(camera->buffers[i].bytes, camera->buffers[i].byte_count);
        }
    }
    close(camera->device);
    free(camera);
}

// NULL, or what is wrong.
static const char *map_buffers(v4l2_camera *camera) {
    struct v4l2_requestbuffers wanted = {
        .count = BUFFER_COUNT, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
    if (control(camera->device, VIDIOC_REQBUFS, &wanted) < 0) {
        return strerror(errno);
    }
    if (wanted.count < BUFFER_COUNT) {
        return "it has too few buffers";
    }
    for (uint32_t i = 0; i < BUFFER_COUNT; i++) {
        struct v4l2_buffer buffer = buffer_of(i);
        if (control(camera->device, VIDIOC_QUERYBUF, &buffer) < 0) {
            return strerror(errno);
        }
        void *bytes = mmap(NULL, buffer.length, PROT_READ | PROT_WRITE, MAP_SHARED, camera->device, buffer.m.offset);
        if (bytes == MAP_FAILED) {
            return strerror(errno);
        }
        camera->buffers[i].bytes = bytes;
        camera->buffers[i].byte_count = buffer.length;
        if (control(camera->device, VIDIOC_QBUF, &buffer) < 0) {
            return strerror(errno);
        }
    }
    return NULL;
}

// What this device file does; the others of the same camera may do something else.
static uint32_t abilities(const struct v4l2_capability *capability) {
    const bool says_own = (capability->capabilities & V4L2_CAP_DEVICE_CAPS) != 0;
    return says_own ? capability->device_caps : capability->capabilities;
}

static const char *start(v4l2_camera *camera, struct v4l2_capability *capability) {
    struct v4l2_format format = {
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
        .fmt.pix = {.width = WIDTH, .height = HEIGHT, .pixelformat = V4L2_PIX_FMT_MJPEG, .field = V4L2_FIELD_ANY}};
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (control(camera->device, VIDIOC_QUERYCAP, capability) < 0 ||
        (abilities(capability) & V4L2_CAP_VIDEO_CAPTURE) == 0 || (abilities(capability) & V4L2_CAP_STREAMING) == 0) {
        return "it is not a camera";
    }
    const bool is_set = control(camera->device, VIDIOC_S_FMT, &format) == 0;
    if (!is_set && errno == EBUSY) {
        return "it is busy: another program uses it";
    }
    if (!is_set ||
        (format.fmt.pix.pixelformat != V4L2_PIX_FMT_MJPEG && format.fmt.pix.pixelformat != V4L2_PIX_FMT_JPEG)) {
        return "it does not deliver JPEG";
    }
    if (format.fmt.pix.width > 640 || format.fmt.pix.height > 640) {
        return "it does not deliver pictures of 640x480 or less";
    }
    const char *problem = map_buffers(camera);
    if (problem == NULL && control(camera->device, VIDIOC_STREAMON, &type) < 0) {
        problem = strerror(errno);
    }
    return problem;
}

const char *posix_camera_v4l2(posix_camera *opened, const char *device) {
    struct v4l2_capability capability = {0};
    v4l2_camera *camera = calloc(1, sizeof *camera);
    if (camera == NULL) {
        return "no memory";
    }
    camera->device = open(device, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (camera->device < 0) {
        const char *problem = strerror(errno);
        free(camera);
        return problem;
    }
    const char *problem = start(camera, &capability);
    if (problem != NULL) {
        close_camera(camera);
        return problem;
    }
    *opened = (posix_camera){.context = camera, .waits_itself = true, .next = next, .close = close_camera};
    snprintf(opened->name, sizeof opened->name, "%s", (const char *)capability.card);
    return NULL;
}
