"""serve_test.py - `thimble serve` over real sockets: what a unit test on a fake port cannot show.

    serve_test.py THIMBLE                      starts the command
    serve_test.py --device ADDRESS TOKEN       the tests that also hold for a board, against one

SPDX-License-Identifier: Apache-2.0
"""

import hashlib
import io
import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile

from serve_client import ROOT, Server, read_until, scene

SMALL = str(ROOT / "models" / "fashion_64k.tflite")  # besides the one that is built in
MODEL = pathlib.Path(SMALL).read_bytes()
COMMAND = None
DEVICE = None


def start(**more):
    if DEVICE:
        return Server(address=DEVICE[0], token=DEVICE[1])
    return Server(COMMAND, **more)


class AnyDevice(unittest.TestCase):
    """The same answers on a desk and on a board."""

    @classmethod
    def setUpClass(cls):
        cls.server = start()
        for _ in range(100):  # the camera's first frame
            if cls.server.get("/api/status").json()["loop"]["samples"] > 0:
                break
            time.sleep(0.1)

    @classmethod
    def tearDownClass(cls):
        if not DEVICE:
            code, lines = cls.server.stop()
            assert code == 0 and "ERROR" not in lines, lines

    def test_page_and_its_files(self):
        page = self.server.get("/", headers={"Accept-Encoding": "gzip"})
        self.assertEqual(page.status, 200)
        self.assertEqual(page.headers["Content-Encoding"], "gzip")
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
        again = self.server.get("/", headers={"If-None-Match": page.headers["ETag"]})
        self.assertEqual((again.status, again.body), (304, b""))

    def test_status_counts_samples(self):
        first = self.server.get("/api/status").json()["loop"]["samples"]
        time.sleep(3)  # pushed frames keep the camera away for 2 seconds
        self.assertGreater(self.server.get("/api/status").json()["loop"]["samples"], first)

    def test_events_are_framed_and_resumed(self):
        client = self.server.connect("/events", "Last-Event-ID: 0\r\n")
        data = read_until(client, lambda d: d.count(b"event: sample") >= 3)
        client.close()
        self.assertIn(b"Content-Type: text/event-stream", data)
        body = b"".join(part for part in re.split(rb"\r\n[0-9a-fA-F]+\r\n", data))
        messages = [m for m in body.decode().split("\n\n") if "data: " in m]
        for message in messages[:-1]:
            json.loads(message[message.index("data: ") + 6 :])

    def test_video_parts_are_jpeg(self):
        client = self.server.connect("/stream")
        data = read_until(client, lambda d: d.count(b"--thimble-frame") >= 3)
        client.close()
        self.assertGreaterEqual(data.count(b"\xff\xd8\xff"), 2)

    def test_classify_raw_and_jpeg(self):
        wanted = self.server.get("/api/model").json()["contract"]["input"]
        picture = bytes(wanted["height"] * wanted["width"] * wanted["channels"])
        raw = self.server.ask("POST", "/api/classify", picture, "application/octet-stream", token=False)
        self.assertEqual(raw.status, 200)
        self.assertEqual(
            raw.json()["probabilities"],
            self.server.ask("POST", "/api/classify", picture, "application/octet-stream", token=False).json()["probabilities"],
        )
        boot = self.server.ask("POST", "/api/classify", scene("scene_00_ankle_boot"), "image/jpeg", token=False).json()
        self.assertEqual(boot["label"], "Ankle boot")
        self.assertEqual(len(boot["probabilities"]), len(boot["labels"]))

    def test_changes_need_the_token(self):
        for method, path in [("PATCH", "/api/settings"), ("PUT", "/api/model"), ("POST", "/api/captures")]:
            answer = self.server.ask(method, path, b"{}", "application/json", token=False)
            self.assertEqual(answer.status, 401)
            self.assertEqual(answer.headers["Content-Type"], "application/problem+json")

    def test_other_sites_are_kept_out(self):
        self.assertEqual(self.server.get("/api/status", headers={"Host": "evil.example"}).status, 421)
        self.assertEqual(self.server.get("/api/status", headers={"Origin": "http://evil.example"}).status, 403)

    def test_settings_change(self):
        before = self.server.get("/api/settings").json()
        changed = self.server.send_json("PATCH", "/api/settings", {"threshold": 0.5, "mirror": True}).json()
        self.assertEqual(changed, {**before, "threshold": 0.5, "mirror": True})
        self.server.send_json("PATCH", "/api/settings", {"threshold": before["threshold"], "mirror": before["mirror"]})

    def test_model_upload_in_chunks_refusal_and_rollback(self):
        chunks = (MODEL[i : i + 1000] for i in range(0, len(MODEL), 1000))
        answer = self.server.ask("PUT", "/api/model?name=again", chunks, "application/octet-stream")
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.json()["name"], "again")
        self.assertEqual(answer.json()["sha256"], hashlib.sha256(MODEL).hexdigest())
        refused = self.server.ask("PUT", "/api/model", MODEL[:30000], "application/octet-stream")
        self.assertEqual(refused.status, 422)
        self.assertEqual(self.server.get("/api/model").json()["name"], "again")
        large = self.server.ask("PUT", "/api/model", bytes(500000), "application/octet-stream")
        self.assertEqual(large.status, 413)
        # The refused one lay where the model before was; so there is nothing to go back to but the built-in one.
        rollback = self.server.ask("POST", "/api/model/rollback")
        self.assertIn(rollback.status, (200, 409))

    def test_captures_and_archive(self):
        for label in ("one", 'two, "quoted"'):
            self.assertEqual(self.server.send_json("POST", "/api/captures", {"label": label}).status, 201)
        answer = self.server.ask("POST", "/api/captures?label=boot", scene("scene_00_ankle_boot"), "image/jpeg")
        self.assertEqual(answer.status, 201)
        boot = answer.json()
        self.assertEqual(self.server.get(boot["picture"]).body, scene("scene_00_ankle_boot"))
        archive = zipfile.ZipFile(io.BytesIO(self.server.get("/api/captures.zip").body))
        self.assertIsNone(archive.testzip())
        table = archive.read("labels.csv").decode().splitlines()
        self.assertEqual(len(table), len(archive.namelist()))
        self.assertTrue(any('"two, ""quoted"""' in line for line in table))
        relabelled = self.server.send_json("PATCH", f"/api/captures/{boot['id']}", {"label": "shoe"})
        self.assertEqual(relabelled.json()["label"], "shoe")
        for capture in self.server.get("/api/captures").json()["captures"]:
            self.assertEqual(self.server.ask("DELETE", f"/api/captures/{capture['id']}").status, 204)

    def test_pushed_frames(self):
        source = ""
        for _ in range(50):
            answer = self.server.ask("POST", "/api/frames", scene("scene_00_ankle_boot"), "image/jpeg")
            self.assertEqual(answer.status, 202)
            time.sleep(0.1)
            source = self.server.get("/api/status").json()["sample"]["source"]
            if source == "pushed":
                break
        self.assertEqual(source, "pushed")

    def test_profile(self):
        profile = self.server.get("/api/profile").json()
        self.assertEqual(len(profile["ops"]), self.server.get("/api/model").json()["op_count"])


