#!/bin/sh
# cli_seed_test.sh - the seed's model on the 10,000 test images: 8839 right, which also fixes how ties are broken.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/cli_test_lib.sh"

data=${THIMBLE_DATASET:-/usr/share/datasets/fashion-mnist}
seed=${THIMBLE_SHARED:-$root/../shared}/models/seed_fmnist_28_28
[ -e "$seed/model.tflite" ] || { echo "skipped: THIMBLE_SHARED does not lead to the foreign models"; exit 77; }
[ -e "$data/t10k-images-idx3-ubyte.gz" ] || { echo "skipped: package dataset-fashion-mnist is not installed"; exit 77; }

expect seed_on_test_images 0 "" "$thimble" eval "$seed/model.tflite" --images "$data/t10k-images-idx3-ubyte.gz" \
    --labels "$data/t10k-labels-idx1-ubyte.gz" --threads 2
same seed_accuracy "$(tail -n 1 out)" "accuracy 0.8839 (8839/10000)"
expect seed_run 0 "" "$thimble" run "$seed/model.tflite" --input "$seed/in0.bin" --output-dir made
checks=$((checks + 1))
cmp -s made/out0.bin "$seed/out0.bin" || fail seed_bytes "out0.bin differs"
finish
