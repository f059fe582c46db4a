# hubstash_libdeflate: the compressing half of libdeflate, for gzip (docs/decisions/gzip.md). It is compiled from the
# source that tools/setup fetched, natively too, so that all hosts write the same bytes.
set(HUBSTASH_LIBDEFLATE_SOURCE "${PROJECT_SOURCE_DIR}/.cache/libdeflate" CACHE PATH "libdeflate's source")
if(NOT EXISTS "${HUBSTASH_LIBDEFLATE_SOURCE}/libdeflate.h")
  message(FATAL_ERROR "libdeflate.h is not in ${HUBSTASH_LIBDEFLATE_SOURCE}. Run tools/setup first.")
endif()
add_library(hubstash_libdeflate STATIC
  "${HUBSTASH_LIBDEFLATE_SOURCE}/lib/deflate_compress.c"
  "${HUBSTASH_LIBDEFLATE_SOURCE}/lib/utils.c")
target_include_directories(hubstash_libdeflate SYSTEM PUBLIC "${HUBSTASH_LIBDEFLATE_SOURCE}")
target_compile_options(hubstash_libdeflate PRIVATE -w)
if(EMSCRIPTEN AND CMAKE_BUILD_TYPE STREQUAL "Release")
  # With the linker's optimiser only the levels that base/gzip.cpp names get into the module.
  target_compile_options(hubstash_libdeflate PRIVATE -Os -flto)
endif()
