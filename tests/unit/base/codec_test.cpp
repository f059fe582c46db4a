#include "base/codec.h"

#include <limits>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/text.h"
#include "catch.h"

namespace hubstash {
namespace {

enum class Field { kU8, kU32, kU64, kVarint, kBytes, kRaw };

/// A record of random fields, with what was put into it.
struct Sample {
  std::vector<Field> fields;
  std::vector<uint64_t> numbers;
  std::vector<Bytes> texts;
  Bytes encoded;
};

Sample random_sample(Random& random) {
  Sample sample;
  Encoder out;
  const uint64_t count = 1 + random.below(8);
  for (uint64_t at = 0; at < count; ++at) {
    const auto field = static_cast<Field>(random.below(6));
    const uint64_t number = random.next() >> random.below(64);
    // One draw a statement: the order of draws within one differs between compilers.
    Bytes text = random.hex(static_cast<int>(random.below(16)));
    text.append(random.below(200), '\xff');
    sample.fields.push_back(field);
    sample.numbers.push_back(number);
    sample.texts.push_back(text);
    if (field == Field::kU8) out.u8(static_cast<uint8_t>(number));
    if (field == Field::kU32) out.u32(static_cast<uint32_t>(number));
    if (field == Field::kU64) out.u64(number);
    if (field == Field::kVarint) out.varint(number);
    if (field == Field::kBytes) out.bytes(text);
    if (field == Field::kRaw) out.raw(text);
  }
  sample.encoded = out.take();
  return sample;
}

/// Reads all fields of a sample, and checks them when `whole`.
void read(const Sample& sample, Decoder& in, bool whole) {
  for (size_t at = 0; at < sample.fields.size(); ++at) {
    const uint64_t number = sample.numbers[at];
    const Bytes& text = sample.texts[at];
    switch (sample.fields[at]) {
      case Field::kU8:
        CHECK((in.u8() == static_cast<uint8_t>(number) || !whole));
        break;
      case Field::kU32:
        CHECK((in.u32() == static_cast<uint32_t>(number) || !whole));
        break;
      case Field::kU64:
        CHECK((in.u64() == number || !whole));
        break;
      case Field::kVarint:
        CHECK((in.varint() == number || !whole));
        break;
      case Field::kBytes:
        CHECK((in.bytes() == text || !whole));
        break;
      case Field::kRaw:
        CHECK((in.raw(text.size()) == text || !whole));
        break;
    }
  }
}

TEST_CASE("the encoding is little-endian, LEB128 and length-prefixed, byte for byte") {
  // Records live on users' disks: the bytes themselves are the contract, not just that we can read our own.
  Encoder out;
  out.u8(0xab);
  out.u32(0x01020304);
  out.u64(0x0102030405060708);
  out.varint(0);
  out.varint(127);
  out.varint(300);
  out.varint(std::numeric_limits<uint64_t>::max());
  out.bytes("hi");
  out.raw("yo");
  CHECK(to_hex(out.take()) ==
        "ab"
        "04030201"
        "0807060504030201"
        "00"
        "7f"
        "ac02"
        "ffffffffffffffffff01"
        "026869"
        "796f");
}

TEST_CASE("what was encoded decodes to the same, and nothing is left over") {
  // 300 records of random fields.
  Random random(11, 12);
  for (int round = 0; round < 300; ++round) {
    const Sample sample = random_sample(random);
    Decoder in(sample.encoded);
    read(sample, in, true);
    CHECK(in.finished());
  }
}

TEST_CASE("every truncation of a record is noticed, without a read out of bounds") {
  // A torn write. The copies are exact in size, so that the address sanitizer sees a read of one byte too many.
  Random random(13, 14);
  for (int round = 0; round < 40; ++round) {
    const Sample sample = random_sample(random);
    for (size_t size = 0; size < sample.encoded.size(); ++size) {
      const std::vector<char> cut(sample.encoded.begin(), sample.encoded.begin() + static_cast<std::ptrdiff_t>(size));
      Decoder in(std::string_view(cut.data(), cut.size()));
      read(sample, in, false);
      CHECK_FALSE(in.ok());
      CHECK(in.remaining() == 0);
    }
  }
}

TEST_CASE("random bytes decode to something or fail, and never crash") {
  // Damage is not always a truncation.
  Random random(15, 16);
  for (int round = 0; round < 1000; ++round) {
    Sample sample = random_sample(random);
    for (char& byte : sample.encoded) byte = static_cast<char>(random.below(256));
    Decoder in(sample.encoded);
    read(sample, in, false);
    CHECK(in.remaining() <= sample.encoded.size());
  }
}

TEST_CASE("after a failure every read is empty") {
  // So that callers may check once, at the end.
  Decoder in(
      "\x05"
      "abc");
  CHECK(in.bytes() == "");
  CHECK_FALSE(in.ok());
  CHECK(in.u8() == 0);
  CHECK(in.u64() == 0);
  CHECK(in.varint() == 0);
  CHECK(in.raw(0) == "");
  CHECK_FALSE(in.finished());
}

TEST_CASE("varints that are too long, too large or spelled in another way are refused") {
  // One value has one encoding, so that equal records are equal bytes.
  for (const char* hex : {"8000", "ff00", "ffffffffffffffffff02", "ffffffffffffffffffff01", "80808080808080808000"}) {
    CAPTURE(hex);
    const Bytes bytes = *from_hex(hex);
    Decoder in(bytes);
    CHECK(in.varint() == 0);
    CHECK_FALSE(in.ok());
  }
}

TEST_CASE("a length beyond 32 bits does not wrap around") {
  // size_t has 32 bits in the module: 2^32 + 1 must not read one byte.
  Encoder out;
  out.varint((uint64_t{1} << 32) + 1);
  out.raw("x");
  const Bytes bytes = out.take();
  Decoder in(bytes);
  CHECK(in.bytes() == "");
  CHECK_FALSE(in.ok());
}

}  // namespace
}  // namespace hubstash
