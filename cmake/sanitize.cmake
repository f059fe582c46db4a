# The preset `asan`: AddressSanitizer and UBSan over everything that we compile; the first finding ends the run.
option(HUBSTASH_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
if(HUBSTASH_SANITIZE)
  # The check of vptrs reads type information, which the engine is built without.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# The preset `fuzz`: besides, the code tells libFuzzer which branches it takes.
option(HUBSTASH_FUZZ "Build the fuzz targets of tests/fuzz instead of the unit tests" OFF)
if(HUBSTASH_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
