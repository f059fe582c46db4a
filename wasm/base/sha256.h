#pragma once
// SHA-256 (FIPS 180-4), in pieces or whole: the name of every body and of every LFS object.

#include <array>
#include <cstdint>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

class Sha256Hasher {
 public:
  Sha256Hasher();
  void update(std::string_view bytes);
  /// The digest, 32 bytes. Call it once, last.
  Sha256 finish();

 private:
  void compress(const uint8_t* blocks, size_t count);
  std::array<uint32_t, 8> state_;
  std::array<uint8_t, 64> buffer_{};  ///< The first total_bytes_ % 64 bytes wait for their block to fill.
  uint64_t total_bytes_ = 0;
};

Sha256 sha256(std::string_view bytes);

}  // namespace hubstash
