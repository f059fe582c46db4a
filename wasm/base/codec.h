#pragma once
// The binary encoding of records: little-endian fixed widths, LEB128 varints, and length-prefixed bytes.

#include <cstdint>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

class Encoder {
 public:
  void u8(uint8_t value);
  void u32(uint32_t value);
  void u64(uint64_t value);
  void varint(uint64_t value);
  void bytes(std::string_view value);  ///< varint length, then the bytes.
  void raw(std::string_view value);    ///< The bytes alone.
  Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

/// Reads what Encoder wrote. After the first field that does not fit, `ok()` is false and every read yields zero or
/// empty, so that a caller checks once, at the end.
class Decoder {
 public:
  explicit Decoder(std::string_view in) : in_(in) {}
  uint8_t u8();
  uint32_t u32();
  uint64_t u64();
  uint64_t varint();
  Bytes bytes();
  Bytes raw(size_t size);
  size_t remaining() const { return in_.size(); }
  bool ok() const { return ok_; }
  /// ok() and nothing left.
  bool finished() const { return ok_ && in_.empty(); }

 private:
  bool need(size_t size);
  std::string_view in_;
  bool ok_ = true;
};

}  // namespace hubstash
