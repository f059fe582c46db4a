#include "sync/remote_write.h"

#include <set>

#include "base/ids.h"
#include "store/keys.h"
#include "sync/plan_save.h"
#include "sync/sync_run.h"

namespace hubstash {

RemoteWrite::RemoteWrite(Core& core, std::string_view collection, const std::vector<std::string>& ids,
                         std::unique_ptr<Operation> write)
    : Operation(core), write_(std::move(write)) {
  for (const std::string& id : ids) seen_[item_key(collection, id)];
}

void RemoteWrite::start() {
  std::vector<std::string> lines;
  // A line of its own: the write inside stands in the item's.
  for (const auto& [key, seen] : seen_) lines.push_back(std::string(kRemoteWriteLine) + key);
  if (core_.enter_line(id(), lines)) remember();
}

void RemoteWrite::resume(Input input) {
  switch (phase_) {
    case Phase::kWaiting:
      return remember();
    case Phase::kRemembering:
      return write(input.store());
    case Phase::kWriting: {
      ChildDone& child = input.child();
      status_ = std::move(child.status);
      if (status_.ok() && is_cancelled_) status_ = ended_by_signal();
      if (!status_.ok()) return look();
      is_written_ = true;
      value_ = std::move(child.value);
      phase_ = Phase::kPushing;
      core_.spawn(std::make_unique<SyncCall>(core_), id());
      return;
    }
    case Phase::kPushing:
      status_ = std::move(input.child().status);
      if (!status_.ok()) return look();
      return succeed(std::move(value_));
    case Phase::kLooking:
      return read(input.store());
    case Phase::kReading:
      return undo(input.store());
    case Phase::kUndoing:
      if (input.store().stale) return look();
      return finish(std::move(status_));
  }
}

void RemoteWrite::cancel() {
  if (phase_ == Phase::kWaiting || phase_ == Phase::kRemembering) return Operation::cancel();
  is_cancelled_ = true;  // What is being written is undone once it is.
  if (phase_ != Phase::kPushing) return;
  core_.abandon_children(id());
  status_ = ended_by_signal();
  look();
}

void RemoteWrite::remember() {
  phase_ = Phase::kRemembering;
  StoreTx tx;
  for (const auto& [key, seen] : seen_) tx.gets.push_back(key);
  core_.store(id(), std::move(tx));
}

void RemoteWrite::write(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  size_t next = 0;
  for (auto& [key, seen] : seen_) {
    Result<std::optional<Item>> item = item_to_replace(answer.values[next++]);
    if (!item) return finish(item.error());
    if (!*item || (*item)->state != ChangeState::kSynced) continue;
    seen = std::move(*item);
    seen->body.reset();
  }
  phase_ = Phase::kWriting;
  core_.spawn(std::move(write_), id());
}

void RemoteWrite::look() {
  phase_ = Phase::kLooking;
  StoreTx tx;
  tx.scans = {Bytes(kOutboxPrefix)};
  core_.store(id(), std::move(tx));
}

/// An item of this write, or a copy that was made in a conflict of one.
bool RemoteWrite::is_ours(std::string_view collection, std::string_view id) const {
  const std::optional<CopyId> copy = parse_copy_id(id);
  return seen_.count(item_key(collection, id)) != 0 || (copy && seen_.count(item_key(collection, copy->original)) != 0);
}

void RemoteWrite::read(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  std::set<Bytes> keys;
  for (const Record& record : answer.scanned[0]) {
    const Result<OutboxRow> row = outbox_row_of(record);
    if (row && is_ours(row->collection, row->id)) keys.insert(item_key(row->collection, row->id));
  }
  // What the push failed at was the write of another call.
  if (keys.empty() && is_written_) return succeed(std::move(value_));
  // A conflict may have been decided before it failed: then the item itself does not wait, and its copy does.
  for (const auto& [key, seen] : seen_) keys.insert(key);
  undone_.assign(keys.begin(), keys.end());
  phase_ = Phase::kReading;
  StoreTx tx;
  tx.gets = undone_;
  core_.store(id(), std::move(tx));
}

void RemoteWrite::undo(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  phase_ = Phase::kUndoing;
  StoreTx tx;
  tx.durability = Durability::kRelaxed;
  for (size_t i = 0; i < undone_.size(); ++i) {
    const std::optional<Bytes>& record = answer.values[i];
    const Result<std::optional<Item>> item = item_to_replace(record);
    if (!item) return finish(item.error());
    const auto seen = seen_.find(undone_[i]);
    const bool was_seen = seen != seen_.end() && seen->second;
    // Of several items the Hub may have taken some, and of others nothing was written.
    const bool is_taken = !*item || ((*item)->state == ChangeState::kSynced && !(*item)->base_commit.empty());
    if (is_taken || (was_seen && seen->second->sequence == (*item)->sequence)) continue;
    if (was_seen) {
      // A commit without a reply may have landed all the same; the app's next save is another change than that one.
      Item before = *seen->second;
      before.sequence = (*item)->sequence;
      add_item(&tx, record, *item, before, &core_.random());
    } else {
      add_removal(&tx, record, **item);
    }
  }
  core_.store(id(), std::move(tx));
}

}  // namespace hubstash
