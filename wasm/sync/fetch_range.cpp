#include "sync/fetch_range.h"

#include <algorithm>

#include "base/text.h"
#include "hub/layout.h"
#include "store/keys.h"
#include "store/record.h"
#include "sync/adopt_ranges.h"
#include "sync/plan_save.h"
#include "sync/receipts.h"
#include "sync/sweep_ranges.h"

namespace hubstash {

FetchRange::FetchRange(Core& core, RangeOrder order)
    : Operation(core),
      order_(std::move(order)),
      version_(version_name(order_.collection, order_.id, order_.version.oid)),
      blob_(std::make_shared<HeldBlob>(core, 0)) {}

void FetchRange::resume(Input input) {
  switch (phase_) {
    case Phase::kDownloading:
      return downloaded(input.hub());
    case Phase::kHashing:
      return hashed(input.blob());
    case Phase::kLooking:
      return plan(input.store());
    case Phase::kKeeping:
      return kept(input.store());
  }
}

uint64_t FetchRange::end_byte() const { return std::min(uint64_t{order_.run.end} * kChunkBytes, order_.version.size); }

bool FetchRange::wants_all() const {
  return order_.run.first == 0 && order_.run.end == chunk_count(order_.version.size);
}

void FetchRange::download() {
  phase_ = Phase::kDownloading;
  const std::string path =
      item_path(core_.options().prefix, order_.collection, Kind::kBlob, order_.id, Encoding::kPlain);
  DownloadOrder order{path, order_.commit, order_.version, order_.id, true, order_.version.size, {}};
  if (!wants_all()) order.range = {first_byte(), end_byte()};
  download_.emplace(core_, std::move(order));
  download_->start(id());
}

/// A server may answer with the whole file; a part must be the one that was asked for.
Status FetchRange::check_range(const HttpAnswer& answer) const {
  if (answer.http_status != 206) return Status();
  const std::string wanted = "bytes " + std::to_string(first_byte()) + "-" + std::to_string(end_byte() - 1) + "/" +
                             std::to_string(order_.version.size);
  for (const Header& header : answer.headers) {
    if (header.name == "content-range" && header.value == wanted) return Status();
  }
  return Status(ErrorCode::BAD_RESPONSE,
                "The Hub sent another part of \"" + order_.id + "\" than was asked for. Nothing of it is shown.");
}

void FetchRange::downloaded(HubAnswer& answer) {
  if (download_->goes_on(answer)) return;
  if (!answer.ok()) return finish(std::move(answer.failure.status));
  blob_->reset(answer.http.blob);
  Status wrong = check_range(answer.http);
  if (!wrong.ok()) return finish(std::move(wrong));
  got_all_ = answer.http.http_status != 206;
  phase_ = Phase::kHashing;
  core_.hash_blob(id(), blob_->get());
}

void FetchRange::hashed(BlobAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  core_.network().bytes_received += answer.size;
  if (!is_right(answer)) return mismatch();
  if (got_all_) order_.run = {0, chunk_count(order_.version.size)};
  chunk_sha256_ = std::move(answer.chunk_sha256);
  core_.readers().learn(version_, order_.run.first, chunk_sha256_);
  const bool too_large = end_byte() - first_byte() > core_.cache().bound_bytes();
  if (core_.options().mode != Mode::kHybrid || too_large) return end(false);
  look();
}

bool FetchRange::is_right(const BlobAnswer& answer) const {
  if (got_all_) return answer.size == order_.version.size && to_hex(answer.sha256) == order_.version.lfs_sha256;
  if (answer.size != end_byte() - first_byte()) return false;
  for (uint32_t i = 0; i < answer.chunk_sha256.size(); ++i) {
    const Sha256& wanted = order_.chunk_sha256[order_.run.first + i];
    if (!wanted.empty() && answer.chunk_sha256[i] != wanted) return false;
  }
  return true;
}

void FetchRange::mismatch() {
  blob_->reset(0);
  if (++mismatches_ < 2) return download();
  // Should it be the list of the hashes that is wrong, the next reader fetches another one.
  sweep_ranges(core_, order_.collection, order_.id, Sweeping::kAll);
  finish(Status(ErrorCode::INTEGRITY, "The Hub sent bytes of \"" + order_.id +
                                          "\" that do not match their hash, twice. They are not shown; try again."));
}

void FetchRange::look() {
  phase_ = Phase::kLooking;
  StoreTx tx;
  tx.gets = {item_key(order_.collection, order_.id), ranges_key(order_.collection, order_.id),
             folder_key(order_.collection, shard_of(order_.id))};
  core_.store(id(), std::move(tx));
}

void FetchRange::plan(StoreAnswer& answer) {
  if (!answer.status.ok()) return end(false);
  const Result<std::optional<Item>> read = item_to_read(answer.values[0]);
  if (!read) return end(false);
  const std::optional<Item>& item = *read;
  const auto listed =
      find_listed(open_or_forget(open_folder, answer.values[2]), order_.collection, Kind::kBlob, order_.id);
  StoreTx tx;
  tx.durability = Durability::kRelaxed;  // The Hub has it too.
  tx.expects.push_back({item_key(order_.collection, order_.id), head_of(answer.values[0])});
  heals_ = item && item->body && to_hex(item->sha256) == order_.version.lfs_sha256;
  if (heals_) {
    add_chunks(&tx, item->body->revision);
  } else {
    const bool is_current = listed && listed->version == order_.version;
    if (!is_current || (item && item->state != ChangeState::kSynced)) return end(false);
    const std::optional<Bytes>& record = answer.values[1];
    std::optional<Ranges> before = open_or_forget(open_ranges, record);
    kept_bytes_before_ = before ? before->kept_bytes() : 0;
    tx.expects.push_back({ranges_key(order_.collection, order_.id), head_of(record)});
    if (before && before->version != order_.version) {
      for (ChunkRef& chunk : before->kept_chunks()) tx.deletes.push_back(std::move(chunk.key));
      before.reset();
    }
    if (before) {
      ranges_ = std::move(*before);
    } else {
      ranges_ = {order_.collection, order_.id, order_.version, 0, {}};
      for (const Sha256& digest : order_.chunk_sha256) ranges_.chunks.push_back({false, digest});
    }
    add_chunks(&tx, order_.version.oid);
    ranges_.kept_at = core_.now();
    tx.puts.push_back({ranges_key(order_.collection, order_.id), seal_ranges(ranges_, core_.stamp())});
  }
  phase_ = Phase::kKeeping;
  core_.store(id(), std::move(tx));
}

void FetchRange::add_chunks(StoreTx* tx, std::string_view revision) {
  const auto count = static_cast<uint32_t>(chunk_sha256_.size());
  keeping_ = std::min(count, kept_ + kChunksPerTransaction);
  for (uint32_t i = kept_; i < keeping_; ++i) {
    const uint32_t chunk = order_.run.first + i;
    const uint32_t size = chunk_size(order_.version.size, chunk);
    tx->puts.push_back({chunk_key(order_.collection, order_.id, revision, chunk),
                        BlobSlice{blob_->get(), uint64_t{i} * kChunkBytes, size}});
    if (!heals_) ranges_.chunks[chunk] = {true, chunk_sha256_[i]};
  }
}

void FetchRange::kept(const StoreAnswer& answer) {
  if (answer.status.code() == ErrorCode::QUOTA_EXCEEDED) {
    core_.cache().not_kept(end_byte() - first_byte(), core_.now());
  }
  if (!answer.status.ok()) return end(false);
  if (answer.stale) return ++races_lost_ > kMaxRaces ? end(false) : look();
  kept_ = keeping_;
  if (!heals_) {
    core_.readers().note_ranges(ranges_key(order_.collection, order_.id));
    core_.cache().replaced(kept_bytes_before_, ranges_.kept_bytes(), core_.now());
  }
  if (kept_ < chunk_sha256_.size()) return look();
  end(true);
}

void FetchRange::end(bool is_kept) {
  const std::shared_ptr<HeldBlob> blob = blob_;
  core_.readers().hand_over({version_, order_.run.first, order_.run.end, blob});
  if (is_kept && !heals_ && ranges_.whole()) adopt_ranges(core_, order_.collection, order_.id);
  succeed();
  // Those who waited have it by now.
  core_.readers().forget(is_kept ? blob : nullptr);
}

}  // namespace hubstash
