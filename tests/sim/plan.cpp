#include "sim/plan.h"

namespace hubstash::sim {
namespace {

struct Rate {
  Fault fault;
  uint32_t most;  ///< Out of a thousand.
};

/// The faults that strike single transactions, requests and calls.
constexpr Rate kStrikes[] = {
    {Fault::kTxQuota, 30},
    {Fault::kTxInternal, 30},
    {Fault::kTxUnavailable, 30},
    {Fault::kTxSlow, 200},
    {Fault::kTimerLate, 300},
    {Fault::kCallCancelled, 60},
    {Fault::kRequestLost, 60},
    {Fault::kReplyLost, 150},
    {Fault::kReplyReordered, 200},
    {Fault::kStall, 40},
    {Fault::k500Before, 150},
    {Fault::k500Applied, 150},
    {Fault::k401, 50},
    {Fault::k403, 20},
    {Fault::k404Repo, 20},
    {Fault::k404Revision, 30},
    {Fault::k404Html, 40},
    {Fault::k409, 40},
    {Fault::k412, 100},
    {Fault::k413, 20},
    {Fault::k429WithHeaders, 30},
    {Fault::k429Bare, 20},
    {Fault::k429Commits, 20},
    {Fault::kHtml, 60},
    {Fault::kTruncated, 100},
    {Fault::kCorrupted, 100},
    {Fault::kForeignInBetween, 200},
    {Fault::kForeignRemoval, 800},
    {Fault::kRedirectRefused, 800},
    {Fault::kAddressExpired, 400},
};

/// What happens to devices and to the dataset, as weights against each other.
constexpr Rate kEvents[] = {
    {Fault::kTabCrash, 100},      {Fault::kTabClosed, 40},    {Fault::kTabFrozen, 60},     {Fault::kMachineCrash, 40},
    {Fault::kOriginEvicted, 8},   {Fault::kClockForward, 20}, {Fault::kClockBack, 20},     {Fault::kOffline, 60},
    {Fault::kForeignCommit, 100}, {Fault::kSquashed, 15},     {Fault::kDatasetDeleted, 6}, {Fault::kDatasetRenamed, 8},
    {Fault::kTokenExpired, 25},   {Fault::kSignedOut, 20},    {Fault::kDiskFull, 15},
};

}  // namespace

Plan::Plan(uint64_t the_seed) : seed(the_seed), random(the_seed) {
  devices = 1 + random.index(kMostDevices);
  tabs_per_device = 1 + random.index(kMostTabs);
  const size_t documents = 1 + random.index(5), blobs = random.index(3);
  for (size_t i = 0; i < documents; ++i) items.push_back({"projects", Kind::kJson, "p" + std::to_string(i)});
  for (size_t i = 0; i < blobs; ++i) items.push_back({"pdfs", Kind::kBlob, "b" + std::to_string(i)});
  if (random.chance(200)) items.push_back({"notes", Kind::kJson, "n0"});
  large_blobs = blobs > 0 && random.chance(30);
  large_documents = random.chance(40);

  unsafe_ms = random.pick<int64_t>({120'000, 600'000, 1'800'000, 7'200'000});
  think_ms = unsafe_ms / random.between(10, 60);
  world_event_ms = unsafe_ms / random.between(3, 40);
  latency_ms = random.pick<int64_t>({5, 60, 300, 2'000});

  options.hub_url = "https://hub.example";
  options.dataset = "ann/data";
  options.durability = random.chance(400) ? Durability::kRelaxed : Durability::kStrict;
  options.idle_ms = random.pick<int64_t>({0, 1'000, 30'000});
  options.max_wait_ms = random.pick<int64_t>({5'000, 300'000});
  options.poll_ms = random.pick<int64_t>({10'000, 60'000});
  options.commits_per_hour = random.pick<uint32_t>({3, 12, 120, 120});
  options.conflict = random.pick<ConflictPolicy>(
      {ConflictPolicy::kMerge, ConflictPolicy::kMerge, ConflictPolicy::kMerge, ConflictPolicy::kKeepBoth,
       ConflictPolicy::kLocal, ConflictPolicy::kRemote, ConflictPolicy::kResolver});
  draw_faults();
}

void Plan::draw_faults() {
  if (random.chance(50)) return;  // A few runs have nothing but races.
  const uint32_t share = random.pick<uint32_t>({100, 250, 500});
  const uint32_t scale = random.pick<uint32_t>({100, 300, 1000});
  for (const Rate& rate : kStrikes) {
    if (random.chance(share)) rates_[static_cast<size_t>(rate.fault)] = 1 + rate.most * scale / 1000;
  }
  for (const Rate& rate : kEvents) {
    if (random.chance(share)) rates_[static_cast<size_t>(rate.fault)] = rate.most;
  }
  if (random.chance(80)) quota_bytes = static_cast<uint64_t>(random.between(3'000, 60'000));
}

std::optional<size_t> Plan::find(const std::string& collection, const std::string& id) const {
  for (size_t item = 0; item < items.size(); ++item) {
    if (items[item].collection == collection && items[item].id == id) return item;
  }
  return std::nullopt;
}

}  // namespace hubstash::sim
