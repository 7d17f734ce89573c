#!/bin/sh
# cli_pictures_test.sh - classify: the samples, every format, drawing, labels, broken pictures.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/cli_test_lib.sh"
need_python

expect classify_samples 0 "" "$thimble" classify "$model" "$samples"/*.png --json
json samples_are_recognised 'sum(p["top"][0]["class"] == i for i, p in enumerate(d["pictures"])) >= 9' True
json three_classes_each 'all(len(p["top"]) == 3 for p in d["pictures"])' True
json probabilities_fall 'all(1 >= t[0]["probability"] >= t[1]["probability"] >= t[2]["probability"] >= 0 for t in (p["top"] for p in d["pictures"]))' True
json labels_come_from_the_model 'd["pictures"][8]["top"][0]["label"], d["labels_from"]' "('Bag', 'thimble.json')"

json chips_are_estimated '[(e["chip"], e["milliseconds"] > 0, e["arena_bytes"] > 0) for e in d["estimates"]] == [(c, True, True) for c in ("esp32", "esp32s3", "esp32c3")]' True

# The trouser is dark on light: without inverting it is not one.
expect invert_auto_is_yes_here 0 "" "$thimble" classify "$model" "$samples/1_trouser.png" --json --invert yes
json inverted_by_hand 'd["pictures"][0]["top"][0]["class"]' 1
expect invert_no 0 "" "$thimble" classify "$model" "$samples/1_trouser.png" --json --plain --invert no
json not_inverted 'd["pictures"][0]["top"][0]["class"] != 1' True

# Drawing.
expect show_in_letters 0 "" env TERM=dumb "$thimble" classify "$model" "$samples/8_bag.png" --show
has letters_show_the_label ' Bag  [0-9.]+ %$'
same letters_have_no_escapes "$(LC_ALL=C grep -c "$(printf '\033')" out)" 0
expect show_without_color 0 "" env TERM=xterm NO_COLOR=1 "$thimble" classify "$model" "$samples/8_bag.png" --show
same no_color_has_no_escapes "$(LC_ALL=C grep -c "$(printf '\033')" out)" 0
expect show_in_256 0 "" env -u NO_COLOR -u COLORTERM TERM=xterm "$thimble" classify "$model" "$samples/8_bag.png" --show
has colors_by_number "38;5;[0-9]+;48;5;[0-9]+m"
expect show_in_all_colors 0 "" env -u NO_COLOR COLORTERM=truecolor TERM=xterm "$thimble" classify "$model" "$samples/8_bag.png" --show
has colors_in_full "38;2;[0-9]+;[0-9]+;[0-9]+;48;2;"

# One picture in every format gives one answer.
cat >formats.py <<'PYTHON'
import struct, sys, zlib
data, at, packed = open(sys.argv[1], "rb").read(), 8, b""
while at < len(data):
    size, kind = struct.unpack(">I4s", data[at:at + 8])
    packed += data[at + 8:at + 8 + size] if kind == b"IDAT" else b""
    at += 12 + size
raw = zlib.decompress(packed)
rows = [raw[y * 113 + 1:(y + 1) * 113] for y in range(112)]
flat = b"".join(rows)
def png(name, depth, color, lines, extra=b""):
    def chunk(kind, body): return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    open(name, "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 112, 112, depth, color, 0, 0, 0))
                           + extra + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + line for line in lines))) + chunk(b"IEND", b""))
png("rgb.png", 8, 2, [bytes(v for p in row for v in (p, p, p)) for row in rows])
png("alpha.png", 8, 6, [bytes(v for p in row for v in (p, p, p, 255)) for row in rows])
open("p5.pgm", "wb").write(b"P5 # a comment\n112 112\n255\n" + flat)
open("p5deep.pgm", "wb").write(b"P5\n112 112\n65535\n" + bytes(v for p in flat for v in (p, p)))
open("p2.pgm", "w").write("P2\n112\n112 255\n" + " ".join(map(str, flat)))
open("p6.ppm", "wb").write(b"P6\n112 112\n255\n" + bytes(v for p in flat for v in (p, p, p)))
open("p3.ppm", "w").write("P3 112 112 255\n" + "\n".join("%d %d %d" % (p, p, p) for p in flat))
PYTHON
python3 formats.py "$samples/8_bag.png"
cp "$samples/8_bag.png" wrong_ending.jpg
expect classify_formats 0 "" "$thimble" classify "$model" "$samples/8_bag.png" rgb.png alpha.png p5.pgm p5deep.pgm p2.pgm \
    p6.ppm p3.ppm wrong_ending.jpg --json
json formats_agree 'len({str(p["top"]) for p in d["pictures"]})' 1

# JPEG, with an EXIF block that turns it: bright left half becomes bright upper half.
python3 -c "
import base64
open('turned.jpg', 'wb').write(base64.b64decode('/9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAASUkqAAgAAAABABIBAwABAAAABgAAAAAAAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/wAALCAAIABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAACQr/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AEQTnv/Z'))"
expect jpeg_is_turned 0 "" env TERM=dumb "$thimble" classify "$model" turned.jpg --show --plain --invert no
same jpeg_bright_half_is_above "$(cut -c 10-20 out | sed -n '2p;13p' | tr '\n' '|')" "%%%%%%%%%%%|           |"

# Broken pictures: exit code 4, one line, nothing on stdout, also when a sound one came first.
for file in "$samples/8_bag.png" turned.jpg p5.pgm p2.pgm p3.ppm; do
    bytes=$(wc -c <"$file")
    for part in 2 10 40 60 90; do
        head -c $((bytes * part / 100)) "$file" >broken
        expect "${file##*/}_cut_to_$part%" 4 "picture 'broken'" "$thimble" classify "$model" "$samples/8_bag.png" broken
        same "${file##*/}_cut_to_$part%_prints_nothing" "$(wc -c <out | tr -d ' ')" 0
    done
