#include "sync/key_queue.h"

#include <algorithm>
#include <set>

namespace hubstash {

bool KeyQueue::at_front(OperationId operation) const {
  const std::vector<std::string>& keys = keys_.at(operation);
  return std::all_of(keys.begin(), keys.end(),
                     [&](const std::string& key) { return lines_.at(key).front() == operation; });
}

bool KeyQueue::enter(OperationId operation, const std::vector<std::string>& keys) {
  HS_CHECK(keys_.count(operation) == 0);
  const std::set<std::string> unique(keys.begin(), keys.end());
  for (const std::string& key : unique) lines_[key].push_back(operation);
  keys_[operation].assign(unique.begin(), unique.end());
  started_[operation] = at_front(operation);
  return started_[operation];
}

std::vector<OperationId> KeyQueue::leave(OperationId operation) {
  std::set<OperationId> candidates;
  const auto found = keys_.find(operation);
  if (found == keys_.end()) return {};
  for (const std::string& key : found->second) {
    std::deque<OperationId>& line = lines_.at(key);
    line.erase(std::remove(line.begin(), line.end(), operation), line.end());
    if (line.empty()) {
      lines_.erase(key);
    } else {
      candidates.insert(line.front());
    }
  }
  keys_.erase(found);
  started_.erase(operation);
  std::vector<OperationId> free;
  for (const OperationId candidate : candidates) {
    if (!started_.at(candidate) && at_front(candidate)) {
      started_[candidate] = true;
      free.push_back(candidate);
    }
  }
  return free;
}

std::vector<std::string> KeyQueue::keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, line] : lines_) keys.push_back(key);
  return keys;
}

}  // namespace hubstash
