#pragma once
// Model time: a queue of what happens when. Nothing else makes time pass.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace hubstash::sim {

class Schedule {
 public:
  int64_t now() const { return now_; }
  /// At the same time, what was put in first happens first.
  void in(int64_t ms, std::function<void()> what) {
    queue_.push_back({now_ + (ms < 0 ? 0 : ms), next_++, std::move(what)});
    std::push_heap(queue_.begin(), queue_.end());
  }
  bool empty() const { return queue_.empty(); }
  int64_t next_at() const { return queue_.front().at; }
  void run_next() {
    std::pop_heap(queue_.begin(), queue_.end());
    const Entry entry = std::move(queue_.back());
    queue_.pop_back();
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
  std::vector<Entry> queue_;  ///< A heap, the next one first. What happens may carry megabytes, and is moved.
};

}  // namespace hubstash::sim
