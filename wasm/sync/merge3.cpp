#include "sync/merge3.h"

#include <algorithm>
#include <optional>

#include "base/json_slices.h"
#include "base/sorting.h"
#include "sync/merge_order.h"

namespace hubstash {
namespace {

constexpr size_t kMaxConflicts = 20;
constexpr std::string_view kId = "\"id\"";

/// Values are slices of canonical text; one that is not there is empty, which no value's text is.
using Slice = std::string_view;
using Slices = std::vector<Slice>;
using Members = std::vector<JsonMember>;

struct Versions {
  Slice base;
  Slice local;
  Slice remote;
};

bool is_object(Slice value) { return !value.empty() && value[0] == '{'; }
bool is_array(Slice value) { return !value.empty() && value[0] == '['; }

bool all_of(const Versions& versions, bool (*test)(Slice)) {
  return test(versions.base) && test(versions.local) && test(versions.remote);
}

bool is_less(const JsonMember& member, const JsonMember& other) { return member.name < other.name; }

Names names_of(const Members& members) {
  Names names;
  names.reserve(members.size());
  for (const JsonMember& member : members) names.push_back(member.name);
  return names;
}

/// Members by name.
class Index {
 public:
  explicit Index(Members members) : members_(std::move(members)) { sort_stably(&members_, is_less); }
  bool is_unique() const {
    const auto equal = [](const JsonMember& a, const JsonMember& b) { return a.name == b.name; };
    return std::adjacent_find(members_.begin(), members_.end(), equal) == members_.end();
  }
  Slice operator[](Slice name) const {
    const auto found = std::lower_bound(members_.begin(), members_.end(), JsonMember{name, {}}, is_less);
    return found != members_.end() && found->name == name ? found->value : Slice();
  }
  const Members& sorted() const { return members_; }

 private:
  Members members_;
};

/// Whether two values are the same although their objects may have their members in another order.
bool is_same(Slice value, Slice other) {
  if (value == other) return true;
  if (value.size() != other.size()) return false;  // Both texts are canonical.
  if (is_object(value) && is_object(other)) {
    const Index members(json_members(value));
    const Index others(json_members(other));
    return std::equal(
        members.sorted().begin(), members.sorted().end(), others.sorted().begin(), others.sorted().end(),
        [](const JsonMember& a, const JsonMember& b) { return a.name == b.name && is_same(a.value, b.value); });
  }
  if (is_array(value) && is_array(other)) {
    const Slices elements = json_elements(value);
    const Slices others = json_elements(other);
    return std::equal(elements.begin(), elements.end(), others.begin(), others.end(), is_same);
  }
  return false;
}

/// The elements of an array under their ids. Nothing when one is no object, has no id, or has that of another.
std::optional<Members> elements_by_id(Slice array) {
  Members elements;
  for (const Slice element : json_elements(array)) {
    if (!is_object(element)) return std::nullopt;
    const Slice id = Index(json_members(element))[kId];
    const bool is_name = !id.empty() && (id[0] == '"' || id[0] == '-' || (id[0] >= '0' && id[0] <= '9'));
    if (!is_name) return std::nullopt;
    elements.push_back({id, element});
  }
  if (!Index(elements).is_unique()) return std::nullopt;
  return elements;
}

/// What `side` has without what the other side removed, which the base has.
Members without_removed(const Members& side, const Index& base, const Index& other) {
  Members kept;
  std::copy_if(side.begin(), side.end(), std::back_inserter(kept),
               [&](const JsonMember& member) { return base[member.name].empty() || !other[member.name].empty(); });
  return kept;
}

/// Whether `whole` has the elements of `part`, in their order.
bool is_within(const Slices& part, const Slices& whole) {
  size_t found = 0;
  for (const Slice& element : whole) {
    if (found < part.size() && is_same(part[found], element)) ++found;
  }
  return found == part.size();
}

class Merger {
 public:
  /// Writes the merge of a value that both sides have; writes anything where there is a conflict.
  void merge(const Versions& versions) {
    const auto& [base, local, remote] = versions;
    if (local == remote || base == remote) return put(local);
    if (base == local) return put(remote);
    if (all_of(versions, is_object)) return merge_objects(versions);
    if (all_of(versions, is_array)) return merge_arrays(versions);
    merge_whole(versions);
  }

  std::string take_text() { return std::move(out_); }
  std::vector<std::string> take_conflicts() { return std::move(conflicts_); }

 private:
  struct Step {
    Slice name;
    bool is_id;
  };

  void put(Slice text) { out_.append(text); }

  void conflict() {
    if (conflicts_.size() == kMaxConflicts) return;
    std::string path = "$";
    for (const Step& step : steps_) path.append(step.is_id ? "[id=" : "[").append(step.name).append("]");
    conflicts_.push_back(std::move(path));
  }

  void conflict_at(const Step& step) {
    steps_.push_back(step);
    conflict();
    steps_.pop_back();
  }

  /// One value, all or nothing. Its texts differ, so this is about the order of members.
  void merge_whole(const Versions& versions) {
    const auto& [base, local, remote] = versions;
    if (is_same(local, remote)) return put(std::min(local, remote));
    if (is_same(base, remote)) return put(local);
    if (is_same(base, local)) return put(remote);
    conflict();
  }

