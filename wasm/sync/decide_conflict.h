#pragma once
// What becomes of an item that was changed on this device and elsewhere, by policy. Pure; resolve_conflict.h carries it
// out, docs/CONFLICTS.md tells it to apps.

#include <optional>

#include "hubstash/engine.h"
#include "store/item.h"
#include "sync/item_view.h"

namespace hubstash {

/// One side deleted what the other one changed. An edit beats a deletion, unless the app's resolver says otherwise.
/// Nobody edits a conflict copy.
bool is_edit_against_deletion(const Item& item, const std::optional<ListedVersion>& listed);

/// The app's policy; but who saves in remote mode without having looked at the item means to replace it. With nothing
/// to merge against, the Hub's version becomes the copy then.
ConflictPolicy policy_for(const Options& options, const Item& item);

/// Which bodies the decision takes.
struct NeededBodies {
  bool base = false, local = false, remote = false;
};
NeededBodies needed_bodies(ConflictPolicy policy, const Item& item, const std::optional<ListedVersion>& listed);

/// What the policy chooses where nothing can be merged and no resolver is asked.
Choice choice_of(ConflictPolicy policy);

/// What the app is told of a choice.
ConflictOutcome outcome_of(ConflictPolicy policy, Choice choice);

/// Which side is kept as a copy when that choice is made; nothing where the losing side has no body.
std::optional<Side> copied_side(Choice choice, const Item& item, const std::optional<ListedVersion>& listed);

}  // namespace hubstash
