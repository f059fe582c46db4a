#include "sync/merge_order.h"

#include <algorithm>
#include <map>

#include "base/sorting.h"

namespace hubstash {
namespace {

/// A search that nobody can slow down by choosing names, as they could that of a hash table.
class NameSet {
 public:
  explicit NameSet(Names names) : names_(std::move(names)) { sort_stably(&names_); }
  bool has(std::string_view name) const { return std::binary_search(names_.begin(), names_.end(), name); }

 private:
  Names names_;
};

/// The names that are in `set` too, in their order.
Names common(const Names& names, const NameSet& set) {
  Names found;
  std::copy_if(names.begin(), names.end(), std::back_inserter(found), [&](auto name) { return set.has(name); });
  return found;
}

/// The order of the names that both sides have.
std::optional<Names> shared_order(const Names& base, const Names& local, const Names& remote) {
  const Names here = common(local, NameSet(remote));
  const Names there = common(remote, NameSet(local));
  if (here == there) return here;
  const NameSet in_base(base);
  const Names before = common(base, NameSet(here));
  const bool moved_here = common(here, in_base) != before;
  const bool moved_there = common(there, in_base) != before;
  if (moved_here == moved_there) return std::nullopt;
  return moved_here ? here : there;
}

/// What one side added, by the shared name that it follows; an empty view for what is before all of them.
std::map<std::string_view, Names> additions(const Names& names, const NameSet& shared) {
  std::map<std::string_view, Names> added;
  std::string_view anchor;
  for (const std::string_view name : names) {
    if (shared.has(name)) {
      anchor = name;
    } else {
      added[anchor].push_back(name);
    }
  }
  return added;
}

}  // namespace

std::optional<Names> merge_order(const Names& base, const Names& local, const Names& remote) {
  const std::optional<Names> shared = shared_order(base, local, remote);
  if (!shared) return std::nullopt;
  const NameSet in_both(*shared);
  std::map<std::string_view, Names> here = additions(local, in_both);
  std::map<std::string_view, Names> there = additions(remote, in_both);

  Names order;
  const auto append_after = [&](std::string_view anchor) {
    const Names& one = std::min(here[anchor], there[anchor]);
    const Names& other = std::max(here[anchor], there[anchor]);
    order.insert(order.end(), one.begin(), one.end());
    order.insert(order.end(), other.begin(), other.end());
  };
  append_after({});
  for (const std::string_view name : *shared) {
    order.push_back(name);
    append_after(name);
  }
  return order;
}

}  // namespace hubstash
