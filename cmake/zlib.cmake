# ZLIB::ZLIB, for gunzip and CRC-32. Natively the system's. For wasm it is compiled from the source that tools/setup
# fetched, since Debian's Emscripten is frozen and cannot fetch its port; other Emscriptens use their port.
set(HUBSTASH_ZLIB_SOURCE "${PROJECT_SOURCE_DIR}/.cache/zlib" CACHE PATH "zlib's source, for the wasm build")

if(NOT EMSCRIPTEN)
  find_package(ZLIB REQUIRED)
elseif(EXISTS "${HUBSTASH_ZLIB_SOURCE}/zlib.h")
  add_library(hubstash_zlib STATIC)
  # Only what inflate needs: libdeflate compresses.
  foreach(file adler32 crc32 inflate inffast inftrees zutil)
    target_sources(hubstash_zlib PRIVATE "${HUBSTASH_ZLIB_SOURCE}/${file}.c")
  endforeach()
  target_include_directories(hubstash_zlib SYSTEM PUBLIC "${HUBSTASH_ZLIB_SOURCE}")
  target_compile_options(hubstash_zlib PRIVATE -w)
  # The tables of CRC-32 do not compress: to make them at the first use takes 5 KB off the module.
  target_compile_definitions(hubstash_zlib PRIVATE DYNAMIC_CRC_TABLE)
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(hubstash_zlib PRIVATE -Os -flto)
  endif()
  add_library(ZLIB::ZLIB ALIAS hubstash_zlib)
else()
  add_library(hubstash_zlib INTERFACE)
  target_compile_options(hubstash_zlib INTERFACE -sUSE_ZLIB=1)
  target_link_options(hubstash_zlib INTERFACE -sUSE_ZLIB=1)
  add_library(ZLIB::ZLIB ALIAS hubstash_zlib)
endif()
