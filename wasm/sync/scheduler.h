#pragma once
// Decides when to synchronise: after saves, at open, when hidden, back online, and now and then. Pure but for its own
// few numbers; all times are wall-clock times, because timers of hidden tabs are throttled and laptops sleep.

#include "base/random.h"
#include "hubstash/engine.h"

namespace hubstash {

class Scheduler {
 public:
  explicit Scheduler(const Options& options) : options_(options) {}

  void opened(TimeMs now) { ask_now(now); }
  /// What an earlier page had saved still waits here. A run that is under way has taken it along.
  void found_pending(TimeMs now);
  /// Something was saved or deleted here.
  void saved(TimeMs now);
  void visibility(bool visible, TimeMs now);
  void network(bool online, TimeMs now);
  void token(bool available, TimeMs now);
  /// A run begins: what was saved before it is part of it.
  void started();
  /// Another tab is syncing, until then at the latest.
  void put_off(TimeMs until);
  void ended(const Status& status, TimeMs now, Random* random);
  /// The wall clock was set back: what was due in an hour is still due in an hour.
  void clock_set_back(int64_t by_ms);

  /// When the next run is due; 0 = none.
  TimeMs due_at() const;
  WaitingFor waiting_for() const;
  bool is_due(TimeMs now) const { return due_at() != 0 && due_at() <= now; }

 private:
  void ask_now(TimeMs now) { wanted_at_ = now; }
  /// A refusal of the Hub's counts no longer.
  void allow(TimeMs now);
  const Options& options_;
  TimeMs first_save_at_ = 0;  ///< Of those not yet part of a run; 0 = none.
  TimeMs last_save_at_ = 0;
  TimeMs wanted_at_ = 0;  ///< Something asked for a run at this time; 0 = nothing did.
  TimeMs poll_at_ = 0;
  TimeMs not_before_ = 0;  ///< After a failure.
  WaitingFor not_before_why_ = WaitingFor::kNothing;
  uint32_t failures_ = 0;
  bool running_ = false;
  bool had_saves_ = false;  ///< The run under way took saves along.
  bool visible_ = true;
  bool online_ = true;
  bool signed_out_ = false;
  bool new_token_ = false;  ///< Another token came while a run was under way.
  TimeMs refused_at_ = 0;   ///< The Hub has said that the token may not do this; 0 = it has not.
};

}  // namespace hubstash
