#include "base/sha1.h"

#include <array>
#include <cstring>

#include "base/text.h"

namespace hubstash {
namespace {

constexpr size_t kBlockBytes = 64;
using State = std::array<uint32_t, 5>;

uint32_t rotate_left(uint32_t value, int count) { return (value << count) | (value >> (32 - count)); }

uint32_t read_big_endian(const uint8_t* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | uint32_t{bytes[3]};
}

/// FIPS 180-4, 6.1.2: the function and the constant of a round.
uint32_t mix(size_t round, uint32_t b, uint32_t c, uint32_t d) {
  if (round < 20) return ((b & c) | (~b & d)) + 0x5A827999;
  if (round < 40) return (b ^ c ^ d) + 0x6ED9EBA1;
  if (round < 60) return ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC;
  return (b ^ c ^ d) + 0xCA62C1D6;
}

void compress(State& state, const uint8_t* block) {
  std::array<uint32_t, 80> words;
  for (size_t at = 0; at < 16; ++at) words[at] = read_big_endian(block + 4 * at);
  for (size_t at = 16; at < 80; ++at) {
    words[at] = rotate_left(words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16], 1);
  }
  auto [a, b, c, d, e] = state;
  for (size_t round = 0; round < 80; ++round) {
    const uint32_t next = rotate_left(a, 5) + mix(round, b, c, d) + e + words[round];
    e = d;
    d = c;
    c = rotate_left(b, 30);
    b = a;
    a = next;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
}

/// What is left after the last whole block, a 1 bit, zeros, and the length in bits: one or two blocks.
void finish(State& state, std::string_view rest, uint64_t total_bytes) {
  std::array<uint8_t, 2 * kBlockBytes> tail{};
  if (!rest.empty()) std::memcpy(tail.data(), rest.data(), rest.size());
  tail[rest.size()] = 0x80;
  const size_t size = rest.size() < kBlockBytes - 8 ? kBlockBytes : 2 * kBlockBytes;
  for (size_t at = 0; at < 8; ++at) tail[size - 1 - at] = static_cast<uint8_t>(total_bytes * 8 >> (8 * at));
  for (size_t at = 0; at < size; at += kBlockBytes) compress(state, tail.data() + at);
}

}  // namespace

Bytes sha1(std::string_view bytes) {
  State state = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  const uint64_t total_bytes = bytes.size();
  for (; bytes.size() >= kBlockBytes; bytes.remove_prefix(kBlockBytes)) {
    compress(state, reinterpret_cast<const uint8_t*>(bytes.data()));
  }
  finish(state, bytes, total_bytes);
  Bytes digest;
  for (const uint32_t word : state) {
    for (int shift = 24; shift >= 0; shift -= 8) digest.push_back(static_cast<char>(word >> shift & 0xFF));
  }
  return digest;
}

std::string git_blob_oid(std::string_view content) {
  std::string object = "blob " + std::to_string(content.size());
  object.push_back('\0');
  object.append(content);
  return to_hex(sha1(object));
}

std::string lfs_pointer(std::string_view sha256_hex, uint64_t size) {
  HS_CHECK(is_lower_hex(sha256_hex, 64));
  std::string text = "version https://git-lfs.github.com/spec/v1\noid sha256:";
  text.append(sha256_hex);
  text.append("\nsize ").append(std::to_string(size)).append("\n");
  return text;
}

}  // namespace hubstash
