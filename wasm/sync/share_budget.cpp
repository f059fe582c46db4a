#include "sync/share_budget.h"

#include "store/record.h"
#include "store/remote.h"
#include "sync/receipts.h"

namespace hubstash {

void share_budget(Core& core) {
  OperationId& sharing = core.state().sharing_budget;
  if (sharing != 0 && core.running(sharing)) return;
  sharing = core.spawn(std::make_unique<ShareBudget>(core), 0);
}

void ShareBudget::resume(Input input) {
  switch (phase_) {
    case Phase::kReading:
      return write(input.store());
    case Phase::kWriting:
      return written(input.store());
  }
}

void ShareBudget::read() {
  phase_ = Phase::kReading;
  StoreTx tx;
  tx.gets = {Bytes(kBudgetKey)};
  core_.store(id(), std::move(tx));
}

void ShareBudget::write(StoreAnswer& answer) {
  BudgetLedger& ledger = core_.budget();
  if (!answer.status.ok()) {
    ledger.not_read(core_.now());
    return end();
  }
  const std::optional<Bytes>& record = answer.values[0];
  const Budget stored = open_or_forget(open_budget, record).value_or(Budget());
  ledger.read(budget_at(stored, core_.now()), core_.now());
  if (!ledger.has_news() && !is_of_future(stored, core_.now())) return end();
  phase_ = Phase::kWriting;
  StoreTx tx;
  tx.durability = Durability::kRelaxed;
  tx.expects.push_back({Bytes(kBudgetKey), head_of(record)});
  tx.puts.push_back({Bytes(kBudgetKey), seal_budget(ledger.begin_write(core_.now()), core_.stamp())});
  core_.store(id(), std::move(tx));
}

void ShareBudget::written(const StoreAnswer& answer) {
  const bool done = answer.status.ok() && !answer.stale;
  if (!done) core_.budget().not_written();
  if (!answer.status.ok()) return end();
  if (done ? core_.budget().has_news() : ++races_lost_ <= kMaxRaces) return read();
  end();
}

void ShareBudget::end() {
  succeed();
  core_.budget_shared();
}

}  // namespace hubstash
