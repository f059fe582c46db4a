#pragma once
// Sorting of vectors. Each instance of std::sort and std::stable_sort is 2 to 4 KB of the module; here all types share
// one, which sorts positions.

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace hubstash {

/// The positions 0 to count - 1 in the order of what stands there; equals keep their order. In the worst case, too,
/// count * log(count) comparisons, since others choose what is sorted.
std::vector<size_t> sorted_positions(size_t count, const std::function<bool(size_t, size_t)>& precedes);

template <typename T, typename Precedes>
void sort_stably(std::vector<T>* things, const Precedes& precedes) {
  std::vector<T> sorted;
  sorted.reserve(things->size());
  const auto precedes_at = [&](size_t a, size_t b) { return precedes((*things)[a], (*things)[b]); };
  for (const size_t at : sorted_positions(things->size(), precedes_at)) sorted.push_back(std::move((*things)[at]));
  *things = std::move(sorted);
}

template <typename T>
void sort_stably(std::vector<T>* things) {
  sort_stably(things, std::less<T>());
}

}  // namespace hubstash
