"""Does fetch_photos take what is right, leave out what is not, and go on where it stopped? Against a server of our own.

SPDX-License-Identifier: Apache-2.0
"""

import csv
import http.server
import io
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from PIL import Image

FETCH = Path(__file__).parent / "fetch_photos"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[str] = []

    def log_message(self, *_) -> None:
        self.asked.append(self.path)


def _photo(side: int, turned: bool) -> bytes:
    picture = Image.radial_gradient("L").resize((side, side // 2)).convert("RGB")
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6  # lies on its side: 90 degrees clockwise make it upright
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif)
    return file.getvalue()


def _blob(content: bytes) -> str:
    run = subprocess.run(["git", "hash-object", "--stdin"], input=content, capture_output=True, check=True)
    return run.stdout.decode().strip()


def _fetch(address: str, folder: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, FETCH, "--from", address, "--to", folder / "photos", "--list", folder / "list.csv"]
    return subprocess.run(command, capture_output=True, text=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        public = folder / "public"
        public.mkdir()
        photos = {"a.jpg": _photo(400, False), "b.jpg": _photo(400, True), "c.jpg": _photo(100, False)}
        with (folder / "list.csv").open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["file", "git_blob", "photographer", "label", "fold"])
            for photo, content in photos.items():
                table.writerow([photo, _blob(content), 7, "coat", 0])
        (public / "a.jpg").write_bytes(photos["a.jpg"])
        (public / "b.jpg").write_bytes(photos["b.jpg"])
        (public / "c.jpg").write_bytes(photos["c.jpg"] + b"x")  # changed since

        def handler(*arguments) -> _Quiet:
            return _Quiet(*arguments, directory=public)

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{server.server_port}"
            first = _fetch(address, folder)
            assert first.returncode != 0 and "c.jpg: not the file we know" in first.stderr, first
            assert len((folder / "photos" / "labels.csv").read_text().splitlines()) == 3
            assert Image.open(folder / "photos" / "images" / "a.jpg").size == (192, 96)
            assert Image.open(folder / "photos" / "images" / "b.jpg").size == (96, 192)
            _Quiet.asked.clear()
            (public / "c.jpg").write_bytes(photos["c.jpg"])
            second = _fetch(address, folder)
            assert second.returncode == 0 and _Quiet.asked == ["/c.jpg"], (second, _Quiet.asked)
            assert Image.open(folder / "photos" / "images" / "c.jpg").size == (100, 50)
            server.shutdown()
        shutil.rmtree(folder / "photos")
        away = _fetch(address, folder)  # nobody listens any more
        assert away.returncode != 0 and "refused" in away.stderr and "0 of 3 photos" in away.stdout, away
    print("fetch_photos: takes the right files, leaves out a changed one, goes on where it stopped")


if __name__ == "__main__":
    main()
