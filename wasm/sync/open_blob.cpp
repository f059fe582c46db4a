#include "sync/open_blob.h"

#include "base/text.h"
#include "hub/layout.h"
#include "store/ranges.h"
#include "sync/adopt_ranges.h"
#include "sync/fetch_body.h"
#include "sync/receipts.h"
#include "sync/sweep_ranges.h"

namespace hubstash {
namespace {

/// Of the hashes of a file of the largest size that apps can save, about three times.
constexpr uint64_t kMaxListBytes = 1 << 20;

}  // namespace

void OpenBlobCall::resume_found(Input& input) {
  switch (phase_) {
    case Phase::kKnowing:
      return known(input.store());
    case Phase::kAsking:
      return asked(input.hub());
    case Phase::kFetching:
      return fetched(input.child());
  }
}

void OpenBlobCall::found_here() {
  reader_ = {call_.collection, call_.id, item_->size, item_->sha256, "", {}, std::nullopt, "", {}};
  reader_.revision = item_->body->revision;
  reader_.chunk_sha256 = item_->body->chunk_sha256;
  if (item_->state == ChangeState::kSynced && item_->base && !item_->base->lfs_sha256.empty()) {
    reader_.remote = item_->base;
    const bool is_listed = listed_ && listed_->version.oid == item_->base->oid;
    reader_.commit = is_listed ? commit_ : item_->base_commit;
  }
  open();
}

void OpenBlobCall::found_on_hub() {
  const RemoteVersion& version = listed_->version;
  if (version.size > kMaxBlobBytes) return finish(too_large(call_.id, kMaxBlobBytes));
  reader_ = {call_.collection, call_.id, version.size, "", version.oid, {}, std::nullopt, "", {}};
  if (version.lfs_sha256.empty()) {
    // Small, and only its whole can be checked.
    phase_ = Phase::kFetching;
    FetchOrder order{call_.collection, call_.id, call_.kind, version, commit_, record_, item_};
    core_.spawn(std::make_unique<FetchBody>(core_, std::move(order)), id());
    return;
  }
  reader_.sha256 = *from_hex(version.lfs_sha256);
  reader_.remote = version;
  reader_.commit = commit_;
  phase_ = Phase::kKnowing;
  StoreTx tx;
  tx.gets = {ranges_key(call_.collection, call_.id)};
  core_.store(id(), std::move(tx));
}

void OpenBlobCall::known(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  const std::optional<Ranges> ranges = open_or_forget(open_ranges, answer.values[0]);
  if (ranges) core_.readers().note_ranges(ranges_key(call_.collection, call_.id));
  if (ranges && ranges->version == *reader_.remote) {
    for (const RangeChunk& chunk : ranges->chunks) reader_.chunk_sha256.push_back(chunk.sha256);
    if (ranges->whole()) adopt_ranges(core_, call_.collection, call_.id);
    return open();
  }
  // Of an older version, or damaged.
  if (answer.values[0]) sweep_ranges(core_, call_.collection, call_.id, Sweeping::kUnwanted);
  if (chunk_count(reader_.size) <= 1) {
    reader_.chunk_sha256.assign(chunk_count(reader_.size), reader_.sha256);
    return open();
  }
  phase_ = Phase::kAsking;
  const std::string path = chunks_path(core_.options().prefix, reader_.remote->lfs_sha256);
  HubPolicy policy;
  policy.item = call_.id;
  core_.hub(id(), download_request(core_.repo(), commit_, path, false, kMaxListBytes), "download " + path,
            std::move(policy));
}

void OpenBlobCall::asked(HubAnswer& answer) {
  if (answer.ok()) {
    Result<std::vector<Sha256>> hashes = parse_chunks(answer.http.body, reader_.size);
    if (!hashes) return finish(hashes.error());
    reader_.chunk_sha256 = std::move(*hashes);
    return open();
  }
  if (answer.failure.outcome != Outcome::kEntryMissing) return failed(std::move(answer.failure.status));
  // Another tool's file: its ranges are checked when all of them are here.
  reader_.chunk_sha256.assign(chunk_count(reader_.size), Sha256());
  open();
}

void OpenBlobCall::fetched(ChildDone& child) {
  if (!child.status.ok()) return failed(std::move(child.status));
  Loaded& loaded = std::get<Loaded>(child.value);
  reader_.size = loaded.size;
  reader_.bytes = std::move(loaded.body);
  open();
}

void OpenBlobCall::failed(Status failure) {
  if (find_anew(failure)) return;
  if (older_will_do(failure)) return found_here();
  finish(std::move(failure));
}

void OpenBlobCall::open() {
  Opening opening;
  opening.found = true;
  opening.size = reader_.size;
  opening.version = reader_.sha256.empty() ? reader_.revision : to_hex(reader_.sha256);
  opening.reader = core_.readers().open(std::move(reader_));
  succeed(std::move(opening));
}

}  // namespace hubstash
