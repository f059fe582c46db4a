#include "base/sha256.h"

#include <algorithm>
#include <cstring>

namespace hubstash {
namespace {

constexpr size_t kBlockBytes = 64;
constexpr size_t kLengthBytes = 8;
/// Browsers run WebAssembly unoptimised at first, and go over to the optimised code, here eight times as fast, only
/// when a function is called again. So one call must not take in megabytes.
constexpr size_t kBlocksAtOnce = 256;

/// FIPS 180-4, 4.2.2.
constexpr std::array<uint32_t, 64> kRoundConstants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// What runs in each round is inlined by force: the module is linked for size, and the linker would call it instead.

[[gnu::always_inline]] inline uint32_t rotate_right(uint32_t value, int count) {
  return (value >> count) | (value << (32 - count));
}

inline uint32_t read_big_endian(const uint8_t* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | uint32_t{bytes[3]};
}

/// One round. Instead of moving all eight variables along, the caller renames them: only d and h change.
[[gnu::always_inline]] inline void round(uint32_t a, uint32_t b, uint32_t c, uint32_t& d, uint32_t e, uint32_t f,
                                         uint32_t g, uint32_t& h, uint32_t constant_and_word) {
  const uint32_t sum_e = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
  const uint32_t choice = ((f ^ g) & e) ^ g;
  const uint32_t sum_a = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
  const uint32_t majority = (a & b) | (c & (a | b));
  const uint32_t first = h + sum_e + choice + constant_and_word;
  d += first;
  h = first + sum_a + majority;
}

/// Replaces word i of the schedule, of which only the last 16 are kept, by the one 16 places on.
[[gnu::always_inline]] inline uint32_t extend(uint32_t* words, size_t i) {
  const uint32_t after = words[(i + 1) & 15];
  const uint32_t before = words[(i + 14) & 15];
  const uint32_t small_0 = rotate_right(after, 7) ^ rotate_right(after, 18) ^ (after >> 3);
  const uint32_t small_1 = rotate_right(before, 17) ^ rotate_right(before, 19) ^ (before >> 10);
  return words[i] += small_0 + words[(i + 9) & 15] + small_1;
}

using Working = std::array<uint32_t, 8>;

/// Eight rounds, after which the variables have their own places again. `word(i)` yields constant + word, for i from 0
/// to 7.
template <typename Word>
[[gnu::always_inline]] inline void eight_rounds(Working& v, const Word& word) {
  auto& [a, b, c, d, e, f, g, h] = v;
  round(a, b, c, d, e, f, g, h, word(0));
  round(h, a, b, c, d, e, f, g, word(1));
  round(g, h, a, b, c, d, e, f, word(2));
  round(f, g, h, a, b, c, d, e, word(3));
  round(e, f, g, h, a, b, c, d, word(4));
  round(d, e, f, g, h, a, b, c, word(5));
  round(c, d, e, f, g, h, a, b, word(6));
  round(b, c, d, e, f, g, h, a, word(7));
}

}  // namespace

Sha256Hasher::Sha256Hasher()
    : state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19} {}

void Sha256Hasher::compress(const uint8_t* blocks, size_t count) {
  for (; count > 0; --count, blocks += kBlockBytes) {
    uint32_t words[16];
    for (size_t i = 0; i < 16; ++i) words[i] = read_big_endian(blocks + 4 * i);
    Working working = state_;
    // All indices into `words` are constants in these loops, so that the compiler can keep them in registers.
    const uint32_t* constants = kRoundConstants.data();
    eight_rounds(working, [&](size_t i) { return constants[i] + words[i]; });
    eight_rounds(working, [&](size_t i) { return constants[i + 8] + words[i + 8]; });
    for (size_t round_base = 16; round_base < 64; round_base += 16) {
      constants += 16;
      eight_rounds(working, [&](size_t i) { return constants[i] + extend(words, i); });
      eight_rounds(working, [&](size_t i) { return constants[i + 8] + extend(words, i + 8); });
    }
    for (size_t i = 0; i < state_.size(); ++i) state_[i] += working[i];
  }
}

void Sha256Hasher::update(std::string_view bytes) {
  if (bytes.empty()) return;
  const size_t waiting = total_bytes_ % kBlockBytes;
  total_bytes_ += bytes.size();
  if (waiting > 0) {
    const size_t taken = std::min(bytes.size(), kBlockBytes - waiting);
    std::memcpy(buffer_.data() + waiting, bytes.data(), taken);
    bytes.remove_prefix(taken);
    if (waiting + taken < kBlockBytes) return;
    compress(buffer_.data(), 1);
  }
  // Whole blocks are read where they are.
  while (bytes.size() >= kBlockBytes) {
    const size_t count = std::min(bytes.size() / kBlockBytes, kBlocksAtOnce);
    compress(reinterpret_cast<const uint8_t*>(bytes.data()), count);
    bytes.remove_prefix(count * kBlockBytes);
  }
  if (!bytes.empty()) std::memcpy(buffer_.data(), bytes.data(), bytes.size());
}

Sha256 Sha256Hasher::finish() {
  const uint64_t total_bits = total_bytes_ * 8;
  // A 1 bit, zeros up to the last eight bytes of a block, and the length in bits.
  std::array<uint8_t, kBlockBytes + kLengthBytes> padding{};
  padding[0] = 0x80;
  const size_t waiting = total_bytes_ % kBlockBytes;
  const size_t end = waiting < kBlockBytes - kLengthBytes ? kBlockBytes : 2 * kBlockBytes;
  const size_t size = end - waiting;
  for (size_t at = 0; at < kLengthBytes; ++at) padding[size - 1 - at] = static_cast<uint8_t>(total_bits >> (8 * at));
  update({reinterpret_cast<const char*>(padding.data()), size});
  HS_CHECK(total_bytes_ % kBlockBytes == 0);

  Sha256 digest;
  digest.reserve(32);
  for (const uint32_t word : state_) {
    for (int shift = 24; shift >= 0; shift -= 8) digest.push_back(static_cast<char>(word >> shift & 0xFF));
  }
  return digest;
}

Sha256 sha256(std::string_view bytes) {
  Sha256Hasher hasher;
  hasher.update(bytes);
  return hasher.finish();
}

}  // namespace hubstash
