#pragma once
// Commits what is pending, oldest first, as few commits as the limits allow. Never without the parent that the listing
// describes: a commit that somebody else made in between ends the push with CONFLICT, and the caller pulls and pushes
// again. Finishes with a SyncReport (pushed, deleted, conflicts, commit).
//
//   phase        waits for     then
//   kCollecting  StoreAnswer   nothing left: finish; else read the items and their folders   -> kReading
//   kReading     StoreAnswer   read the bodies of documents                                  -> kLoading
//                              a damaged listing: forget it                                  -> kMending
//   kMending     ChildDone     finish with CONFLICT, so that it is pulled again
//   kLoading     StoreAnswer   decide; note which ids are about to be committed, and that a
//                              commit of this hour's budget is used                          -> kClaiming
//   kClaiming    StoreAnswer   stale: collect again; upload large objects                    -> kUploading
//   kUploading   ChildDone     commit                                                        -> kCommitting
//   kCommitting  HubAnswer     read the records again                                        -> kRereading
//   kRereading   StoreAnswer   mark what the Hub has now                                     -> kConfirming
//   kConfirming  StoreAnswer   stale: read again -> kRereading; else collect again           -> kCollecting
//
// Nothing is lost when it ends anywhere: a commit whose reply was lost is recognised by the noted ids.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store/budget.h"
#include "store/remote.h"
#include "sync/core.h"
#include "sync/plan_push.h"
#include "sync/settle.h"
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
    kReading,
    kMending,
    kLoading,
    kClaiming,
    kUploading,
    kCommitting,
    kRereading,
    kConfirming,
  };
  struct Entry {
    OutboxRow row;
    std::optional<Bytes> record;
    Item item;
    std::optional<ListedVersion> listed;
    PushAction action = PushAction::kConflict;
    RemoteFile file;
    std::string path;
  };
  void collect();
  void choose(StoreAnswer& answer);
  void load(StoreAnswer& answer);
  void decide(StoreAnswer& answer);
  Status prepare(Entry* entry, const StoreAnswer& chunks, size_t* next_chunk);
  void leave_out(const Entry& entry, Status why);
  void claim();
  Status spend_commit(StoreTx* tx);
  void upload();
  void uploaded(ChildDone& child);
  void commit();
  std::vector<CommitOperation> operations() const;
  std::vector<Settled> settled() const;
  std::string path_of(const Entry& entry, bool gzipped) const;
  void committed(HubAnswer& answer);
  void reread();
  void confirm(StoreAnswer& answer);
  void confirmed(const StoreAnswer& answer);

  Phase phase_ = Phase::kCollecting;
  /// Changes (outbox key and sequence) that this push leaves alone: conflicts with an OK status, others with what is
  /// wrong. A newer change of the same item is another matter.
  std::map<std::pair<Bytes, uint64_t>, Status> left_out_;
  std::vector<Entry> entries_;
  std::vector<ObjectToUpload> objects_;
  RemoteHead head_;
  std::optional<Bytes> budget_record_;
  std::string new_commit_;  ///< Empty where the batch needed no commit.
  uint32_t races_lost_ = 0;
  SyncReport report_;
};

}  // namespace hubstash
