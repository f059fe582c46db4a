// One record of each kind as every released version has written it (tests/golden/device-<version>): it opens for ever,
// as what is told beside it, and what this version writes is still the very same bytes.
#include <algorithm>

#include "catch.h"
#include "store/budget.h"
#include "store/cache_use.h"
#include "store/claim.h"
#include "store/lease.h"
#include "store/owner.h"
#include "store/ranges.h"
#include "store/remote.h"
#include "store/stage.h"
#include "support/golden.h"

namespace hubstash::test {
namespace {

constexpr TimeMs kThen = 1'700'000'000'000;
constexpr uint64_t kStamp = 0x0123456789abcdef;

struct Sample {
  const char* name;
  RecordKind kind;
  Bytes record;
};

std::string digits(char digit, size_t count) { return std::string(count, digit); }

/// A document that was changed since it was fetched: all that a record can hold.
Item pending_document() {
  Item item;
  item.collection = "projects";
  item.id = "Th\xC3\xA8se 1";
  item.state = ChangeState::kPending;
  item.sequence = 0x1234'5678'9abc'def0;
  item.modified = kThen;
  item.queued_at = kThen - 60'000;
  item.size = 300;
  item.sha256 = Bytes(32, 'a');
  item.body = LocalBody{std::string(kBeside), {Bytes(32, 'b')}};
  item.base = RemoteVersion{digits('1', 40), digits('2', 64), 200, true};
  item.base_commit = digits('3', 40);
  item.base_body = LocalBody{std::string(kInPlace), {Bytes(32, 'c')}};
  item.attempts = {digits('4', 40), digits('5', 40)};
  return item;
}

Item synced_blob() {
  Item item;
  item.collection = "pdfs";
  item.id = "paper";
  item.kind = Kind::kBlob;
  item.sequence = 7;
  item.modified = kThen;
  item.type = "application/pdf";
  item.size = 17 * uint64_t{kChunkBytes} + 1;
  item.sha256 = Bytes(32, 'd');
  item.body = LocalBody{"0123456789abcdef", std::vector<Sha256>(18, Bytes(32, 'e'))};
  item.base = RemoteVersion{digits('6', 40), digits('7', 64), item.size, false};
  return item;
}

/// A document that lost a conflict: its app has not seen what won.
Item lost_document() {
  Item item;
  item.collection = "projects";
  item.id = "lost";
  item.sequence = 3;
  item.modified = kThen;
  item.size = 5;
  item.sha256 = Bytes(32, 'a');
  item.body = LocalBody{std::string(kInPlace), {Bytes(32, 'a')}};
  item.base = RemoteVersion{digits('b', 40), "", 5, false};
  item.lost_to = digits('c', 40);
  return item;
}

Item deleted_document() {
  Item item;
  item.collection = "projects";
  item.id = "gone";
  item.state = ChangeState::kDeleted;
  item.sequence = 2;
  item.modified = item.queued_at = kThen;
  item.sha256 = Bytes(32, 'f');
  item.base = RemoteVersion{digits('8', 40), "", 12, false};
  item.base_commit = digits('9', 40);
  return item;
}

std::vector<Sample> samples() {
  const RemoteHead head{digits('a', 40), true, digits('b', 40), true, {{"pdfs", ""}, {"projects", digits('c', 40)}}};
  const FolderIndex index{{{"0a", ""}, {"ff", digits('d', 40)}}};
  const Folder folder{{{"a.json", {digits('e', 40), "", 5, kThen}},
                       {"b.json.gz", {digits('f', 40), digits('0', 64), uint64_t{1} << 40, kThen + 1}}}};
  Budget budget;
  budget.commits = {kThen - 1'000, kThen};
  budget.requests = {{28'333'333, {300, 7}}, {28'333'334, {1, 0}}};
  budget.no_commits = {kThen, kThen + 3'600'000};
  budget.no_requests = {kThen + 1, kThen + 300'000};
  const UseTimes times{{{7, 28'333'333 * TimeMs{60'000}}, {UINT64_MAX, 28'333'400 * TimeMs{60'000}}}};
  const Ranges ranges{"pdfs",
                      "a b",
                      {digits('1', 40), digits('2', 64), 2 * uint64_t{kChunkBytes} + 1, false},
                      kThen,
                      {{true, Bytes(32, 'a')}, {false, Bytes(32, 'b')}, {false, ""}}};
  const Claim claim{digits('a', 16),
                    digits('b', 40),
                    kThen,
                    {{"projects", "a b", Kind::kJson, 7, false, {digits('c', 40), digits('d', 64), 300, true}, {}},
                     {"projects", "gone", Kind::kJson, 1, true, {}, {}},
                     {"projects",
                      "merged",
                      Kind::kJson,
                      uint64_t{1} << 40,
                      false,
                      {digits('e', 40), "", 5, false},
                      RemoteVersion{digits('f', 40), digits('0', 64), 4, true}},
                     {"pdfs", "paper", Kind::kBlob, 2, false, {digits('1', 40), digits('2', 64), 6, false}, {}}}};
  return {
      {"item-pending-document", RecordKind::kItem, seal_item(pending_document(), kStamp)},
      {"item-synced-blob", RecordKind::kItem, seal_item(synced_blob(), kStamp)},
      {"item-lost-document", RecordKind::kItem, seal_item(lost_document(), kStamp)},
      {"item-deleted-document", RecordKind::kItem, seal_item(deleted_document(), kStamp)},
      {"outbox", RecordKind::kOutbox, seal_outbox_row({"pdfs", "a b", 300, 1u << 31, kThen, Kind::kBlob}, kStamp)},
      {"head", RecordKind::kHead, seal_head(head, kStamp)},
      {"index", RecordKind::kFolderIndex, seal_folder_index(index, kStamp)},
      {"folder", RecordKind::kFolder, seal_folder(folder, kStamp)},
      {"stage", RecordKind::kStage, seal_stage({"pdfs", "a b", "0123456789abcdef", 4000, kThen}, kStamp)},
      {"budget", RecordKind::kBudget, seal_budget(budget, kStamp)},
      {"lease", RecordKind::kLease, seal_lease({"0123456789abcdef", 300, kThen + 30'000, true}, kStamp)},
      {"usage", RecordKind::kCacheUsage, seal_cache_usage({uint64_t{1} << 33, kThen}, kStamp)},
      {"use-times", RecordKind::kUseTimes, seal_use_times(times, kStamp)},
      {"ranges", RecordKind::kRanges, seal_ranges(ranges, kStamp)},
      {"claim", RecordKind::kClaim, seal_claim(claim, kStamp)},
      {"dataset", RecordKind::kDataset, seal_dataset({"0123456789abcdef01234567"}, kStamp)},
      {"owner", RecordKind::kOwner, seal_owner({"ann", "6543210fedcba98765432100"}, kStamp)},
  };
}

TEST_CASE("golden records: every sample of this version is there") {
  // The generator too: it writes those of a new version when it is asked to.
  for (const Sample& sample : samples()) {
    const std::string path = device_folder(kRecordVersion) + "/" + sample.name;
    want_golden(path + ".hex", hex_lines(sample.record));
    want_golden(path + ".txt", tell_record(sample.kind, sample.record));
  }
}

TEST_CASE("golden records: what any version has written opens as what it was") {
  // The data of somebody who comes back years later is still theirs.
  const std::vector<Sample> known = samples();
  for (int version = 1; version <= kRecordVersion; ++version) {
    for (const std::string& file : golden_files(device_folder(version))) {
      if (!file.ends_with(".hex")) continue;
      const std::string path = device_folder(version) + "/" + file.substr(0, file.size() - 4);
      CAPTURE(path);
      const auto sample = std::find_if(known.begin(), known.end(),
                                       [&](const Sample& one) { return path.ends_with(std::string("/") + one.name); });
      REQUIRE(sample != known.end());
      CHECK(tell_record(sample->kind, from_hex_lines(read_golden(path + ".hex"))) == read_golden(path + ".txt"));
    }
  }
}

TEST_CASE("golden records: this version writes what it always wrote") {
  // Other bytes under the same version number would be damage, or nonsense, to an older hubstash and to a newer one: a
  // change of a payload is a new record version (docs/FORMATS.md).
  for (const Sample& sample : samples()) {
    CAPTURE(sample.name);
    const Bytes golden = from_hex_lines(read_golden(device_folder(kRecordVersion) + "/" + sample.name + ".hex"));
    CHECK(hex_lines(sample.record) == hex_lines(golden));
    CHECK(hex_lines(reseal(sample.kind, golden)) == hex_lines(golden));
  }
}

TEST_CASE("golden records: every kind has a sample") {
  // A new kind of record is frozen too, from the first release that has it.
  for (int kind = 1; kind <= static_cast<int>(RecordKind::kDataset); ++kind) {
    const std::vector<Sample> all = samples();
    CHECK(std::any_of(all.begin(), all.end(), [&](const Sample& one) { return static_cast<int>(one.kind) == kind; }));
  }
}

}  // namespace
}  // namespace hubstash::test
