# make_scenes.cmake - turns pictures and a model into a C file (scenes.h), with CMake alone.
#
#   cmake -DOUTPUT=scenes.c -DSCENES_FOLDER=... -DMODEL=... -P make_scenes.cmake
#
# SPDX-License-Identifier: Apache-2.0
cmake_minimum_required(VERSION 3.21)

# <variable> becomes "0x..,0x..," of all bytes of the file.
function(read_bytes variable file)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  set(${variable} "${bytes}" PARENT_SCOPE)
endfunction()

file(GLOB pictures ${SCENES_FOLDER}/*.jpg)
list(SORT pictures)
set(arrays "")
set(entries "")
foreach(picture IN LISTS pictures)
  get_filename_component(name ${picture} NAME_WE)
  read_bytes(bytes ${picture})
  string(APPEND arrays "static const uint8_t scene_${name}[] = {${bytes}};\n")
  string(APPEND entries "    {scene_${name}, sizeof scene_${name}},\n")
endforeach()
read_bytes(model ${MODEL})
get_filename_component(model_name ${MODEL} NAME_WE)
file(WRITE ${OUTPUT} "// Made by make_scenes.cmake.
#include \"scenes.h\"

${arrays}
const app_picture scenes[] = {
${entries}};
const size_t scene_count = sizeof scenes / sizeof scenes[0];

const char built_in_model_name[] = \"${model_name}\";
const uint8_t built_in_model[] __attribute__((aligned(16))) = {${model}};
const size_t built_in_model_bytes = sizeof built_in_model;
")
