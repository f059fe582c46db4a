#pragma once
// The items of one commit, and what the commit says of them. Pure; push.h sequences it.

#include <optional>
#include <string>
#include <vector>

#include "hub/requests.h"
#include "store/claim.h"
#include "sync/plan_push.h"
#include "sync/settle.h"

namespace hubstash {

/// One pending change on its way to the Hub.
struct BatchEntry {
  OutboxRow row;
  std::optional<Bytes> record;
  Item item;
  std::optional<ListedVersion> listed;
  PushAction action = PushAction::kConflict;
  RemoteFile file;  ///< What the Hub gets.
  std::string path;
  /// This device's version, where the Hub gets another one that a conflict came to.
  std::optional<RemoteVersion> seen;
  std::optional<ConflictOutcome> outcome;  ///< Of that conflict.

  bool is_saved() const { return action == PushAction::kUpload || action == PushAction::kConfirm; }
};

/// Path of the entry's item when it is stored so.
std::string entry_path(const BatchEntry& entry, const std::string& prefix, bool gzipped);

/// The file operations of the commit; none where nothing has to change. `has_format`: the dataset has a format.json.
std::vector<CommitOperation> commit_operations(const std::vector<BatchEntry>& entries, const std::string& prefix,
                                               bool has_format);

/// "hubstash: save 3 items, delete 1 item".
std::string commit_summary(const std::vector<BatchEntry>& entries);

/// Says in the commit's message which claim it is of.
std::string commit_description(const Claim& claim);

/// What the commit is about to bring; without changes where it brings nothing. The caller names it.
Claim claim_of(const std::vector<BatchEntry>& entries);

/// What settle.h needs to know of each entry, when `commit` has them.
std::vector<Settled> settled_changes(const std::vector<BatchEntry>& entries, const std::string& commit);

}  // namespace hubstash
