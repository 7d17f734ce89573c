#!/bin/sh
# cli_outputs_test.sh - run and bench: right bytes, sizes checked first, no file left behind after a failure.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/cli_test_lib.sh"
need_python

vectors=$root/engine/src/ops/add/vectors
vector=$vectors/add_float32_both_broadcast
expect run_a_vector 0 "" "$thimble" run "$vector.tflite" --input "$vector.in0" "$vector.in1" --output-dir made
same run_makes_the_folder_and_nothing_else "$(list made)" out0.bin
same run_gives_the_bytes_of_the_vector "$(od -An -tx1 made/out0.bin)" "$(od -An -tx1 "$vector.out0")"
expect run_input_twice 0 "" "$thimble" run --input "$vector.in0" --input="$vector.in1" --output-dir=made -- "$vector.tflite"
umask 022
expect run_replaces 0 "" "$thimble" run "$vector.tflite" --input "$vector.in0" "$vector.in1" --output-dir made
# shellcheck disable=SC2012
same outputs_are_readable "$(ls -l made/out0.bin | cut -c 1-10)" -rw-r--r--

# Several runs: the state stays, and the input of the second run may be wrong.
lstm=$root/engine/src/ops/unidirectional_sequence_lstm/vectors/unidirectional_sequence_lstm_int8_5_steps
split -b 20 -d "$lstm.in0" step_
expect run_with_state 0 "" "$thimble" run "$lstm.tflite" --input step_00 step_01 step_02 step_03 --output-dir steps
same state_is_kept "$(od -An -tx1 steps/out0.bin)" "$(od -An -tx1 "$lstm.out0")"
head -c 19 step_01 >short
expect second_run_has_a_wrong_input 4 "'short'" "$thimble" run "$lstm.tflite" --input step_00 short --output-dir gone
checks=$((checks + 1))
[ ! -e gone ] || fail nothing_written_after_the_first_run "$(list gone)"
expect info_says_the_state 0 "" "$thimble" info "$lstm.tflite"
has state_bytes '^state  18 bytes'

head -c 784 "$model" >in
expect run_with_trace 0 "" "$thimble" run "$model" --input in --output-dir traced --trace
has trace_has_a_line_per_op '^ +0  CONV_2D +\[1x28x28x16\] +[0-9.]+ +112,896  [0-9a-f]{8}$'
grep -oE '[0-9a-f]{8}$' out | head -n 12 >crc
expect run_with_trace_again 0 "" "$thimble" run "$model" --input in --output-dir traced --trace
same crcs_are_the_same_again "$(grep -oE '[0-9a-f]{8}$' out | head -n 12)" "$(cat crc)"

# Sizes and counts, before anything is written.
for bytes in 0 1 783 785 2000000; do
    head -c $bytes /dev/zero >wrong
    expect "input_of_${bytes}_bytes" 4 "'wrong'" "$thimble" run "$model" --input wrong --output-dir none
done
expect input_says_what_it_wants 4 "has 2000000 bytes.*int8 \[1x28x28x1\].*784 bytes|larger than" \
    "$thimble" run "$model" --input wrong --output-dir none
expect too_many_inputs 4 "2 inputs" "$thimble" run "$vector.tflite" --input "$vector.in0" "$vector.in1" "$vector.in0" \
    --output-dir none
expect too_few_inputs 4 "2 inputs" "$thimble" run "$vector.tflite" --input "$vector.in0" --output-dir none
expect missing_input 4 "nosuch.*No such file" "$thimble" run "$model" --input nosuch --output-dir none
expect input_is_a_directory 4 "is a directory" "$thimble" run "$model" --input . --output-dir none
checks=$((checks + 1))
[ ! -e none ] || fail nothing_written_for_refused_inputs "$(list none)"

# Places that cannot be written.
expect output_dir_is_a_file 5 "cannot write 'in/out0.bin'" "$thimble" run "$model" --input in --output-dir in
expect output_dir_has_no_parent 5 "cannot make folder" "$thimble" run "$model" --input in --output-dir no/such/place
mkdir -p taken/out0.bin
expect output_is_a_directory 5 "it is a directory" "$thimble" run "$model" --input in --output-dir taken
same nothing_beside_the_directory "$(list taken)" out0.bin

# No space: no file may grow beyond the limit, which is nothing.
no_space() {
    (trap '' XFSZ; ulimit -f 0; "$@" 2>&1 >/dev/null) | cat >"$work/err"
}
mkdir full
echo old >full/out0.bin
no_space "$thimble" run "$model" --input in --output-dir full
checks=$((checks + 1))
grep -q "cannot write 'full/out0.bin'" err || fail no_space_is_reported "$(cat err)"
same no_space_leaves_the_old_file "$(list full) $(cat full/out0.bin)" "out0.bin old"
no_space "$thimble" run "$model" --input in --output-dir new
checks=$((checks + 1))
[ ! -e new ] || fail no_space_leaves_no_new_folder "$(list new)"

if [ -c /dev/full ]; then
    for arguments in "info $model" "info $model --json" "help" "help run" "--version" "classify $model $samples/8_bag.png" \
        "bench $model --seconds 0"; do
        # shellcheck disable=SC2086
        expect "full_stdout_'$arguments'" 5 "cannot write standard output: .*pace" sh -c "'$thimble' $arguments >/dev/full"
    done
fi

expect bench_text 0 "" "$thimble" bench "$model" --seconds 0.01
has bench_compares 'same bytes after every op'
expect bench_json 0 "" "$thimble" bench "$model" --seconds 0 --json
expect bench_chip 0 "" "$thimble" bench "$model" --chip esp32c3
has bench_chip_says_clock '160 MHz and 1.2 cycles'
expect bench_chip_json 0 "" "$thimble" bench "$model" --chip esp32 --json
json bench_chip_adds_up 'abs(sum(o["instructions"] for o in d["ops"]) / d["instructions"] - 1) < 0.01' True
expect bench_other_chip 2 "esp32, esp32s3 or esp32c3" "$thimble" bench "$model" --chip esp8266
expect bench_json 0 "" "$thimble" bench "$model" --seconds 0 --json
json bench_has_all_ops 'd["same_bytes"] and len(d["ops"]) == 15 and all(o["generic_us"] >= 0 for o in d["ops"])' True
finish
