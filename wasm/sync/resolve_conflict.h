#pragma once
// Decides one conflict during a push. What loses becomes a conflict copy: an item of its own, which the same push
// sends. A merged document is not written here: it goes to the Hub in place of this device's version, which stays the
// one that the app has seen, so that a later save of the app is merged again instead of undoing the others' changes.
//
//   phase            waits for                   then
//   kOpening         StoreAnswer or BlobAnswer   this device's version, and the base              -> kFetchingBase
//   kFetchingBase    ChildDone                   a base that is not here                          -> kFetchingRemote
//   kFetchingRemote  ChildDone                   merge, ask the app, or go by the policy          -> kAsking, kHashing
//   kAsking          Decide                      as the app says                                  -> kHashing
//   kHashing         BlobAnswer                  a blob to be stored; documents skip this         -> kReading
//   kReading         StoreAnswer                 whether the copy is there already                -> kStaging
//   kStaging         StoreAnswer                 the next chunks; then the records                -> kWriting
//   kWriting         StoreAnswer                 finish; stale: CONFLICT, and the push reads again

#include <optional>
#include <string>

#include "sync/core.h"
#include "sync/decide_conflict.h"
#include "sync/plan_save.h"

namespace hubstash {

/// A conflict that a push met, and what came out of it.
struct Conflict {
  std::string collection, id;
  Kind kind = Kind::kJson;
  std::optional<Bytes> record;
  Item item;
  std::optional<ListedVersion> listed;
  std::string commit;  ///< That the listing describes.
  RemoteVersion own;   ///< The version that a document of this device would be on the Hub.

  Status status;                     ///< Set when nothing could be decided; then nothing was changed.
  std::optional<Bytes> replacement;  ///< The document that goes to the Hub instead of this device's.
  ConflictOutcome outcome = ConflictOutcome::kKeptBoth;
};

class ResolveConflict : public Operation {
 public:
  /// `conflict` outlives the operation.
  ResolveConflict(Core& core, Conflict* conflict);
  void start() override { open(); }
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t {
    kOpening,
    kFetchingBase,
    kFetchingRemote,
    kAsking,
    kHashing,
    kReading,
    kStaging,
    kWriting
  };
  bool is_document() const { return conflict_.kind == Kind::kJson; }
  void open();
  void opened(Input& input);
  void fetch_base();
  void fetch_remote();
  void fetch(const RemoteVersion& version, const std::string& commit, Phase phase);
  void fetched_base(ChildDone& child);
  void fetched_remote(ChildDone& child);
  void decide();
  void ask();
  void choose(Choice choice);
  void keep_both_instead(uint64_t limit_bytes);
  void replace(Bytes text);
  void store_body();
  void hashed(BlobAnswer& answer);
  void read_copy();
  void plan(StoreAnswer& answer);
  std::string copy_id() const;
  void plan_copy(const std::optional<ListedVersion>& listed);
  void write_next();
  void write_records();
  void settle_loser(StoreTx* tx);
  void written(const StoreAnswer& answer);

  Conflict& conflict_;
  const ConflictPolicy policy_;
  const NeededBodies needed_;
  Phase phase_ = Phase::kOpening;
  std::optional<Bytes> base_text_, local_text_, remote_text_;
  HeldBlob local_blob_, remote_blob_, chosen_blob_;
  Decide decision_;

  // What is to be stored: a copy of the losing version, or the content that the app has chosen.
  std::optional<Side> copied_;
  std::optional<Bytes> copy_record_;
  std::optional<Item> copy_before_;
  std::optional<Item> stored_;  ///< The item that gets the body.
  HashedBody body_;
  uint32_t chunks_written_ = 0;
  std::optional<Bytes> stage_record_;  ///< The note of them.
};

}  // namespace hubstash
