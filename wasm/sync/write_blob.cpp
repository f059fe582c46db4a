#include "sync/write_blob.h"

#include <algorithm>

#include "hub/layout.h"
#include "store/keys.h"
#include "store/record.h"
#include "store/stage.h"
#include "sync/housekeeping.h"
#include "sync/receipts.h"

namespace hubstash {

WriteBlob::WriteBlob(Core& core, SaveBlob call, std::optional<ListedThen> over)
    : Operation(core), call_(std::move(call)), over_(std::move(over)), blob_(core, call_.blob) {}

void WriteBlob::start() {
  if (core_.enter_line(id(), {item_key(call_.collection, call_.id)})) hash();
}

void WriteBlob::resume(Input input) {
  switch (phase_) {
    case Phase::kWaiting:
      return hash();
    case Phase::kHashing: {
      BlobAnswer& answer = input.blob();
      if (!answer.status.ok()) return finish(std::move(answer.status));
      if (answer.size > kMaxBlobBytes) return finish(too_large(call_.id, kMaxBlobBytes));
      hashed_ = {answer.size, std::move(answer.sha256), std::move(answer.chunk_sha256)};
      return read();
    }
    case Phase::kReading:
      return plan(input.store());
    case Phase::kStaging: {
      StoreAnswer& answer = input.store();
      if (!answer.status.ok()) return fail(std::move(answer.status));
      // Room was made: the same chunks again. Batches before the last are full.
      if (answer.stale) chunks_written_ -= kChunksPerTransaction;
      return write_next();
    }
    case Phase::kCommitting:
      return finish_commit(input.store());
    case Phase::kDropping:
      return finish(std::move(failure_));
  }
}

void WriteBlob::hash() {
  phase_ = Phase::kHashing;
  core_.hash_blob(id(), blob_.get());
}

void WriteBlob::read() {
  phase_ = Phase::kReading;
  StoreTx tx;
  tx.gets.push_back(item_key(call_.collection, call_.id));
  if (stage_record_) tx.gets.push_back(stage_key(after_.body->revision));
  core_.store(id(), std::move(tx));
}

void WriteBlob::plan(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  Result<std::optional<Item>> before = item_to_replace(answer.values[0]);
  if (!before) return finish(before.error());
  record_before_ = std::move(answer.values[0]);
  before_ = std::move(*before);
  // The first chunks have gone with their note.
  if (stage_record_ && answer.values[1] != stage_record_) chunks_written_ = 0;
  // Nothing is new to the Hub, but the chunks may have been damaged since: what was saved must be readable.
  rewrites_ = !over_ && is_unchanged(before_, hashed_, call_.type);
  if (rewrites_) {
    after_ = *before_;
    chunks_written_ = 0;
    return write_next();
  }
  if (revision_.empty()) {
    const bool staged = hashed_.chunk_sha256.size() > kChunksPerTransaction;
    revision_ = staged ? core_.random().hex(16) : std::string(kInPlace);
  }
  after_ = saved_item(before_, call_.collection, call_.id, Kind::kBlob, hashed_, revision_, core_.now());
  after_.type = call_.type;
  if (over_) see_listed(before_, *over_, &after_);
  if (core_.options().mode == Mode::kLocal) after_.state = ChangeState::kSynced;  // There is nothing to wait for.
  write_next();
}

void WriteBlob::write_next() {
  const uint32_t total = chunk_count(hashed_.size);
  const uint32_t first = chunks_written_;
  const uint32_t last = std::min(total, first + kChunksPerTransaction);
  StoreTx tx;
  tx.durability = core_.options().durability;
  tx.puts = chunk_puts(after_, blob_.get(), first, last);
  core_.progress(id(), "store", uint64_t{first} * kChunkBytes, hashed_.size, call_.id);
  if (last < total) {
    if (first == 0) stage_record_ = add_stage(&tx, after_, core_.now(), &core_.random());
    chunks_written_ = last;
    phase_ = Phase::kStaging;
  } else {
    // The last batch is not counted as written: a lost race repeats it, with the record's new state.
    if (rewrites_) {
      tx.expects.push_back({item_key(call_.collection, call_.id), head_of(record_before_)});
      tx.deletes = {stage_key(after_.body->revision)};
    } else {
      add_item(&tx, record_before_, before_, after_, &core_.random());
    }
    expect_stage(&tx, after_, stage_record_);
    phase_ = Phase::kCommitting;
  }
  core_.store_making_room(id(), WritePurpose::kSave, std::move(tx));
}

void WriteBlob::finish_commit(const StoreAnswer& answer) {
  if (!answer.status.ok()) return fail(answer.status);
  if (answer.stale) {
    if (++races_lost_ > kMaxRaces) return fail(lost_every_race());
    if (rewrites_) chunks_written_ = 0;
    return read();
  }
  if (!rewrites_) core_.cache().replaced(cached_bytes(before_), 0, core_.now());
  core_.progress(id(), "store", hashed_.size, hashed_.size, call_.id);
  core_.saved(call_.collection, {call_.id});
  complete();
}

/// A full disk must not stay full of what was not saved.
void WriteBlob::fail(Status status) {
  if (revision_ == kInPlace || rewrites_) return finish(std::move(status));
  failure_ = std::move(status);
  phase_ = Phase::kDropping;
  core_.spawn(std::make_unique<DropStage>(core_, after_), id());
}

void WriteBlob::complete() {
  Receipts receipts;
  receipts.items.push_back(make_receipt(core_.options(), call_.collection, Kind::kBlob, call_.id, hashed_));
  succeed(std::move(receipts));
}

void WriteBlob::cancel() {
  if (phase_ != Phase::kCommitting && phase_ != Phase::kDropping) Operation::cancel();
}

}  // namespace hubstash
