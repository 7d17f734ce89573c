#!/bin/sh
# cli_photos_test.sh - photos through vision: what is seen, what is counted, what is refused; the real ones if at hand.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/cli_test_lib.sh"
need_python

# Three drawn photos: dark trousers on a light ground, small and at the side; twice the same in a photo of 1500 x 2000.
cat >draw.py <<'PYTHON'
import os
def trousers(y, x, top, left, height, width):
    v, u = (y - top) / height, (x - left) / width
    return 0 <= v < 1 and 0 <= u < 1 and (v < 0.3 or u < 0.38 + 0.0 * v or u > 0.62)
def photo(name, height, width, *box):
    rows = [bytes(v for x in range(width) for v in ((40, 50, 90) if trousers(y, x, *box) else (210, 200, 180))) for y in range(height)]
    open(name, "wb").write(b"P6\n%d %d\n255\n" % (width, height) + b"".join(rows))
os.makedirs("photos/images")
photo("photos/images/small.ppm", 240, 320, 60, 180, 150, 70)
photo("photos/images/large.ppm", 2000, 1500, 300, 700, 1300, 600)
photo("photos/images/hat.ppm", 64, 64, 10, 10, 40, 40)
open("photos/labels.csv", "w").write("label,file,who\ntrouser,small.ppm,1\r\nTrouser,large.ppm,2\nhat,hat.ppm,3\n")
PYTHON
python3 draw.py
expect photos_note_what_is_left_out 0 "1 photos are left out.*hat \(1\)" "$thimble" eval "$model" --photos photos --show seen
same photos_last_line "$(tail -n 1 out)" "balanced accuracy 1.0000 (2 photos)"
same photos_are_shown "$(list seen)" "large.png small.png"
same photos_are_seen_alike "$(python3 -c "
import struct, zlib
def read(name):
    data = open(name, 'rb').read()
    assert data[16:26] == b'\0\0\0\x1c\0\0\0\x1c\x08\0', data[16:26]
    at, packed = 8, b''
    while at < len(data):
        size, kind = struct.unpack('>I4s', data[at:at + 8])
        packed += data[at + 8:at + 8 + size] if kind == b'IDAT' else b''
        at += 12 + size
    return zlib.decompress(packed)
a, b = read('seen/small.png'), read('seen/large.png')
print(sum(abs(x - y) for x, y in zip(a, b)) / 784 < 12, a.count(0) > 300)")" "True True"
expect photos_json 0 "left out" "$thimble" eval "$model" --photos photos --json
json photos_balanced 'd["balanced_accuracy"], d["pictures"]' "(1, 2)"
expect photos_limit 0 "left out" "$thimble" eval "$model" --photos photos --limit 1
same photos_limit_last_line "$(tail -n 1 out)" "balanced accuracy 1.0000 (1 photos)"
expect photos_plain 0 "left out" "$thimble" eval "$model" --photos photos --plain --show plain

# What classify says of a frame.
expect crop_is_reported 0 "" "$thimble" classify "$model" photos/images/small.ppm --json
json crop_is_right 'all(abs(d["pictures"][0]["crop"][k] - v) <= 6 for k, v in dict(top=60, left=180, height=150, width=70).items())' True
json no_problems 'd["pictures"][0]["problems"]' "[]"
python3 -c "open('empty.pgm', 'wb').write(b'P5\n64 64\n255\n' + bytes([90]) * 4096)"
expect empty_scene 0 "" "$thimble" classify "$model" empty.pgm
has nothing_there "nothing there"

# Refused.
expect no_folder 4 "nosuch/labels.csv.*No such file" "$thimble" eval "$model" --photos nosuch
mkdir -p broken/images
printf 'name,label\n' >broken/labels.csv
expect no_columns 4 "no columns" "$thimble" eval "$model" --photos broken
printf 'file,label\nx.jpg\n' >broken/labels.csv
expect short_line 4 "line 2, lacks" "$thimble" eval "$model" --photos broken
printf 'file,label\nx.jpg,hat\n' >broken/labels.csv
try "$thimble" eval "$model" --photos broken
same no_class_code "$code" 4
printf 'file,label\nx.jpg,coat\n' >broken/labels.csv
expect missing_photo 4 "broken/images/x.jpg" "$thimble" eval "$model" --photos broken
expect two_sources 2 "exclude each other" "$thimble" eval "$model" --photos photos --folder photos
expect unknown_mode 2 "garment, scene or plain" "$thimble" classify "$model" empty.pgm --see all
expect mode_twice 2 "one of them" "$thimble" classify "$model" empty.pgm --see scene --plain
expect scale_0 2 "not 0" "$thimble" classify "$model" empty.pgm --scale 0

# People who are in no training set of this model: it has seen no photo at all.
photos=${THIMBLE_SHARED:-}/photos
if [ -e "$photos/labels.csv" ]; then
    try "$thimble" eval "$model" --photos "$photos" --limit 500 --threads 2
    same real_photos_code "$code" 0
    same real_photos_are_better_than_plain "$(tail -n 1 out | awk '$1 == "balanced" && $3 > 0.4 && $4 == "(500" { print "yes" }')" yes
fi
finish
