#include "base/sorting.h"

#include <algorithm>
#include <numeric>

namespace hubstash {

std::vector<size_t> sorted_positions(size_t count, const std::function<bool(size_t, size_t)>& precedes) {
  std::vector<size_t> positions(count);
  std::iota(positions.begin(), positions.end(), size_t{0});
  // Heaps do not keep the order of equals; with the position as the last word there are none.
  const auto before = [&](size_t a, size_t b) { return precedes(a, b) || (a < b && !precedes(b, a)); };
  std::make_heap(positions.begin(), positions.end(), before);
  std::sort_heap(positions.begin(), positions.end(), before);
  return positions;
}

}  // namespace hubstash
