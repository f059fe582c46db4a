#include "sync/remote_write.h"

#include "store/keys.h"
#include "sync/plan_save.h"
#include "sync/sync_run.h"

namespace hubstash {

void RemoteWrite::start() {
  std::vector<std::string> lines;
  // A line of its own: the write inside stands in the item's.
  for (const std::string& id : ids_) lines.push_back(std::string(kRemoteWriteLine) + item_key(collection_, id));
  if (core_.enter_line(id(), lines)) write();
}

void RemoteWrite::resume(Input input) {
  switch (phase_) {
    case Phase::kWaiting:
      return write();
    case Phase::kWriting: {
      ChildDone& child = input.child();
      if (!child.status.ok()) {
        // Of a write in two steps the first may be done; nothing of it is to reach the Hub later.
        status_ = std::move(child.status);
        return read();
      }
      value_ = std::move(child.value);
      phase_ = Phase::kPushing;
      core_.spawn(std::make_unique<SyncCall>(core_), id());
      return;
    }
    case Phase::kPushing:
      status_ = std::move(input.child().status);
      return read();
    case Phase::kReading:
      return forget(input.store());
    case Phase::kForgetting:
      if (input.store().stale) return read();
      return finish(std::move(status_), std::move(value_));
  }
}

void RemoteWrite::write() {
  phase_ = Phase::kWriting;
  core_.spawn(std::move(write_), id());
}

void RemoteWrite::read() {
  phase_ = Phase::kReading;
  StoreTx tx;
  for (const std::string& id : ids_) tx.gets.push_back(item_key(collection_, id));
  core_.store(id(), std::move(tx));
}

void RemoteWrite::forget(StoreAnswer& answer) {
  phase_ = Phase::kForgetting;
  StoreTx tx;
  tx.durability = Durability::kRelaxed;
  for (const std::optional<Bytes>& record : answer.values) {
    const Result<std::optional<Item>> item = item_to_replace(record);
    if (item && *item) add_removal(&tx, record, **item);
  }
  core_.store(id(), std::move(tx));
}

}  // namespace hubstash
