#pragma once
// The engine's own random numbers (xoshiro256**), seeded by the host once, so that a run can be replayed from its seed.

#include <cstdint>
#include <string>

namespace hubstash {

class Random {
 public:
  Random(uint64_t seed_low, uint64_t seed_high);
  uint64_t next();
  /// Uniform in [0, bound); bound > 0.
  uint64_t below(uint64_t bound);
  /// `digits` random hex digits, at most 16.
  std::string hex(int digits);

 private:
  uint64_t state_[4];
};

}  // namespace hubstash
