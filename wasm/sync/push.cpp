#include "sync/push.h"

#include <algorithm>
#include <set>

#include "hub/layout.h"
#include "hub/replies.h"
#include "store/keys.h"
#include "store/record.h"
#include "sync/forget_listing.h"
#include "sync/lease_guard.h"
#include "sync/plan_save.h"
#include "sync/prepare_entry.h"
#include "sync/receipts.h"
#include "sync/settle_claims.h"
#include "sync/spend_commit.h"

namespace hubstash {
namespace {

/// How many commits of unknown outcome are remembered while the head stays; of older ones the listing alone tells.
constexpr size_t kMaxClaims = 8;

}  // namespace

void Push::resume(Input input) {
  switch (phase_) {
    case Phase::kCollecting:
      return choose(input.store());
    case Phase::kReading:
      return load(input.store());
    case Phase::kSettling:
      if (!input.child().status.ok()) return finish(std::move(input.child().status), report_);
      return collect();
    case Phase::kMending:
      if (!input.child().status.ok()) return finish(std::move(input.child().status));
      return finish(Status(ErrorCode::CONFLICT, "The listing was damaged; it has to be pulled again."), report_);
    case Phase::kLoading:
      return decide(input.store());
    case Phase::kResolving:
      return resolved(input.child());
    case Phase::kClaiming: {
      const StoreAnswer& answer = input.store();
      if (!answer.status.ok()) return finish(answer.status);
      if (!answer.stale) return upload();
      if (++races_lost_ > kMaxRaces) return finish(lost_every_race());
      return collect();
    }
    case Phase::kUploading:
      return uploaded(input.child());
    case Phase::kCommitting:
      return committed(input.hub());
    case Phase::kRereading:
      return confirm(input.store());
    case Phase::kConfirming:
      return confirmed(input.store());
  }
}

void Push::collect() {
  phase_ = Phase::kCollecting;
  StoreTx tx;
  tx.gets = {Bytes(kHeadKey), Bytes(kBudgetKey), Bytes(kLeaseKey)};
  tx.scans = {Bytes(kOutboxPrefix), Bytes(kClaimPrefix)};
  core_.store(id(), std::move(tx));
}

void Push::choose(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  const std::optional<RemoteHead> head = open_or_forget(open_head, answer.values[0]);
  if (!head) return finish(Status(ErrorCode::CONFLICT, "The listing is gone; it has to be pulled again."));
  head_ = *head;
  budget_record_ = std::move(answer.values[1]);
  if (!holds_lease(core_, answer.values[2])) return finish(lease_lost(), report_);
  lease_record_ = std::move(answer.values[2]);
  report_.commit = head_.commit;
  SortedClaims claims = sort_claims(answer.scanned[1], head_.commit);
  open_claims_ = std::move(claims.open);
  if (!claims.decidable.empty()) {
    phase_ = Phase::kSettling;
    core_.spawn(std::make_unique<SettleClaims>(core_, head_.commit, std::move(claims.decidable)), id());
    return;
  }
  std::vector<OutboxRow> pending;
  Status first_error;
  for (const Record& record : answer.scanned[0]) {
    Result<OutboxRow> row = outbox_row_of(record);
    if (!row) continue;
    const auto left_out = left_out_.find({record.key, row->sequence});
    if (left_out == left_out_.end()) {
      pending.push_back(std::move(*row));
    } else if (first_error.ok()) {
      first_error = left_out->second;
    }
  }
  if (pending.empty()) return finish(std::move(first_error), report_);

  entries_.clear();
  objects_.clear();
  new_commit_.clear();
  phase_ = Phase::kReading;
  StoreTx tx;
  for (OutboxRow& row : next_rows(std::move(pending), CommitLimits())) {
    tx.gets.push_back(item_key(row.collection, row.id));
    tx.gets.push_back(folder_key(row.collection, shard_of(row.id)));
    tx.gets.push_back(folder_index_key(row.collection));
    BatchEntry entry;
    entry.row = std::move(row);
    entries_.push_back(std::move(entry));
  }
  core_.store(id(), std::move(tx));
}

void Push::leave_out(const BatchEntry& entry, Status why) {
  left_out_[{outbox_key(entry.row.collection, entry.row.id), entry.row.sequence}] = std::move(why);
}

void Push::load(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  for (size_t i = 0; i < entries_.size(); ++i) {
    const OutboxRow& row = entries_[i].row;
    const auto& [folder, index] = std::tie(answer.values[3 * i + 1], answer.values[3 * i + 2]);
    if (is_listing_whole(head_, row.collection, shard_of(row.id), folder, index)) continue;
    phase_ = Phase::kMending;
    core_.spawn(std::make_unique<ForgetListing>(core_), id());
    return;
  }
  phase_ = Phase::kLoading;
  std::vector<BatchEntry> readable;
  StoreTx tx;
  for (size_t i = 0; i < entries_.size(); ++i) {
    BatchEntry& entry = entries_[i];
    const std::optional<Bytes>& folder = answer.values[3 * i + 1];
    entry.record = std::move(answer.values[3 * i]);
    Result<std::optional<Item>> item = item_to_read(entry.record);
    if (!item || !*item || (*item)->state == ChangeState::kSynced) {
      leave_out(entry, item ? Status() : item.error());
      continue;
    }
    entry.item = std::move(**item);
    entry.listed =
        find_listed(open_or_forget(open_folder, folder), entry.item.collection, entry.item.kind, entry.item.id);
    if (entry.item.kind == Kind::kJson) {
      for (Bytes& key : chunk_keys(entry.item)) tx.gets.push_back(std::move(key));
    }
    readable.push_back(std::move(entry));
  }
  entries_ = std::move(readable);
  core_.store(id(), std::move(tx));
}

void Push::decide(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  std::vector<BatchEntry> decided;
  contested_.clear();
  size_t next_chunk = 0;
  for (BatchEntry& entry : entries_) {
    Status status = prepare_entry(core_, answer, &next_chunk, &entry);
    if (!status.ok()) {
      leave_out(entry, std::move(status));
    } else if (entry.action == PushAction::kConflict) {
      contested_.push_back(std::move(entry));
    } else {
      decided.push_back(std::move(entry));
    }
  }
  entries_ = std::move(decided);
  resolve_next();
}

void Push::resolve_next() {
  if (contested_.empty()) return entries_.empty() ? collect() : claim();
  const BatchEntry& entry = contested_.back();
  conflict_ = Conflict();
  conflict_.collection = entry.item.collection;
  conflict_.id = entry.item.id;
  conflict_.kind = entry.item.kind;
  conflict_.record = entry.record;
  conflict_.item = entry.item;
  conflict_.listed = entry.listed;
  conflict_.commit = head_.commit;
  conflict_.own = entry.file.version;
  phase_ = Phase::kResolving;
  core_.spawn(std::make_unique<ResolveConflict>(core_, &conflict_), id());
}

void Push::resolved(ChildDone& child) {
  BatchEntry entry = std::move(contested_.back());
  contested_.pop_back();
  if (!child.status.ok()) {
    leave_out(entry, std::move(child.status));
  } else {
    report_.conflicts += 1;
    if (conflict_.replacement) {
      const RemoteVersion own = entry.file.version;
      entry.outcome = conflict_.outcome;
      entry.file = encode_counted(core_, std::move(*conflict_.replacement));
      if (entry.file.version != own) entry.seen = own;
      entry.path = entry_path(entry, core_.options().prefix, entry.file.version.gzipped);
      const bool is_there = entry.listed && entry.listed->version.oid == entry.file.version.oid;
      entry.action = is_there ? PushAction::kConfirm : PushAction::kUpload;
      entries_.push_back(std::move(entry));
    }
  }
  resolve_next();
}

/// Notes in each record what is about to be committed. Should the reply be lost, and somebody change the item before we
/// look, this is how our own version is told from a stranger's. It is as durable as a save: a loss of power that took
/// the note alone would leave a version of our own on the Hub that beats the deletion with which the app ends it.
void Push::claim() {
  phase_ = Phase::kClaiming;
  StoreTx tx;
  tx.durability = core_.options().durability;
  expect_lease(core_, lease_record_, &tx);
  for (BatchEntry& entry : entries_) {
    if (entry.action != PushAction::kUpload && entry.action != PushAction::kDelete) continue;
    if (entry.seen || entry.action == PushAction::kDelete) {
      // Not an attempt of this device's version: should the reply be lost, the merge is found to be on the Hub. What is
      // to be deleted may have been made again since, a copy by another entry's conflict.
      tx.expects.push_back({item_key(entry.item.collection, entry.item.id), head_of(entry.record)});
      continue;
    }
    remember_attempt(&entry.item, entry.file.version.oid);
    add_note(&tx, entry.record, entry.item, &core_.random());
  }
  // One that was not sent, because something in it could not be uploaded.
  if (!claim_.id.empty()) tx.deletes.push_back(claim_key(claim_.id));
  claim_ = claim_of(entries_);
  if (claim_.changes.empty()) return upload();
  claim_.id = core_.random().hex(16);
  claim_.parent = head_.commit;
  claim_.claimed_at = core_.now();
  tx.puts.push_back({claim_key(claim_.id), seal_claim(claim_, core_.stamp())});
  if (open_claims_.size() >= kMaxClaims) tx.deletes.push_back(claim_key(open_claims_[0].id));
  Status spent = spend_commit(core_, budget_record_, &tx);
  if (!spent.ok()) return finish(std::move(spent), report_);
  core_.store_making_room(id(), WritePurpose::kBookkeeping, std::move(tx));
}

void Push::upload() {
  std::set<std::string> seen;
  for (BatchEntry& entry : entries_) {
    if (entry.action != PushAction::kUpload || !entry.file.is_lfs()) continue;
    // The same content under two ids is one object.
    if (!seen.insert(entry.file.version.lfs_sha256).second) continue;
    ObjectToUpload object;
    object.object = {entry.file.version.lfs_sha256, entry.file.version.size};
    object.name = entry.item.id;
    object.content = std::move(entry.file.content);
    if (entry.item.kind == Kind::kBlob) object.chunks = chunk_refs(entry.item);
    objects_.push_back(std::move(object));
  }
  if (objects_.empty()) return commit();
  core_.state().phase = SyncPhase::kUploading;
  phase_ = Phase::kUploading;
  core_.spawn(std::make_unique<UploadObjects>(core_, &objects_), id());
}

void Push::uploaded(ChildDone& child) {
  if (!child.status.ok()) return finish(std::move(child.status));
  bool are_all_there = true;
  for (const ObjectToUpload& object : objects_) {
    if (object.status.ok()) continue;
    are_all_there = false;
    // Damaged, or replaced by a newer save: that one has another sequence, so the next batch takes it.
    for (const BatchEntry& entry : entries_) {
      if (entry.file.version.lfs_sha256 == object.object.sha256_hex) leave_out(entry, object.status);
    }
  }
  objects_.clear();
  // The claim names what cannot come: the commit is planned anew, without it.
  are_all_there ? commit() : collect();
}

void Push::commit() {
  const std::vector<CommitOperation> changes = commit_operations(entries_, core_.options().prefix, head_.has_format);
  if (changes.empty()) return reread();
  // A page that was frozen until now: another tab may be committing the same at this moment.
  if (!lease_is_fresh(core_)) return finish(lease_lost(), report_);
  core_.state().phase = SyncPhase::kCommitting;
  core_.progress(id(), "commit", 0, entries_.size(), "");
  phase_ = Phase::kCommitting;
  // Tried once: whether a commit without a reply has landed is looked up before anything is sent again.
  HubPolicy policy;
  policy.attempts = 1;
  policy.needs_token = true;
  core_.hub(id(),
            commit_request(core_.repo(), head_.commit, commit_summary(entries_), commit_description(claim_), changes),
            "commit", std::move(policy));
}

void Push::committed(HubAnswer& answer) {
  if (answer.failure.outcome == Outcome::kConflict || answer.failure.outcome == Outcome::kEntryMissing) {
    return finish(Status(ErrorCode::CONFLICT,
                         "Somebody else committed in between, each time. Nothing is lost; it is tried again later."),
                  report_);
  }
  if (!answer.ok()) return finish(std::move(answer.failure.status), report_);
  Result<std::string> commit = parse_commit(answer.http);
  if (!commit) return finish(commit.error(), report_);
  new_commit_ = std::move(*commit);
  core_.progress(id(), "commit", entries_.size(), entries_.size(), "");
  reread();
}

void Push::reread() {
  phase_ = Phase::kRereading;
  StoreTx tx;
  tx.gets = {Bytes(kHeadKey), Bytes(kLeaseKey)};
  for (const BatchEntry& entry : entries_) tx.gets.push_back(item_key(entry.item.collection, entry.item.id));
  for (Bytes& key : touched_listings(settled())) tx.gets.push_back(std::move(key));
  core_.store(id(), std::move(tx));
}

std::vector<Settled> Push::settled() const {
  return settled_changes(entries_, new_commit_.empty() ? head_.commit : new_commit_);
}

void Push::confirm(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status), report_);
  if (!holds_lease(core_, answer.values[1])) return finish(lease_lost(), report_);
  phase_ = Phase::kConfirming;
  const std::vector<Settled> changes = settled();
  StoreTx tx;
  tx.durability = Durability::kRelaxed;  // Were it lost, the next push would find the same content on the Hub.
  expect_lease(core_, answer.values[1], &tx);
  const Mode mode = core_.options().mode;
  for (size_t i = 0; i < changes.size(); ++i) settle_item(&tx, mode, changes[i], answer.values[i + 2], &core_.random());

  if (!new_commit_.empty()) {
    tx.deletes.push_back(claim_key(claim_.id));
    // One commit can land on a parent: the others did not.
    for (const Claim& claim : open_claims_) tx.deletes.push_back(claim_key(claim.id));
  }
  // Another tab may have pulled our commit, or a later one, in the meantime: then its listing is the better one.
  const std::optional<Bytes>& head_record = answer.values[0];
  std::optional<RemoteHead> head = open_or_forget(open_head, head_record);
  if (!new_commit_.empty() && head && head->commit == head_.commit) {
    std::map<Bytes, std::optional<Bytes>> listings;
    size_t next = changes.size() + 2;
    for (Bytes& key : touched_listings(changes)) listings[std::move(key)] = std::move(answer.values[next++]);
    settle_listing(&tx, changes, listings, core_.now(), &core_.random());
    head->commit = new_commit_;
    head->has_format = true;
    head->hubstash_oid.clear();
    for (const Settled& change : changes) head->collections[change.collection].clear();
    tx.expects.push_back({Bytes(kHeadKey), head_of(head_record)});
    tx.puts.push_back({Bytes(kHeadKey), seal_head(*head, core_.stamp())});
  }
  core_.store_making_room(id(), WritePurpose::kBookkeeping, std::move(tx));
}

