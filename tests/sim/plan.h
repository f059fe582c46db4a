#pragma once
// What one seed is like: how many devices, how bad the network. Most runs have only some kinds of fault, because
// where everything fails at once little else happens.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "hubstash/engine.h"
#include "sim/content.h"
#include "sim/faults.h"
#include "sim/random.h"

namespace hubstash::sim {

struct Plan {
  explicit Plan(uint64_t seed);

  uint64_t seed;
  Random random;
  size_t devices = 2;
  size_t tabs_per_device = 2;
  std::vector<ItemName> items;
  Options options;
  /// How long things go wrong; then they must come to rest.
  int64_t unsafe_ms = 600'000;
  int64_t think_ms = 10'000;        ///< Mean pause between two calls of one tab.
  int64_t world_event_ms = 20'000;  ///< Mean pause between two events of the world: crashes, jumps, freezes.
  int64_t latency_ms = 100;         ///< Mean time of a request on its way.
  bool large_blobs = false;
  bool large_documents = false;
  uint64_t quota_bytes = UINT64_MAX;

  /// The item's place; a conflict copy has none.
  std::optional<size_t> find(const std::string& collection, const std::string& id) const;

  /// Out of a thousand; 0 where this run has no such fault. Faults of the world are weights instead.
  uint32_t rate(Fault fault) const { return rates_[static_cast<size_t>(fault)]; }

 private:
  void draw_faults();
  std::array<uint32_t, kFaults> rates_{};
};

/// No run has more devices or tabs, so that bounds can be stated.
inline constexpr size_t kMostDevices = 3;
inline constexpr size_t kMostTabs = 3;

}  // namespace hubstash::sim
