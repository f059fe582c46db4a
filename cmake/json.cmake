# nlohmann/json, header only. From a folder of its own that tools/setup makes: /usr/include on the include path
# would put glibc's headers before Emscripten's. Without exceptions it aborts where it would throw, and the
# code that uses it must be compiled alike everywhere (it is inline), hence INTERFACE.
set(HUBSTASH_JSON_INCLUDE "${PROJECT_SOURCE_DIR}/.cache/include" CACHE PATH "Folder that has nlohmann/json.hpp")
if(NOT EXISTS "${HUBSTASH_JSON_INCLUDE}/nlohmann/json.hpp")
  message(FATAL_ERROR "nlohmann/json.hpp is not in ${HUBSTASH_JSON_INCLUDE}. Run tools/setup first.")
endif()
add_library(hubstash_json INTERFACE)
target_include_directories(hubstash_json SYSTEM INTERFACE "${HUBSTASH_JSON_INCLUDE}")
target_compile_definitions(hubstash_json INTERFACE JSON_NOEXCEPTION)
