#pragma once
// The order of what a three-way merge keeps. Pure.

#include <optional>
#include <string_view>
#include <vector>

namespace hubstash {

using Names = std::vector<std::string_view>;

/// `local` and `remote` are names, each once, without those that the merge removes; so a name that only one of them has
/// was added there. The result has every name of both.
///
/// - Names that both have stand as both have them. Where their orders differ, the one side that changed the base's
///   order decides; when both did, or both added a name at different places, nothing is returned.
/// - A name that one side added stands after the name that precedes it there, among those that both have. Where both
///   sides added some at one place, each side's stay together, and those with the lesser first name come first.
///
/// So the result does not depend on which side is called local.
std::optional<Names> merge_order(const Names& base, const Names& local, const Names& remote);

}  // namespace hubstash
