# hubstash_library(base PRIVATE|PUBLIC deps...): the static library hubstash_base from wasm/base/*.cpp.
# Sources are globbed, and looked up again at each build, so that adding an operation is adding a file.
function(hubstash_library folder)
  set(target hubstash_${folder})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/wasm/${folder}/*.cpp")
  if(NOT sources)
    message(FATAL_ERROR "No source in wasm/${folder}.")
  endif()
  add_library(${target} STATIC ${sources})
  # Includes read "base/sha256.h" and "hubstash/status.h".
  target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/wasm")
  # The engine is the same natively and in the module, where exceptions would cost 4 to 23 KB.
  target_compile_options(${target} PRIVATE -fno-exceptions -fno-rtti)
  target_link_libraries(${target} ${ARGN})
  hubstash_own_code(${target})
endfunction()
