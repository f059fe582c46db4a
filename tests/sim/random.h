#pragma once
// The one source of chance: everything that a run does follows from its 64-bit seed.

#include <cstdint>
#include <vector>

namespace hubstash::sim {

/// splitmix64 by Sebastiano Vigna: any seed will do, also 0, 1, 2 …
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  /// 0 to n - 1; n is not 0.
  uint64_t below(uint64_t n) { return next() % n; }
  size_t index(size_t n) { return static_cast<size_t>(below(n)); }
  /// From `low` to `high`, both included.
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low) + 1));
  }
  bool chance(uint32_t permille) { return below(1000) < permille; }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[index(from.size())];
  }

 private:
  uint64_t state_;
};

}  // namespace hubstash::sim
