#pragma once
// Whose data lies at this mount point. Written once, by the first account that syncs; from then on nothing here is
// pushed, pulled or fetched with the token of another one (docs/decisions/accounts.md).

#include <optional>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

/// Kept twice: were the only copy damaged, nobody could say whose the data is, and nobody could sync.
inline constexpr std::string_view kOwnerKey = "sync/owner";
inline constexpr std::string_view kOwnerCopyKey = "sync/owner.copy";

/// Whether two of the Hub's accounts are the same: names can change, ids cannot, and not every place knows the id.
bool is_same_account(const Account& a, const Account& b);

Bytes seal_owner(const Account& owner, uint64_t stamp);
/// Errors: STORAGE_CORRUPT, NEWER_FORMAT.
Result<Account> open_owner(std::string_view record);

struct ReadOwner {
  std::optional<Account> owner;
  bool needs_repair = false;  ///< One of the copies is damaged or gone.
};
/// What both copies say together. Errors: STORAGE_CORRUPT when there is one and none can be read, NEWER_FORMAT.
Result<ReadOwner> read_owner(const std::optional<Bytes>& record, const std::optional<Bytes>& copy);

}  // namespace hubstash
