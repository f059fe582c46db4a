#include "store/record.h"

#include <string>

#include "base/codec.h"
#include "base/crc32.h"
#include "base/random.h"
#include "catch.h"

namespace hubstash {
namespace {

bool is_refused(const Result<Bytes>& result) {
  if (result) return false;
  return result.error().code() == ErrorCode::STORAGE_CORRUPT || result.error().code() == ErrorCode::NEWER_FORMAT;
}

Bytes random_bytes(Random& random, size_t size) {
  Bytes bytes;
  while (bytes.size() < size) bytes.push_back(static_cast<char>(random.below(256)));
  return bytes;
}

TEST_CASE("record: what was sealed comes back") {
  // Of any length, with any bytes.
  Random random(1, 2);
  for (const size_t size : {0u, 1u, 23u, 24u, 25u, 1000u, 70000u}) {
    const Bytes payload = random_bytes(random, size);
    const Bytes record = seal_record(RecordKind::kFolder, random.next(), payload);
    CHECK(record.size() == size + kRecordHeadBytes);
    const Result<Bytes> opened = open_record(RecordKind::kFolder, record);
    REQUIRE(opened.has_value());
    CHECK(*opened == payload);
  }
}

TEST_CASE("record: every flipped bit and every truncation is noticed") {
  // Wrong data must never pass for data, wherever the damage is.
  const Bytes record = seal_record(RecordKind::kItem, 0x0123456789ABCDEF, "a payload of some length");
  for (size_t at = 0; at < record.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Bytes damaged = record;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      CAPTURE(at, bit);
      CHECK(is_refused(open_record(RecordKind::kItem, damaged)));
    }
  }
  for (size_t size = 0; size < record.size(); ++size) {
    CAPTURE(size);
    CHECK(is_refused(open_record(RecordKind::kItem, std::string_view(record).substr(0, size))));
  }
  CHECK(is_refused(open_record(RecordKind::kItem, record + "x")));
}

TEST_CASE("record: a newer version is told from damage") {
  // The app must be updated then, not the data thrown away.
  Bytes record = seal_record(RecordKind::kItem, 7, "payload");
  record[3] = static_cast<char>(kRecordVersion + 1);
  // Only a whole record says so: a flipped version byte would be a newer format that no update ever reads.
  CHECK(open_record(RecordKind::kItem, record).error().code() == ErrorCode::STORAGE_CORRUPT);
  Encoder sum;
  sum.u32(crc32(record.substr(0, 20) + record.substr(kRecordHeadBytes)));
  record.replace(20, 4, sum.take());
  CHECK(open_record(RecordKind::kItem, record).error().code() == ErrorCode::NEWER_FORMAT);
}

TEST_CASE("record: one of another kind is damage") {
  // A key holds what its name says.
  const Bytes record = seal_record(RecordKind::kItem, 7, "payload");
  CHECK(open_record(RecordKind::kOutbox, record).error().code() == ErrorCode::STORAGE_CORRUPT);
}

TEST_CASE("record: heads tell two writes of the same content apart") {
  // This is how another tab's write is noticed.
  const std::optional<Bytes> one = seal_record(RecordKind::kItem, 1, "same");
  const std::optional<Bytes> two = seal_record(RecordKind::kItem, 2, "same");
  CHECK(head_of(one) != head_of(two));
  CHECK(head_of(one).size() == kRecordHeadBytes);
  CHECK(head_of(std::nullopt).empty());
  CHECK(head_of(Bytes("short")) == "short");
}

}  // namespace
}  // namespace hubstash
