# The module that browsers load: build/<preset>/hubstash-core.{js,wasm}, from wasm/browser.
set(browser "${PROJECT_SOURCE_DIR}/wasm/browser")
file(GLOB browser_sources CONFIGURE_DEPENDS "${browser}/*.cpp")
file(GLOB browser_js CONFIGURE_DEPENDS "${browser}/*.library.js")
set(browser_exports "${browser}/exports.txt")

if(NOT browser_sources OR NOT EXISTS "${browser_exports}")
  message(FATAL_ERROR "wasm/browser needs its sources and exports.txt, the list of exported functions.")
endif()

add_executable(hubstash_core ${browser_sources})
hubstash_own_code(hubstash_core)
target_compile_options(hubstash_core PRIVATE -fno-exceptions -fno-rtti)
target_link_libraries(hubstash_core PRIVATE hubstash_sync)
set_target_properties(hubstash_core PROPERTIES
  OUTPUT_NAME hubstash-core
  SUFFIX .js  # Not .mjs: every static host serves .js with the right type.
  LINK_DEPENDS "${browser_exports};${browser_js}")

# Emscripten renamed this setting, and newer ones give a stack of 64 KB only.
if(EMSCRIPTEN_VERSION VERSION_LESS 3.1.25)
  set(stack_size -sTOTAL_STACK=1MB)
else()
  set(stack_size -sSTACK_SIZE=1MB)
endif()

target_link_options(hubstash_core PRIVATE
  -sMODULARIZE -sEXPORT_ES6 -sEXPORT_NAME=createHubstashCore
  # Node loads it too when it is given `wasmBinary`; naming it here breaks ES6 output in 3.1.6.
  -sENVIRONMENT=web,worker
  # Most pages need little: bodies of blobs stay outside the module's memory, and documents come and go.
  -sALLOW_MEMORY_GROWTH -sINITIAL_MEMORY=4MB ${stack_size}
  # 3 KB smaller than dlmalloc, and as quick here (docs/decisions/module-size.md).
  -sMALLOC=emmalloc
  -sFETCH -sFETCH_SUPPORT_INDEXEDDB=0
  -lidbfs.js
  -sEXPORTED_FUNCTIONS=@${browser_exports}
  -sEXPORTED_RUNTIME_METHODS=HEAPU8
  -sINCOMING_MODULE_JS_API=wasmBinary,instantiateWasm,locateFile,print,printErr,onAbort
  # Pages with a strict Content-Security-Policy allow neither eval nor new Function.
  -sDYNAMIC_EXECUTION=0)
foreach(library IN LISTS browser_js)
  # SHELL keeps the two words together: CMake drops options that repeat.
  target_link_options(hubstash_core PRIVATE "SHELL:--js-library \"${library}\"")
endforeach()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_link_options(hubstash_core PRIVATE -sASSERTIONS=1 --profiling-funcs)
endif()
