"""clients_test.py - programs that others wrote read what `thimble serve` sends: curl, ffmpeg, Prometheus.

    clients_test.py THIMBLE

Those that are not installed are left out, and named; without any of them the test is skipped.

SPDX-License-Identifier: Apache-2.0
"""

import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

from serve_client import TOKEN, Server, scene

SCRAPE = """global: {{scrape_interval: 1s}}
scrape_configs: [{{job_name: thimble, static_configs: [{{targets: ["{address}"]}}]}}]
"""


def run(*arguments, **more):
    return subprocess.run(arguments, check=True, capture_output=True, timeout=60, **more).stdout


def check_curl(address, _folder):
    picture = scene("scene_08_dress")
    url = f"http://{address}/api/classify"
    answer = run("curl", "-sS", "--fail", "-H", "Content-Type: image/jpeg", "--data-binary", "@-", url, input=picture)
    assert json.loads(answer)["label"] == "Dress", answer
    # A body of unknown length, in chunks, and one that waits for "100 Continue".
    for header in ("Transfer-Encoding: chunked", "Expect: 100-continue"):
        more = ["-H", "Content-Type: image/jpeg", "-H", header, "-H", f"Authorization: Bearer {TOKEN}"]
        kept = run("curl", "-sS", "--fail", *more, "--data-binary", "@-", f"http://{address}/api/captures?label=a", input=picture)
        assert json.loads(kept)["bytes"] == len(picture), kept
    refused = run("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", f"http://{address}/api/captures")
    assert refused == b"401", refused
    events = subprocess.run(["curl", "-sSN", "-m", "3", f"http://{address}/events"], capture_output=True, timeout=60).stdout
    assert events.count(b"event: sample\ndata: {") >= 2, events


def check_ffmpeg(address, folder):
    video = folder / "video.mkv"
    stream = f"http://{address}/stream"
    options = ["-loglevel", "warning", "-nostdin"]
    said = subprocess.run(
        ["ffmpeg", *options, "-f", "mpjpeg", "-i", stream, "-frames:v", "20", "-c", "copy", str(video)],
        capture_output=True,
        timeout=60,
        check=True,
    ).stderr
    assert not said.strip(), said  # no warning about the framing
    show = ["-select_streams", "v", "-count_frames", "-show_entries", "stream=codec_name,width,height,nb_read_frames"]
    found = run("ffprobe", "-loglevel", "error", *show, "-of", "csv=p=0", str(video)).decode().strip()
    assert found == "mjpeg,320,240,20", found


def check_prometheus(address, folder):
    with urllib.request.urlopen(f"http://{address}/metrics") as answer:
        run("promtool", "check", "metrics", input=answer.read())
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    own = "127.0.0.1:%d" % listener.getsockname()[1]
    listener.close()
    configuration = folder / "prometheus.yml"
    configuration.write_text(SCRAPE.format(address=address))
    log = open(folder / "prometheus.log", "w")
    server = subprocess.Popen(
        ["prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={own}"],
        stderr=log,
    )
    try:
        query = urllib.parse.urlencode({"query": "thimble_samples_total"})
        values = set()
        end = time.monotonic() + 60
        while len(values) < 3:
            assert time.monotonic() < end, (values, pathlib.Path(log.name).read_text())
            time.sleep(0.5)
            try:
                with urllib.request.urlopen(f"http://{own}/api/v1/query?{query}") as answer:
                    values |= {found["value"][1] for found in json.load(answer)["data"]["result"]}
            except OSError:
                pass  # it is starting
    finally:
        server.terminate()
        server.wait()


CLIENTS = {
    "curl": (check_curl, ["curl"]),
    "ffmpeg": (check_ffmpeg, ["ffmpeg", "ffprobe"]),
    "prometheus": (check_prometheus, ["prometheus", "promtool"]),
}


def main():
    missing = [name for name, (_, programs) in CLIENTS.items() if not all(map(shutil.which, programs))]
    if len(missing) == len(CLIENTS):
        print(f"skipped: not installed: Debian packages {' '.join(missing)}")
        sys.exit(77)
    server = Server(sys.argv[1])
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name in CLIENTS.keys() - set(missing):
                CLIENTS[name][0](f"{server.host}:{server.port}", pathlib.Path(folder))
                print(f"{name} reads it")
    finally:
        code, lines = server.stop()
    assert code == 0, lines
    for name in missing:
        print(f"{name} is not installed: left out")


main()
