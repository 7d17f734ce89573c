#!/bin/sh
# cli_eval_test.sh - eval on data sets made on the fly: the count, the reports, refused data.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/cli_test_lib.sh"
need_python

# 30 pictures: 20 black ones, 10 with a bright square. Labels: see below.
cat >make.py <<'PYTHON'
import gzip, struct, sys
def idx(name, sizes, values, kind=8):
    data = struct.pack(">BBBB", 0, 0, kind, len(sizes)) + struct.pack(">%dI" % len(sizes), *sizes) + bytes(values)
    open(name, "wb").write(data)
    open(name + ".gz", "wb").write(gzip.compress(data))
black = [0] * 784
square = [255 if 6 <= i // 28 < 22 and 4 <= i % 28 < 24 else 0 for i in range(784)]
idx("images", (30, 28, 28), black * 20 + square * 10)
idx("small", (30, 14, 14), [0] * 196 * 30)
idx("color", (30, 28, 28, 3), [0] * 2352 * 30)
idx("floats", (30, 28, 28), [0] * 784 * 30, 13)
idx("none", (0, 28, 28), [])
idx("zeros", (30,), [0] * 30)
idx("few", (29,), [0] * 29)
idx("high", (30,), [0] * 29 + [10])
PYTHON
python3 make.py
expect eval_json 0 "" "$thimble" eval "$model" --images images --labels zeros --json
json eval_counts_all 'd["pictures"]' 30
json confusion_adds_up 'sum(map(sum, d["confusion"]))' 30
answers=$(python3 -c 'import json; c = json.load(open("out"))["confusion"][0]; print(max(range(10), key=lambda i: c[i] if c[i] != 10 else 0), *[i for i in range(10) if c[i] == 10])')
black=${answers%% *}
square=${answers##* }

# Labels that make 20 + 5 answers right.
python3 -c "
import struct
right = [$black] * 20 + [$square] * 5 + [($square + 1) % 10] * 5
open('labels', 'wb').write(b'\0\0\x08\x01' + struct.pack('>I', 30) + bytes(right))"
expect eval_text 0 "" "$thimble" eval "$model" --images images --labels labels
same accuracy_is_the_last_line "$(tail -n 1 out)" "accuracy 0.8333 (25/30)"
grep -v '^time per picture' out >plain
for threads in 2 5 40; do
    expect "eval_with_${threads}_threads" 0 "" "$thimble" eval "$model" --images images.gz --labels labels --threads $threads
    same "threads_change_nothing_$threads" "$(grep -v '^time per picture' out)" "$(cat plain)"
done
expect eval_limit 0 "" "$thimble" eval "$model" --images images --labels labels --limit 20
same limit_takes_the_first "$(tail -n 1 out)" "accuracy 1.0000 (20/20)"
expect eval_limit_beyond 0 "" "$thimble" eval "$model" --images images --labels labels --limit 1000
same limit_beyond_the_end "$(tail -n 1 out)" "accuracy 0.8333 (25/30)"
expect eval_other_size 0 "" "$thimble" eval "$model" --images small --labels zeros
expect eval_color 0 "" "$thimble" eval "$model" --images color --labels zeros
expect eval_names 0 "" "$thimble" eval "$model" --images images --labels labels --mean 255 --scale -0.0039215686
has mean_and_scale_are_used 'accuracy 0'

# The same numbers from text and JSON.
expect eval_json_again 0 "" "$thimble" eval "$model" --images images --labels labels --json
json json_accuracy 'round(d["accuracy"], 4), d["correct"], d["pictures"]' "(0.8333, 25, 30)"
json classes_without_pictures_have_no_recall 'all((c["recall"] is None) == (c["pictures"] == 0) for c in d["classes"])' True

# The report.
expect eval_html 0 "" "$thimble" eval "$model" --images images --labels labels --html report.html
cat >read_report.py <<'PYTHON'
import base64, html.parser, re, sys, zlib
text = open(sys.argv[1], encoding="utf-8").read()
class Reader(html.parser.HTMLParser):
    open_tags, pictures, tags, bad = [], 0, set(), []
    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag not in ("meta", "img", "br"):
            self.open_tags.append(tag)
        for name, value in attributes:
            if name in ("src", "href") and not value.startswith("data:"):
                self.bad.append(value)
            if name == "src":
                png = base64.b64decode(value.split(",", 1)[1], validate=True)
                assert png[:8] == b"\x89PNG\r\n\x1a\n" and png[16:24] == b"\0\0\0\x1c\0\0\0\x1c", png[:32]
                self.pictures += 1
    def handle_endtag(self, tag):
        assert self.open_tags.pop() == tag, tag
reader = Reader()
reader.feed(text)
assert not reader.open_tags and not reader.bad, (reader.open_tags, reader.bad)
assert not reader.tags & {"script", "link", "iframe", "object"} and not re.search(r"url\(|https?:|@import", text)
print(reader.pictures, "83.33 %" in text)
PYTHON
same report_is_whole_and_alone "$(python3 read_report.py report.html 2>&1)" "5 True"
cp "$model" '<script>&.tflite'
expect eval_html_odd_name 0 "" "$thimble" eval '<script>&.tflite' --images images --labels labels --html odd.html
same report_escapes_names "$(python3 read_report.py odd.html 2>&1)" "5 True"

mkdir reports
expect html_in_no_folder 5 "cannot write 'no/x.html'" "$thimble" eval "$model" --images images --labels labels --html no/x.html
expect html_is_a_folder 5 "it is a directory" "$thimble" eval "$model" --images images --labels labels --html reports
(trap '' XFSZ; ulimit -f 1; "$thimble" eval "$model" --images images --labels labels --html reports/x.html 2>&1 >/dev/null) |
    cat >err
checks=$((checks + 1))
grep -q "cannot write 'reports/x.html'" err || fail html_without_space_is_reported "$(cat err)"
same html_without_space_leaves_nothing "$(list reports)" ""

# Refused data.
set -- eval "$model" --html reports/refused.html
expect missing_images 4 "nosuch.*No such file" "$thimble" "$@" --images nosuch --labels labels
expect images_are_text 4 "not an IDX file" "$thimble" "$@" --images "$root/LICENSE" --labels labels
expect images_are_labels 4 "holds no pictures" "$thimble" "$@" --images labels --labels labels
expect images_are_floats 4 "type 0x0d" "$thimble" "$@" --images floats --labels zeros
expect no_images 4 "holds no pictures" "$thimble" "$@" --images none --labels zeros
expect labels_are_images 4 "rank 3" "$thimble" "$@" --images images --labels images
expect too_few_labels 4 "29 labels" "$thimble" "$@" --images images --labels few
expect label_beyond_the_classes 4 "label 29 is 10" "$thimble" "$@" --images images --labels high
for cut in 0 3 10 15 16 1000; do
    head -c $cut images >"cut"
    expect "images_cut_at_$cut" 4 "IDX|'cut'" "$thimble" "$@" --images "cut" --labels labels
done
head -c 60 images.gz >cut.gz
expect gzip_cut 4 "cut short" "$thimble" "$@" --images cut.gz --labels labels
(cat images; echo) >long
expect images_too_long 4 "another size" "$thimble" "$@" --images long --labels labels
printf '\0\0\10\3\377\377\377\377\377\377\377\377\377\377\377\377' >giant
expect giant_header 4 "another size" "$thimble" "$@" --images giant --labels labels
same refused_data_leaves_no_report "$(list reports)" ""

# Folders.
mkdir -p tree/Coat tree/ankle-boot tree/8 tree/.hidden
cp "$samples/4_coat.png" tree/Coat/a.png
cp "$samples/9_ankle_boot.png" tree/ankle-boot/b.PNG
cp "$samples/8_bag.png" tree/8/c.png
echo text >tree/8/notes.txt
expect eval_folder 0 "" "$thimble" eval "$model" --folder tree
same folder_names_are_labels_or_numbers "$(tail -n 1 out)" "accuracy 1.0000 (3/3)"
expect eval_folder_limit 0 "" "$thimble" eval "$model" --folder tree --limit 2 --html folder.html
same folder_limit "$(tail -n 1 out)" "accuracy 1.0000 (2/2)"
mkdir tree/Socks
expect unknown_class 4 "tree/Socks' matches no class" "$thimble" eval "$model" --folder tree
rmdir tree/Socks
head -c 900 "$samples/4_coat.png" >tree/Coat/broken.png
expect broken_picture_in_folder 4 "tree/Coat/broken.png" "$thimble" eval "$model" --folder tree --threads 3 --html x.html
checks=$((checks + 1))
[ ! -e x.html ] || fail broken_picture_leaves_no_report "x.html"
mkdir bare
expect empty_folder 4 "has no pictures" "$thimble" eval "$model" --folder bare
expect folder_is_a_file 4 "Not a directory" "$thimble" eval "$model" --folder images
finish
