#pragma once
// What every fuzz target has in common. A target is one file of tests/fuzz/targets that defines fuzz_one().

#include <string_view>

#include "hubstash/messages.h"

/// Tries one input. What must never happen ends the process: HS_CHECK, or a sanitizer.
void fuzz_one(std::string_view input);

namespace hubstash::fuzz {

/// The input as a sequence of choices, taken from its front, so that a longer input is a longer story. What lies
/// beyond the end is zero or empty.
class Choices {
 public:
  explicit Choices(std::string_view input) : rest_(input) {}
  bool done() const { return rest_.empty(); }
  uint8_t byte() {
    const std::string_view taken = take(1);
    return taken.empty() ? 0 : static_cast<uint8_t>(taken[0]);
  }
  /// 0 to count - 1; `count` is at most 256.
  size_t below(size_t count) { return byte() % count; }
  /// A big-endian number of `bytes` bytes.
  uint64_t number(size_t bytes) {
    uint64_t value = 0;
    for (const char c : take(bytes)) value = value << 8 | static_cast<uint8_t>(c);
    return value;
  }
  /// Up to `size` bytes.
  std::string_view take(size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view take_rest() { return take(rest_.size()); }

 private:
  std::string_view rest_;
};

/// An answer from text: the status, headers as "name: value", an empty line, the body. So the corpus can be read, and
/// answers of the real Hub can be put there as they are.
HttpAnswer answer_from_text(std::string_view text);

/// Whether `text` has a control character or DEL: what could end a header, a request line or a log line.
bool has_control(std::string_view text);

}  // namespace hubstash::fuzz
