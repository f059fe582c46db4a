# The preset `asan`: AddressSanitizer and UBSan over everything that we compile; the first finding ends the run.
option(HUBSTASH_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
if(HUBSTASH_SANITIZE)
  # The check of vptrs reads type information, which the engine is built without.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
