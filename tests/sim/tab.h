#pragma once
// A tab: an engine, and the host that carries out its effects on the device's store and the network, when and as the
// world lets it. It can be frozen, crash between any two steps, and be opened again.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hubstash/engine.h"
#include "sim/context.h"
#include "sim/network.h"
#include "sim/store.h"

namespace hubstash::sim {

class Tab;

struct Device {
  size_t index = 0;
  ModelStore store;
  int64_t clock_offset = 1'700'000'000'000;
  bool online = true;
  bool signed_in = true;
  bool token_is_good = true;
  /// Every other device's browser has no locks.
  bool has_locks() const { return index % 2 == 0; }
  const Tab* lock_holder = nullptr;
};

inline bool writes(const StoreTx& tx) { return !tx.deletes.empty() || !tx.delete_prefixes.empty() || !tx.puts.empty(); }

class Tab {
 public:
  /// Answers of calls; the blob is the one that the reply delivers.
  using OnReply = std::function<void(const Reply&, const SharedBytes&)>;

  Tab(Context& context, Network& network, Device& device, std::string name);

  void open();
  /// The tab dies. What was on its way to the store is applied or lost, which nobody hears of.
  void crash();
  /// `what` happens to the tab between two of its next steps: before an event reaches the engine, or between a
  /// transaction and the news of it.
  void doom(uint64_t steps, std::function<void()> what);
  void freeze();
  void thaw();
  void signal(Event event) { handle(std::move(event)); }

  bool is_open() const { return engine_ != nullptr; }
  bool is_frozen() const { return frozen_; }
  bool can_call() const { return is_open() && !frozen_ && opened_; }
  const std::string& name() const { return name_; }
  Device& device() { return device_; }

  RequestId call(AppCall call, OnReply on_reply);
  void cancel(RequestId request) { handle(CancelRequest{request}); }
  BlobRef add_blob(Bytes content);
  size_t calls() const { return calls_.size(); }
  /// Items whose load is under way are seen by the app, though it may die before it is told.
  std::map<size_t, uint32_t> loading;

  /// 6: nothing may be left over once nothing is left to do.
  void check_at_rest() const;

 private:
  struct PendingTx {
    StoreTx tx;
    bool carried_out = false;
  };
  void handle(Event event);
  bool survives_step();
  void run_effects();
  void carry_out(Effect effect);
  void run_store(EffectId id, StoreTx tx);
  void read_range(EffectId id, ReadRange range);
  StoreAnswer run_tx(const StoreTx& tx);
  std::optional<Status> abort_tx(const StoreTx& tx);
  void run_http(EffectId id, HttpRequest request);
  void finish_http(EffectId id, HttpAnswer answer, bool as_blob);
  void abort_http(EffectId target);
  void ask_token(EffectId id, bool refused);
  void try_lock(EffectId id);
  void drop_lock();
  void decide(EffectId id);
  void reply(Reply reply);
  void release(BlobRef blob);
  SharedBytes blob(BlobRef ref) const;
  void answer_in(int64_t ms, EffectId id, Answer answer);
  void plan_tick();
  void tick(uint64_t plan);
  void check_bounds() const;
  /// Runs `what` later unless this incarnation of the tab is gone by then.
  void later(int64_t ms, std::function<void()> what);
  int64_t device_now() const { return context_.schedule.now() + device_.clock_offset; }
  void log(const std::string& what) { context_.log(name_, what); }

  Context& context_;
  Network& network_;
  Device& device_;
  const std::string name_;
  std::unique_ptr<Engine> engine_;
  uint64_t incarnation_ = 0;
  bool opened_ = false;
  bool frozen_ = false;
  bool in_engine_ = false;
  std::vector<Event> inbox_;  ///< What a frozen tab has not heard yet.
  std::map<EffectId, PendingTx> pending_;
  std::map<EffectId, bool> exchanges_;  ///< Under way; true: to be delivered as a blob.
  size_t unanswered_ = 0;
  std::map<BlobRef, SharedBytes> blobs_;
  std::map<RequestId, OnReply> calls_;
  BlobRef next_blob_ = 1;
  RequestId next_request_ = 1;
  uint64_t tick_plan_ = 0;
  int64_t tick_at_ = -1;
  uint32_t idle_ticks_ = 0;
  uint64_t steps_to_doom_ = 0;  ///< 0: none is due.
  std::function<void()> doom_;
};

}  // namespace hubstash::sim
