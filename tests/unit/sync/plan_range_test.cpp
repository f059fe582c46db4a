// Which chunks a range touches, and which of them one request fetches.
#include "catch.h"
#include "sync/plan_range.h"

namespace hubstash::test {
namespace {

constexpr uint64_t kSize = 3 * uint64_t{kChunkBytes} + 10;

TEST_CASE("the chunks of a range") {
  const ChunkSpan middle = span_of(kChunkBytes - 1, 2, kSize);
  CHECK(middle.first == 0);
  CHECK(middle.end == 2);
  CHECK(middle.skip == kChunkBytes - 1);
  CHECK(middle.bytes == 2);
  const ChunkSpan whole = span_of(0, UINT64_MAX, kSize);
  CHECK(whole.end == 4);
  CHECK(whole.bytes == kSize);
  const ChunkSpan last = span_of(kSize - 1, UINT64_MAX, kSize);
  CHECK(last.first == 3);
  CHECK(last.skip == 9);
  CHECK(last.bytes == 1);
  for (const ChunkSpan& none : {span_of(kSize, 1, kSize), span_of(UINT64_MAX, 1, kSize), span_of(0, 0, kSize)}) {
    CHECK(none.first == none.end);
    CHECK(none.bytes == 0);
  }
}

TEST_CASE("adjacent chunks are one request, up to a bound") {
  using Runs = std::vector<ChunkRun>;
  CHECK(runs_of({}, 16) == Runs{});
  CHECK(runs_of({3}, 16) == Runs{{3, 4}});
  CHECK(runs_of({0, 1, 2, 5, 6, 9}, 16) == Runs{{0, 3}, {5, 7}, {9, 10}});
  CHECK(runs_of({0, 1, 2, 3, 4}, 2) == Runs{{0, 2}, {2, 4}, {4, 5}});
}

Ranges ranges_of(const std::string& oid) {
  return {"pdfs", "a", {oid, "b", kSize, false}, 1, std::vector<RangeChunk>(4)};
}

ListedVersion listed(const std::string& oid) { return {{oid, "b", kSize, false}, 0}; }

TEST_CASE("kept ranges are wanted while the Hub lists their version and nothing here replaces it") {
  const Ranges ranges = ranges_of("1");
  CHECK(are_ranges_wanted(ranges, std::nullopt, listed("1"), true));
  CHECK_FALSE(are_ranges_wanted(ranges, std::nullopt, listed("2"), true));
  CHECK_FALSE(are_ranges_wanted(ranges, std::nullopt, std::nullopt, true));
  CHECK(are_ranges_wanted(ranges, std::nullopt, std::nullopt, false));
  Item item;
  item.state = ChangeState::kPending;
  CHECK_FALSE(are_ranges_wanted(ranges, item, listed("1"), true));
  item.state = ChangeState::kSynced;
  item.body = LocalBody{"0", {}};
  item.base = listed("0").version;
  CHECK(are_ranges_wanted(ranges, item, listed("1"), true));  // An older body.
  item.base = listed("1").version;
  CHECK_FALSE(are_ranges_wanted(ranges, item, listed("1"), true));
}

TEST_CASE("what is removed with them, and not where the chunks have become a body's") {
  Ranges ranges = ranges_of("1");
  ranges.chunks[2] = {true, Sha256(32, 'h')};
  StoreTx tx;
  add_ranges_removal(&tx, "record", ranges, std::nullopt);
  CHECK(tx.deletes == std::vector<Bytes>{"range/pdfs/a", "body/pdfs/a.1.2"});
  CHECK(tx.expects.size() == 1);
  Item adopted;
  adopted.body = LocalBody{"1", {}};
  StoreTx record_only;
  add_ranges_removal(&record_only, "record", ranges, adopted);
  CHECK(record_only.deletes == std::vector<Bytes>{"range/pdfs/a"});
}

}  // namespace
}  // namespace hubstash::test
