#pragma once
// Model time: a queue of what happens when. Nothing else makes time pass.

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace hubstash::sim {

class Schedule {
 public:
  int64_t now() const { return now_; }
  /// At the same time, what was put in first happens first.
  void in(int64_t ms, std::function<void()> what) { queue_.push({now_ + (ms < 0 ? 0 : ms), next_++, std::move(what)}); }
  bool empty() const { return queue_.empty(); }
  int64_t next_at() const { return queue_.top().at; }
  void run_next() {
    const Entry entry = queue_.top();
    queue_.pop();
    now_ = entry.at;
    entry.what();
  }

 private:
  struct Entry {
    int64_t at;
    uint64_t order;
    std::function<void()> what;
    bool operator<(const Entry& other) const { return std::pair(at, order) > std::pair(other.at, other.order); }
  };
  int64_t now_ = 0;
  uint64_t next_ = 0;
  std::priority_queue<Entry> queue_;
};

}  // namespace hubstash::sim
