# cli_test_lib.sh - what the command's tests share. Read by each of them as: . cli_test_lib.sh
#
# The tests get the built command and the root of the repository, work in a new empty folder, and print each check that
# failed with what was seen. `finish` ends with 0 if there was none.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034

thimble=$(realpath "$1")
root=$(realpath "$2")
model=$root/models/fashion_64k.tflite
samples=$root/samples

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

checks=0
failures=0

fail() { # name text
    failures=$((failures + 1))
    echo "FAILED $1: $2"
}

# Runs a command; leaves its output in files `out` and `err`, its exit code in $code.
try() {
    code=0
    "$@" >"$work/out" 2>"$work/err" || code=$?
}

# expect NAME CODE PATTERN COMMAND...: the exit code, and one line on stderr that matches the pattern; none if it is "".
expect() {
    name=$1 wanted=$2 pattern=$3
    shift 3
    checks=$((checks + 1))
    try "$@"
    if [ "$code" -ne "$wanted" ]; then
        fail "$name" "exit code $code instead of $wanted; stderr: $(head -c 1000 "$work/err")"
    elif [ -z "$pattern" ] && [ -s "$work/err" ]; then
        fail "$name" "something on stderr: $(head -c 1000 "$work/err")"
    elif [ -n "$pattern" ] && { [ "$(wc -l <"$work/err")" -ne 1 ] || ! grep -Eq "$pattern" "$work/err"; }; then
        fail "$name" "stderr is not one line with '$pattern': $(head -c 1000 "$work/err")"
    elif [ "$wanted" -ne 0 ] && ! grep -q '^thimble: ' "$work/err"; then
        fail "$name" "the error line does not start with 'thimble: ': $(head -c 1000 "$work/err")"
    fi
}

# same NAME GOT WANTED: two texts are equal.
same() {
    checks=$((checks + 1))
    [ "$2" = "$3" ] || fail "$1" "got '$2' instead of '$3'"
}

# has NAME PATTERN: the last command's output has a line that matches.
has() {
    checks=$((checks + 1))
    grep -Eq -- "$2" "$work/out" || fail "$1" "no line with '$2' in: $(head -c 1500 "$work/out")"
}

# json NAME EXPRESSION WANTED: the last command's output is JSON, and EXPRESSION over it (as `d`, in Python) gives this.
json() {
    checks=$((checks + 1))
    got=$(python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$work/out" "$2" 2>&1) ||
        { fail "$1" "$(echo "$got" | tail -n 1) in: $(head -c 500 "$work/out")"; return; }
    [ "$got" = "$3" ] || fail "$1" "$2 is '$got' instead of '$3'"
}

# The files in a folder (hidden ones too) in one line.
list() {
    # shellcheck disable=SC2012
    ls -A "$1" | tr '\n' ' ' | sed 's/ $//'
}

need_python() {
    command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }
}

finish() {
    echo "$checks checks, $failures failed"
    [ "$failures" -eq 0 ]
}
