#pragma once
// Two devices that have changed the same field of one document.

#include <algorithm>

#include "base/ids.h"
#include "base/sha256.h"
#include "catch.h"
#include "hub/layout.h"
#include "support/test_host.h"

namespace hubstash::test {

inline std::string path_of(const std::string& id) {
  return item_path("", "projects", Kind::kJson, id, Encoding::kPlain);
}

inline SyncReport synced(TestHost& host) {
  const Reply reply = host.sync();
  INFO(reply.status.message());
  REQUIRE(reply.status.ok());
  return std::get<SyncReport>(reply.value);
}

inline Options with_policy(uint64_t seed, ConflictPolicy policy) {
  Options options = test_options(seed);
  options.conflict = policy;
  return options;
}

inline const std::string kBase = R"({"id":"p1","a":0,"b":0})";
inline const std::string kTheirs = R"({"id":"p1","a":1,"b":0})";
inline const std::string kOurs = R"({"id":"p1","a":2,"b":0})";

/// Whether the effect is a transaction that reads, or puts, this key.
inline bool reads(const Effect& effect, const Bytes& key) {
  const auto* tx = std::get_if<StoreTx>(&effect.body);
  return tx != nullptr && std::find(tx->gets.begin(), tx->gets.end(), key) != tx->gets.end();
}

inline bool writes(const Effect& effect, const Bytes& key) {
  const auto* tx = std::get_if<StoreTx>(&effect.body);
  if (tx == nullptr) return false;
  return std::any_of(tx->puts.begin(), tx->puts.end(), [&key](const Put& put) { return put.key == key; });
}

/// `a` has changed the item on the Hub; `b` has changed the same field and has not synced yet.
struct Clash {
  ModelHub hub;
  TestStore laptop, phone;
  TestHost a, b;
  explicit Clash(ConflictPolicy policy)
      : a(hub, laptop, with_policy(1, policy)), b(hub, phone, with_policy(2, policy)) {
    REQUIRE(a.save("p1", kBase).status.ok());
    synced(a);
    synced(b);
    REQUIRE(b.load("p1") == kBase);
    REQUIRE(a.save("p1", kTheirs).status.ok());
    REQUIRE(b.save("p1", kOurs).status.ok());
    synced(a);
  }
};

}  // namespace hubstash::test
