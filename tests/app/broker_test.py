"""broker_test.py - devices at a real broker: restarts of both, Home Assistant's discovery, a signed roll-out that stops.

    broker_test.py THIMBLE

SPDX-License-Identifier: Apache-2.0
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import fleet_lab
import home_assistant_rules
from fleet_lab import Broker, Device, ModelServer, Witness, check_events, wait_until
from serve_client import ROOT

COMMAND = None


class AtABroker(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.broker = Broker()
        cls.witness = Witness(cls.broker, ["thimble/+/+", "homeassistant/#"])
        cls.devices = [cls.start_device(f"d{i}") for i in range(3)]
        for device in cls.devices:
            wait_until(lambda d=device: d.status()["link"] == "connected", 20, device.name)

    @classmethod
    def start_device(cls, name, **settings):
        return Device(COMMAND, cls.broker, name, cls.folder.name, group="hall", interval_s=2, keep_events=True, **settings)

    @classmethod
    def tearDownClass(cls):
        for device in cls.devices:
            code, lines = device.server.stop()
            assert code == 0 and "ERROR" not in lines and "runtime error" not in lines, lines
        cls.witness.stop()
        cls.broker.close()
        cls.folder.cleanup()

    def fleet(self, *arguments):
        command = [COMMAND, "fleet", *arguments, "--broker", f"127.0.0.1:{self.broker.port}", "--wait", "1"]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)

    def test_1_discovery_is_what_home_assistant_takes(self):
        for device in self.devices:
            topic = f"homeassistant/device/{device.name}/config"
            wait_until(lambda t=topic: self.witness.of(t), 10, topic)
            home_assistant_rules.check(self.witness.newest(topic))
        before = len(self.witness.of("homeassistant/device/d0/config"))
        self.broker.publish("homeassistant/status", "online")
        wait_until(lambda: len(self.witness.of("homeassistant/device/d0/config")) > before, 15, "birth message")

    def test_2_messages_are_as_described(self):
        schema = json.loads((ROOT / "docs" / "fleet.schema.json").read_text())
        self.broker.publish("thimble/all/cmd/threshold", '{"threshold": 0.55, "ref": "r"}')
        wait_until(lambda: self.witness.of("thimble/d0/result"), 10, "result")
        for word in ("event", "state", "info", "update", "result"):
            wait_until(lambda w=word: self.witness.of(f"thimble/d0/{w}"), 20, word)
            for message in self.witness.of(f"thimble/d0/{word}"):
                home_assistant_rules.check_object(message, schema["$defs"][word], word)

    def test_3_nothing_is_lost_when_the_broker_or_a_device_goes(self):
        self.broker.stop()
        self.devices[1].kill()
        time.sleep(3)
        self.devices[1].start()
        time.sleep(2)
        self.broker.start()
        for device in self.devices:
            wait_until(lambda d=device: d.status()["link"] == "connected" and d.status()["queued"] == 0, 40, device.name)
        time.sleep(1)
        for device in self.devices:
            newest = device.status()["newest_seq"]
            topic = f"thimble/{device.name}/event"
            wait_until(lambda t=topic, n=newest: self.witness.newest(t).get("seq", 0) >= n, 15, topic)
            missing, disordered, _ = check_events(self.witness.of(topic))
            self.assertEqual((missing, disordered), ([], 0), device.name)

    def test_4_a_device_that_dies_is_offline(self):
        device = self.start_device("mortal")
        wait_until(lambda: device.status()["link"] == "connected", 20, "connected")
        wait_until(lambda: self.last("thimble/mortal/availability") == "online", 10, "online")
        device.kill()
        wait_until(lambda: self.last("thimble/mortal/availability") == "offline", 10, "last will")
        self.assertIn("offline", self.fleet("list").stdout)

    def last(self, topic):
        return next((payload for _, name, payload in reversed(self.witness.messages) if name == topic), None)

    def test_5_a_roll_out_stops_when_a_device_refuses(self):
        folder = pathlib.Path(self.folder.name)
        for name in ("ours", "theirs"):
            subprocess.run([COMMAND, "keygen", "-o", name], cwd=folder, check=True, capture_output=True)
        keys = [(folder / f"{name}.pub").read_text().strip() for name in ("ours", "theirs")]
        for device, key in zip(self.devices, [keys[0], keys[1], keys[0]]):
            answer = device.server.send_json("PATCH", "/api/fleet", {"model_key": key})
            self.assertEqual(answer.status, 200)
        for device in self.devices:
            wait_until(lambda d=device: d.status()["link"] == "connected", 20, device.name)
        model = ROOT / "models" / "fashion_10k.tflite"
        shutil.copy(model, folder / "tiny.tflite")
        sign = [COMMAND, "sign", str(model), "--card", str(model.with_suffix(".md")), "--key", "ours.pem"]
        sign += ["--min-firmware", "0.1.0", "-o", "tiny.json"]
        subprocess.run(sign, cwd=folder, check=True, capture_output=True)
        old = self.devices[1].model()["name"]
        server = ModelServer(folder)
        server.break_after = 4000
        options = ["--url", f"{server.url}/tiny.tflite", "--manifest", str(folder / "tiny.json")]
        result = self.fleet("update", *options, "--canary", "1", "--then", "all")
        self.assertEqual(result.returncode, 5, result.stdout + result.stderr)
        self.assertIn("stopped: 1 devices failed, 0 may", result.stderr)
        self.assertIn("signature does not fit", result.stdout)
        self.assertTrue(any(request for request in server.requests), "no download was resumed")
        names = [device.model()["name"] for device in self.devices]
        self.assertEqual(names[0], "fashion_10k")
        self.assertEqual(names[1], old)
        result = self.fleet("update", *options, "--canary", "100%", "--failures", "50", "--force")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertEqual([device.model()["name"] for device in self.devices], ["fashion_10k", old, "fashion_10k"])
        server.close()


class AtABrokerWithTls(unittest.TestCase):
    """The broker asks for the device's certificate, and the device trusts one authority only."""

    def test_certificates_are_checked_on_both_sides(self):
        if shutil.which("openssl") is None:
            self.skipTest("the command openssl is not installed")
        with tempfile.TemporaryDirectory() as folder:
            fleet_lab.make_certificates(folder)
            files = {"cafile": "ca.pem", "certfile": "server.pem", "keyfile": "server.key"}
            lines = [f"{name} {folder}/{file}" for name, file in files.items()]
            broker = Broker("\n".join(lines + ["require_certificate true"]))
            pems = {name: pathlib.Path(folder, name).read_text() for name in ("ca.pem", "client.pem", "client.key")}
            device = Device(COMMAND, broker, "locked", folder, tls=True, ca=pems["ca.pem"])
            # Without its own certificate it is refused; a private key that was sent is not told to anybody.
            wait_until(lambda: device.status()["problem"] not in ("", "not tried yet"), 20, "refused")
            own = {"certificate": pems["client.pem"], "key": pems["client.key"]}
            answer = device.server.send_json("PATCH", "/api/fleet", own)
            self.assertEqual(answer.status, 200)
            self.assertNotIn("PRIVATE", answer.body.decode())
            wait_until(lambda: device.status()["link"] == "connected", 30, "connected with TLS")
            # Another authority: the broker's certificate does not count any more.
            fleet_lab.make_certificates(device.store)
            other = pathlib.Path(device.store, "ca.pem").read_text()
            self.assertEqual(device.server.send_json("PATCH", "/api/fleet", {"ca": other}).status, 200)
            wait_until(lambda: device.status()["problem"] not in ("", "not tried yet"), 30, "not trusted")
            self.assertNotEqual(device.status()["link"], "connected")
            code, lines = device.server.stop()
            self.assertEqual(code, 0)
            self.assertNotIn("PRIVATE", lines)
            broker.close()


if __name__ == "__main__":
    COMMAND = str(pathlib.Path(sys.argv.pop(1)).resolve())
    if not fleet_lab.is_possible():
        print("skipped: mosquitto and its clients (Debian: mosquitto, mosquitto-clients) are not installed")
        sys.exit(77)
    if "--manifest" not in subprocess.run([COMMAND, "fleet", "--help"], capture_output=True, text=True).stdout:
        print("skipped: built without the application")
        sys.exit(77)
    probe = [COMMAND, "fleet", "list", "--broker", "127.0.0.1:1"]
    if "knows no message broker" in subprocess.run(probe, capture_output=True, text=True).stderr:
        print("skipped: built without libmosquitto (Debian: libmosquitto-dev)")
        sys.exit(77)
    unittest.main()
