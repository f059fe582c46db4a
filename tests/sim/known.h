#pragma once
// What the checker holds of one item on one device.

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "sim/content.h"

namespace hubstash::sim {

using WriteId = size_t;
using Values = std::set<Value>;
using Versions = std::map<Fields, uint64_t>;  ///< With the last moment at which they were seen.

struct Known {
  Values seen;                  ///< By the apps of one device, of one item.
  Versions remembered;          ///< What they have seen since its store last forgot something,
  uint64_t forgot = 0;          ///< which was then.
  uint64_t lost_notes = 0;      ///< When a crash may have taken what it had noted of its own commits,
  uint64_t refused_notes = 0;   ///< and when its store last refused to write.
  std::optional<Fields> told;   ///< What the Hub had at the last answer that reached the device,
  uint64_t told_at = 0;         ///< which was given then.
  Values listed;                ///< What the device may have known to be on the Hub,
  Values contested;             ///< and had known when it last met a conflict.
  Values given_up;              ///< What its apps deleted, replaced or threw away, perhaps without having loaded it.
  uint64_t had = 0;             ///< When the device last had something of the item for certain,
  uint64_t lacked = 0;          ///< and when it last may have had nothing.
  std::vector<WriteId> writes;  ///< Those that may be the device's present version, and earlier ones.

  /// The Hub had this at that moment, and its answer has arrived. Answers may overtake each other.
  void tell(uint64_t moment, const std::optional<Fields>& self) {
    if (moment < told_at) return;
    told = self;
    told_at = moment;
  }
  /// What a conflict copy may replace that no app here has seen.
  const Values& replaceable() const { return had > lacked ? contested : listed; }
  /// Whether the Hub has told of another version since this one was last seen.
  bool is_replaced(const Fields& fields) const {
    const auto last = remembered.find(fields);
    return last != remembered.end() && told_at > last->second && told != fields;
  }
};

}  // namespace hubstash::sim
