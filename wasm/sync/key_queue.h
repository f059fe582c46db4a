#pragma once
// Keeps the writes of one item in the order of their calls, while writes of different items run side by side.

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "sync/operation.h"

namespace hubstash {

class KeyQueue {
 public:
  /// Lines `operation` up for all `keys` at once, so that two many-key writes cannot wait for each other. True when it
  /// may go on now; otherwise it is named by a later leave().
  bool enter(OperationId operation, const std::vector<std::string>& keys);
  /// Takes the operation out and yields those that may go on now.
  std::vector<OperationId> leave(OperationId operation);
  /// The keys that anyone stands in line for.
  std::vector<std::string> keys() const;

 private:
  bool at_front(OperationId operation) const;
  std::map<std::string, std::deque<OperationId>> lines_;
  std::map<OperationId, std::vector<std::string>> keys_;
  std::map<OperationId, bool> started_;
};

}  // namespace hubstash
