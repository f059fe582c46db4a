# The module's gzip alone, compiled alike, for `npm run bench -- --only gzip`. Not shipped, and built only by its name.
add_executable(hubstash_codec EXCLUDE_FROM_ALL "${PROJECT_SOURCE_DIR}/tools/bench/codec/codec.cpp")
hubstash_own_code(hubstash_codec)
target_compile_options(hubstash_codec PRIVATE -fno-exceptions -fno-rtti)
target_link_libraries(hubstash_codec PRIVATE hubstash_base)
set_target_properties(hubstash_codec PROPERTIES
  OUTPUT_NAME hubstash-codec
  SUFFIX .js
  RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/codec")
set(codec_calls _codec_alloc _codec_free _codec_gzip _codec_gunzip _codec_data _codec_size _codec_release)
list(JOIN codec_calls "," codec_exports)
target_link_options(hubstash_codec PRIVATE
  -sMODULARIZE -sEXPORT_ES6 -sENVIRONMENT=worker -sALLOW_MEMORY_GROWTH -sMALLOC=emmalloc -sDYNAMIC_EXECUTION=0
  "-sEXPORTED_FUNCTIONS=${codec_exports}" -sEXPORTED_RUNTIME_METHODS=HEAPU8)