  void merge_objects(const Versions& versions) {
    const Members local = json_members(versions.local);
    const Members remote = json_members(versions.remote);
    const Members base = json_members(versions.base);
    put("{");
    merge_members(base, local, remote, /*is_list=*/false);
    put("}");
  }

  void merge_arrays(const Versions& versions) {
    const std::optional<Members> base = elements_by_id(versions.base);
    const std::optional<Members> local = elements_by_id(versions.local);
    const std::optional<Members> remote = elements_by_id(versions.remote);
    if (!base || !local || !remote) return merge_lists(versions);
    put("[");
    merge_members(*base, *local, *remote, /*is_list=*/true);
    put("]");
  }

  /// The members of an object, or the elements of a list that have ids.
  void merge_members(const Members& base, const Members& local, const Members& remote, bool is_list) {
    const Index in_base(base);
    const Index in_local(local);
    const Index in_remote(remote);
    refuse_removals(local, in_base, in_remote, is_list);
    refuse_removals(remote, in_base, in_local, is_list);

    const Names here = names_of(without_removed(local, in_base, in_remote));
    const Names there = names_of(without_removed(remote, in_base, in_local));
    std::optional<Names> order = merge_order(names_of(base), here, there);
    if (!order && is_list) return conflict();
    if (!order) order = *merge_order(std::min(here, there), here, there);
    if (!is_list) sort_stably(&*order, precedes_in_javascript);

    for (size_t i = 0; i < order->size(); ++i) {
      const Slice name = (*order)[i];
      if (i > 0) put(",");
      if (!is_list) out_.append(name).append(":");
      merge_member({name, is_list}, {in_base[name], in_local[name], in_remote[name]});
    }
  }

  /// What only one side and the base have was removed by the other side; it must not have been changed here.
  void refuse_removals(const Members& side, const Index& base, const Index& other, bool is_list) {
    for (const JsonMember& member : side) {
      const Slice before = base[member.name];
      const bool was_removed = !before.empty() && other[member.name].empty();
      if (was_removed && !is_same(before, member.value)) conflict_at({member.name, is_list});
    }
  }

  void merge_member(const Step& step, const Versions& versions) {
    if (versions.local.empty()) return put(versions.remote);
    if (versions.remote.empty()) return put(versions.local);
    if (steps_.empty() && step.name == kId) return put(versions.local);
    steps_.push_back(step);
    merge(versions);
    steps_.pop_back();
  }

  /// Arrays without ids: of objects, when both sides only appended; else one value.
  void merge_lists(const Versions& versions) {
    const Slices base = json_elements(versions.base);
    const Slices local = json_elements(versions.local);
    const Slices remote = json_elements(versions.remote);
    const auto appended_to = [&](const Slices& list) {
      return std::all_of(list.begin(), list.end(), is_object) && list.size() >= base.size() &&
             std::equal(base.begin(), base.end(), list.begin(), is_same);
    };
    if (!appended_to(local) || !appended_to(remote)) return merge_whole(versions);

    // One has all that the other appended: it is a merge with the other already, which is not appended again.
    if (is_within(local, remote)) return put_list(local.size() == remote.size() ? std::min(local, remote) : remote);
    if (is_within(remote, local)) return put_list(local);
    const size_t most = std::min(local.size(), remote.size());
    size_t shared = base.size();
    while (shared < most && is_same(local[shared], remote[shared])) ++shared;
    const auto tail = [&](const Slices& list) {
      return Slices(list.begin() + static_cast<ptrdiff_t>(shared), list.end());
    };
    Slices merged(std::min(local, remote));
    merged.resize(shared);
    for (const Slices& rest : {std::min(tail(local), tail(remote)), std::max(tail(local), tail(remote))}) {
      merged.insert(merged.end(), rest.begin(), rest.end());
    }
    put_list(merged);
  }

  void put_list(const Slices& elements) {
    put("[");
    for (size_t i = 0; i < elements.size(); ++i) out_.append(i > 0 ? "," : "").append(elements[i]);
    put("]");
  }

  std::string out_;
  std::vector<Step> steps_;
  std::vector<std::string> conflicts_;
};

}  // namespace

Merge merge_documents(std::string_view base, std::string_view local, std::string_view remote) {
  if (std::max({base.size(), local.size(), remote.size()}) > kMaxMergeBytes) return {};
  const std::optional<std::string> base_text = canonical_object(base);
  const std::optional<std::string> local_text = canonical_object(local);
  const std::optional<std::string> remote_text = canonical_object(remote);
  if (!base_text || !local_text || !remote_text) return {};

  Merger merger;
  merger.merge({*base_text, *local_text, *remote_text});
  Merge result;
  result.conflicts = merger.take_conflicts();
  result.clean = result.conflicts.empty();
  if (!result.clean) return result;
  const std::string merged = merger.take_text();
  result.is_local = is_same(merged, *local_text);
  result.is_remote = is_same(merged, *remote_text);
  result.text = format_document(merged);
  return result;
}

}  // namespace hubstash
