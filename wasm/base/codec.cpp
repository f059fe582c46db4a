#include "base/codec.h"

namespace hubstash {
namespace {

constexpr int kVarintBytesMax = 10;  // 64 bits, 7 in each byte.

template <typename T>
void append_little_endian(Bytes& out, T value) {
  for (size_t at = 0; at < sizeof(T); ++at) out.push_back(static_cast<char>(value >> (8 * at) & 0xFF));
}

template <typename T>
T read_little_endian(std::string_view in) {
  T value = 0;
  for (size_t at = 0; at < sizeof(T); ++at) value |= static_cast<T>(static_cast<uint8_t>(in[at])) << (8 * at);
  return value;
}

}  // namespace

void Encoder::u8(uint8_t value) { out_.push_back(static_cast<char>(value)); }
void Encoder::u32(uint32_t value) { append_little_endian(out_, value); }
void Encoder::u64(uint64_t value) { append_little_endian(out_, value); }

void Encoder::varint(uint64_t value) {
  while (value >= 0x80) {
    u8(static_cast<uint8_t>(value | 0x80));
    value >>= 7;
  }
  u8(static_cast<uint8_t>(value));
}

void Encoder::bytes(std::string_view value) {
  varint(value.size());
  raw(value);
}

void Encoder::raw(std::string_view value) { out_.append(value); }

bool Decoder::need(size_t size) {
  if (in_.size() < size) {
    ok_ = false;
    in_ = {};  // Nothing that follows a field that does not fit means anything.
  }
  return ok_;
}

uint8_t Decoder::u8() {
  if (!need(1)) return 0;
  const auto value = static_cast<uint8_t>(in_[0]);
  in_.remove_prefix(1);
  return value;
}

uint32_t Decoder::u32() {
  if (!need(4)) return 0;
  const auto value = read_little_endian<uint32_t>(in_);
  in_.remove_prefix(4);
  return value;
}

uint64_t Decoder::u64() {
  if (!need(8)) return 0;
  const auto value = read_little_endian<uint64_t>(in_);
  in_.remove_prefix(8);
  return value;
}

uint64_t Decoder::varint() {
  uint64_t value = 0;
  for (int count = 0; count < kVarintBytesMax; ++count) {
    const uint8_t byte = u8();
    if (!ok_) return 0;
    const uint64_t bits = byte & 0x7F;
    const bool last = byte < 0x80;
    // One value has one encoding: no zeros at the top, and nothing above bit 63.
    if (last && bits == 0 && count > 0) break;
    if (count == kVarintBytesMax - 1 && bits > 1) break;
    value |= bits << (7 * count);
    if (last) return value;
  }
  ok_ = false;
  in_ = {};
  return 0;
}

Bytes Decoder::bytes() {
  const uint64_t size = varint();
  // Compared before it is narrowed: size_t has 32 bits in the module.
  if (size > in_.size()) {
    ok_ = false;
    in_ = {};
    return {};
  }
  return raw(static_cast<size_t>(size));
}

Bytes Decoder::raw(size_t size) {
  if (!need(size)) return {};
  Bytes value(in_.substr(0, size));
  in_.remove_prefix(size);
  return value;
}

}  // namespace hubstash
