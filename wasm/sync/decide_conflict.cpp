#include "sync/decide_conflict.h"

#include "base/ids.h"

namespace hubstash {

bool is_edit_against_deletion(const Item& item, const std::optional<ListedVersion>& listed) {
  if (parse_copy_id(item.id)) return false;
  if (item.state == ChangeState::kDeleted) return in_conflict(item, listed);
  return item.state == ChangeState::kPending && item.base && !listed;
}

ConflictPolicy policy_for(const Options& options, const Item& item) {
  const bool is_blind = options.mode == Mode::kRemote && !item.base;
  return is_blind && options.conflict == ConflictPolicy::kMerge ? ConflictPolicy::kLocal : options.conflict;
}

NeededBodies needed_bodies(ConflictPolicy policy, const Item& item, const std::optional<ListedVersion>& listed) {
  const bool is_document = item.kind == Kind::kJson;
  const bool has_local = item.state == ChangeState::kPending;
  NeededBodies needed;
  switch (policy) {
    case ConflictPolicy::kMerge:
      needed.local = has_local;
      needed.base = needed.remote = is_document && item.base && listed;
      break;
    case ConflictPolicy::kKeepBoth:
    case ConflictPolicy::kRemote:
      needed.local = has_local;
      break;
    case ConflictPolicy::kLocal:
      needed.remote = listed.has_value();
      // Theirs may turn out to be no document; then it is this device's version that becomes the copy.
      needed.local = is_document && has_local;
      break;
    case ConflictPolicy::kResolver:
      needed.local = has_local;
      needed.base = is_document && item.base;
      needed.remote = listed.has_value();
      break;
  }
  return needed;
}

Choice choice_of(ConflictPolicy policy) {
  if (policy == ConflictPolicy::kLocal) return Choice::kLocal;
  return policy == ConflictPolicy::kRemote ? Choice::kRemote : Choice::kKeepBoth;
}

ConflictOutcome outcome_of(ConflictPolicy policy, Choice choice) {
  switch (choice) {
    case Choice::kLocal:
      return ConflictOutcome::kLocal;
    case Choice::kRemote:
      return ConflictOutcome::kRemote;
    case Choice::kKeepBoth:
      return ConflictOutcome::kKeptBoth;
    case Choice::kDelete:
    case Choice::kContent:
      break;
  }
  return policy == ConflictPolicy::kResolver ? ConflictOutcome::kResolver : ConflictOutcome::kMerged;
}

std::optional<Side> copied_side(Choice choice, const Item& item, const std::optional<ListedVersion>& listed) {
  if (choice == Choice::kLocal && listed) return Side::kRemote;
  const bool loses_local = choice == Choice::kRemote || choice == Choice::kKeepBoth;
  if (loses_local && item.state == ChangeState::kPending) return Side::kLocal;
  return std::nullopt;
}

}  // namespace hubstash
