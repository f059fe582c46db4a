#pragma once
// Removes kept ranges that are of no use any more: of versions that the Hub does not list, of items that were changed
// or deleted here, of bodies that are here as a whole. Runs in the background; whatever fails is tried again later.
//
//   phase       waits for     then
//   kReading    StoreAnswer   read the items that they are of       -> kComparing
//   kComparing  StoreAnswer   delete what is not wanted             -> kDropping
//   kDropping   StoreAnswer   done

#include <string>
#include <utility>
#include <vector>

#include "store/ranges.h"
#include "sync/core.h"

namespace hubstash {

enum class Sweeping : uint8_t { kUnwanted, kAll };

/// Of one item.
void sweep_ranges(Core& core, const std::string& collection, const std::string& id, Sweeping what);
/// Of items that have changed, as far as this engine knows that there are any.
void sweep_ranges_of(Core& core, const std::string& collection, const std::vector<std::string>& ids);

class SweepRanges : public Operation {
 public:
  /// `keys` are those of the records.
  SweepRanges(Core& core, std::vector<Bytes> keys, Sweeping what)
      : Operation(core), keys_(std::move(keys)), what_(what) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kReading, kComparing, kDropping };
  struct Found {
    Bytes record;
    std::string collection, id;
    std::optional<Ranges> ranges;  ///< Nothing where the record is damaged.
  };
  void compare(StoreAnswer& answer);
  void drop(StoreAnswer& answer);

  std::vector<Bytes> keys_;
  const Sweeping what_;
  std::vector<Found> found_;
  uint64_t dropped_bytes_ = 0;
  std::vector<Bytes> dropped_keys_;
  Phase phase_ = Phase::kReading;
};

}  // namespace hubstash
