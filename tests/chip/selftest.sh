#!/bin/sh
# Builds the self test of the runtime and runs it on every emulated chip whose tools are installed.
# SPDX-License-Identifier: Apache-2.0
#
# selftest.sh [TARGET]...   exit status 0: passed, 1: failed, 77: no tools, nothing tested
set -u

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
tested=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# expect TARGET STATUS ANNOUNCED_TEXT OPTIONS...: runs $work/x.elf, which must end so
expect() {
    target=$1
    expected=$2
    text=$3
    shift 3
    "$here/chip_run" "$target" "$work/x.elf" "$@" >"$work/output" 2>&1
    status=$?
    if [ "$status" -ne "$expected" ] || ! grep -q -- "$text" "$work/output"; then
        fail "$target: status $status, expected $expected; the output, which should have '$text':"
        cat "$work/output"
    fi
}

# fault TARGET NAME STATUS TEXT [BUILD_OPTION]: a program that does NAME must end so
fault() {
    if "$here/chip_build" "$1" "$work/x.elf" --cflags "-Werror -DFAULT=$2" ${5:+"$5"} "$here/selftest_fault.c"; then
        expect "$1" "$3" "$4" --timeout 2
    else
        fail "$1: $2 does not build"
    fi
}

${CC:-cc} -std=c11 -O1 -ffp-contract=off -Wall -Wextra -Wconversion -Werror "$here/selftest_answers.c" \
    -o "$work/answers" && "$work/answers" >"$work/pack" || exit 1
# The same table with one wrong bit in the last answer: the self test must notice.
bytes=$(wc -c <"$work/pack")
{ head -c $((bytes - 16)) "$work/pack" && printf '\252' && tail -c 15 "$work/pack"; } >"$work/wrong_pack"

[ $# -gt 0 ] || set -- riscv xtensa
for chip in "$@"; do
    "$here/chip_build" "$chip" "$work/x.elf" --pack "$work/pack" --cflags -Werror "$here/selftest.c"
    case $? in
    0) tested=$((tested + 1)) ;;
    77) continue ;;
    *) fail "$chip: the self test does not build" && continue ;;
    esac
    expect "$chip" 0 'all checks passed'
    expect "$chip" 0 'all checks passed' --singlestep
    "$here/chip_build" "$chip" "$work/x.elf" --pack "$work/wrong_pack" --cflags -Werror "$here/selftest.c"
    expect "$chip" 1 '^1 checks failed'

    fault "$chip" BAD_ADDRESS 98 'access fault'
    fault "$chip" NULL_CALL 98 'fault:'
    fault "$chip" STACK_OVERFLOW 98 'access fault'
    fault "$chip" STATUS_256 255 'fault test'
    fault "$chip" STATUS_3 3 'fault test'
    fault "$chip" ENDLESS 124 'fault test'
    case $chip in
    riscv)
        fault riscv NULL_WRITE 98 'store access fault.* address 0x00000000'
        fault riscv MISALIGNED_LOAD 98 'trap of the compiler' --check-alignment
        fault riscv MISALIGNED_STORE 98 'trap of the compiler' --check-alignment
        ;;
    xtensa)
        fault xtensa NULL_WRITE 98 'lowest words of the stack'
        fault xtensa MISALIGNED_LOAD 98 'misaligned'
        fault xtensa MISALIGNED_STORE 98 'misaligned'
        fault xtensa DIVISION 98 'division by zero'
        ;;
    esac
    echo "$chip: done"
done

[ "$failures" -eq 0 ] || exit 1
[ "$tested" -gt 0 ] || exit 77
