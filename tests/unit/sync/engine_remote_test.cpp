// Remote mode: the Hub is the only place. What it has not taken has failed, and nothing stays on the device.
#include "store/keys.h"
#include "support/clash.h"

namespace hubstash::test {
namespace {

Options remote_mode() {
  Options options = test_options();
  options.mode = Mode::kRemote;
  return options;
}

TEST_CASE("remote mode keeps nothing on the device") {
  // For shared computers: the Hub is the only place.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, remote_mode());
  CHECK(host.save("p1", "{\"n\":1}").status.ok());
  CHECK(hub.files().at(path_of("p1")).content == "{\"n\":1}");
  CHECK(host.load("p1") == "{\"n\":1}");
  CHECK(host.put("paper", "%PDF").status.ok());
  CHECK(host.load_pdf("paper") == "%PDF");
  CHECK(store.keys("meta/").empty());
  CHECK(store.keys("body/").empty());
  CHECK(store.keys("outbox/").empty());
  CHECK(host.remove("p1").status.ok());
  CHECK(hub.files().count(path_of("p1")) == 0);
}

TEST_CASE("remote mode: a save that the Hub does not take has failed") {
  // There is no place where it could wait.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, remote_mode());
  hub.offline = true;
  CHECK(host.save("p1", "{}").status.code() == ErrorCode::OFFLINE);
  CHECK(store.keys("meta/").empty());
  CHECK(store.keys("body/").empty());
  CHECK(store.keys("outbox/").empty());
  hub.offline = false;
  CHECK(host.load("p1") == "(none)");
  CHECK(hub.commits() == 0);
}

TEST_CASE("remote mode: closing waits for saves that wait for each other") {
  // Both calls are settled, and the close after them.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, remote_mode());
  const RequestId first = host.send(SaveDocuments{"projects", {{"p1", 7}}, "{\"n\":1}"});
  const RequestId second = host.send(SaveDocuments{"projects", {{"p1", 7}}, "{\"n\":2}"});
  const RequestId closed = host.send(Close{});
  CHECK(host.wait(first).status.ok());
  CHECK(host.wait(second).status.ok());
  CHECK(host.wait(closed).status.ok());
  CHECK(hub.files().at(path_of("p1")).content == "{\"n\":2}");
}

/// A shared computer, on which somebody decides the conflict that two devices have left.
struct SharedComputer : Clash {
  TestStore store;
  TestHost host;
  std::string copy;
  SharedComputer() : Clash(ConflictPolicy::kKeepBoth), host(hub, store, remote_mode()) {
    synced(b);
    REQUIRE(host.copy_ids().size() == 1);
    copy = host.copy_ids().front();
  }
  bool is_empty() const {
    return store.keys("meta/").empty() && store.keys("body/").empty() && store.keys("outbox/").empty();
  }
};

TEST_CASE("remote mode: a copy is used, and nothing of it or its item stays on the device") {
  SharedComputer shared;
  CHECK(shared.host.resolve(shared.copy, true).status.ok());
  CHECK(shared.hub.content(path_of("p1")) == kOurs);
  CHECK(shared.hub.files().count(path_of(shared.copy)) == 0);
  CHECK(shared.is_empty());
}

TEST_CASE("remote mode: where the Hub does not take a decision, the conflict is as it was") {
  // Neither half of the decision may reach the Hub with a later call, after the app was told that it failed.
  SharedComputer shared;
  shared.hub.answer_first = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
    if (request.url.find("/commit/") == std::string::npos) return std::nullopt;
    return HttpAnswer{{}, 403, {}, R"({"error":"You do not have access"})"};
  };
  CHECK(shared.host.resolve(shared.copy, GENERATE(true, false)).status.code() == ErrorCode::FORBIDDEN);
  CHECK(shared.is_empty());
  shared.hub.answer_first = nullptr;
  CHECK(shared.host.save("p2", "{}").status.ok());
  CHECK(shared.hub.content(path_of("p1")) == kTheirs);
  CHECK(shared.hub.content(path_of(shared.copy)) == kOurs);
}

TEST_CASE("remote mode: a decision that fails halfway does not reach the Hub later") {
  // The item is written, and then the copy cannot be deleted.
  SharedComputer shared;
  const Bytes copy_key = item_key("projects", shared.copy);
  shared.host.fate = [&](const Effect& effect) {
    shared.store.write_error =
        writes(effect, copy_key) ? Status(ErrorCode::STORAGE_UNAVAILABLE, "It is closed.") : Status();
    return Fate::kRun;
  };
  CHECK(shared.host.resolve(shared.copy, true).status.code() == ErrorCode::STORAGE_UNAVAILABLE);
  shared.host.fate = nullptr;
  CHECK(shared.is_empty());
  CHECK(shared.host.save("p2", "{}").status.ok());
  CHECK(shared.hub.content(path_of("p1")) == kTheirs);
  CHECK(shared.hub.content(path_of(shared.copy)) == kOurs);
}

}  // namespace
}  // namespace hubstash::test