class Desk(unittest.TestCase):
    """What needs the process: restarts, crashes, files, clients that misbehave."""

    def setUp(self):
        if DEVICE:
            self.skipTest("needs a process of its own")
        self.folder = tempfile.TemporaryDirectory()
        self.store = self.folder.name + "/store"

    def tearDown(self):
        if not DEVICE:
            self.folder.cleanup()

    def start(self, **more):
        return start(store=self.store, **more)

    def check_end(self, server):
        code, lines = server.stop()
        self.assertEqual(code, 0, lines)
        self.assertNotIn("Sanitizer", lines)
        self.assertNotIn("runtime error", lines)

    def wait_for_streams(self, server, count):
        """Clients that left or stall are gone within 10 seconds; loaded machines get some more."""
        end = time.monotonic() + 30
        while server.metric("stream_clients") != count and time.monotonic() < end:
            time.sleep(0.2)
        self.assertEqual(server.metric("stream_clients"), count)

    def test_everything_survives_a_restart(self):
        server = self.start()
        server.send_json("PATCH", "/api/settings", {"threshold": 0.25})
        server.ask("PUT", "/api/model?name=kept", MODEL, "application/octet-stream")
        server.ask("POST", "/api/captures?label=boot", scene("scene_00_ankle_boot"), "image/jpeg")
        self.check_end(server)
        server = self.start()
        self.assertEqual(server.get("/api/settings").json()["threshold"], 0.25)
        self.assertEqual(server.get("/api/model").json()["name"], "kept")
        self.assertEqual(server.get("/api/captures").json()["captures"][0]["label"], "boot")
        self.check_end(server)

    def test_three_kills_take_a_new_model_back(self):
        server = self.start()
        self.assertEqual(server.ask("PUT", "/api/model?name=bad", MODEL, "application/octet-stream").status, 200)
        for _ in range(3):
            self.assertEqual(server.get("/api/model").json()["name"], "bad")
            server.stop(signal.SIGKILL)
            server = self.start()
        self.assertEqual(server.get("/api/model").json()["source"], "built_in")
        self.assertEqual(server.get("/api/status").json()["device"]["reset_reason"], "crash")
        self.check_end(server)

    def test_a_kill_during_an_upload_harms_nothing(self):
        server = self.start()
        server.send_json("PATCH", "/api/settings", {"threshold": 0.25})
        client = socket.create_connection((server.host, server.port))
        client.sendall(
            f"PUT /api/model HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {server.token}\r\n"
            f"Content-Type: application/octet-stream\r\nContent-Length: {len(MODEL)}\r\n\r\n".encode()
            + MODEL[:40000]
        )
        time.sleep(0.5)
        server.stop(signal.SIGKILL)
        client.close()
        server = self.start()
        self.assertEqual(server.get("/api/model").json()["source"], "built_in")
        self.assertEqual(server.get("/api/settings").json()["threshold"], 0.25)
        self.check_end(server)

    def test_beyond_the_limit_is_503(self):
        server = self.start()
        streams = [server.connect("/stream") for _ in range(16)]
        for stream in streams:
            read_until(stream, lambda d: b"--thimble-frame" in d)
        answer = server.get("/stream")
        self.assertEqual(answer.status, 503)
        self.assertTrue(answer.headers["Retry-After"])
        self.assertEqual(server.get("/api/status").status, 200)
        for stream in streams:
            stream.close()
        self.wait_for_streams(server, 0)
        self.check_end(server)

    def test_slow_clients_are_closed_and_cost_nobody(self):
        server = self.start()
        stalled = [server.connect("/stream", receive_bytes=2048) for _ in range(4)]
        half = socket.create_connection((server.host, server.port))
        half.sendall(b"GET /api/status HTTP/1.1\r\nHost: loc")
        quick = server.connect("/stream")
        begin = time.monotonic()
        frames = 0
        while time.monotonic() - begin < 12:
            frames += read_until(quick, lambda d: b"--thimble-frame" in d).count(b"--thimble-frame")
        self.assertGreater(frames, 10)  # it goes on; bench/serve_load measures how fast
        self.wait_for_streams(server, 1)
        half.settimeout(10)
        self.assertEqual(half.recv(100), b"")
        for client in (*stalled, quick, half):
            client.close()
        self.check_end(server)

    def test_virtual_cameras(self):
        pictures = pathlib.Path(self.folder.name) / "pictures"
        pictures.mkdir()
        (pictures / "a.jpg").write_bytes(scene("scene_00_ankle_boot"))
        (pictures / "broken.png").write_bytes(b"no picture")
        server = self.start(options=["--camera", f"dir:{pictures}"])
        server.wait_for_line("Ankle boot")
        self.check_end(server)
        dataset = pathlib.Path("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz")
        if dataset.exists():
            server = self.start(options=["--camera", f"idx:{dataset}", "--model", SMALL])
            server.wait_for_line("Ankle boot")
            self.check_end(server)

    def test_chips_are_those_of_bench(self):
        model = str(ROOT / "models" / "fashion_10k.tflite")
        server = self.start(options=["--model", model])
        chips = server.get("/api/model").json()["chips"]
        self.check_end(server)
        self.assertEqual([chip["chip"] for chip in chips], ["esp32", "esp32s3", "esp32c3"])
        for chip in chips:
            told = subprocess.run([COMMAND, "bench", model, "--chip", chip["chip"], "--json"], capture_output=True)
            bench = json.loads(told.stdout)
            self.assertAlmostEqual(chip["ms"], bench["milliseconds"], 2)
            self.assertEqual((chip["ram_bytes"], chip["flash_bytes"]), (bench["arena_bytes"], bench["model_bytes"]))

    def test_a_model_given_is_the_one_that_runs(self):
        server = self.start()
        server.ask("PUT", "/api/model?name=stored", MODEL, "application/octet-stream")
        self.check_end(server)
        server = self.start(options=["--model", SMALL])
        self.assertEqual(server.get("/api/model").json()["name"], "fashion_64k.tflite")
        self.check_end(server)
        server = self.start()
        self.assertEqual(server.get("/api/model").json()["name"], "stored")
        self.check_end(server)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[:1] == ["--device"]:
        DEVICE = arguments[1:3]
        arguments = arguments[3:]
    else:
        COMMAND = arguments.pop(0)
    unittest.main(argv=[sys.argv[0], *arguments])
