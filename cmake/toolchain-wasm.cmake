# Emscripten's own toolchain file, wherever tools/setup found it. The environment that emcc needs goes in front
# of every compiler and linker call, so that any way to start the build works.
file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/../.cache/toolchain.env" hubstash_lines
  REGEX "^(EMSCRIPTEN_ROOT|NODE_PATH|EM_CACHE)=")
set(hubstash_env "")
foreach(line IN LISTS hubstash_lines)
  if(line MATCHES "^EMSCRIPTEN_ROOT=(.*)$")
    set(hubstash_emscripten_root "${CMAKE_MATCH_1}")
  else()
    list(APPEND hubstash_env "${line}")
    string(REGEX MATCH "^([A-Z_]+)=(.*)$" _ "${line}")
    set(ENV{${CMAKE_MATCH_1}} "${CMAKE_MATCH_2}")  # For emcc as the toolchain file itself runs it.
  endif()
endforeach()
if(NOT hubstash_emscripten_root)
  message(FATAL_ERROR "No Emscripten is known. Run tools/setup first.")
endif()

include("${hubstash_emscripten_root}/cmake/Modules/Platform/Emscripten.cmake")

if(hubstash_env)
  foreach(language C CXX)
    set(CMAKE_${language}_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env ${hubstash_env})
    set(CMAKE_${language}_LINKER_LAUNCHER "${CMAKE_COMMAND}" -E env ${hubstash_env})
  endforeach()
endif()
