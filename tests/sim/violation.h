#pragma once
// What ends a run: which invariant of checker.h, and how.

#include <string>

namespace hubstash::sim {

struct Violation {
  int invariant;
  std::string what;
};

}  // namespace hubstash::sim
