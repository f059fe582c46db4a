#include "sync/fetch_body.h"

#include <algorithm>

#include "base/gzip.h"
#include "base/json.h"
#include "base/sha1.h"
#include "base/sha256.h"
#include "base/text.h"
#include "hub/layout.h"
#include "sync/housekeeping.h"
#include "sync/sweep_ranges.h"

namespace hubstash {

std::string body_type(std::string_view collection, Kind kind, const std::string& saved_type) {
  if (!saved_type.empty()) return saved_type;
  if (kind == Kind::kJson) return "application/json";
  return collection == "pdfs" ? "application/pdf" : "application/octet-stream";
}

void FetchBody::resume(Input input) {
  switch (phase_) {
    case Phase::kDownloading:
      return downloaded(input.hub());
    case Phase::kHashing:
      return hashed(input.blob());
    case Phase::kKeeping: {
      // A full disk or a lost race leaves the item on the Hub only; the app has its bytes either way.
      const StoreAnswer& answer = input.store();
      if (!answer.status.ok() || answer.stale) return not_kept(answer);
      return keep_next();
    }
    case Phase::kNoting:
      return deliver();
  }
}

void FetchBody::download() {
  phase_ = Phase::kDownloading;
  const Encoding encoding = order_.version.gzipped ? Encoding::kGzip : Encoding::kPlain;
  const std::string path = item_path(core_.options().prefix, order_.collection, order_.kind, order_.id, encoding);
  const uint64_t limit = order_.kind == Kind::kJson ? kMaxDocumentBytes : kMaxBlobBytes;
  download_.emplace(core_, DownloadOrder{path, order_.commit, order_.version, order_.id, is_blob(), limit, {}});
  download_->start(id());
}

void FetchBody::downloaded(HubAnswer& answer) {
  if (download_->goes_on(answer)) return;
  if (!answer.ok()) return finish(std::move(answer.failure.status));
  if (is_blob()) {
    blob_.reset(answer.http.blob);
    phase_ = Phase::kHashing;
    return core_.hash_blob(id(), blob_.get());
  }
  if (!check_bytes(answer.http.body).ok()) return mismatch();
  Status unpacked = unpack(std::move(answer.http.body));
  if (!unpacked.ok()) return finish(std::move(unpacked));
  hashed_ = hash_body(body_);
  keep();
}

Status FetchBody::check_bytes(const Bytes& bytes) const {
  const bool lfs = !order_.version.lfs_sha256.empty();
  const bool matches =
      lfs ? to_hex(sha256(bytes)) == order_.version.lfs_sha256 : git_blob_oid(bytes) == order_.version.oid;
  return matches ? Status() : Status(ErrorCode::INTEGRITY, "The bytes do not match their object id.");
}

Status FetchBody::unpack(Bytes bytes) {
  if (!order_.version.gzipped) {
    body_ = std::move(bytes);
  } else {
    Result<Bytes> content = gunzip(bytes, kMaxDocumentBytes);
    if (!content) return content.error();
    body_ = std::move(*content);
  }
  if (order_.kind == Kind::kJson && !Json::is_object_text(body_)) {
    return Status(ErrorCode::BAD_RESPONSE, "The file of \"" + order_.id + "\" in the dataset is not a JSON document.");
  }
  return Status();
}

void FetchBody::hashed(BlobAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  core_.network().bytes_received += answer.size;
  if (to_hex(answer.sha256) != order_.version.lfs_sha256) return mismatch();
  hashed_ = {answer.size, std::move(answer.sha256), std::move(answer.chunk_sha256)};
  keep();
}

void FetchBody::mismatch() {
  blob_.reset(0);
  if (++mismatches_ < 2) return download();
  finish(Status(ErrorCode::INTEGRITY, "The Hub sent bytes of \"" + order_.id +
                                          "\" that do not match their hash, twice. They are not shown; try again."));
}

/// The item becomes what the Hub has. It is not written where a change of this device waits in the record.
void FetchBody::keep() {
  const bool is_noted_only = core_.options().mode == Mode::kRemote;
  const bool too_large = hashed_.size > core_.cache().bound_bytes();
  if (!order_.keep || (too_large && !is_noted_only)) return deliver();
  const bool staged = hashed_.chunk_sha256.size() > kChunksPerTransaction;
  const std::string revision = staged ? core_.random().hex(16) : std::string(kInPlace);
  after_ = saved_item(order_.before, order_.collection, order_.id, order_.kind, hashed_, revision, core_.now());
  after_.state = ChangeState::kSynced;
  after_.base = order_.version;
  after_.base_commit = order_.commit;
  after_.base_body.reset();
  after_.attempts.clear();
  if (is_noted_only) return note();
  phase_ = Phase::kKeeping;
  keep_next();
}

void FetchBody::note() {
  phase_ = Phase::kNoting;
  after_.body.reset();
  StoreTx tx;
  tx.durability = Durability::kRelaxed;
  add_item(&tx, order_.record_before, order_.before, after_, &core_.random());
  core_.store(id(), std::move(tx));
}

void FetchBody::keep_next() {
  const uint32_t total = chunk_count(hashed_.size);
  const uint32_t first = chunks_kept_;
  const uint32_t last = std::min(total, first + kChunksPerTransaction);
  if (first > total) {
    core_.cache().replaced(cached_bytes(order_.before), hashed_.size, core_.now());
    sweep_ranges_of(core_, order_.collection, {order_.id});
    return deliver();
  }
  StoreTx tx;
  tx.durability = Durability::kRelaxed;  // The Hub has it too.
  tx.puts = blob_.get() != 0 ? chunk_puts(after_, blob_.get(), first, last) : chunk_puts(after_, body_, first, last);
  chunks_kept_ = last;
  if (first == 0 && last < total) stage_record_ = add_stage(&tx, after_, core_.now(), &core_.random());
  if (last == total) {
    expect_stage(&tx, after_, stage_record_);
    add_item(&tx, order_.record_before, order_.before, after_, &core_.random());
    chunks_kept_ = total + 1;  // Past the end: the next answer ends it.
  }
  core_.store(id(), std::move(tx));
}

void FetchBody::not_kept(const StoreAnswer& answer) {
  if (answer.status.code() == ErrorCode::QUOTA_EXCEEDED) core_.cache().not_kept(hashed_.size, core_.now());
  if (after_.body->revision != kInPlace) core_.spawn(std::make_unique<DropStage>(core_, after_), 0);
  deliver();
}

void FetchBody::deliver() {
  Loaded loaded;
  loaded.found = true;
  loaded.body = std::move(body_);
  loaded.blob = blob_.take();
  loaded.type = body_type(order_.collection, order_.kind, order_.before ? order_.before->type : "");
  loaded.size = hashed_.size;
  succeed(std::move(loaded));
}

}  // namespace hubstash
