#include "sync/sweep_ranges.h"

#include "base/ids.h"
#include "hub/layout.h"
#include "store/keys.h"
#include "sync/adopt_ranges.h"
#include "sync/plan_range.h"
#include "sync/plan_save.h"

namespace hubstash {

void sweep_ranges(Core& core, const std::string& collection, const std::string& id, Sweeping what) {
  core.spawn(std::make_unique<SweepRanges>(core, std::vector<Bytes>{ranges_key(collection, id)}, what), 0);
}

void sweep_ranges_of(Core& core, const std::string& collection, const std::vector<std::string>& ids) {
  std::vector<Bytes> keys;
  for (const std::string& id : ids) {
    Bytes key = ranges_key(collection, id);
    if (core.readers().has_ranges(key)) keys.push_back(std::move(key));
  }
  if (!keys.empty()) core.spawn(std::make_unique<SweepRanges>(core, std::move(keys), Sweeping::kUnwanted), 0);
}

void SweepRanges::start() {
  StoreTx tx;
  tx.gets = keys_;
  core_.store(id(), std::move(tx));
}

void SweepRanges::resume(Input input) {
  StoreAnswer& answer = input.store();
  if (!answer.status.ok()) return succeed();
  if (phase_ == Phase::kReading) return compare(answer);
  if (phase_ == Phase::kComparing) return drop(answer);
  if (!answer.stale) {
    for (const Bytes& key : dropped_keys_) core_.readers().no_ranges(key);
    core_.cache().replaced(dropped_bytes_, 0, core_.now());
  }
  succeed();
}

void SweepRanges::compare(StoreAnswer& answer) {
  phase_ = Phase::kComparing;
  StoreTx tx;
  tx.gets = {Bytes(kHeadKey)};
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (!answer.values[i]) continue;
    // A damaged record is still of the item that its key names.
    const std::string_view path = std::string_view(keys_[i]).substr(kRangesPrefix.size());
    const size_t slash = path.find('/');
    if (slash == path.npos) continue;
    const Result<std::string> item = decode_id(path.substr(slash + 1));
    if (!item) continue;
    const std::string collection(path.substr(0, slash));
    tx.gets.push_back(item_key(collection, *item));
    tx.gets.push_back(folder_key(collection, shard_of(*item)));
    core_.readers().note_ranges(keys_[i]);
    std::optional<Ranges> ranges = open_or_forget(open_ranges, answer.values[i]);
    found_.push_back({std::move(*answer.values[i]), collection, *item, std::move(ranges)});
  }
  if (found_.empty()) return succeed();
  core_.store(id(), std::move(tx));
}

void SweepRanges::drop(StoreAnswer& answer) {
  phase_ = Phase::kDropping;
  const bool listing_known = open_or_forget(open_head, answer.values[0]).has_value();
  StoreTx tx;
  tx.durability = Durability::kRelaxed;
  for (size_t i = 0; i < found_.size(); ++i) {
    Found& found = found_[i];
    const Result<std::optional<Item>> item = item_to_replace(answer.values[2 * i + 1]);
    const auto listed =
        find_listed(open_or_forget(open_folder, answer.values[2 * i + 2]), found.collection, Kind::kBlob, found.id);
    if (!item) continue;
    const bool is_damaged = !found.ranges;
    if (is_damaged) {
      // Most likely of the version that is listed; what else it was of stays until the device is cleared.
      found.ranges = Ranges{found.collection, found.id, {}, 0, {}};
      if (listed && listed->version.size <= kMaxBlobBytes) {
        found.ranges->version = listed->version;
        found.ranges->chunks.resize(chunk_count(listed->version.size), {true, ""});
      }
    } else if (what_ == Sweeping::kUnwanted && are_ranges_wanted(*found.ranges, *item, listed, listing_known)) {
      if (found.ranges->whole()) adopt_ranges(core_, found.collection, found.id);
      continue;
    }
    if (!is_damaged) dropped_bytes_ += found.ranges->kept_bytes();
    dropped_keys_.push_back(ranges_key(found.collection, found.id));
    add_ranges_removal(&tx, found.record, *found.ranges, *item);
  }
  if (dropped_keys_.empty()) return succeed();
  core_.store(id(), std::move(tx));
}

}  // namespace hubstash
