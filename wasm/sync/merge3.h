#pragma once
// The three-way merge of JSON documents. Pure. Apps' developers read the rules in docs/CONFLICTS.md; in short:
//
// | the value is | the merge |
// |---|---|
// | the same on both sides | takes it |
// | changed, added or removed on one side only | takes that side |
// | an object in all three versions | goes on member by member |
// | an array of objects with unique ids in all three | goes on element by element, by id; order: merge_order.h |
// | another array of objects, to which both sides only appended | base, then what either appended |
// | changed on both sides in another way, or removed on one and changed on the other | has a conflict |
//
// An `id` is a member of that name that is a string or a number. What both appended to an array without ids and begins
// alike is kept once, and a side that has all of the other's is the merge; of the rest, the side whose text is less
// comes first. The order of an object's members is no value: where both sides changed it, one of the two is taken.
//
// Nothing is computed from values, they are copied: a number keeps its decimal value, whatever a double makes of it.
// So the merge has no value that is in no input, and drops only what a side removed. merge(base, a, b) and
// merge(base, b, a) give the same text, but for the document's own `id`: the local one, under which the app saved it.

#include <string>
#include <string_view>
#include <vector>

#include "hubstash/messages.h"

namespace hubstash {

/// Longer documents are not merged: three of them are in memory at once, with an index of those members that differ.
inline constexpr size_t kMaxMergeBytes = size_t{16} << 20;

struct Merge {
  bool clean = false;
  Bytes text;                          ///< Of a clean merge, in the shape of a saved document (docs/FORMATS.md).
  bool is_local = false;               ///< The local version has all of it already,
  bool is_remote = false;              ///< or the remote one.
  std::vector<std::string> conflicts;  ///< Where the first 20 are, e.g. `$["pages"][id="p1"]["title"]`.
};

/// A text that is no JSON object, has a name twice in one object, or is too long makes a merge that is not clean and
/// has no conflicts.
Merge merge_documents(std::string_view base, std::string_view local, std::string_view remote);

}  // namespace hubstash
