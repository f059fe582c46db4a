#include "base/random.h"

#include "hubstash/status.h"

namespace hubstash {
namespace {

uint64_t rotate_left(uint64_t value, int count) { return (value << count) | (value >> (64 - count)); }

/// splitmix64: spreads a seed, however regular, over all bits. xoshiro's authors advise it for this.
uint64_t spread(uint64_t& seed) {
  seed += 0x9E3779B97F4A7C15;
  uint64_t mixed = seed;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
  return mixed ^ (mixed >> 31);
}

}  // namespace

Random::Random(uint64_t seed_low, uint64_t seed_high) {
  uint64_t seed = seed_low;
  state_[0] = spread(seed);
  state_[1] = spread(seed);
  seed ^= seed_high;
  state_[2] = spread(seed);
  state_[3] = spread(seed);
  // Each value of the seed yields 0 at most once, so not all four are 0: the one state xoshiro cannot leave.
  HS_CHECK((state_[0] | state_[1]) != 0);
}

uint64_t Random::next() {
  const uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = rotate_left(state_[3], 45);
  return result;
}

uint64_t Random::below(uint64_t bound) {
  HS_CHECK(bound > 0);
  // 2^64 is not a multiple of every bound. Dropping the lowest 2^64 % bound values makes the rest one, so that every
  // remainder is equally likely; at most every second value is dropped.
  const uint64_t dropped = (0 - bound) % bound;
  uint64_t value = next();
  while (value < dropped) value = next();
  return value % bound;
}

std::string Random::hex(int digits) {
  HS_CHECK(digits >= 0 && digits <= 16);
  uint64_t value = next();
  std::string out;
  for (int count = 0; count < digits; ++count) {
    out.push_back("0123456789abcdef"[value & 15]);
    value >>= 4;
  }
  return out;
}

}  // namespace hubstash
