# make_web_files.cmake - turns the page and the API's description into web_files.c (web_files.h), with CMake alone.
#
#   cmake -DOUTPUT_FOLDER=... -P make_web_files.cmake
#
# The JavaScript modules become one file, so that a small device answers few requests: they are joined in the order
# below, each after those it imports from, without their import and export words. So top-level names are unique over
# all modules; a name used twice is a syntax error in every browser. Comments on lines of their own are left out.
# SPDX-License-Identifier: Apache-2.0
cmake_minimum_required(VERSION 3.21)

set(script_modules
  page_dom.js page_api.js page_link.js page_stage.js page_region.js page_now.js page_input.js page_captures.js
  page_contract.js page_model.js page_compare.js page_settings.js page_fleet.js page_device.js
  page_main.js)

set(web_folder ${CMAKE_CURRENT_LIST_DIR})
file(MAKE_DIRECTORY ${OUTPUT_FOLDER})

set(script "")
foreach(module IN LISTS script_modules)
  file(READ ${web_folder}/${module} text)
  string(REGEX REPLACE "(^|\n)import [^\n]*" "" text "${text}")
  string(REGEX REPLACE "(^|\n)export " "\\1" text "${text}")
  string(REGEX REPLACE "(^|\n) *//[^\n]*" "" text "${text}")
  string(APPEND script "${text}")
endforeach()
file(WRITE ${OUTPUT_FOLDER}/page.js "${script}")
file(COPY ${web_folder}/page.html ${web_folder}/page.css ${web_folder}/thimble_icon.svg ${web_folder}/openapi.yaml
  DESTINATION ${OUTPUT_FOLDER})

set(arrays "")
set(entries "")
# web_add_file(<path> <type> <file>): compresses one file of the output folder.
function(web_add_file path type name)
  set(file ${OUTPUT_FOLDER}/${name})
  file(ARCHIVE_CREATE OUTPUT ${file}.gz PATHS ${file} FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9)
  file(READ ${file}.gz bytes HEX)
  # Bytes 4 to 7 are the time of day: zeroed, so that the same sources give the same build.
  string(SUBSTRING "${bytes}" 0 8 start)
  string(SUBSTRING "${bytes}" 16 -1 rest)
  set(bytes "${start}00000000${rest}")
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(REGEX MATCHALL "0x..," each_byte "${bytes}")
  list(LENGTH each_byte byte_count)
  file(SHA256 ${file} hash)
  string(SUBSTRING ${hash} 0 16 tag)
  string(MAKE_C_IDENTIFIER ${name} variable)
  string(APPEND arrays "static const uint8_t ${variable}[] = {${bytes}};\n")
  string(APPEND entries "    {\"${path}\", \"${type}\", \"\\\"${tag}\\\"\", ${variable}, ${byte_count}},\n")
  set(arrays "${arrays}" PARENT_SCOPE)
  set(entries "${entries}" PARENT_SCOPE)
endfunction()
web_add_file(/ "text/html; charset=utf-8" page.html)
web_add_file(/page.css "text/css; charset=utf-8" page.css)
web_add_file(/page.js "text/javascript; charset=utf-8" page.js)
web_add_file(/thimble_icon.svg image/svg+xml thimble_icon.svg)
web_add_file(/api/openapi.yaml application/yaml openapi.yaml)

file(WRITE ${OUTPUT_FOLDER}/web_files.c "// Made by make_web_files.cmake.
#include \"web_files.h\"

#include <string.h>

${arrays}
static const web_file files[] = {
${entries}};

const web_file *web_file_find(const char *path) {
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (strcmp(files[i].path, path) == 0) return &files[i];
    return NULL;
}
")