/// Tells the app of a conflict that ended with this commit.
void Push::tell_outcome(const BatchEntry& entry) {
  const std::string& collection = entry.item.collection;
  if (entry.outcome) core_.conflict_decided({collection, entry.item.id, *entry.outcome, ""});
  const bool edit_won =
      entry.action == PushAction::kUpload && !entry.outcome && is_edit_against_deletion(entry.item, entry.listed);
  const bool deletion_lost = entry.action == PushAction::kForget && entry.listed;
  if (edit_won) core_.conflict_decided({collection, entry.item.id, ConflictOutcome::kLocal, ""});
  if (deletion_lost) core_.conflict_decided({collection, entry.item.id, ConflictOutcome::kRemote, ""});
  if (edit_won || deletion_lost) report_.conflicts += 1;
  if (entry.outcome || deletion_lost) core_.changed(collection, {entry.item.id}, ChangeSource::kRemote);
}

void Push::confirmed(const StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(answer.status, report_);
  if (answer.stale) {
    if (++races_lost_ > kMaxRaces) return finish(lost_every_race(), report_);
    return reread();
  }
  for (const BatchEntry& entry : entries_) {
    // Pushed bodies are part of the cache from now on.
    const bool is_kept = entry.item.cached() && core_.options().mode != Mode::kRemote;
    if (is_kept) core_.cache().replaced(0, entry.item.size, core_.now());
    if (entry.action == PushAction::kUpload) report_.pushed += 1;
    if (entry.action == PushAction::kDelete) report_.deleted += 1;
    tell_outcome(entry);
  }
  if (!new_commit_.empty()) {
    report_.commit = new_commit_;
    core_.state().last_commit = new_commit_;
  }
  core_.status_changed();
  claim_ = Claim();
  collect();
}

}  // namespace hubstash
