#pragma once
// A compact log of what happened, one line each. Off unless asked for: a seed can be replayed with it at any time.

#include <cstdint>
#include <cstdio>
#include <string>

namespace hubstash::sim {

class Trace {
 public:
  explicit Trace(bool enabled) : enabled_(enabled) {}
  bool enabled() const { return enabled_; }
  /// `who` is a tab ("d0t1"), a device, the Hub or the world.
  void line(int64_t now, const std::string& who, const std::string& what) {
    if (enabled_) std::printf("%9lld %-5s %s\n", static_cast<long long>(now), who.c_str(), what.c_str());
  }

 private:
  bool enabled_;
};

}  // namespace hubstash::sim
