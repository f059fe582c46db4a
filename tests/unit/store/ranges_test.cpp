// The record of a blob's kept ranges: what is written is read, and nothing else is.
#include "catch.h"
#include "store/ranges.h"

namespace hubstash::test {
namespace {

Ranges sample() {
  Ranges ranges{
      "pdfs", "a b", {std::string(40, '1'), std::string(64, '2'), 2 * uint64_t{kChunkBytes} + 5, false}, 7, {}};
  ranges.chunks = {{true, Sha256(32, 'a')}, {false, ""}, {true, Sha256(32, 'c')}};
  return ranges;
}

TEST_CASE("kept ranges are read as they were written") {
  const Result<Ranges> read = open_ranges(seal_ranges(sample(), 9));
  REQUIRE(read.has_value());
  CHECK(read->id == "a b");
  CHECK(read->version == sample().version);
  CHECK(read->kept_at == 7);
  CHECK(read->kept_bytes() == kChunkBytes + 5);
  CHECK_FALSE(read->whole());
  const std::vector<ChunkRef> kept = read->kept_chunks();
  REQUIRE(kept.size() == 2);
  CHECK(kept[1].key == "body/pdfs/a%20b." + std::string(40, '1') + ".2");
  CHECK(kept[1].size == 5);
  CHECK(kept[1].sha256 == Sha256(32, 'c'));
}

TEST_CASE("a record of ranges whose chunks are not those of its size is damaged") {
  Ranges ranges = sample();
  ranges.chunks.pop_back();
  ranges.version.size = 2 * uint64_t{kChunkBytes};
  const Bytes record = seal_ranges(ranges, 9);
  CHECK(open_ranges(record).has_value());
  CHECK(open_ranges(record.substr(0, record.size() - 1)).error().code() == ErrorCode::STORAGE_CORRUPT);
  CHECK(open_ranges("").error().code() == ErrorCode::STORAGE_CORRUPT);
}

}  // namespace
}  // namespace hubstash::test
