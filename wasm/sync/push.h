#pragma once
// Commits what is pending, oldest first, as few commits as the limits allow. Never without the parent that the listing
// describes: a commit that somebody else made in between ends the push with CONFLICT, and the caller pulls and pushes
// again. Finishes with a SyncReport (pushed, deleted, conflicts, commit).
//
//   phase        waits for     then
//   kCollecting  StoreAnswer   nothing left: finish; else read the items and their folders   -> kReading
//                              a commit may have landed unnoted: look through the history     -> kSettling
//   kSettling    ChildDone     collect again                                                  -> kCollecting
//   kReading     StoreAnswer   read the bodies of documents                                  -> kLoading
//                              a damaged listing: forget it                                  -> kMending
//   kMending     ChildDone     finish with CONFLICT, so that it is pulled again
//   kLoading     StoreAnswer   plan each item; decide the first conflict                     -> kResolving
//   kResolving   ChildDone     the next conflict; then note which ids are about to be
//                              committed, and that a commit of this hour's budget is used    -> kClaiming
//   kClaiming    StoreAnswer   stale: collect again; upload large objects                    -> kUploading
//   kUploading   ChildDone     something cannot be uploaded: collect again; else commit      -> kCommitting
//   kCommitting  HubAnswer     read the records again                                        -> kRereading
//   kRereading   StoreAnswer   mark what the Hub has now                                     -> kConfirming
//   kConfirming  StoreAnswer   stale: read again -> kRereading; else collect again           -> kCollecting
//
// Nothing is lost when it ends anywhere: a commit whose reply was lost is found by its claim, or by the noted ids.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store/remote.h"
#include "sync/commit_batch.h"
#include "sync/core.h"
#include "sync/resolve_conflict.h"
#include "sync/upload_objects.h"

namespace hubstash {

class Push : public Operation {
 public:
  explicit Push(Core& core) : Operation(core) {}
  void start() override { collect(); }
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t {
    kCollecting,
    kSettling,
    kReading,
    kMending,
    kLoading,
    kResolving,
    kClaiming,
    kUploading,
    kCommitting,
    kRereading,
    kConfirming,
  };
  void collect();
  void choose(StoreAnswer& answer);
  void load(StoreAnswer& answer);
  void decide(StoreAnswer& answer);
  void leave_out(const BatchEntry& entry, Status why);
  void resolve_next();
  void resolved(ChildDone& child);
  void claim();
  void upload();
  void uploaded(ChildDone& child);
  void commit();
  std::vector<Settled> settled() const;
  void committed(HubAnswer& answer);
  void reread();
  void confirm(StoreAnswer& answer);
  void tell_outcome(const BatchEntry& entry);
  void confirmed(const StoreAnswer& answer);

  Phase phase_ = Phase::kCollecting;
  /// Changes (outbox key and sequence) that this push leaves alone, and what is wrong with them. A newer change of the
  /// same item is another matter.
  std::map<std::pair<Bytes, uint64_t>, Status> left_out_;
  std::vector<BatchEntry> entries_;
  std::vector<BatchEntry> contested_;  ///< Of this batch; the last one is being decided.
  Conflict conflict_;
  std::vector<ObjectToUpload> objects_;
  RemoteHead head_;
  std::optional<Bytes> budget_record_;
  std::optional<Bytes> lease_record_;
  Claim claim_;                     ///< Of the commit that is being made; no id: none.
  std::vector<Claim> open_claims_;  ///< Earlier ones that may still land, oldest first.
  std::string new_commit_;          ///< Empty where the batch needed no commit.
  uint32_t races_lost_ = 0;
  SyncReport report_;
};

}  // namespace hubstash
