#!/usr/bin/env python3
"""Draws the sample pictures: one garment per Fashion-MNIST class, from outlines written down here.

Coordinates run from 0 to 1, x to the right, y down. Outlines are smoothed, filled with a shade that varies over the
cloth, and averaged down. Needs Python only; the same bytes every time.

    python3 samples/make_samples.py [folder]

SPDX-License-Identifier: Apache-2.0
"""
import math
import pathlib
import random
import struct
import sys
import zlib

SIDE = 112  # of the pictures, in pixels
FINE = 3  # drawn so many times larger


class Canvas:
    """Grey values 0 (ground) to 1, [y][x]."""

    def __init__(self, seed):
        self.size = SIDE * FINE
        self.rows = [[0.0] * self.size for _ in range(self.size)]
        self.noise = random.Random(seed)

    def fill(self, outline, shade, grain=0.03):
        """Fills a closed outline; shade(x, y) gives the cloth's value, None leaves what is there."""
        points = [(x * self.size, y * self.size) for x, y in outline]
        for row in range(self.size):
            y = row + 0.5
            crossings = []
            for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1]):
                if (y0 <= y) != (y1 <= y):
                    crossings.append(x0 + (y - y0) * (x1 - x0) / (y1 - y0))
            crossings.sort()
            for left, right in zip(crossings[::2], crossings[1::2]):
                for column in range(max(0, math.ceil(left - 0.5)), min(self.size, math.ceil(right - 0.5))):
                    value = shade((column + 0.5) / self.size, y / self.size)
                    if value is not None:
                        value += self.noise.uniform(-grain, grain)
                        self.rows[row][column] = min(1.0, max(0.0, value))

    def line(self, points, width, value):
        """A line of the given width through the points."""
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            length = math.hypot(x1 - x0, y1 - y0)
            if length > 0:
                dx, dy = (y1 - y0) / length * width / 2, (x0 - x1) / length * width / 2
                quad = [(x0 + dx, y0 + dy), (x1 + dx, y1 + dy), (x1 - dx, y1 - dy), (x0 - dx, y0 - dy)]
                self.fill(quad, lambda x, y: value, 0.01)
        for x, y in points[1:-1]:
            self.dot(x, y, width / 2, value)

    def dot(self, x, y, radius, value):
        self.fill([(x + radius * math.cos(t * math.pi / 8), y + radius * math.sin(t * math.pi / 8))
                   for t in range(16)], lambda a, b: value, 0)

    def pixels(self, dark_on_light):
        rows = []
        for y in range(SIDE):
            row = bytearray()
            for x in range(SIDE):
                total = sum(sum(line[x * FINE:(x + 1) * FINE]) for line in self.rows[y * FINE:(y + 1) * FINE])
                grey = round(255 * total / FINE ** 2)
                row.append(255 - grey if dark_on_light else grey)
            rows.append(bytes(row))
        return rows


def smooth(points, closed=True, steps=6):
    """A Catmull-Rom curve through the points; a point given twice stays a corner."""
    count, curve = len(points), []
    for i in range(count if closed else count - 1):
        a, b, c, d = (points[j % count] if closed else points[min(max(j, 0), count - 1)] for j in range(i - 1, i + 3))
        for step in range(steps if b != c else 0):
            t = step / steps
            curve.append(tuple(
                0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t ** 3)
                for p, q, r, s in zip(a, b, c, d)))
    if not closed:
        curve.append(points[-1])
    return curve


def mirrored(half):
    """The outline whose right half runs from the top to the bottom; the axis is x = 0.5."""
    return half + [(1 - x, y) for x, y in reversed(half)]


def cloth(base, folds=0.05, period=0.11, round_off=0.12, axis=0.5, reach=0.3):
    """Brighter along the axis, with slanting folds."""
    def shade(x, y):
        side = min(1.0, abs(x - axis) / reach)
        return base - round_off * side * side + folds * math.sin((x + 0.35 * y) / period * math.tau)
    return shade


