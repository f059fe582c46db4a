#include "sync/settle_claims.h"

#include "base/sorting.h"
#include "hub/layout.h"
#include "store/keys.h"
#include "sync/lease_guard.h"
#include "sync/receipts.h"

namespace hubstash {
namespace {

/// A device that comes back after more commits does not learn it.
constexpr size_t kMostCommits = 1'000;

/// Whether this is a Hub that has no history to show, and would answer alike for ever. Then it stays unknown, and the
/// push has to do with what the listing tells.
bool shows_no_history(const HubAnswer& answer) {
  // A request that was not sent, because it could not be learnt whose the token is, counts as rejected too.
  if (answer.http.http_status == 0) return false;
  return answer.failure.outcome == Outcome::kEntryMissing || answer.failure.outcome == Outcome::kRejected;
}

}  // namespace

SortedClaims sort_claims(const std::vector<Record>& records, const std::string& head) {
  SortedClaims sorted;
  for (const Record& record : records) {
    Result<Claim> claim = open_claim_or_name(record);
    if (!claim) continue;  // A newer hubstash's.
    (claim->parent == head ? sorted.open : sorted.decidable).push_back(std::move(*claim));
  }
  sort_stably(&sorted.open, [](const Claim& a, const Claim& b) { return a.claimed_at < b.claimed_at; });
  return sorted;
}

SettleClaims::SettleClaims(Core& core, std::string head, std::vector<Claim> claims)
    : Operation(core), head_(std::move(head)), claims_(std::move(claims)) {
  for (const Claim& claim : claims_) {
    if (!claim.parent.empty()) parents_.insert(claim.parent);
  }
}

void SettleClaims::start() { parents_.empty() ? read() : look(history_request(core_.repo(), head_)); }

void SettleClaims::resume(Input input) {
  switch (phase_) {
    case Phase::kLooking:
      return take_page(input.hub());
    case Phase::kReading:
      return store(input.store());
    case Phase::kStoring:
      return stored(input.store());
  }
}

void SettleClaims::look(HttpRequest request) {
  phase_ = Phase::kLooking;
  core_.hub(id(), std::move(request), "look through the dataset's commits", HubPolicy{});
}

void SettleClaims::take_page(HubAnswer& answer) {
  if (shows_no_history(answer)) return read();
  if (answer.failure.outcome == Outcome::kRevisionMissing) {
    return finish(Status(ErrorCode::CONFLICT, "The dataset's history was rewritten; it has to be pulled again."));
  }
  if (!answer.ok()) return finish(std::move(answer.failure.status));
  Result<HistoryPage> page = parse_history(answer.http);
  if (!page) return finish(page.error());
  for (const CommitEntry& entry : page->entries) {
    for (const Claim& claim : claims_) {
      if (entry.message.find(claim.id) != entry.message.npos) note_landed(claim, entry.commit);
    }
    parents_.erase(entry.commit);
  }
  commits_ += page->entries.size();
  // A page without an entry leads nowhere, whatever it says of a next one.
  const bool is_last = page->next_url.empty() || page->entries.empty();
  if (parents_.empty() || is_last || commits_ >= kMostCommits) return read();
  Result<HttpRequest> next = next_page_request(core_.repo(), page->next_url);
  if (!next) return finish(next.error());
  look(std::move(*next));
}

void SettleClaims::note_landed(const Claim& claim, const std::string& commit) {
  for (const ClaimedChange& change : claim.changes) {
    const PushAction action = change.deletes ? PushAction::kDelete : PushAction::kUpload;
    landed_.push_back({change.collection, change.id, change.kind, change.sequence, action, change.version, true, commit,
                       change.seen});
  }
}

void SettleClaims::read() {
  phase_ = Phase::kReading;
  StoreTx tx;
  tx.gets = {Bytes(kLeaseKey)};
  for (const Settled& change : landed_) {
    tx.gets.push_back(item_key(change.collection, change.id));
    tx.gets.push_back(folder_key(change.collection, shard_of(change.id)));
  }
  core_.store(id(), std::move(tx));
}

void SettleClaims::store(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  if (!holds_lease(core_, answer.values[0])) return finish(lease_lost());
  phase_ = Phase::kStoring;
  StoreTx tx;
  tx.durability = Durability::kRelaxed;  // Were it lost, the next push would find the same.
  expect_lease(core_, answer.values[0], &tx);
  replaced_.clear();
  std::set<Bytes> settled;
  for (size_t i = 0; i < landed_.size(); ++i) {
    const Settled& change = landed_[i];
    // A rewritten history may have a commit twice.
    if (!settled.insert(item_key(change.collection, change.id)).second) continue;
    const auto listed =
        find_listed(open_or_forget(open_folder, answer.values[2 * i + 2]), change.collection, change.kind, change.id);
    settle_landed(&tx, core_.options().mode, change, listed, answer.values[2 * i + 1], &core_.random());
    const bool is_there = listed && change.action == PushAction::kUpload && listed->version.oid == change.version.oid;
    if (!is_there || change.seen) replaced_.push_back({change.collection, change.id});
  }
  for (const Claim& claim : claims_) tx.deletes.push_back(claim_key(claim.id));
  core_.store_making_room(id(), WritePurpose::kBookkeeping, std::move(tx));
}

void SettleClaims::stored(const StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(answer.status);
  if (answer.stale) {
    if (++races_lost_ > kMaxRaces) return finish(lost_every_race());
    return read();
  }
  for (const auto& [collection, item] : replaced_) core_.changed(collection, {item}, ChangeSource::kRemote);
  core_.status_changed();
  succeed();
}

}  // namespace hubstash
