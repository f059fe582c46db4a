// Datasets that may not be used, local mode, large blobs, cancelling, closing, and syncing by itself.
#include <algorithm>

#include "catch.h"
#include "hub/layout.h"
#include "support/hub_text.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

std::string path_of(const std::string& id) { return item_path("", "projects", Kind::kJson, id, Encoding::kPlain); }

bool is_http(const Effect& effect) { return std::holds_alternative<HttpRequest>(effect.body); }

TEST_CASE("a dataset of a newer layout is refused before anything is written") {
  // An old app must not damage what it does not understand.
  ModelHub hub;
  hub.write(".hubstash/format.json", R"({"format":"hubstash","version":99})");
  TestStore store;
  TestHost host(hub, store);
  REQUIRE(host.save("p1", "{}").status.ok());
  CHECK(host.sync().status.code() == ErrorCode::NEWER_FORMAT);
  CHECK(hub.commits() == 1);
  CHECK(store.keys("remote/").empty());
  CHECK(host.load("p1") == "{}");
}

TEST_CASE("a public dataset gets nothing unless the app allows it") {
  // Private data must not end up where everybody reads it.
  ModelHub hub;
  hub.is_private = false;
  TestStore store;
  {
    TestHost host(hub, store);
    REQUIRE(host.save("p1", "{}").status.ok());
    CHECK(host.sync().status.code() == ErrorCode::PUBLIC_DATASET);
    CHECK(hub.commits() == 0);
  }
  Options options = test_options();
  options.allow_public = true;
  TestHost allowed(hub, store, options);
  CHECK(allowed.sync().status.ok());
  CHECK(hub.commits() == 1);
}

TEST_CASE("a dataset that does not exist is created private, or reported") {
  // createDataset decides.
  ModelHub hub;
  hub.exists = false;
  TestStore store;
  Options options = test_options();
  options.create_dataset = false;
  {
    TestHost host(hub, store, options);
    REQUIRE(host.save("p1", "{}").status.ok());
    CHECK(host.sync().status.code() == ErrorCode::DATASET_NOT_FOUND);
    CHECK_FALSE(hub.exists);
  }
  TestHost host(hub, store);
  CHECK(host.sync().status.ok());
  CHECK(hub.exists);
  CHECK(hub.is_private);
  CHECK(hub.commits() == 1);
}

TEST_CASE("a dataset that another device is just making is waited for") {
  // Meanwhile the Hub knows of none, and lets nobody else make one.
  ModelHub hub;
  hub.exists = false;
  TestStore store;
  TestHost host(hub, store);
  uint32_t creations = 0, in_the_way = 2;
  hub.answer_first = [&](const HttpRequest& request) -> std::optional<HttpAnswer> {
    if (!request.url.ends_with("/api/repos/create") || ++creations > in_the_way) return std::nullopt;
    return test::failure(409, "", "Cannot create repo: another conflicting operation is in progress");
  };
  REQUIRE(host.save("p1", "{}").status.ok());
  SECTION("until it is there") {
    CHECK(host.sync().status.ok());
    CHECK(creations == 3);
    CHECK(hub.commits() == 1);
  }
  SECTION("but not for ever: the token may not be allowed to see it") {
    in_the_way = 1'000;
    CHECK(host.sync().status.code() == ErrorCode::DATASET_NOT_FOUND);
    CHECK(creations == 5);
    CHECK(std::get<StoreStatus>(host.call(GetStatus{}).value).pending == 1);
  }
}

TEST_CASE("local mode never asks the Hub") {
  // An app without an account.
  ModelHub hub;
  TestStore store;
  Options options = test_options();
  options.mode = Mode::kLocal;
  TestHost host(hub, store, options);
  CHECK(host.save("p1", "{\"n\":1}").status.ok());
  CHECK(host.put("paper", "%PDF").status.ok());
  CHECK(host.load("p1") == "{\"n\":1}");
  CHECK(host.load_pdf("paper") == "%PDF");
  CHECK(host.load("p2") == "(none)");
  CHECK(host.sync().status.code() == ErrorCode::INVALID_ARGUMENT);
  CHECK(host.call(Exists{"projects", Kind::kJson, "p1"}).status.ok());
  CHECK(host.remove("p1").status.ok());
  CHECK(host.load("p1") == "(none)");
  CHECK(host.list() == "");
  CHECK(hub.log.empty());
  CHECK(host.tokens_asked == 0);
}

