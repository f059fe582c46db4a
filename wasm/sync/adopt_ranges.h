#pragma once
// Makes the kept ranges of a blob its body on this device, once all of them are here and the whole is what the Hub
// lists. Runs in the background and always succeeds: a load that waits for it looks again.
//
//   phase        waits for     then
//   kReading     StoreAnswer   the ranges are not whole, or not wanted any more: done; else join them   -> kOpening
//   kOpening     BlobAnswer    hash the whole; a chunk is damaged: remove them             -> kHashing, kCommitting
//   kHashing     BlobAnswer    write the item's record in place of the ranges'; wrong: remove them      -> kCommitting
//   kCommitting  StoreAnswer   stale: all again; else done                                              -> kReading

#include <optional>
#include <string>

#include "store/ranges.h"
#include "sync/core.h"

namespace hubstash {

/// Begins it, unless it is under way.
void adopt_ranges(Core& core, const std::string& collection, const std::string& id);

class AdoptRanges : public Operation {
 public:
  AdoptRanges(Core& core, std::string collection, std::string id)
      : Operation(core), collection_(std::move(collection)), item_id_(std::move(id)), blob_(core, 0) {}
  void start() override { read(); }
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kReading, kOpening, kHashing, kCommitting };
  void read();
  void plan(StoreAnswer& answer);
  void opened(BlobAnswer& answer);
  void hashed(BlobAnswer& answer);
  void adopt(BlobAnswer& whole);
  void remove();
  void committed(const StoreAnswer& answer);

  const std::string collection_, item_id_;
  std::optional<Bytes> item_record_;
  Bytes ranges_record_;
  std::optional<Item> item_;
  Ranges ranges_;
  std::string commit_;
  HeldBlob blob_;
  bool removes_ = false;
  uint32_t races_lost_ = 0;
  Phase phase_ = Phase::kReading;
};

}  // namespace hubstash