done
expect missing_picture 4 "nosuch.*No such file" "$thimble" classify "$model" nosuch
expect picture_is_a_directory 4 "is a directory" "$thimble" classify "$model" .
expect picture_is_a_model 4 "neither PNG nor JPEG" "$thimble" classify "$model" "$model"
printf 'P5\n60000 60000\n255\n' >giant.pgm
expect giant_picture 4 "100 million pixels" "$thimble" classify "$model" giant.pgm
printf 'P5\n0 5\n255\n' >flat.pgm
expect picture_without_pixels 4 "is empty" "$thimble" classify "$model" flat.pgm
printf 'P5\n1 1\n255\nx' >dot.pgm
expect one_pixel 0 "" "$thimble" classify "$model" dot.pgm

# Names: from a file, from TFLite metadata, none.
seq -f 'name %.0f' 0 9 >names
expect names_from_file 0 "" "$thimble" classify "$model" "$samples/8_bag.png" --names names --json
json names_from_file_are_used 'd["pictures"][0]["top"][0]["label"], d["labels_from"]' "('name 8', 'file')"
head -n 9 names >nine
expect too_few_names 4 "9 names, the model 10" "$thimble" classify "$model" "$samples/8_bag.png" --names nine
expect missing_names 4 "nosuch" "$thimble" classify "$model" "$samples/8_bag.png" --names nosuch
cat >zipped.py <<'PYTHON'
import sys, zipfile
data = open(sys.argv[1], "rb").read()
assert data.count(b"thimble.json") == 1
data = data.replace(b"thimble.json", b"another.json")
names = "".join("zip %d\n" % i for i in range(10))
for method, name in ((zipfile.ZIP_STORED, "stored.tflite"), (zipfile.ZIP_DEFLATED, "deflated.tflite")):
    open(name, "wb").write(data)
    with zipfile.ZipFile(name, "a", method) as archive:
        archive.writestr("readme.txt", "not\nthese\n")
        archive.writestr("labels.txt", names)
open("nameless.tflite", "wb").write(data)
open("controls.tflite", "wb").write(open(sys.argv[1], "rb").read().replace(b"T-shirt/top", b"T\\u001b[31m"))
PYTHON
python3 zipped.py "$model"
for kind in stored deflated; do
    expect "names_$kind" 0 "" "$thimble" classify $kind.tflite "$samples/8_bag.png" --json
    json "names_${kind}_are_used" 'd["pictures"][0]["top"][0]["label"], d["labels_from"]' "('zip 8', 'TFLite metadata')"
done
expect no_names 0 "" "$thimble" classify nameless.tflite "$samples/8_bag.png"
has no_names_gives_numbers ': class 8 [0-9.]+ %'
expect names_with_controls 0 "" "$thimble" info controls.tflite
same names_cannot_color_the_terminal "$(LC_ALL=C grep -c "$(printf '\033')" out)" 0
has names_with_controls_are_shown 'labels    T\?\[31m, Trouser'
expect names_with_controls_json 0 "" "$thimble" info controls.tflite --json
json names_with_controls_survive 'd["labels"][0] == "T\x1b[31m"' True
finish