TEST_CASE("large blobs are staged, and a crash in the middle leaves the old version") {
  // More than 16 chunks do not fit one transaction.
  ModelHub hub;
  TestStore store;
  Bytes large(17 * kChunkBytes + 5, 'x');
  large.back() = 'y';
  {
    TestHost host(hub, store);
    REQUIRE(host.put("paper", "old").status.ok());
    int writes = 0;
    host.fate = [&](const Effect& effect) {
      const auto* tx = std::get_if<StoreTx>(&effect.body);
      return tx != nullptr && tx->puts.size() > 2 && ++writes == 1 ? Fate::kCrashAfter : Fate::kRun;
    };
    host.put("paper", large);
    REQUIRE(host.crashed());
    CHECK(store.keys("stage/").size() == 1);
    CHECK(store.keys("body/").size() > 1);
  }
  CHECK(store.most_bytes < 17 * uint64_t{kChunkBytes});
  TestHost again(hub, store);
  CHECK(again.load_pdf("paper") == "old");
  REQUIRE(again.put("paper", large).status.ok());
  CHECK(again.load_pdf("paper") == large);
}

TEST_CASE("what a cut-off save left is swept an hour later") {
  // Its chunks would take up room for ever.
  ModelHub hub;
  TestStore store;
  {
    TestHost host(hub, store);
    host.now -= 2 * 60 * 60 * 1'000;
    host.fate = [](const Effect& effect) {
      const auto* tx = std::get_if<StoreTx>(&effect.body);
      return tx != nullptr && tx->puts.size() > 2 ? Fate::kCrashAfter : Fate::kRun;
    };
    host.put("paper", Bytes(17 * kChunkBytes, 'x'));
    REQUIRE(host.crashed());
  }
  TestHost again(hub, store);
  again.advance(1'000);
  CHECK(store.records.empty());
}

TEST_CASE("a cancelled save is ABORTED, and nothing of it is stored") {
  // The signal came while the blob was being hashed.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  host.settle();
  host.fate = [](const Effect& effect) {
    return std::holds_alternative<HashBlob>(effect.body) ? Fate::kHold : Fate::kRun;
  };
  const RequestId save = host.send_blob("paper", "%PDF");
  host.settle();
  CHECK_FALSE(host.answered(save));
  host.cancel(save);
  CHECK(host.wait(save).status.code() == ErrorCode::ABORTED);
  host.release_held();
  host.settle();
  CHECK(store.keys("meta/").empty());
  CHECK(store.keys("body/").empty());
}

TEST_CASE("a cancelled download is ABORTED, and its exchange is ended") {
  // Nobody waits for the bytes any more.
  ModelHub hub;
  hub.write(path_of("p1"), "{}");
  TestStore store;
  TestHost host(hub, store);
  REQUIRE(host.sync().status.ok());
  host.fate = [](const Effect& effect) { return is_http(effect) ? Fate::kHold : Fate::kRun; };
  const RequestId load = host.send(Load{"projects", Kind::kJson, "p1"});
  host.settle();
  host.cancel(load);
  CHECK(host.wait(load).status.code() == ErrorCode::ABORTED);
  host.fate = nullptr;
  host.settle();
  CHECK(store.keys("body/").empty());
  CHECK(host.load("p1") == "{}");
}

TEST_CASE("close waits for the writes under way and refuses what comes after") {
  // Whoever awaits close() may close the tab.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  host.settle();
  host.fate = [](const Effect& effect) {
    return std::holds_alternative<StoreTx>(effect.body) ? Fate::kHold : Fate::kRun;
  };
  const RequestId save = host.send(SaveDocuments{"projects", {{"p1", 2}}, "{}"});
  const RequestId close = host.send(Close{});
  const RequestId late = host.send(SaveDocuments{"projects", {{"p2", 2}}, "{}"});
  host.settle();
  CHECK_FALSE(host.answered(close));
  CHECK(host.wait(late).status.code() == ErrorCode::CLOSED);
  host.fate = nullptr;
  host.release_held();
  CHECK(host.wait(save).status.ok());
  CHECK(host.wait(close).status.ok());
  CHECK(store.keys("meta/").size() == 1);
}

TEST_CASE("close ends a sync that waits for the Hub") {
  // A slow network must not keep a tab open.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  host.fate = [](const Effect& effect) { return is_http(effect) ? Fate::kHold : Fate::kRun; };
  const RequestId sync = host.send(Sync{});
  host.settle();
  const RequestId close = host.send(Close{});
  CHECK(host.wait(close).status.ok());
  CHECK_FALSE(host.wait(sync).status.ok());
}

TEST_CASE("close ends a sync that waits for another sync, and begins no new one") {
  // The second call asks for a run of its own, which close() would wait for, perhaps for as long as another tab syncs.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  host.fate = [](const Effect& effect) { return is_http(effect) ? Fate::kHold : Fate::kRun; };
  const RequestId first = host.send(Sync{}), second = host.send(Sync{});
  host.settle();
  const RequestId close = host.send(Close{});
  host.settle();
  CHECK(host.answered(close));
  CHECK(host.wait(first).status.code() == ErrorCode::ABORTED);
  CHECK(host.wait(second).status.code() == ErrorCode::ABORTED);
}

TEST_CASE("saves are synced by themselves after a quiet time") {
  // What an app that never calls sync() gets.
  ModelHub hub;
  TestStore store;
  Options options = test_options();
  options.auto_sync = true;
  TestHost host(hub, store, options);
  host.advance(1'000);
  const size_t opened = hub.log.size();
  CHECK(opened > 0);
  REQUIRE(host.save("p1", "{}").status.ok());
  host.advance(options.idle_ms - 1'000);
  CHECK(hub.log.size() == opened);
  host.advance(2'000);
  CHECK(hub.commits() == 1);
  CHECK(host.list() == "p1:synced");
  host.advance(3'600'000);
  CHECK(hub.commits() == 1);
}

TEST_CASE("saves that never pause are synced after the longest wait") {
  // A quiet time may never come.
  ModelHub hub;
  TestStore store;
  Options options = test_options();
  options.auto_sync = true;
  TestHost host(hub, store, options);
  host.advance(1'000);
  for (TimeMs passed = 0; passed <= options.max_wait_ms; passed += 10'000) {
    REQUIRE(host.save("p1", "{\"n\":" + std::to_string(passed) + "}").status.ok());
    host.advance(10'000);
  }
  CHECK(hub.commits() == 1);
}

TEST_CASE("a background failure is told once, not each time") {
  // A laptop that is offline for a day must not fill a log.
  ModelHub hub;
  hub.offline = true;
  TestStore store;
  Options options = test_options();
  options.auto_sync = true;
  TestHost host(hub, store, options);
  REQUIRE(host.save("p1", "{}").status.ok());
  host.advance(3'600'000);
  CHECK(host.errors.size() == 1);
  hub.offline = false;
  host.handle(NetworkChanged{true});
  host.advance(1'000);
  CHECK(hub.commits() == 1);
}

TEST_CASE("a save while the device is being cleared is not cleared away") {
  // Between clearLocal()'s look at what waits and its deletion another call, or another tab, may save.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  host.fate = [](const Effect& effect) {
    const auto* tx = std::get_if<StoreTx>(&effect.body);
    return tx != nullptr && !tx->delete_prefixes.empty() ? Fate::kHold : Fate::kRun;
  };
  const RequestId clear = host.send(ClearLocal{false});
  host.settle();
  CHECK(host.save("p1", "{\"n\":1}").status.ok());
  host.release_held();
  CHECK(host.wait(clear).status.code() == ErrorCode::UNSYNCED);
  CHECK(host.load("p1") == "{\"n\":1}");
}

TEST_CASE("evict and clear keep what only this device has") {
  // UNSYNCED unless forced.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  REQUIRE(host.put("paper", "%PDF").status.ok());
  CHECK(host.call(Evict{"pdfs", "paper"}).status.code() == ErrorCode::UNSYNCED);
  CHECK(host.call(ClearLocal{false}).status.code() == ErrorCode::UNSYNCED);
  REQUIRE(host.sync().status.ok());
  CHECK(host.call(Evict{"pdfs", "paper"}).status.ok());
  CHECK(store.keys("body/").empty());
  CHECK(host.list("pdfs", Kind::kBlob) == "paper:remote-only");
  CHECK(host.load_pdf("paper") == "%PDF");
  REQUIRE(host.save("p1", "{}").status.ok());
  CHECK(host.call(ClearLocal{true}).status.ok());
  CHECK(store.keys("") == std::vector<Bytes>{"sync/budget"});
  CHECK(host.load_pdf("paper") == "%PDF");
}

TEST_CASE("ids, collections and kinds are checked before anything happens") {
  // One collection has one kind; its files would mean something else otherwise.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  CHECK(host.save("", "{}").status.code() == ErrorCode::INVALID_ID);
  CHECK(host.save("p1", "{}", "No Such").status.code() == ErrorCode::INVALID_ARGUMENT);
  CHECK(host.save("p1", "{}", "pdfs").status.code() == ErrorCode::INVALID_ARGUMENT);
  CHECK(host.call(Load{"projects", Kind::kBlob, "p1"}).status.code() == ErrorCode::INVALID_ARGUMENT);
  CHECK(host.save("p1", "[1]").status.code() == ErrorCode::INVALID_ARGUMENT);
  CHECK(store.records.empty());
}

}  // namespace
}  // namespace hubstash::test
