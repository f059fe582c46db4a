#pragma once
// What the tests of ranges share: a file of a few chunks, which another device has saved.

#include "base/text.h"
#include "catch.h"
#include "hub/layout.h"
#include "support/test_host.h"

namespace hubstash::test {

inline constexpr uint64_t kMiB = kChunkBytes;

/// No two places of it are alike.
inline Bytes file(uint64_t size, uint32_t seed = 1) {
  Bytes content;
  content.reserve(size + 4);
  for (uint32_t word = seed; content.size() < size; word = word * 1664525 + 1013904223) {
    content.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  content.resize(size);
  return content;
}

inline const Bytes kFile = file(5 * kMiB + 1'000);

struct World {
  ModelHub hub;
  TestStore store;
  TestStore elsewhere;  ///< Another device's.
};

/// Saves it from the other device, and counts from there.
inline void publish(World& world, const Bytes& content, const std::string& id = "a") {
  TestHost writer(world.hub, world.elsewhere, test_options(99));
  REQUIRE(writer.put(id, content).status.ok());
  REQUIRE(writer.sync().status.ok());
  world.hub.downloaded_bytes = 0;
  world.hub.log.clear();
}

inline std::string state(TestHost& host) {
  const Reply reply = host.call(List{"pdfs", Kind::kBlob});
  std::string text;
  for (const ItemInfo& item : std::get<Items>(reply.value).items) text += item.id + (item.cached ? "+" : "-");
  return text;
}

inline size_t downloads(const ModelHub& hub) {
  size_t count = 0;
  for (const std::string& request : hub.log) count += request.ends_with(".pdf");
  return count;
}

inline std::string pdf_path(const std::string& id) { return item_path("", "pdfs", Kind::kBlob, id, Encoding::kPlain); }

}  // namespace hubstash::test
