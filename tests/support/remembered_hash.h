#pragma once
// SHA-256 for the models of tests, which hash the same large contents over and over: each is hashed once, and known
// again by its size and a much faster hash of 64 bits.

#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "hubstash/hash.h"

namespace hubstash::test {

inline Sha256 remembered_sha256(std::string_view bytes) {
  constexpr size_t kWorthwhile = 4'096;
  constexpr size_t kMostRemembered = 4'096;
  const auto compute = [bytes] {
    BodyHasher hasher;
    hasher.update(bytes);
    return hasher.finish();
  };
  if (bytes.size() < kWorthwhile) return compute();
  static std::map<std::pair<size_t, size_t>, Sha256> remembered;
  const std::pair key{bytes.size(), std::hash<std::string_view>()(bytes)};
  const auto known = remembered.find(key);
  if (known != remembered.end()) return known->second;
  if (remembered.size() == kMostRemembered) remembered.clear();
  return remembered.emplace(key, compute()).first->second;
}

}  // namespace hubstash::test
