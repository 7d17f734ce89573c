"""fleet_lab.py - a broker, simulated devices and a witness that writes down what they say; for tests and benchmarks.

SPDX-License-Identifier: Apache-2.0
"""

import collections
import functools
import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time

from serve_client import Server

MOSQUITTO = shutil.which("mosquitto", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
TOOLS = ("mosquitto_sub", "mosquitto_pub")


def is_possible():
    return MOSQUITTO is not None and all(shutil.which(tool) for tool in TOOLS)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(holds, seconds, what):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


class Broker:
    """mosquitto on a port of its own; keeps retained messages and sessions over a restart."""

    def __init__(self, more=""):
        self.folder = tempfile.TemporaryDirectory()
        self.port = free_port()
        self.process = None
        config = f"listener {self.port} 127.0.0.1\n{more}\nallow_anonymous true\npersistence true\nmax_queued_messages 0\n"
        config += f"persistence_location {self.folder.name}/\nmax_inflight_messages 0\n"
        if os.getuid() == 0:
            config += "user root\n"
        pathlib.Path(self.folder.name, "mosquitto.conf").write_text(config)
        self.start()

    def start(self):
        command = [MOSQUITTO, "-c", f"{self.folder.name}/mosquitto.conf"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self.answers, 10, "the broker listens")

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def close(self):
        self.stop()
        self.folder.cleanup()

    def publish(self, topic, message, retain=False):
        command = ["mosquitto_pub", "-p", str(self.port), "-q", "1", "-t", topic, "-m", message]
        subprocess.run(command + (["-r"] if retain else []), check=True)


def make_certificates(folder):
    """ca, server and client, each as NAME.pem and NAME.key, by the command openssl."""

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    pathlib.Path(folder, "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    for name in ("ca", "server", "client"):
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.ec")
        openssl("pkcs8", "-topk8", "-nocrypt", "-in", f"{name}.ec", "-out", f"{name}.key")
    openssl("req", "-x509", "-new", "-key", "ca.key", "-subj", "/CN=test ca", "-days", "2", "-out", "ca.pem")
    for name in ("server", "client"):
        openssl("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={name}", "-out", f"{name}.csr")
        signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"]
        openssl("x509", "-req", "-in", f"{name}.csr", *signing, "-out", f"{name}.pem")


class Witness(threading.Thread):
    """Writes down all messages, in order, with a session that the broker keeps while it or the witness is away."""

    def __init__(self, broker, filters):
        super().__init__(daemon=True)
        self.messages = []  # (seconds, topic, payload as text)
        self.byte_count = collections.Counter()
        command = ["mosquitto_sub", "-p", str(broker.port), "-q", "1", "-i", "witness", "-c", "-k", "10", "-F", "%t\t%l\t%p"]
        for topic in filters:
            command += ["-t", topic]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.start()

    def run(self):
        for line in self.process.stdout:
            topic, length, payload = line.decode(errors="replace").rstrip("\n").split("\t", 2)
            self.messages.append((time.monotonic(), topic, payload))
            self.byte_count[topic] += int(length)

    def of(self, topic):
        return [json.loads(payload) for _, name, payload in list(self.messages) if name == topic]

    def newest(self, topic):
        found = self.of(topic)
        return found[-1] if found else {}

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.join(5)


class Device:
    """One process of `thimble serve` that tells the broker."""

    def __init__(self, command, broker, name, folder, options=(), **settings):
        self.command, self.name, self.options = command, name, options
        self.store = os.path.join(folder, name)
        self.settings = {"enabled": True, "host": "127.0.0.1", "tcp_port": broker.port, "id": name, **settings}
        self.start()
        answer = self.server.send_json("PATCH", "/api/fleet", self.settings)
        assert answer.status == 200, answer.body

    def start(self):
        self.server = Server(self.command, store=self.store, options=self.options)

    def status(self):
        return self.server.get("/api/fleet").json()

    def model(self):
        return self.server.get("/api/model").json()

    def kill(self):
        self.server.process.kill()
        self.server.process.communicate()


class ModelServer:
    """Files by HTTP with ranges; counts requests, and can stall or break off."""

    def __init__(self, folder):
        self.requests, self.break_after, self.stalls = [], None, False
        handler = functools.partial(ModelHandler, self, folder)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class ModelHandler(http.server.BaseHTTPRequestHandler):
    def __init__(self, lab, folder, *arguments):
        self.lab, self.folder = lab, pathlib.Path(folder)
        super().__init__(*arguments)

    def do_GET(self):
        path = self.folder / self.path.lstrip("/")
        if not path.is_file():
            self.send_error(404)
            return
        data, wanted = path.read_bytes(), self.headers.get("Range")
        self.lab.requests.append(wanted)
        first = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(data) - first))
        if wanted:
            self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        body = data[first:]
        if self.lab.break_after:
            body = body[: self.lab.break_after]
        self.wfile.write(body)
        if self.lab.break_after and len(body) < len(data) - first:
            self.close_connection = True

    def log_message(self, *arguments):
        pass


def check_events(messages):
    """Of one device's events: the numbers lost within each epoch, those out of order, those that came again."""
    missing, disordered, repeated = [], 0, 0
    for epoch in sorted({message["epoch"] for message in messages}):
        numbers = [message["seq"] for message in messages if message["epoch"] == epoch]
        seen = set()
        newest = 0
        for number in numbers:
            if number in seen:
                repeated += 1
            elif number < newest:
                disordered += 1
            seen.add(number)
            newest = max(newest, number)
        missing += sorted(set(range(1, newest + 1)) - seen)
    return missing, disordered, repeated
