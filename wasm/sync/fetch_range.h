#pragma once
// Fetches adjacent chunks of a blob from the Hub, pinned to a commit, checks each against what it must be, and keeps
// them on this device. Those who wait find them at hand (readers.h), also where they cannot be kept.
//
//   phase         waits for     then
//   kDownloading  HubAnswer     a blob: hash it                                                   -> kHashing
//   kHashing      BlobAnswer    right: see where to keep it                                       -> kLooking
//                               wrong: once more, then INTEGRITY                                  -> kDownloading
//   kLooking      StoreAnswer   write some chunks and the record of the kept ranges, or into a damaged body; where the
//                               item has changed: finish                                          -> kKeeping
//   kKeeping      StoreAnswer   stale: look again; the next chunks; all: finish                   -> kLooking
//
// A crash leaves the chunks of complete transactions, and the record that counts them.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/ranges.h"
#include "sync/core.h"
#include "sync/download.h"
#include "sync/plan_range.h"

namespace hubstash {

struct RangeOrder {
  std::string collection, id;
  RemoteVersion version;
  std::string commit;
  ChunkRun run;
  /// What each chunk of the version must be; empty where nobody has said so.
  std::vector<Sha256> chunk_sha256;
};

class FetchRange : public Operation {
 public:
  FetchRange(Core& core, RangeOrder order);
  void start() override { download(); }
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kDownloading, kHashing, kLooking, kKeeping };
  bool wants_all() const;
  uint64_t first_byte() const { return uint64_t{order_.run.first} * kChunkBytes; }
  uint64_t end_byte() const;
  void download();
  void downloaded(HubAnswer& answer);
  Status check_range(const HttpAnswer& answer) const;
  void hashed(BlobAnswer& answer);
  bool is_right(const BlobAnswer& answer) const;
  void mismatch();
  void look();
  void plan(StoreAnswer& answer);
  void add_chunks(StoreTx* tx, std::string_view revision);
  void kept(const StoreAnswer& answer);
  void end(bool is_kept);

  RangeOrder order_;
  const std::string version_;
  std::optional<Download> download_;
  std::shared_ptr<HeldBlob> blob_;
  bool got_all_ = false;  ///< The Hub has sent the whole file.
  std::vector<Sha256> chunk_sha256_;
  uint32_t kept_ = 0, keeping_ = 0;  ///< Chunks of the run: those that are written, and those too that are about to be.
  Ranges ranges_;                    ///< As about to be written.
  uint64_t kept_bytes_before_ = 0;
  bool heals_ = false;
  uint32_t mismatches_ = 0, races_lost_ = 0;
  Phase phase_ = Phase::kDownloading;
};

}  // namespace hubstash
