// Chunks that are written ahead of the record which will name them: when they have gone meanwhile, nothing names them.
#include "support/clash.h"

namespace hubstash::test {
namespace {

constexpr TimeMs kHour = 60 * 60 * 1'000;
const Bytes kLarge(17 * kChunkBytes + 5, 'x');

/// Holds up the transaction that makes the item, whose first chunks have been written, visible.
Fate hold_record(const Effect& effect) {
  const auto* tx = std::get_if<StoreTx>(&effect.body);
  const auto is_chunk = [](const Put& put) { return put.key.starts_with("body/"); };
  const auto is_record = [](const Put& put) { return put.key.starts_with("meta/"); };
  const bool is_last = tx != nullptr && std::any_of(tx->puts.begin(), tx->puts.end(), is_chunk) &&
                       std::any_of(tx->puts.begin(), tx->puts.end(), is_record);
  return is_last ? Fate::kHold : Fate::kRun;
}

/// A tab that comes hours later deletes what saves that were cut off have left.
void sweep_later(ModelHub& hub, TestStore& store, TimeMs now) {
  TestHost later(hub, store, test_options(9));
  later.now = now + 2 * kHour;
  later.advance(2'000);
}

TEST_CASE("a large save during which its first chunks go writes them again") {
  // Another tab has cleared the device, as at a sign-out, or has swept up after a tab that was frozen for hours. A save
  // that is acknowledged after that is whole.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, test_options(1));
  const bool is_new = GENERATE(true, false);
  if (!is_new) {
    REQUIRE(host.put("paper", "old").status.ok());
    synced(host);
  }
  host.fate = hold_record;
  const RequestId save = host.send_blob("paper", kLarge);
  host.settle();
  REQUIRE_FALSE(host.answered(save));
  const bool is_cleared = GENERATE(true, false);
  if (is_cleared) {
    TestHost other(hub, store, test_options(2));
    REQUIRE(other.call(ClearLocal{false}).status.ok());
  } else {
    sweep_later(hub, store, host.now);
  }
  REQUIRE(store.keys("stage/").empty());
  host.fate = nullptr;
  host.release_held();
  REQUIRE(host.wait(save).status.ok());
  CHECK((host.load_pdf("paper") == kLarge));
  CHECK(store.keys("stage/").empty());
  synced(host);
  // What it replaces was forgotten with the rest: then it is a conflict with that.
  if (is_cleared && !is_new) return;
  CHECK((hub.content("pdfs/" + shard_of("paper") + "/paper.pdf") == kLarge));
}

TEST_CASE("a conflict copy during whose making its first chunks go is made again") {
  // It is the only place of this device's version.
  ModelHub hub;
  TestStore laptop, phone;
  TestHost a(hub, laptop, test_options(1)), b(hub, phone, test_options(2));
  REQUIRE(a.put("paper", "theirs").status.ok());
  REQUIRE(b.put("paper", kLarge).status.ok());
  synced(a);
  b.fate = hold_record;
  const RequestId sync = b.send(Sync{});
  b.settle();
  REQUIRE_FALSE(b.answered(sync));
  sweep_later(hub, phone, b.now);
  REQUIRE(phone.keys("stage/").empty());
  b.fate = nullptr;
  b.release_held();
  b.wait(sync);
  synced(b);
  CHECK(b.load_pdf("paper") == "theirs");
  CHECK((b.load_pdf(make_copy_id("paper", Side::kLocal, sha256(kLarge))) == kLarge));
}

TEST_CASE("a large body from the Hub is not kept when its first chunks go meanwhile") {
  // The app gets it all the same, and the next load fetches it again.
  ModelHub hub;
  TestStore laptop, phone;
  TestHost a(hub, laptop, test_options(1)), b(hub, phone, test_options(2));
  REQUIRE(a.put("paper", kLarge).status.ok());
  synced(a);
  synced(b);
  b.fate = hold_record;
  const RequestId load = b.send(Load{"pdfs", Kind::kBlob, "paper"});
  b.settle();
  REQUIRE_FALSE(b.answered(load));
  sweep_later(hub, phone, b.now);
  b.fate = nullptr;
  b.release_held();
  CHECK(b.wait(load).status.ok());
  CHECK(phone.keys("body/").empty());
  CHECK((b.load_pdf("paper") == kLarge));
}

}  // namespace
}  // namespace hubstash::test
