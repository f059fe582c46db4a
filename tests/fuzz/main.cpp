#include <cstdio>
#include <cstdlib>

#include "common/fuzz.h"

namespace {

// Counts what libFuzzer does not: how many bytes it tried. Printed when the run ends by itself.
struct Totals {
  unsigned long long bytes = 0;
  ~Totals() { std::fprintf(stderr, "fuzzed_bytes: %llu\n", bytes); }
};
Totals& totals() {
  static Totals instance;
  return instance;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  totals().bytes += size;
  fuzz_one({reinterpret_cast<const char*>(data), size});
  return 0;
}
