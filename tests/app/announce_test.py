"""announce_test.py - `thimble serve` is found by mDNS: a bus and an Avahi daemon of the test's own, asked by Avahi's client.

    announce_test.py THIMBLE

Skipped where Avahi is not installed, its daemon cannot be started (only root may) or one is running already.

SPDX-License-Identifier: Apache-2.0
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from serve_client import Server

CONFIGURATION = "[server]\nhost-name=thimble-announce-test\nuse-ipv6=no\n[publish]\npublish-workstation=no\n"
PROGRAMS = {"dbus-daemon": "dbus", "avahi-daemon": "avahi-daemon", "avahi-publish": "avahi-utils", "avahi-browse": "avahi-utils"}


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def find(program):
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def wait_until(what, holds, seconds=20):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.2)


def start_daemons(folder):
    """A bus at a socket in `folder`, taken for the system's by all programs started from here, and Avahi's daemon on it."""
    bus = pathlib.Path(folder, "bus")
    os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={bus}"
    configuration = pathlib.Path(folder, "avahi.conf")
    configuration.write_text(CONFIGURATION)
    log = open(pathlib.Path(folder, "log"), "w")
    daemons = [subprocess.Popen([find("dbus-daemon"), "--session", "--nofork", f"--address=unix:path={bus}"], stderr=log)]
    wait_until("the bus is there", bus.exists)
    options = ["--no-drop-root", "--no-chroot", "--no-rlimits", "-f", str(configuration)]
    daemons.append(subprocess.Popen([find("avahi-daemon"), *options], stderr=log))
    said = pathlib.Path(folder, "log").read_text
    wait_until("the daemon starts", lambda: "startup complete" in said() or daemons[1].poll() is not None)
    return daemons, daemons[1].poll() is None


def announced(port):
    """Whether Avahi's client finds a service at this port; it prints =;INTERFACE;PROTOCOL;NAME;TYPE;DOMAIN;HOST;ADDRESS;PORT;TEXT"""
    found = subprocess.run([find("avahi-browse"), "-rpt", "_http._tcp"], capture_output=True, text=True, timeout=30)
    lines = [line.split(";") for line in found.stdout.splitlines() if line.startswith("=")]
    return any(line[8] == str(port) and line[9] == '"path=/"' for line in lines)


def check(command):
    server = Server(command, options=["--listen", "0.0.0.0"])
    assert "not announced" not in server.lines, server.lines
    assert ".local:" in server.lines, server.lines  # the printed address has the announced name
    wait_until("it is found", lambda: announced(server.port))
    code, lines = server.stop()
    assert code == 0, lines
    wait_until("it is withdrawn when the server ends", lambda: not announced(server.port))

    server = Server(command)  # for this computer only: nobody else needs to know
    time.sleep(1)
    assert not announced(server.port)
    server.stop()

    os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/nothing/here"
    server = Server(command, options=["--listen", "0.0.0.0"])
    assert "not announced by mDNS" in server.lines, server.lines
    assert server.get("/api/status").status == 200
    server.stop()


def main():
    missing = {package for program, package in PROGRAMS.items() if not find(program)}
    if missing:
        skip(f"not installed: Debian packages {' '.join(sorted(missing))}")
    with tempfile.TemporaryDirectory() as folder:
        daemons, runs = start_daemons(folder)
        try:
            if not runs:
                skip("Avahi's daemon does not start here (one runs already, or only root may)")
            check(sys.argv[1])
        finally:
            for daemon in reversed(daemons):
                daemon.terminate()
                daemon.wait()


main()
