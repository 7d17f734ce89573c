"""serve_client.py - starts `thimble serve` for tests and benchmarks, and talks to it with what Python has.

SPDX-License-Identifier: Apache-2.0
"""

import http.client
import json
import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import tempfile
import time

TOKEN = "test-token-123"
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


class Server:
    """One process of `thimble serve`, or a device elsewhere (address and token given)."""

    def __init__(self, command=None, store=None, options=(), address=None, token=TOKEN):
        self.token = token
        self.process = None
        self.lines = ""
        if address:
            self.host, _, port = address.partition(":")
            self.port = int(port or 80)
            return
        self.folder = tempfile.TemporaryDirectory() if store is None else None
        self.store = store or os.path.join(self.folder.name, "store")
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        self.host, self.port = listener.getsockname()
        listener.close()
        arguments = [command, "serve", "--store", self.store, "--port", str(self.port), "--token", token, *options]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.wait_for_line("Open  http")

    def wait_for_line(self, part, seconds=20):
        end = time.monotonic() + seconds
        while part not in self.lines:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            more = os.read(self.process.stdout.fileno(), 65536).decode() if ready else ""
            if not more:
                raise AssertionError(f"no line with '{part}' in: {self.lines}")
            self.lines += more

    def stop(self, how=signal.SIGTERM):
        """Ends the process; returns its exit code and what it printed."""
        self.process.send_signal(how)
        rest, _ = self.process.communicate(timeout=30)
        self.lines += rest.decode()
        return self.process.returncode, self.lines

    def ask(self, method, path, body=None, type=None, token=True, headers=None, timeout=20):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        all_headers = dict(headers or {})
        if type:
            all_headers["Content-Type"] = type
        if token:
            all_headers["Authorization"] = f"Bearer {self.token}"
        try:
            connection.request(method, path, body, all_headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **more):
        return self.ask("GET", path, token=False, **more)

    def send_json(self, method, path, value):
        return self.ask(method, path, json.dumps(value), "application/json")

    def connect(self, path, headers="", receive_bytes=None):
        """A socket on which a GET was sent."""
        client = socket.socket()
        if receive_bytes:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        client.settimeout(20)
        client.connect((self.host, self.port))
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode())
        return client

    def metric(self, name):
        text = self.get("/metrics").body.decode()
        return float(re.search(rf"^thimble_{name} (\S+)$", text, re.M).group(1))

    def resident_bytes(self):
        pages = int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE")


def read_until(client, done, seconds=20):
    """What a socket gives until done(bytes) holds."""
    data = b""
    end = time.monotonic() + seconds
    while not done(data):
        if time.monotonic() > end:
            raise AssertionError(f"timeout after {data[:500]}")
        more = client.recv(65536)
        if not more:
            raise AssertionError(f"closed after {data[:500]}")
        data += more
    return data


def scene(name):
    return (ROOT / "samples" / "scenes" / f"{name}.jpg").read_bytes()
