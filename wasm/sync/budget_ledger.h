#pragma once
// The budget of commits and requests as this engine knows it: the shared record as it was last read, and what this
// engine has used since. Requests are counted in memory and written down together, so that a request is not a write.

#include "store/budget.h"

namespace hubstash {

class BudgetLedger {
 public:
  /// False when the record has to be read (again) before anything is sent: another tab may have been told to wait.
  bool is_fresh(TimeMs now) const;
  TimeMs next_request_at(RequestBucket bucket, uint32_t limit, TimeMs now) const;
  void count(RequestBucket bucket, TimeMs now);
  /// The Hub has answered with 429, for commits or for everything.
  void pause(bool commits_only, TimeMs now, TimeMs until);
  /// Enough has been counted that the other tabs should hear of it.
  bool has_news() const;

  // For ShareBudget (share_budget.h), which reads and writes the record.
  void read(Budget record, TimeMs now);
  /// The store is in trouble: what is known has to do for a while.
  void not_read(TimeMs now) { read_at_ = now; }
  /// What to write: the record that was read with what this engine has used since. That counts as shared from now on.
  Budget begin_write(TimeMs now);
  /// Takes back what the last begin_write() gave out.
  void not_written();

 private:
  Budget record_;
  Budget unshared_;
  Budget writing_;
  uint32_t unshared_requests_ = 0;
  TimeMs read_at_ = 0;
};

}  // namespace hubstash