def t_shirt(canvas):
    half = [(0.5, 0.10), (0.56, 0.09), (0.62, 0.04), (0.62, 0.04), (0.72, 0.07), (0.83, 0.14), (0.93, 0.34),
            (0.93, 0.34), (0.80, 0.40), (0.80, 0.40), (0.745, 0.31), (0.745, 0.31), (0.74, 0.60), (0.75, 0.95),
            (0.75, 0.95), (0.5, 0.97)]
    canvas.fill(smooth(mirrored(half)), cloth(0.78, 0.03))
    canvas.line(smooth([(0.385, 0.05), (0.43, 0.12), (0.5, 0.145), (0.57, 0.12), (0.615, 0.05)], False), 0.022, 0.55)
    for sign in (1, -1):
        canvas.line([(0.5 + sign * 0.245, 0.31), (0.5 + sign * 0.25, 0.14)], 0.008, 0.62)
    canvas.fill([(0.38, 0.40), (0.62, 0.40), (0.62, 0.58), (0.38, 0.58)],
                lambda x, y: 0.45 if math.hypot(x - 0.5, (y - 0.49) * 1.2) < 0.1 else None)


def trouser(canvas):
    half = [(0.5, 0.03), (0.635, 0.03), (0.635, 0.03), (0.66, 0.20), (0.675, 0.40), (0.665, 0.70), (0.655, 0.97),
            (0.655, 0.97), (0.545, 0.97), (0.545, 0.97), (0.53, 0.62), (0.515, 0.34), (0.5, 0.28)]
    canvas.fill(smooth(mirrored(half)), cloth(0.72, 0.03, 0.2, 0.1))
    canvas.line([(0.365, 0.075), (0.635, 0.075)], 0.012, 0.5)
    canvas.line([(0.5, 0.08), (0.5, 0.27)], 0.01, 0.5)
    for sign in (1, -1):
        canvas.line([(0.5 + sign * 0.075, 0.09), (0.5 + sign * 0.145, 0.17)], 0.008, 0.5)
        canvas.line([(0.5 + sign * 0.09, 0.3), (0.5 + sign * 0.1, 0.94)], 0.008, 0.83)


def sleeves(canvas, shade, out, end, cuff=None):
    """Long sleeves from the shoulder to (out, end)."""
    for sign in (1, -1):
        points = [(0.66, 0.07), (0.76, 0.11), (0.83, 0.22), (out - 0.015, 0.55), (out, end), (out, end),
                  (out - 0.115, end + 0.015), (out - 0.115, end + 0.015), (out - 0.15, 0.60), (0.70, 0.34)]
        points = [(0.5 + sign * (x - 0.5), y) for x, y in points]
        canvas.fill(smooth(points), shade)
        if cuff is not None:
            canvas.line([(0.5 + sign * (out - 0.5), end - 0.05), (0.5 + sign * (out - 0.62), end - 0.035)], 0.012, cuff)


def pullover(canvas):
    sleeves(canvas, cloth(0.60, 0.05, 0.07, 0.0), 0.955, 0.90, 0.42)
    half = [(0.5, 0.09), (0.56, 0.08), (0.60, 0.04), (0.60, 0.04), (0.70, 0.08), (0.76, 0.12), (0.75, 0.40),
            (0.74, 0.70), (0.745, 0.94), (0.745, 0.94), (0.5, 0.95)]
    def knit(x, y):
        return 0.66 + 0.05 * math.sin(y / 0.022 * math.tau) - 0.1 * (abs(x - 0.5) / 0.3) ** 2
    canvas.fill(smooth(mirrored(half)), knit)
    for sign in (1, -1):
        canvas.line(smooth([(0.5 + sign * 0.245, 0.86), (0.5 + sign * 0.235, 0.5), (0.5 + sign * 0.235, 0.27)], False),
                    0.014, 0.32)
    canvas.line([(0.26, 0.885), (0.74, 0.885)], 0.014, 0.45)
    canvas.line(smooth([(0.40, 0.05), (0.44, 0.11), (0.5, 0.13), (0.56, 0.11), (0.60, 0.05)], False), 0.03, 0.45)


def dress(canvas):
    half = [(0.5, 0.16), (0.54, 0.13), (0.57, 0.03), (0.57, 0.03), (0.60, 0.03), (0.60, 0.03), (0.625, 0.15),
            (0.615, 0.28), (0.59, 0.40), (0.62, 0.55), (0.66, 0.75), (0.69, 0.96), (0.69, 0.96), (0.5, 0.98)]
    def pleats(x, y):
        flare = max(0.0, y - 0.4)
        return 0.74 + (0.02 + 0.14 * flare) * math.sin((x - 0.5) / (0.035 + 0.05 * flare) * math.tau)
    canvas.fill(smooth(mirrored(half)), pleats)
    canvas.line([(0.412, 0.40), (0.588, 0.40)], 0.022, 0.45)


