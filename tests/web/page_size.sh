#!/bin/sh
# page_size.sh - the page, as it is sent, has at most 32 KB and asks for nothing from elsewhere.
#
#   page_size.sh FOLDER   where make_web_files.cmake put the page and its compressed files
# SPDX-License-Identifier: Apache-2.0
set -eu
cd "$1"
limit=32768
total=$(cat page.html.gz page.css.gz page.js.gz thimble_icon.svg.gz | wc -c)
echo "$total of $limit bytes"
[ "$total" -le $limit ] || exit 1
if grep -nE '(src|href)="(https?:)?//|url\(|@import|style="|<style|[[:space:]]on[a-z]+="' page.html page.css; then
    echo "That comes from elsewhere, or is inline, which the content policy forbids."
    exit 1
fi
