#pragma once
// Fetches the listed version of an item from the Hub, pinned to a commit, checks it against its object id, keeps it on
// this device and finishes with Loaded. In remote mode only the note stays, in memory, that the app has seen this
// version. A body that cannot be kept is delivered all the same.
//
//   phase         waits for     then
//   kDownloading  HubAnswer     bytes: check, unpack, keep                                    -> kKeeping
//                               a blob: hash it                                               -> kHashing
//   kHashing      BlobAnswer    matches: keep; else download once more, then INTEGRITY        -> kKeeping, kDownloading
//   kKeeping      StoreAnswer   next chunks, or finish                                        -> kKeeping
//   kNoting       StoreAnswer   remote mode: finish

#include <optional>
#include <string>

#include "sync/core.h"
#include "sync/download.h"
#include "sync/item_view.h"
#include "sync/plan_save.h"

namespace hubstash {

/// What to fetch, and what this device had of it.
struct FetchOrder {
  std::string collection, id;
  Kind kind = Kind::kJson;
  RemoteVersion version;
  std::string commit;
  std::optional<Bytes> record_before;
  std::optional<Item> before;
  bool keep = true;  ///< False: deliver only, whatever this device has of the item.
};

class FetchBody : public Operation {
 public:
  FetchBody(Core& core, FetchOrder order) : Operation(core), order_(std::move(order)), blob_(core, 0) {}
  void start() override { download(); }
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kDownloading, kHashing, kKeeping, kNoting };
  bool is_blob() const { return order_.kind == Kind::kBlob && !order_.version.lfs_sha256.empty(); }
  void download();
  void downloaded(HubAnswer& answer);
  Status check_bytes(const Bytes& bytes) const;
  Status unpack(Bytes bytes);
  void hashed(BlobAnswer& answer);
  void mismatch();
  void keep();
  void keep_next();
  void note();
  void not_kept(const StoreAnswer& answer);
  void deliver();

  FetchOrder order_;
  HeldBlob blob_;
  Bytes body_;
  HashedBody hashed_;
  Item after_;
  uint32_t chunks_kept_ = 0;
  std::optional<Bytes> stage_record_;  ///< The note of the chunks that have been written.
  uint32_t mismatches_ = 0;
  std::optional<Download> download_;
  Phase phase_ = Phase::kDownloading;
};

/// MIME type of an item's body for the app.
std::string body_type(std::string_view collection, Kind kind, const std::string& saved_type);

}  // namespace hubstash
