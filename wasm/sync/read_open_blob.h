#pragma once
// Reads a range of a blob that is open: from this device as far as the chunks that it touches are here and whole, else
// from the Hub. Finishes with Loaded, whose blob is the range.
//
//   phase      waits for     then
//   kReading   BlobAnswer    all pieces are good: reply; else see what is known of the item      -> kLooking
//   kLooking   StoreAnswer   the chunks lie elsewhere by now: read again                         -> kReading
//                            the Hub has them: fetch                                             -> kFetching
//                            the commit is not known, or gone: pull; nobody has them: an error   -> kPulling
//   kFetching  ChildDone     of each download; all came: read again; the commit is gone: pull    -> kReading, kPulling
//   kPulling   ChildDone     look again                                                          -> kLooking
//
// Reads do not wait for writes of the item: the reader is on a version of its own.

#include <memory>
#include <string>
#include <vector>

#include "sync/core.h"
#include "sync/plan_range.h"
#include "sync/readers.h"

namespace hubstash {

class ReadOpenBlob : public Operation {
 public:
  ReadOpenBlob(Core& core, ReadBlob call) : Operation(core), call_(std::move(call)) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kReading, kLooking, kFetching, kPulling };
  Reader* reader();
  void read();
  void read_done(BlobAnswer& answer);
  void look();
  void looked(StoreAnswer& answer);
  bool has_moved(const std::optional<Item>& item, const std::optional<Ranges>& ranges);
  void find_on_hub(const std::optional<Item>& item, const std::optional<ListedVersion>& listed,
                   const std::string& commit);
  void pull();
  void fetch();
  void fetched(ChildDone& child);
  void gone(bool is_damaged);

  ReadBlob call_;
  ChunkSpan span_;
  std::vector<uint32_t> missing_;    ///< Chunks.
  std::vector<FetchedRun> fetched_;  ///< That this read needs, so that they stay at hand for it.
  uint32_t downloads_ = 0;           ///< Under way.
  Status failure_;                   ///< Of the first one that failed.
  bool pulled_ = false, missed_ = false;
  uint32_t rounds_ = 0;
  Phase phase_ = Phase::kReading;
};

}  // namespace hubstash
