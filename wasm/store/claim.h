#pragma once
// What a commit is about to bring to the Hub, written down before it is sent. Should its reply be lost, the commit's
// message tells by the claim's id whether it has landed, whatever others have done to its items since.

#include <string>
#include <vector>

#include "store/item.h"

namespace hubstash {

struct ClaimedChange {
  std::string collection, id;
  Kind kind = Kind::kJson;
  uint64_t sequence = 0;  ///< Of the change that is committed.
  bool deletes = false;
  RemoteVersion version;  ///< What the Hub gets; of a deletion nothing.
  /// As Settled::seen.
  std::optional<RemoteVersion> seen;
};

struct Claim {
  std::string id;      ///< 16 hex digits, drawn for this one commit; its message says them.
  std::string parent;  ///< The commit can land on this one only, 40 hex digits.
  TimeMs claimed_at = 0;
  std::vector<ClaimedChange> changes;
};

/// "sync/claim/<id>".
Bytes claim_key(std::string_view id);
inline constexpr std::string_view kClaimPrefix = "sync/claim/";

Bytes seal_claim(const Claim& claim, uint64_t stamp);
/// Errors: STORAGE_CORRUPT, NEWER_FORMAT.
Result<Claim> open_claim(std::string_view record);
/// The claim in this record; of a damaged one its id alone, which the key says. Errors: NEWER_FORMAT.
Result<Claim> open_claim_or_name(const Record& record);

}  // namespace hubstash
