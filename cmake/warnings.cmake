# Warnings for our own code (not for zlib's), as errors. A newer compiler that finds more can still be used:
# `cmake --preset native --compile-no-warning-as-error`.
add_library(hubstash_warnings INTERFACE)
target_compile_options(hubstash_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wimplicit-fallthrough
  -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast -Wcast-qual -Wunused-result)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # HS_CHECK(!"what is wrong") is how this code says that a place is not reachable.
  target_compile_options(hubstash_warnings INTERFACE -Wno-string-conversion)
else()
  # g++ 12 reports these two in its own std::string at -O2 and with sanitizers (GCC bugs 105329 and 105562).
  target_compile_options(hubstash_warnings INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()

function(hubstash_own_code target)
  if(EMSCRIPTEN)
    # A failed check names its file: as it is called in the sources, not where they lie on this machine.
    target_compile_options(${target} PRIVATE "-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=")
  endif()
  target_link_libraries(${target} PRIVATE hubstash_warnings)
  set_target_properties(${target} PROPERTIES COMPILE_WARNING_AS_ERROR ON)
endfunction()