def coat(canvas):
    sleeves(canvas, cloth(0.55, 0.04, 0.1, 0.0), 0.89, 0.95, 0.38)
    half = [(0.5, 0.05), (0.57, 0.03), (0.61, 0.05), (0.70, 0.08), (0.755, 0.12), (0.735, 0.40), (0.745, 0.70),
            (0.765, 0.97), (0.765, 0.97), (0.5, 0.98)]
    canvas.fill(smooth(mirrored(half)), cloth(0.60, 0.03, 0.3, 0.12))
    for sign in (1, -1):
        lapel = [(0.5, 0.42), (0.5 + sign * 0.135, 0.22), (0.5 + sign * 0.12, 0.05), (0.5 + sign * 0.03, 0.04)]
        canvas.fill(lapel, cloth(0.66, 0.0, round_off=0.0))
        canvas.line([(0.5 + sign * 0.24, 0.88), (0.5 + sign * 0.225, 0.5), (0.5 + sign * 0.225, 0.27)], 0.02, 0.2)
        canvas.line([(0.5 + sign * 0.1, 0.68), (0.5 + sign * 0.2, 0.65)], 0.016, 0.36)
    canvas.line([(0.5, 0.06), (0.5, 0.97)], 0.030, 0.10)
    for y in (0.48, 0.58, 0.68):
        canvas.dot(0.535, y, 0.014, 0.2)


def sandal(canvas):
    sole = [(0.03, 0.66), (0.03, 0.69), (0.2, 0.735), (0.45, 0.725), (0.62, 0.70), (0.80, 0.72), (0.80, 0.72),
            (0.97, 0.72), (0.97, 0.72), (0.975, 0.56), (0.90, 0.53), (0.76, 0.55), (0.58, 0.635), (0.35, 0.66),
            (0.15, 0.65)]
    canvas.fill(smooth(sole), lambda x, y: 0.62 if y < 0.60 + 0.1 * (1 - x) else 0.42)
    for points, width in (([(0.10, 0.655), (0.20, 0.56), (0.32, 0.55), (0.40, 0.65)], 0.05),
                          ([(0.27, 0.655), (0.36, 0.52), (0.47, 0.50), (0.54, 0.64)], 0.045),
                          ([(0.60, 0.62), (0.66, 0.42), (0.80, 0.33), (0.93, 0.36), (0.95, 0.55)], 0.04),
                          ([(0.76, 0.55), (0.84, 0.46), (0.95, 0.44)], 0.035)):
        canvas.line(smooth(points, False), width, 0.85)
    canvas.dot(0.68, 0.41, 0.03, 0.55)


def shirt(canvas):
    plaid = lambda x, y: 0.68 + 0.10 * math.sin(x / 0.075 * math.tau) + 0.10 * math.sin(y / 0.075 * math.tau)
    sleeves(canvas, plaid, 0.90, 0.82, 0.5)
    half = [(0.5, 0.08), (0.55, 0.06), (0.585, 0.03), (0.585, 0.03), (0.68, 0.07), (0.755, 0.12), (0.735, 0.40),
            (0.735, 0.70), (0.735, 0.90), (0.72, 0.93), (0.62, 0.97), (0.5, 0.97)]
    canvas.fill(smooth(mirrored(half)), plaid)
    canvas.line([(0.5, 0.12), (0.5, 0.96)], 0.05, 0.78)
    for y in (0.2, 0.32, 0.44, 0.56, 0.68, 0.80):
        canvas.dot(0.5, y, 0.012, 0.35)
    for sign in (1, -1):
        canvas.fill([(0.5, 0.12), (0.5 + sign * 0.10, 0.02), (0.5 + sign * 0.13, 0.07), (0.5 + sign * 0.07, 0.19)],
                    lambda x, y: 0.86)
        canvas.line([(0.5 + sign * 0.235, 0.82), (0.5 + sign * 0.23, 0.28)], 0.012, 0.3)


