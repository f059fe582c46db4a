#include "sync/resolve_conflict.h"

#include <algorithm>

#include "base/ids.h"
#include "base/sha256.h"
#include "hub/layout.h"
#include "store/keys.h"
#include "store/record.h"
#include "sync/fetch_body.h"
#include "sync/merge3.h"
#include "sync/receipts.h"

namespace hubstash {
namespace {

/// The body of chunks that were read, if all of them are what they must be.
std::optional<Bytes> join_chunks(const StoreAnswer& answer, size_t first, const LocalBody& body) {
  Bytes text;
  for (size_t i = 0; i < body.chunk_sha256.size(); ++i) {
    const std::optional<Bytes>& chunk = answer.values[first + i];
    if (!chunk || sha256(*chunk) != body.chunk_sha256[i]) return std::nullopt;
    text += *chunk;
  }
  return text;
}

std::optional<VersionBody> version_body(const std::optional<Bytes>& text) {
  if (!text) return std::nullopt;
  return VersionBody{text->size(), *text, 0};
}

}  // namespace

ResolveConflict::ResolveConflict(Core& core, Conflict* conflict)
    : Operation(core),
      conflict_(*conflict),
      policy_(policy_for(core.options(), conflict->item)),
      needed_(needed_bodies(policy_, conflict->item, conflict->listed)),
      local_blob_(core, 0),
      remote_blob_(core, 0),
      chosen_blob_(core, 0) {}

void ResolveConflict::resume(Input input) {
  switch (phase_) {
    case Phase::kOpening:
      return opened(input);
    case Phase::kFetchingBase:
      return fetched_base(input.child());
    case Phase::kFetchingRemote:
      return fetched_remote(input.child());
    case Phase::kAsking:
      decision_ = std::move(input.decision());
      chosen_blob_.reset(decision_.blob);
      if (decision_.body.size() > kMaxDocumentBytes) return keep_both_instead(kMaxDocumentBytes);
      return choose(decision_.choice);
    case Phase::kHashing:
      return hashed(input.blob());
    case Phase::kReading:
      return plan(input.store());
    case Phase::kStaging:
      if (!input.store().status.ok()) return finish(input.store().status);
      return write_next();
    case Phase::kWriting:
      return written(input.store());
  }
}

void ResolveConflict::open() {
  phase_ = Phase::kOpening;
  if (!is_document()) {
    if (!needed_.local || conflict_.item.size == 0) return fetch_base();
    return core_.open_body(id(), {chunk_refs(conflict_.item), conflict_.item.type});
  }
  StoreTx tx;
  if (needed_.local) tx.gets = chunk_keys(conflict_.item);
  if (needed_.base) {
    for (Bytes& key : base_chunk_keys(conflict_.item)) tx.gets.push_back(std::move(key));
  }
  core_.store(id(), std::move(tx));
}

void ResolveConflict::opened(Input& input) {
  const Item& item = conflict_.item;
  if (!is_document()) {
    BlobAnswer& answer = input.blob();
    if (!answer.status.ok()) return finish(std::move(answer.status));
    local_blob_.reset(answer.blob);
    return fetch_base();
  }
  StoreAnswer& answer = input.store();
  if (!answer.status.ok()) return finish(std::move(answer.status));
  size_t next = 0;
  if (needed_.local) {
    local_text_ = join_chunks(answer, 0, *item.body);
    if (!local_text_) {
      return finish(Status(ErrorCode::STORAGE_CORRUPT, "The body of \"" + item.id + "\" on this device is damaged."));
    }
    next = item.body->chunk_sha256.size();
  }
  if (needed_.base && item.base_body) base_text_ = join_chunks(answer, next, *item.base_body);
  fetch_base();
}

void ResolveConflict::fetch(const RemoteVersion& version, const std::string& commit, Phase phase) {
  phase_ = phase;
  FetchOrder order;
  order.collection = conflict_.collection;
  order.id = conflict_.id;
  order.kind = conflict_.kind;
  order.version = version;
  order.commit = commit;
  order.keep = false;
  core_.spawn(std::make_unique<FetchBody>(core_, std::move(order)), id());
}

void ResolveConflict::fetch_base() {
  const Item& item = conflict_.item;
  if (!needed_.base || base_text_ || item.base_commit.empty()) return fetch_remote();
  fetch(*item.base, item.base_commit, Phase::kFetchingBase);
}

void ResolveConflict::fetched_base(ChildDone& child) {
  // The history may have been squashed since; that is no reason to stop, only to keep both versions.
  if (child.status.ok()) base_text_ = std::move(std::get<Loaded>(child.value).body);
  fetch_remote();
}

void ResolveConflict::fetch_remote() {
  const bool pointless = policy_ == ConflictPolicy::kMerge && !base_text_;
  if (!needed_.remote || pointless) return decide();
  fetch(conflict_.listed->version, conflict_.commit, Phase::kFetchingRemote);
}

void ResolveConflict::fetched_remote(ChildDone& child) {
  if (child.status.ok()) {
    Loaded& loaded = std::get<Loaded>(child.value);
    remote_blob_.reset(loaded.blob);
    if (is_document()) remote_text_ = std::move(loaded.body);
    return decide();
  }
  // A file that is no document, e.g. after an edit by hand: it stays as it is, beside this device's version.
  const bool is_no_document = child.status.code() == ErrorCode::BAD_RESPONSE && child.status.http_status == 0;
  if (is_document() && is_no_document) return choose(Choice::kKeepBoth);
  const bool gone = child.status.code() == ErrorCode::NOT_FOUND;
  if (gone) return finish(Status(ErrorCode::CONFLICT, "The Hub's version has gone in between."));
  finish(std::move(child.status));
}

void ResolveConflict::decide() {
  if (policy_ == ConflictPolicy::kResolver) return ask();
  if (policy_ == ConflictPolicy::kMerge && base_text_ && local_text_ && remote_text_) {
    Merge merge = merge_documents(*base_text_, *local_text_, *remote_text_);
    if (merge.clean && merge.text.size() <= kMaxDocumentBytes) {
      conflict_.outcome = ConflictOutcome::kMerged;
      // Where ours adds nothing, the Hub has the merge already, to the byte, and there is nothing to commit. Where
      // theirs adds nothing, the app has seen all of the merge: it is this device's version.
      if (merge.is_remote) return replace(std::move(*remote_text_));
      return replace(merge.is_local ? std::move(*local_text_) : std::move(merge.text));
    }
  }
  choose(choice_of(policy_));
}

void ResolveConflict::ask() {
  phase_ = Phase::kAsking;
  AskResolver question{conflict_.collection, conflict_.kind, conflict_.id, {}, {}, {}};
  if (is_document()) {
    question.base = version_body(base_text_);
    question.local = version_body(local_text_);
    question.remote = version_body(remote_text_);
  } else {
    if (needed_.local) question.local = VersionBody{conflict_.item.size, {}, local_blob_.get()};
    if (needed_.remote) question.remote = VersionBody{conflict_.listed->version.size, {}, remote_blob_.get()};
  }
  core_.ask_app(id(), std::move(question));
}

void ResolveConflict::choose(Choice choice) {
  decision_.choice = choice;
  // Of an edit and a deletion there is only one version to keep.
  const bool edit_wins = choice == Choice::kKeepBoth && is_edit_against_deletion(conflict_.item, conflict_.listed);
  if (edit_wins) decision_.choice = conflict_.listed ? Choice::kRemote : Choice::kLocal;
  conflict_.outcome = outcome_of(policy_, decision_.choice);
  copied_ = copied_side(decision_.choice, conflict_.item, conflict_.listed);
  const bool is_content = decision_.choice == Choice::kContent;
  if (is_content && is_document() && local_text_) return replace(std::move(decision_.body));
  if (copied_ || is_content) return store_body();
  read_copy();
}

/// The app's answer cannot be stored.
void ResolveConflict::keep_both_instead(uint64_t limit_bytes) {
  core_.emit(BackgroundError{too_large(conflict_.id, limit_bytes)});
  chosen_blob_.reset(0);
  choose(Choice::kKeepBoth);
}

void ResolveConflict::replace(Bytes text) {
  conflict_.replacement = std::move(text);
  succeed();
}

/// Hashes what is to be stored.
void ResolveConflict::store_body() {
  phase_ = Phase::kHashing;
  const bool is_content = decision_.choice == Choice::kContent;
  if (is_document()) {
    const Bytes& text = is_content ? decision_.body : *copied_ == Side::kLocal ? *local_text_ : *remote_text_;
    body_ = hash_body(text);
    return read_copy();
  }
  if (!is_content) chosen_blob_.reset((*copied_ == Side::kLocal ? local_blob_ : remote_blob_).take());
  if (chosen_blob_.get() == 0) {
    body_ = hash_body("");
    return read_copy();
  }
  core_.hash_blob(id(), chosen_blob_.get());
}

void ResolveConflict::hashed(BlobAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  if (decision_.choice == Choice::kContent && answer.size > kMaxBlobBytes) return keep_both_instead(kMaxBlobBytes);
  body_ = {answer.size, std::move(answer.sha256), std::move(answer.chunk_sha256)};
  read_copy();
}

void ResolveConflict::read_copy() {
  phase_ = Phase::kReading;
  StoreTx tx;
  if (copied_) {
    tx.gets = {item_key(conflict_.collection, copy_id()), folder_key(conflict_.collection, shard_of(copy_id()))};
  }
  core_.store(id(), std::move(tx));
}

void ResolveConflict::plan(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  const bool staged = body_.chunk_sha256.size() > kChunksPerTransaction;
  const std::string revision = staged ? core_.random().hex(16) : std::string(kInPlace);
  if (copied_) {
    Result<std::optional<Item>> before = item_to_replace(answer.values[0]);
    if (!before) return finish(before.error());
    copy_record_ = std::move(answer.values[0]);
    copy_before_ = std::move(*before);
    const std::optional<Folder> folder = open_or_forget(open_folder, answer.values[1]);
    plan_copy(find_listed(folder, conflict_.collection, conflict_.kind, copy_id()));
  } else if (decision_.choice == Choice::kContent) {
    stored_ =
        saved_item(conflict_.item, conflict_.collection, conflict_.id, conflict_.kind, body_, revision, core_.now());
    stored_->type = decision_.type;
    stored_->base = conflict_.listed ? std::optional(conflict_.listed->version) : std::nullopt;
    stored_->base_commit.clear();
    stored_->base_body.reset();
  }
  if (stored_) stored_->body->revision = revision;
  write_next();
}

std::string ResolveConflict::copy_id() const { return make_copy_id(conflict_.id, *copied_, body_.sha256); }

/// The copy is a new item, unless the same conflict has been decided before; that one may have gone since, here or on
/// the Hub.
void ResolveConflict::plan_copy(const std::optional<ListedVersion>& listed) {
  const bool is_whole = copy_before_ && copy_before_->cached();
  const bool waits = is_whole && copy_before_->state == ChangeState::kPending;
  const bool is_on_hub = is_whole && copy_before_->state == ChangeState::kSynced && listed;
  if (waits || is_on_hub) return;
  stored_ = saved_item(copy_before_, conflict_.collection, copy_id(), conflict_.kind, body_, kInPlace, core_.now());
  stored_->base_body.reset();
  if (!listed) {
    stored_->base.reset();
    stored_->base_commit.clear();
  }
  stored_->modified = *copied_ == Side::kLocal ? conflict_.item.modified : conflict_.listed->seen_at;
  // Before the version that replaces it, so that no crash leaves the Hub with neither.
  stored_->queued_at = conflict_.item.queued_at - 1;
  stored_->type = conflict_.item.type;
}

void ResolveConflict::write_next() {
  const uint32_t total = stored_ ? chunk_count(body_.size) : 0;
  const uint32_t last = std::min(total, chunks_written_ + kChunksPerTransaction);
  if (last == total) return write_records();
  phase_ = Phase::kStaging;
  StoreTx tx;
  tx.durability = core_.options().durability;
  tx.puts = chunk_puts(*stored_, chosen_blob_.get(), chunks_written_, last);
  if (chunks_written_ == 0) stage_record_ = add_stage(&tx, *stored_, core_.now(), &core_.random());
  chunks_written_ = last;
  core_.store(id(), std::move(tx));
}

void ResolveConflict::write_records() {
  phase_ = Phase::kWriting;
  StoreTx tx;
  tx.durability = core_.options().durability;
  if (stored_) {
    expect_stage(&tx, *stored_, stage_record_);
    const uint32_t total = chunk_count(body_.size);
    if (is_document()) {
      const bool is_content = decision_.choice == Choice::kContent;
      const Bytes& text = is_content ? decision_.body : *copied_ == Side::kLocal ? *local_text_ : *remote_text_;
      tx.puts = chunk_puts(*stored_, text, chunks_written_, total);
    } else {
      tx.puts = chunk_puts(*stored_, chosen_blob_.get(), chunks_written_, total);
    }
  }
  if (copied_ && stored_) add_item(&tx, copy_record_, copy_before_, *stored_, &core_.random());
  // One that is there already must be there still: it may just have been used, or thrown away.
  if (copied_ && !stored_) tx.expects.push_back({item_key(conflict_.collection, copy_id()), head_of(copy_record_)});
  if (!copied_ && stored_) add_item(&tx, conflict_.record, conflict_.item, *stored_, &core_.random());
  if (copied_ || !stored_) settle_loser(&tx);
  core_.store(id(), std::move(tx));
}

/// What becomes of the item itself, whose other version is safe or needs no keeping.
void ResolveConflict::settle_loser(StoreTx* tx) {
  const std::optional<ListedVersion>& listed = conflict_.listed;
  Item after = conflict_.item;
  if (decision_.choice == Choice::kLocal || decision_.choice == Choice::kDelete) {
    if (decision_.choice == Choice::kDelete) {
      if (!listed) return add_removal(tx, conflict_.record, conflict_.item);
      after.state = ChangeState::kDeleted;
      after.size = 0;
      after.body.reset();
    }
    after.sequence += 1;
    after.base = listed ? std::optional(listed->version) : std::nullopt;
    after.base_commit.clear();
    after.base_body.reset();
  } else if (after.state == ChangeState::kPending && listed) {
    // The Hub's version is the item's; what the app has seen is this device's. The next save of a document is merged
    // against it; of a blob its name is enough, the copy has its bytes.
    after.state = ChangeState::kSynced;
    after.base = conflict_.own;
    after.base_commit.clear();
    after.base_body.reset();
    after.attempts.clear();
    after.lost_to = listed->version.oid;
    if (!is_document()) after.body.reset();
  } else {
    return add_removal(tx, conflict_.record, conflict_.item);
  }
  add_item(tx, conflict_.record, conflict_.item, after, &core_.random());
}

void ResolveConflict::written(const StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(answer.status);
  if (answer.stale) return finish(Status(ErrorCode::CONFLICT, "The item was changed while its conflict was decided."));
  const std::string copy = copied_ ? copy_id() : std::string();
  core_.conflict_decided({conflict_.collection, conflict_.id, conflict_.outcome, copy});
  core_.changed(conflict_.collection, {conflict_.id}, ChangeSource::kRemote);
  succeed();
}

}  // namespace hubstash
