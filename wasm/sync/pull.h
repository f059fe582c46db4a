#pragma once
// Brings the listings up to the Hub's head, walking only into folders whose tree id changed. Bodies are fetched when an
// app loads them. Finishes with a SyncReport (pulled, deleted, commit).
//
//   phase           waits for     then
//   kReading        StoreAnswer   probe the head                                              -> kProbing
//   kProbing        ChildDone     head unchanged: finish; else list the root                  -> kListingRoot
//                                 the first one: note that it has begun                       -> kBeginning
//   kBeginning      StoreAnswer   list the root; another tab was faster: all again            -> kListingRoot
//   kListingRoot    HubAnswer     next page; then the format, where `.hubstash` changed       -> kCheckingFormat
//   kCheckingFormat HubAnswer     newer: finish; else the first changed collection            -> kListing
//   kListing        HubAnswer     next page, next folder, next collection; then               -> kComparing
//   kComparing      StoreAnswer   what was known of the folders; items that vanished          -> kFinding
//   kFinding        StoreAnswer   write folders, indexes and head, forget vanished items      -> kStoring
//   kStoring        StoreAnswer   stale (another tab pulled, or an item changed): all again   -> kReading

#include <map>
#include <set>
#include <string>
#include <vector>

#include "hub/replies.h"
#include "store/remote.h"
#include "sync/core.h"
#include "sync/tree_walk.h"

namespace hubstash {

/// Joins the pull that is under way, or starts one; `waiter` is resumed with ChildDone. True when it joined.
bool start_pull(Core& core, OperationId waiter, uint32_t tag = 0);

class Pull : public Operation {
 public:
  explicit Pull(Core& core) : Operation(core) {}
  void start() override { read(); }
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t {
    kReading,
    kProbing,
    kBeginning,
    kListingRoot,
    kCheckingFormat,
    kListing,
    kComparing,
    kFinding,
    kStoring,
  };
  void read();
  void probe(StoreAnswer& answer);
  void probed(ChildDone& child);
  void begin();
  void begun(const StoreAnswer& answer);
  void try_again();
  void list_root();
  void request_page(HttpRequest request, std::string what);
  bool take_page(HubAnswer& answer, const char* what);
  void root_page(HubAnswer& answer);
  void root_listed();
  void check_format(HubAnswer& answer);
  void advance_walk();
  void walk_page(HubAnswer& answer);
  void compare(StoreAnswer& answer);
  bool is_refounded() const;
  bool is_same_dataset() const;
  bool is_other_dataset() const;
  bool is_lost_with_dataset(const Item& item) const;
  bool let_go(StoreTx* tx, const std::optional<Bytes>& record);
  void contest(StoreTx* tx, const std::optional<Bytes>& record, const std::string& oid);
  void store(StoreAnswer& answer);
  void stored(const StoreAnswer& answer);

  struct CollectionChange {
    std::set<std::string> changed;                ///< Ids.
    std::map<std::string, std::string> vanished;  ///< Id -> git's id of the file that is gone.
  };
  /// In the order in which their records are read; after a conflict copy's comes its original's.
  struct Vanished {
    std::string oid;
    bool is_copy = false;
  };

  Phase phase_ = Phase::kReading;
  uint32_t races_lost_ = 0;
  std::optional<Bytes> head_record_, dataset_record_;
  std::optional<RemoteHead> known_;
  std::optional<RemoteDataset> known_dataset_;
  std::map<std::string, FolderIndex> known_indexes_;
  HeadReply probed_;
  RemoteHead next_;
  std::vector<TreeEntry> entries_;  ///< Of the listing under way.
  TreeWalk walk_;
  std::map<std::string, CollectionChange> changes_;
  std::vector<Vanished> vanished_;
  std::map<std::string, Folder> folders_after_;  ///< By key.
  bool sends_again_ = false;                     ///< Something that was on the Hub.
  SyncReport report_;
};

}  // namespace hubstash