def sneaker(canvas):
    upper = [(0.03, 0.62), (0.05, 0.55), (0.14, 0.51), (0.30, 0.47), (0.44, 0.38), (0.55, 0.315), (0.60, 0.31),
             (0.65, 0.36), (0.78, 0.375), (0.90, 0.31), (0.95, 0.30), (0.965, 0.45), (0.975, 0.62), (0.975, 0.62)]
    canvas.fill(smooth(upper), cloth(0.62, 0.02, round_off=0.05))
    canvas.fill([(0.02, 0.61), (0.98, 0.60), (0.985, 0.68), (0.90, 0.70), (0.12, 0.70), (0.03, 0.67)],
                lambda x, y: 0.92)
    canvas.fill(smooth([(0.03, 0.61), (0.06, 0.55), (0.16, 0.515), (0.22, 0.55), (0.22, 0.61)]), lambda x, y: 0.78)
    for i in range(4):
        x = 0.34 + 0.06 * i
        canvas.line([(x, 0.45 - 0.037 * i), (x + 0.055, 0.52 - 0.037 * i)], 0.018, 0.93)
    canvas.line(smooth([(0.45, 0.60), (0.60, 0.56), (0.80, 0.44)], False), 0.03, 0.35)
    canvas.line(smooth([(0.60, 0.32), (0.66, 0.385), (0.78, 0.40), (0.92, 0.33)], False), 0.025, 0.35)


def bag(canvas):
    handle = smooth([(0.27, 0.42), (0.29, 0.20), (0.40, 0.08), (0.60, 0.08), (0.71, 0.20), (0.73, 0.42)], False)
    canvas.line(handle, 0.045, 0.55)
    body = [(0.10, 0.38), (0.10, 0.38), (0.90, 0.38), (0.90, 0.38), (0.95, 0.65), (0.94, 0.92), (0.94, 0.92),
            (0.06, 0.92), (0.06, 0.92), (0.05, 0.65)]
    canvas.fill(smooth(body), cloth(0.72, 0.02, 0.4, 0.1, reach=0.5))
    canvas.fill([(0.10, 0.38), (0.90, 0.38), (0.92, 0.56), (0.5, 0.64), (0.08, 0.56)], cloth(0.60, 0.0, round_off=0.05))
    canvas.line([(0.08, 0.56), (0.5, 0.64), (0.92, 0.56)], 0.014, 0.40)
    canvas.dot(0.5, 0.61, 0.035, 0.95)
    canvas.line([(0.08, 0.885), (0.92, 0.885)], 0.010, 0.5)


def ankle_boot(canvas):
    upper = [(0.04, 0.86), (0.035, 0.77), (0.10, 0.70), (0.26, 0.64), (0.42, 0.54), (0.50, 0.40), (0.52, 0.20),
             (0.53, 0.07), (0.53, 0.07), (0.90, 0.07), (0.90, 0.07), (0.905, 0.35), (0.945, 0.60), (0.95, 0.86),
             (0.95, 0.86)]
    canvas.fill(smooth(upper), cloth(0.66, 0.025, 0.13, 0.1, axis=0.7, reach=0.6))
    canvas.fill([(0.03, 0.85), (0.955, 0.84), (0.955, 0.95), (0.70, 0.95), (0.66, 0.90), (0.05, 0.905)],
                lambda x, y: 0.40)
    canvas.line([(0.53, 0.105), (0.90, 0.105)], 0.02, 0.48)
    canvas.fill(smooth([(0.70, 0.10), (0.80, 0.10), (0.79, 0.38), (0.74, 0.44), (0.70, 0.38)]), lambda x, y: 0.42)
    canvas.line(smooth([(0.06, 0.77), (0.20, 0.73), (0.30, 0.84)], False), 0.012, 0.50)


# File name, drawing, and whether it is a dark garment on a light ground.
SAMPLES = (("0_t_shirt", t_shirt, False), ("1_trouser", trouser, True), ("2_pullover", pullover, False),
           ("3_dress", dress, False), ("4_coat", coat, True), ("5_sandal", sandal, False),
           ("6_shirt", shirt, False), ("7_sneaker", sneaker, True), ("8_bag", bag, False),
           ("9_ankle_boot", ankle_boot, False))


def png(rows):
    """The bytes of an 8-bit grey PNG file."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    for seed, (name, draw, dark_on_light) in enumerate(SAMPLES):
        canvas = Canvas(seed)
        draw(canvas)
        (folder / (name + ".png")).write_bytes(png(canvas.pixels(dark_on_light)))


if __name__ == "__main__":
    main()
