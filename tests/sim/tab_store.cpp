// How a tab's engine reaches the store of its device.
#include <algorithm>

#include "sim/describe.h"
#include "sim/tab.h"

namespace hubstash::sim {

void Tab::run_store(EffectId id, StoreTx tx) {
  if (context_.trace.enabled()) log("tx " + describe(tx));
  pending_[id].tx = std::move(tx);
  int64_t ms = context_.random.between(0, 5);
  if (context_.strikes(Fault::kTxSlow)) ms += context_.random.between(1, 3'000);
  const bool lies = context_.canary == Canary::kAcknowledgesTooEarly && context_.random.chance(50);
  if (lies) {
    StoreAnswer answer;
    answer.values.resize(pending_[id].tx.gets.size());
    answer.scanned.resize(pending_[id].tx.scans.size());
    if (writes(pending_[id].tx)) return answer_in(ms, id, {0, std::move(answer)});
  }
  later(ms, [this, id] {
    PendingTx& pending = pending_.at(id);
    pending.carried_out = true;
    StoreAnswer answer = run_tx(pending.tx);
    if (!survives_step()) return;
    answer_in(context_.random.between(0, 5), id, {0, std::move(answer)});
  });
}

std::optional<Status> Tab::abort_tx(const StoreTx& tx) {
  if (context_.strikes(Fault::kTxUnavailable)) return Status(ErrorCode::STORAGE_UNAVAILABLE, "The database closed.");
  if (!writes(tx)) return std::nullopt;
  if (context_.strikes(Fault::kTxQuota)) return Status(ErrorCode::QUOTA_EXCEEDED, "The disk is full.");
  if (context_.strikes(Fault::kTxInternal)) return Status(ErrorCode::INTERNAL, "UnknownError");
  return std::nullopt;
}

StoreAnswer Tab::run_tx(const StoreTx& tx) {
  if (std::optional<Status> why = abort_tx(tx)) {
    log("tx aborted: " + why->message());
    if (writes(tx)) context_.checker.note_refused(device_.index);
    StoreAnswer aborted;
    aborted.status = std::move(*why);
    return aborted;
  }
  StoreTx order = tx;
  const auto drop = [&order](const Bytes& start) {
    const auto is_below = [&start](const auto& entry) { return entry.key.starts_with(start); };
    order.puts.erase(std::remove_if(order.puts.begin(), order.puts.end(), is_below), order.puts.end());
    order.expects.erase(std::remove_if(order.expects.begin(), order.expects.end(), is_below), order.expects.end());
  };
  if (context_.canary == Canary::kForgetsOutbox && context_.random.chance(100)) drop("outbox/");
  if (context_.canary == Canary::kForgetsClaims) drop("sync/claim/");
  if (context_.canary == Canary::kForgetsBudget) drop("sync/budget");
  StoreAnswer answer = device_.store.run(order, [this](BlobRef ref) {
    const auto found = blobs_.find(ref);
    return found == blobs_.end() ? nullptr : found->second;
  });
  if (answer.stale) log("tx stale");
  if (answer.status.code() == ErrorCode::QUOTA_EXCEEDED) {
    context_.faults.add(Fault::kDiskFull);
    context_.checker.note_refused(device_.index);
  }
  return answer;
}

void Tab::read_range(EffectId id, ReadRange range) {
  later(context_.random.between(0, 5), [this, id, order = std::move(range)] {
    const auto read_blob = [this](BlobRef ref) {
      const auto found = blobs_.find(ref);
      return found == blobs_.end() ? nullptr : found->second;
    };
    Bytes content;
    BlobAnswer cut = device_.store.read_range(order, read_blob, &content);
    if (cut.missing.empty()) cut.blob = add_blob(std::move(content));
    answer_in(context_.random.between(0, 5), id, {0, std::move(cut)});
  });
}

}  // namespace hubstash::sim
