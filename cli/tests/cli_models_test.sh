#!/bin/sh
# cli_models_test.sh - info on a good model; broken, missing and foreign files are refused with exit code 3 and one line.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/cli_test_lib.sh"
need_python

# What is not a model at all.
expect missing_file 3 "nosuch.*No such file" "$thimble" info nosuch
expect directory 3 "is a directory" "$thimble" info .
: >empty
expect empty_file 3 "is empty" "$thimble" info empty
printf 'TFL' >three
expect three_bytes 3 "not a .tflite" "$thimble" info three
expect text_file 3 "not a .tflite" "$thimble" info "$root/LICENSE"
expect picture 3 "not a .tflite" "$thimble" classify "$samples/8_bag.png" "$samples/8_bag.png"
truncate -s 3G huge 2>/dev/null && expect huge_file 3 "larger than" "$thimble" info huge
rm -f huge
mkfifo pipe
cat "$model" >pipe &
expect model_from_a_pipe 0 "" "$thimble" info pipe

# Cut short: everywhere in the first part, then all over the file.
bytes=$(wc -c <"$model")
for cut in 4 8 12 16 20 24 28 32 36 40 48 64 96 128 $(seq 200 1499 "$bytes"); do
    head -c "$cut" "$model" >short
    expect "cut_at_$cut" 3 "refused: .*; copy or convert it again" "$thimble" info short
done
head -c 0 /dev/null >in
expect run_refuses_a_short_model_before_reading_inputs 3 "refused" "$thimble" run short --input nosuch --output-dir d
expect classify_refuses_a_short_model_before_pictures 3 "refused" "$thimble" classify short nosuch
expect eval_refuses_a_short_model_before_data 3 "refused" "$thimble" eval short --folder nosuch
expect bench_refuses_a_short_model 3 "refused" "$thimble" bench short

# A few bytes changed, many times: accepted or refused, but never anything else.
cat >change.py <<'PYTHON'
import random, sys
for seed in range(1, 61):
    data = bytearray(open(sys.argv[1], "rb").read())
    chance = random.Random(seed)
    for _ in range(4):
        # The model's structure is at the front and at the end, its weights in between.
        data[chance.choice((chance.randrange(3000), -1 - chance.randrange(3000)))] = chance.randrange(256)
    open("changed%d" % seed, "wb").write(data)
PYTHON
python3 change.py "$model"
for seed in $(seq 60); do
    try "$thimble" info "changed$seed"
    checks=$((checks + 1))
    [ "$code" -eq 0 ] || [ "$code" -eq 3 ] || fail changed_model "seed $seed: exit code $code: $(head -c 300 err)"
done

# A good one.
expect info_text 0 "" "$thimble" info "$model"
has info_shows_input '^input  0  int8 +\[1x28x28x1\], 784 bytes, scale 0\.0039215'
has info_shows_labels 'T-shirt/top, Trouser.*Ankle boot \(thimble.json\)'
has info_shows_arena '^arena  [0-9,]+ bytes on generic'
for target in generic xtensa riscv; do
    for small in "" --prefer-small; do
        # shellcheck disable=SC2086
        expect "info_json_$target$small" 0 "" "$thimble" info "$model" --json --target $target $small
        json "info_names_target_$target$small" 'd["target"]' "$target"
        json "arena_is_its_parts_$target$small" \
            'all(m["arena_bytes"] >= m["activation_bytes"] + m["record_bytes"] and m["activation_bytes"] >= m["live_peak_bytes"] for m in (d["memory"], d["memory_prefer_small"]))' True
    done
done
json ops_add_up_to_the_total 'sum(o["macs"] for o in d["ops"]) == d["macs"] > 0' True
json info_has_ten_labels 'len(d["labels"])' 10
json nothing_is_unsupported 'd["unsupported"]' '[]'

# An op that does not exist: each of its uses is listed.
cat >foreign.py <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[2])
data = bytearray(open(sys.argv[1], "rb").read())
def u16(at): return int.from_bytes(data[at:at + 2], "little")
def u32(at): return int.from_bytes(data[at:at + 4], "little")
def field(table, index):
    vtable = table - int.from_bytes(data[table:table + 4], "little", signed=True)
    distance = u16(vtable + 4 + 2 * index) if 4 + 2 * index < u16(vtable) else 0
    return table + distance if distance else 0
codes = field(u32(0), 1)
codes += u32(codes)
for i in range(u32(codes)):
    code = codes + 4 + 4 * i
    code += u32(code)
    deprecated, builtin = field(code, 0), field(code, 3)
    if deprecated and data[deprecated] == 3:  # CONV_2D becomes LSTM
        data[deprecated] = 16
        if builtin:
            data[builtin:builtin + 4] = (16).to_bytes(4, "little")
open("foreign.tflite", "wb").write(data)
PYTHON
python3 foreign.py "$model" .
expect missing_op 3 "does not run on generic, 9 problems.*LSTM" "$thimble" info foreign.tflite
has missing_op_is_listed '^  op 0 LSTM: the engine does not have this op'
has missing_op_says_what_makes_it '^      comes from: an old LSTM'
has missing_op_says_what_avoids_it '^      instead: '
expect missing_op_json 3 "LSTM" "$thimble" info foreign.tflite --json
json every_use_is_listed '[p["op"] for p in d["unsupported"] if p["name"] == "LSTM"]' \
    "$("$thimble" info "$model" --json | python3 -c 'import json, sys; print([o["op"] for o in json.load(sys.stdin)["ops"] if o["name"] == "CONV_2D"])')"
expect run_names_the_missing_op 3 "op 0 LSTM" "$thimble" classify foreign.tflite "$samples/8_bag.png"

# The table of ops has each object of the header.
expect ops_text 0 "" "$thimble" ops
has ops_shows_flash_and_types '^thimble_op_conv_2d_int8 +[0-9],[0-9]+  int8$'
expect ops_json 0 "" "$thimble" ops --json
json ops_are_those_of_the_header '" ".join(sorted("thimble_op_" + o["name"] for o in d["op_objects"]))' \
    "$(grep -v '^//' "$root/engine/include/thimble/thimble_ops.h" | grep -o 'thimble_op_[a-z0-9_]*' | LC_ALL=C sort | tr '\n' ' ' | sed 's/ $//')"
json every_op_takes_flash 'all(o["flash_bytes"] > 0 for o in d["op_objects"])' True
expect ops_wants_no_model 2 "wants no model" "$thimble" ops "$model"

# Names that no output format may stumble over.
odd=$(printf 'we"ird <b>\\ \377\033[31m.tflite')
cp "$model" "$odd"
expect odd_name_as_json 0 "" "$thimble" info "$odd" --json
json odd_name_parses 'd["model"].startswith("we\"ird <b>\\ ")' True
expect odd_name_missing 3 "thimble: " "$thimble" info "$odd.nosuch"
checks=$((checks + 1))
if LC_ALL=C grep -q "$(printf '\033')" err; then fail no_escape_sequences_in_errors "$(od -c err | head)"; fi
finish
