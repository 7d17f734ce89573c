"""esp32_serve_test.py - the HTTP server of the firmware over real sockets: its code on a host (esp32_on_host).

    esp32_serve_test.py ESP32_ON_HOST

Runs what serve_test.py asks any device, and what is the ESP32's own: few sockets, clients that stall, restarts.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "app"))

from serve_client import ROOT, TOKEN, Server, read_until, scene  # noqa: E402

MODEL = (ROOT / "models" / "fashion_10k.tflite").read_bytes()
COMMAND = None


class Device(Server):
    """One process of esp32_on_host. A kill is a power cut; a folder used again is the next start of the same device."""

    def __init__(self, folder, *options):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        super().__init__(address=f"127.0.0.1:{port}")
        arguments = [COMMAND, folder, str(port), TOKEN, *options]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.wait_for_line("Open  http")

    def cut_power(self):
        self.process.kill()
        self.lines += self.process.communicate(timeout=30)[0].decode()
        assert "Sanitizer" not in self.lines and "runtime error" not in self.lines, self.lines


class Esp32(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.device = None
        self.clients = []

    def tearDown(self):
        for client in self.clients:
            client.close()
        if self.device:
            self.device.cut_power()
        self.folder.cleanup()

    def start(self, *options):
        self.device = Device(self.folder.name, *options)
        return self.device

    def restart(self, *options):
        self.device.cut_power()
        return self.start(*options)

    def connect(self, *arguments, **more):
        self.clients.append(self.device.connect(*arguments, **more))
        return self.clients[-1]

    def raw(self, text):
        client = socket.create_connection((self.device.host, self.device.port), timeout=20)
        self.clients.append(client)
        client.sendall(text)
        return client

    def seconds_of(self, path):
        began = time.monotonic()
        self.assertEqual(self.device.get(path).status, 200)
        return time.monotonic() - began

    def test_what_any_device_answers(self):
        device = self.start()
        test = ROOT / "tests" / "app" / "serve_test.py"
        address = f"{device.host}:{device.port}"
        done = subprocess.run([sys.executable, test, "--device", address, TOKEN], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_half_a_head_delays_nobody_for_long(self):
        self.start()
        half = self.raw(b"GET /api/status HTTP/1.1\r\nHost: loc")
        self.assertLess(self.seconds_of("/api/status"), 3)
        self.assertIn(b"408", half.recv(100))

    def test_connections_that_say_nothing_make_room(self):
        self.start()
        for _ in range(6):
            self.raw(b"")
        self.assertLess(self.seconds_of("/api/status"), 3)

    def test_each_kind_of_client_has_its_limit(self):
        device = self.start()
        for _ in range(3):
            read_until(self.connect("/stream"), lambda d: b"--thimble-frame" in d)
        for _ in range(5):
            read_until(self.connect("/events"), lambda d: b"event: sample" in d)
        self.assertEqual(device.get("/api/status").json()["clients"]["streams"], 3)
        self.assertEqual(device.get("/stream").status, 503)
        self.clients.pop(0).close()
        end = time.monotonic() + 15
        while device.metric("stream_clients") != 2 and time.monotonic() < end:
            time.sleep(0.1)
        read_until(self.connect("/stream"), lambda d: b"--thimble-frame" in d)

    def test_stalled_clients_delay_nobody(self):
        self.start()
        for _ in range(2):
            self.connect("/stream", receive_bytes=2048)
        upload = f"POST /api/captures HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
        self.raw(upload.encode() + b"Content-Type: image/jpeg\r\nContent-Length: 5000\r\n\r\nonly some of it")
        quick = self.connect("/stream")
        began = time.monotonic()
        frames = 0
        while time.monotonic() - began < 2:
            frames += read_until(quick, lambda d: b"--thimble-frame" in d).count(b"--thimble-frame")
        self.assertGreater(frames, 3)
        self.assertLess(self.seconds_of("/api/status"), 1)

    def test_bodies(self):
        device = self.start()
        # An answer comes before a long body that is refused.
        answer = device.ask("PUT", "/api/model", bytes(300000), "application/octet-stream", token=False)
        self.assertEqual(answer.status, 401)
        head = f"PUT /api/model?name=in%20time HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
        head += f"Content-Type: application/octet-stream\r\nExpect: 100-continue\r\nContent-Length: {len(MODEL)}\r\n\r\n"
        client = self.raw(head.encode())
        self.assertIn(b"100 Continue", client.recv(1000))
        client.sendall(MODEL)
        read_until(client, lambda d: b"\r\n\r\n" in d and b'"in time"' in d)
        # Chunks that are none.
        head = f"PUT /api/model HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
        client = self.raw(head.encode() + b"Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\nno\r\n")
        self.assertEqual(client.recv(100), b"")
        head = device.ask("HEAD", "/api/status", token=False)
        self.assertEqual((head.status, head.body), (200, b""))
        self.assertGreater(int(head.headers["Content-Length"]), 500)
        self.assertEqual(device.ask("OPTIONS", "/api/status", token=False).status, 405)

    def test_power_cuts_and_crashes(self):
        device = self.start()
        device.send_json("PATCH", "/api/settings", {"threshold": 0.25})
        device.ask("POST", "/api/captures?label=boot", scene("scene_00_ankle_boot"), "image/jpeg")
        head = f"PUT /api/model HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
        head += f"Content-Type: application/octet-stream\r\nContent-Length: {len(MODEL)}\r\n\r\n"
        self.raw(head.encode() + MODEL[:9000])
        time.sleep(0.3)
        device = self.restart()
        self.assertEqual(device.get("/api/settings").json()["threshold"], 0.25)
        self.assertEqual(device.get("/api/model").json()["source"], "built_in")
        self.assertEqual(device.get("/api/captures").json()["captures"][0]["label"], "boot")
        self.assertEqual(device.ask("PUT", "/api/model?name=bad", MODEL, "application/octet-stream").status, 200)
        for _ in range(3):
            self.assertEqual(device.get("/api/model").json()["name"], "bad")
            device = self.restart("crash")
        self.assertEqual(device.get("/api/model").json()["source"], "built_in")
        self.assertEqual(device.get("/api/status").json()["device"]["reset_reason"], "panic")

    def test_without_psram(self):
        device = self.start("small")
        self.assertEqual(device.get("/api/status").json()["clients"]["stream_limit"], 1)
        boot = device.ask("POST", "/api/classify", scene("scene_00_ankle_boot"), "image/jpeg", token=False).json()
        self.assertEqual(boot["label"], "Ankle boot")
        self.assertEqual(device.ask("PUT", "/api/model", MODEL, "application/octet-stream").status, 200)
        self.assertGreater(len(json.loads(device.get("/api/profile").body)["ops"]), 3)


if __name__ == "__main__":
    COMMAND = os.path.abspath(sys.argv.pop(1))
    unittest.main(argv=sys.argv)
