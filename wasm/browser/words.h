#pragma once
// A message to JavaScript: 32-bit words, read there in the same order by `HubstashHeap.reader` (heap.library.js).
// Bytes are passed as address and size and must stay where they are until the call that carries the words returns.

#include <cstdint>
#include <string_view>
#include <vector>

namespace hubstash {

class Words {
 public:
  void number(uint32_t value) { words_.push_back(value); }
  void count(size_t value) { number(static_cast<uint32_t>(value)); }
  void size(uint64_t value) {
    number(static_cast<uint32_t>(value));
    number(static_cast<uint32_t>(value >> 32));
  }
  void bytes(std::string_view value) {
    number(static_cast<uint32_t>(reinterpret_cast<uintptr_t>(value.data())));
    count(value.size());
  }
  const uint32_t* data() const { return words_.data(); }

 private:
  std::vector<uint32_t> words_;
};

}  // namespace hubstash
