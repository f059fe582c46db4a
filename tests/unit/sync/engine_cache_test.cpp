// The cache keeps its bound: what was not used for the longest time goes, and only what the Hub has.
#include "catch.h"
#include "hub/layout.h"
#include "store/cache_use.h"
#include "store/keys.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

constexpr TimeMs kMinuteMs = 60'000;

Options with_bound(uint64_t bytes) {
  Options options = test_options();
  options.cache_max_bytes = bytes;
  return options;
}

Bytes pdf(char letter, size_t size = 1'000) { return Bytes(size, letter); }

std::string cached(TestHost& host) {
  const Reply reply = host.call(List{"pdfs", Kind::kBlob});
  std::string text;
  for (const ItemInfo& item : std::get<Items>(reply.value).items) {
    if (item.cached) text += item.id;
  }
  return text;
}

StoreStatus status(TestHost& host) { return std::get<StoreStatus>(host.call(GetStatus{}).value); }

/// Saves a PDF of 1,000 bytes for each letter, a minute apart, and syncs them.
void fill(TestHost& host, const std::string& letters) {
  for (const char letter : letters) {
    REQUIRE(host.put(std::string(1, letter), pdf(letter)).status.ok());
    host.advance(kMinuteMs);
  }
  REQUIRE(host.sync().status.ok());
  host.settle();
}

TEST_CASE("above the bound the least recently used bodies go, and come back when they are loaded") {
  // 5 of 1,000 bytes, bound 4,000: down to 3,600, so two go. A load is a use; so is a save.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, with_bound(4'000));
  fill(host, "abcd");
  CHECK(cached(host) == "abcd");
  CHECK(host.load_pdf("a") == pdf('a'));
  fill(host, "e");
  CHECK(cached(host) == "ade");
  CHECK(host.list("pdfs", Kind::kBlob) == "a:synced b:remote-only c:remote-only d:synced e:synced");
  CHECK(store.keys("body/").size() == 3);
  CHECK(host.load_pdf("b") == pdf('b'));
  CHECK(host.load_pdf("b") == pdf('b'));
  CHECK(status(host).cache_hits == 2);
  CHECK(status(host).cache_misses == 1);
  CHECK(status(host).cache_evictions == 2);
}

TEST_CASE("what only this device has never goes, however small the bound") {
  // Pending saves and deletions; and nothing at all without a listing that has the item.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, with_bound(0));
  hub.offline = true;
  REQUIRE(host.put("a", pdf('a')).status.ok());
  REQUIRE(host.save("p1", "{}").status.ok());
  host.advance(3'600'000);
  CHECK(cached(host) == "a");
  CHECK(host.load("p1") == "{}");
  hub.offline = false;
  REQUIRE(host.sync().status.ok());
  host.settle();
  CHECK(cached(host).empty());
  CHECK(store.keys("body/").empty());
  CHECK(host.load_pdf("a") == pdf('a'));
  CHECK(host.load("p1") == "{}");
}

TEST_CASE("an item that the listing does not have is kept") {
  // Somebody deleted it on the Hub and this device has not heard: the listing is what is known, and here it is damaged.
  ModelHub hub;
  TestStore store;
  {
    TestHost host(hub, store);
    fill(host, "ab");
  }
  store.records.erase(folder_key("pdfs", shard_of("a")));
  TestHost again(hub, store, with_bound(0));
  again.advance(kMinuteMs);
  CHECK(store.keys("body/pdfs/").size() == 1);
  CHECK(store.keys("body/pdfs/")[0].starts_with("body/pdfs/a."));
  CHECK(status(again).cache_evictions == 1);
}

TEST_CASE("a bound that was lowered holds soon after the next open") {
  // The size is remembered, so nothing need be counted for that.
  ModelHub hub;
  TestStore store;
  {
    TestHost host(hub, store);
    fill(host, "abcd");
    host.advance(6 * kMinuteMs);
  }
  REQUIRE(store.records.count(Bytes(kCacheUsageKey)) == 1);
  TestHost again(hub, store, with_bound(2'000));
  again.now += 3'600'000;
  again.advance(kMinuteMs);
  CHECK(cached(again) == "d");
}

TEST_CASE("the default bound is 80 % of what the browser grants") {
  // The host tells it with an event.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  host.handle(QuotaKnown{4'000});
  fill(host, "abc");
  CHECK(cached(host) == "abc");
  fill(host, "d");
  CHECK(cached(host) == "cd");
}

TEST_CASE("uses are remembered over a restart, without a write for each load") {
  // Written down after five minutes, when the page is hidden, and when the store is closed; a crash forgets the rest.
  const auto how = GENERATE(0, 1, 2, 3);
  CAPTURE(how);
  ModelHub hub;
  TestStore store;
  {
    TestHost host(hub, store);
    fill(host, "abcd");
    host.advance(6 * kMinuteMs);
    const auto times = [&] { return store.keys(Bytes(kUsePrefix)).size(); };
    for (int i = 0; i < 50; ++i) CHECK(host.load_pdf("a") == pdf('a'));
    CHECK(times() == 0);
    if (how == 0) host.advance(6 * kMinuteMs);
    if (how == 1) {
      host.handle(VisibilityChanged{false});
      host.settle();
      CHECK(times() == 0);  // The page may be about to be frozen: a transaction would be frozen with it.
      host.advance(2'000);
    }
    if (how == 2) CHECK(host.call(Close{}).status.ok());
    host.settle();
    CHECK(times() == (how == 3 ? 0 : 1));
    if (how == 3) host.crash();
  }
  TestHost again(hub, store, with_bound(2'100));
  again.now += 3'600'000;
  again.advance(kMinuteMs);
  CHECK(cached(again) == (how == 3 ? "d" : "a"));
}

TEST_CASE("an item that is saved while it is being evicted keeps its new body") {
  // The eviction expects the record that it has read.
  ModelHub hub;
  TestStore store;
  {
    TestHost host(hub, store);
    fill(host, "ab");
  }
  TestHost evicting(hub, store, with_bound(0));
  TestHost saving(hub, store, test_options(7));
  bool saved = false;
  evicting.fate = [&](const Effect& effect) {
    const auto* tx = std::get_if<StoreTx>(&effect.body);
    const bool drops = tx != nullptr && !tx->expects.empty() && !tx->deletes.empty();
    if (drops && !std::exchange(saved, true)) REQUIRE(saving.put("a", pdf('A')).status.ok());
    return Fate::kRun;
  };
  evicting.advance(kMinuteMs);
  REQUIRE(saved);
  CHECK(saving.load_pdf("a") == pdf('A'));
  CHECK(saving.list("pdfs", Kind::kBlob) == "a:pending b:remote-only");
}

TEST_CASE("a crash at any effect of an eviction loses nothing") {
  // Before and after each: every item is readable by the next engine, and the bound holds in the end.
  for (const Fate crash : {Fate::kCrashBefore, Fate::kCrashAfter}) {
    bool crashed = true;
    for (int at = 0; crashed; ++at) {
      CAPTURE(at, static_cast<int>(crash));
      ModelHub hub;
      TestStore store;
      {
        TestHost host(hub, store);
        fill(host, "abcd");
        REQUIRE(host.put("pending", pdf('p')).status.ok());
      }
      TestHost host(hub, store, with_bound(1'000));
      int seen = 0;
      host.fate = [&](const Effect&) { return seen++ == at ? crash : Fate::kRun; };
      host.advance(kMinuteMs);
      crashed = host.crashed();
      TestHost again(hub, store, with_bound(1'000));
      again.advance(kMinuteMs);
      CHECK(store.keys("body/").size() == 1);
      CHECK(again.load_pdf("pending") == pdf('p'));
      for (const char letter : std::string("abcd")) {
        CHECK(again.load_pdf(std::string(1, letter)) == pdf(letter));
      }
    }
  }
}

TEST_CASE("a load that meets an eviction still delivers") {
  // Its chunks go between reading the record and opening the body: it reads again and fetches.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  fill(host, "a");
  host.fate = [&](const Effect& effect) {
    if (std::holds_alternative<OpenBody>(effect.body)) {
      TestHost other(hub, store, with_bound(0));
      other.advance(kMinuteMs);
    }
    return Fate::kRun;
  };
  CHECK(host.load_pdf("a") == pdf('a'));
  CHECK(status(host).cache_misses == 1);
}

TEST_CASE("a body larger than the whole bound is delivered and not kept") {
  // It would push out everything else, and then itself.
  ModelHub hub;
  hub.write(item_path("", "pdfs", Kind::kBlob, "big", Encoding::kPlain), pdf('x', 5'000));
  TestStore store;
  TestHost host(hub, store, with_bound(4'000));
  fill(host, "abc");
  CHECK(host.load_pdf("big") == pdf('x', 5'000));
  host.settle();
  CHECK(cached(host) == "abc");
}

TEST_CASE("a database that was deleted under the store is told, and what the Hub has comes back") {
  // By the user in mid-session: nothing of what the engine remembers may stand in the way.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, with_bound(4'000));
  fill(host, "abc");
  REQUIRE(host.put("pending", pdf('p')).status.ok());
  store.records.clear();
  host.handle(StoreLost{});
  host.settle();
  REQUIRE(host.errors.size() == 1);
  CHECK(host.errors[0].code() == ErrorCode::STORAGE_UNAVAILABLE);
  CHECK(host.load_pdf("a") == pdf('a'));
  CHECK(host.load_pdf("pending") == "(none)");
  CHECK(host.list("pdfs", Kind::kBlob) == "a:synced b:remote-only c:remote-only");
  CHECK(std::get<StoreStatus>(host.call(GetStatus{}).value).pending == 0);
  fill(host, "defg");
  host.advance(kMinuteMs);
  CHECK(cached(host).size() <= 4);
  CHECK(store.records.count(Bytes(kCacheUsageKey)) == 1);
}

TEST_CASE("stores without a Hub to fetch from have no cache") {
  // In local mode everything is the only copy; in remote mode nothing is kept.
  for (const Mode mode : {Mode::kLocal, Mode::kRemote}) {
    Options options = with_bound(0);
    options.mode = mode;
    ModelHub hub;
    TestStore store;
    TestHost host(hub, store, options);
    REQUIRE(host.put("a", pdf('a')).status.ok());
    host.advance(3'600'000);
    CHECK(host.load_pdf("a") == pdf('a'));
    CHECK(store.keys(Bytes(kCachePrefix)).empty());
    CHECK(status(host).cache_evictions == 0);
  }
}

TEST_CASE("saving and loading does not look at other items") {
  // The cost of a call must not grow with what is stored: no transaction of theirs scans items.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, with_bound(1'000'000));
  fill(host, "abc");
  host.advance(kMinuteMs);
  host.fate = [](const Effect& effect) {
    const auto* tx = std::get_if<StoreTx>(&effect.body);
    if (tx != nullptr) {
      for (const Bytes& prefix : tx->scans) CHECK(prefix == "outbox/");
    }
    return Fate::kRun;
  };
  for (int i = 0; i < 20; ++i) {
    REQUIRE(host.put("a", pdf('a', 1'000 + static_cast<size_t>(i))).status.ok());
    CHECK(host.load_pdf("b") == pdf('b'));
    host.advance(10 * kMinuteMs);
  }
}

}  // namespace
}  // namespace hubstash::test
