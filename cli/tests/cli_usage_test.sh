#!/bin/sh
# cli_usage_test.sh - wrong usage gives exit code 2 and one line that helps; help and version work everywhere.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/cli_test_lib.sh"

for command in info run eval classify bench; do
    expect "help_of_$command" 0 "" "$thimble" $command --help
    has "help_of_${command}_shows_usage" "^usage: thimble $command "
    cp out first
    expect "help_as_command_of_$command" 0 "" "$thimble" help $command
    checks=$((checks + 1))
    cmp -s out first || fail "both_helps_are_the_same" "$command"
    expect "help_wins_over_other_arguments_of_$command" 0 "" "$thimble" $command nosuch --bogus --help
    expect "no_arguments_for_$command" 2 "thimble $command --help" "$thimble" $command
    expect "unknown_option_of_$command" 2 "unknown option '--bogus'" "$thimble" $command x --bogus
done
expect overview_by_help 0 "" "$thimble" help
expect overview_by_option 0 "" "$thimble" --help
has overview_lists_commands '^ +classify '
expect version 0 "" "$thimble" --version
has version_is_three_numbers '^thimble [0-9]+\.[0-9]+\.[0-9]+$'
expect unknown_command 2 "no command 'frobnicate'" "$thimble" frobnicate
try "$thimble"
same no_command_is_wrong_usage "$code" 2
same no_command_prints_nothing_on_stdout "$(wc -c <out | tr -d ' ')" 0

expect info_two_models 2 "one model, got 2" "$thimble" info a b
expect info_unknown_target 2 "generic, xtensa or riscv" "$thimble" info x --target arm
expect info_target_without_value 2 "wants a value" "$thimble" info x --target
expect info_flag_with_value 2 "takes no value" "$thimble" info x --json=yes
expect run_without_input 2 "wants --input and --output-dir" "$thimble" run "$model" --output-dir d
expect run_without_output 2 "wants --input and --output-dir" "$thimble" run "$model" --input i
expect run_input_without_file 2 "at least one value" "$thimble" run "$model" --output-dir d --input
expect eval_without_data 2 "either --images and --labels, or --folder" "$thimble" eval "$model"
expect eval_without_labels 2 "either --images and --labels, or --folder" "$thimble" eval "$model" --images i
expect eval_with_both 2 "either --images" "$thimble" eval "$model" --images i --labels l --folder f
for value in 0 -1 1x "" 99999999999999999999; do
    expect "eval_limit_'$value'" 2 "whole number from 1" "$thimble" eval "$model" --folder f --limit "$value"
done
expect eval_too_many_threads 2 "1 to 256" "$thimble" eval "$model" --folder f --threads 257
for value in x nan inf 1e999 1,5; do
    expect "eval_mean_'$value'" 2 "wants a number" "$thimble" eval "$model" --folder f --mean "$value"
done
expect classify_without_picture 2 "at least one picture" "$thimble" classify "$model"
expect classify_invert_maybe 2 "auto, yes or no" "$thimble" classify "$model" x --invert maybe
if "$thimble" keygen --help | grep -q -- '-o NAME'; then
    expect keygen_without_name 2 "wants -o NAME" "$thimble" keygen
    expect keygen_makes_a_pair 0 "" "$thimble" keygen -o pair
    same private_key_is_private "$(stat -c %a pair.pem)" 600
    same public_key_is_one_line "$(wc -c <pair.pub | tr -d ' ')" 131
    expect keygen_overwrites_nothing 5 "never overwritten" "$thimble" keygen -o pair
    expect sign_without_key 2 "wants MODEL, --key" "$thimble" sign "$model"
    expect sign_firmware 2 "like 0.1.0" "$thimble" sign "$model" --key pair.pem --min-firmware 1 -o m
    expect sign_no_key 4 "cannot be read" "$thimble" sign "$model" --key none --min-firmware 0.1.0 -o m
    expect sign_wrong_key 4 "no private key" "$thimble" sign "$model" --key pair.pub --min-firmware 0.1.0 -o m
    expect sign_no_model 3 "cannot open model" "$thimble" sign none --key pair.pem --min-firmware 0.1.0 -o m
    echo "another model" >card.md
    expect sign_other_card 4 "about another file" "$thimble" sign "$model" --key pair.pem --card card.md \
        --min-firmware 0.1.0 -o m
    expect sign_signs 0 "" "$thimble" sign "$model" --key pair.pem --min-firmware 0.1.0 --model-version 7 -o manifest
    cp manifest out
    has manifest_has_signature '"signature":.*"[0-9a-f]{128}"'
    expect fleet_without_command 2 "one of list, watch, update" "$thimble" fleet
    expect fleet_without_broker 2 "wants --broker" "$thimble" fleet list
    expect fleet_update_without_url 2 "wants --url" "$thimble" fleet update --broker localhost
    expect fleet_then 2 "only be all" "$thimble" fleet update --broker b --url http://x/ --then some
    expect fleet_no_broker 5 "broker 127.0.0.1:1" "$thimble" fleet list --broker 127.0.0.1:1
fi
if "$thimble" serve --help | grep -q -- --camera; then
    expect serve_argument 2 "no arguments besides" "$thimble" serve x
    expect serve_port 2 "at most 65535" "$thimble" serve --port 65536
    expect serve_short_token 2 "8 to 39 letters" "$thimble" serve --token short
    expect serve_token_with_space 2 "8 to 39 letters" "$thimble" serve --token "12345678 9"
    expect serve_camera 2 "samples, dir:FOLDER, idx:FILE or v4l2:DEVICE" "$thimble" serve --camera webcam
    expect serve_no_folder 4 "folder 'none' cannot be read" "$thimble" serve --camera dir:none
    expect serve_no_device 4 "camera 'none' cannot be used" "$thimble" serve --camera v4l2:none
    expect serve_no_video 4 "it is not a camera" "$thimble" serve --camera v4l2:/dev/null
    expect serve_no_idx 4 "none.gz" "$thimble" serve --camera idx:none.gz
    expect serve_no_store 5 "store '/dev/null/x' cannot be used" "$thimble" serve --store /dev/null/x
    expect serve_address 5 "no IPv4 address" "$thimble" serve --store s --listen nowhere
    expect serve_model 3 "cannot open model 'none'" "$thimble" serve --store s --model none
else
    expect serve_left_out 5 "this build has no .serve." "$thimble" serve
fi
expect bench_negative_time 2 "0 to 3600" "$thimble" bench "$model" --seconds -1
finish
