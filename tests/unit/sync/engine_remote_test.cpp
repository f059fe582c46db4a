// Remote mode: the Hub is the only place. What it has not taken has failed, and what the app has not seen is not
// overwritten.
#include "store/keys.h"
#include "support/clash.h"

namespace hubstash::test {
namespace {

Options remote_mode(ConflictPolicy policy = ConflictPolicy::kMerge) {
  Options options = with_policy(1, policy);
  options.mode = Mode::kRemote;
  return options;
}

/// Notes of what the app has seen there may be; nothing that waits, and no body.
bool holds_nothing(const TestStore& store) { return store.keys("body/").empty() && store.keys("outbox/").empty(); }

/// As the engine writes a document that it has merged.
std::string merged(int a, int b) {
  return "{\n  \"id\": \"p1\",\n  \"a\": " + std::to_string(a) + ",\n  \"b\": " + std::to_string(b) + "\n}\n";
}

void refuse_commits(ModelHub* hub) {
  hub->answer_first = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
    if (request.url.find("/commit/") == std::string::npos) return std::nullopt;
    return HttpAnswer{{}, 403, {}, R"({"error":"You do not have access"})"};
  };
}

TEST_CASE("remote mode keeps no content on the device") {
  // For shared computers: the Hub is the only place. Of each item the page remembers which version it has seen.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, remote_mode());
  CHECK(host.save("p1", "{\"n\":1}").status.ok());
  CHECK(hub.files().at(path_of("p1")).content == "{\"n\":1}");
  CHECK(host.load("p1") == "{\"n\":1}");
  CHECK(host.put("paper", "%PDF").status.ok());
  CHECK(host.load_pdf("paper") == "%PDF");
  CHECK(store.keys("meta/") == std::vector<Bytes>{item_key("pdfs", "paper"), item_key("projects", "p1")});
  CHECK(holds_nothing(store));
  CHECK(host.remove("p1").status.ok());
  CHECK(hub.files().count(path_of("p1")) == 0);
  CHECK(store.keys("meta/") == std::vector<Bytes>{item_key("pdfs", "paper")});
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

/// The body of this item is damaged as soon as the push has begun.
void damage_when_sent(TestHost* host, TestStore* store, const std::string& id) {
  host->fate = [store, id](const Effect& effect) {
    const bool pushes = std::holds_alternative<HttpRequest>(effect.body);
    for (auto& [key, value] : store->records) {
      if (pushes && key.starts_with("body/projects/" + id)) value = "damaged";
    }
    return Fate::kRun;
  };
}

/// A page in remote mode that has loaded "p1" with kBase; then `b`, on another device, has saved kTheirs.
struct OpenPage {
  ModelHub hub;
  TestStore store, phone;
  TestHost page, b;
  explicit OpenPage(ConflictPolicy policy = ConflictPolicy::kMerge)
      : page(hub, store, remote_mode(policy)), b(hub, phone, with_policy(2, policy)) {
    REQUIRE(b.save("p1", kBase).status.ok());
    synced(b);
    REQUIRE(page.load("p1") == kBase);
    REQUIRE(b.save("p1", kTheirs).status.ok());
    synced(b);
  }
  size_t files(const std::string& part) const {
    return size_t(std::count_if(hub.files().begin(), hub.files().end(),
                                [&](const auto& file) { return file.first.find(part) != std::string::npos; }));
  }
};

TEST_CASE("remote mode: a save is merged with what somebody else has saved since the app looked") {
  // And so is the next one of an app that does not look at the merge.
  OpenPage open;
  CHECK(open.page.save("p1", R"({"id":"p1","a":0,"b":5})").status.ok());
  CHECK(open.hub.content(path_of("p1")) == merged(1, 5));
  CHECK(open.page.save("p1", R"({"id":"p1","a":0,"b":6})").status.ok());
  CHECK(open.hub.content(path_of("p1")) == merged(1, 6));
  CHECK(open.files("~") == 0);
  CHECK(open.page.load("p1") == merged(1, 6));
  CHECK(open.store.keys("body/").empty());
}

TEST_CASE("remote mode: where a save cannot be merged both versions stay") {
  // Theirs, which the app has not seen, is not overwritten; the app hears what became of its own.
  OpenPage open;
  CHECK(open.page.save("p1", kOurs).status.ok());
  const std::string copy = make_copy_id("p1", Side::kLocal, sha256(kOurs));
  CHECK(open.hub.content(path_of("p1")) == kTheirs);
  CHECK(open.hub.content(path_of(copy)) == kOurs);
  REQUIRE(open.page.conflicts.size() == 1);
  CHECK(open.page.conflicts[0].copy_id == copy);
  // An app that saves on without looking is merged against what it saved.
  CHECK(open.page.save("p1", R"({"id":"p1","a":2,"b":3})").status.ok());
  CHECK(open.hub.content(path_of("p1")) == merged(1, 3));
  CHECK(open.page.load("p1") == merged(1, 3));
  CHECK(open.page.save("p1", kOurs).status.ok());
  CHECK(open.hub.content(path_of("p1")) == kOurs);
}

TEST_CASE("remote mode: a PDF does not replace one that the app has not seen") {
  // It is kept beside it.
  ModelHub hub;
  TestStore store, phone;
  TestHost page(hub, store, remote_mode()), b(hub, phone);
  REQUIRE(b.put("d", "%PDF first").status.ok());
  synced(b);
  REQUIRE(page.load_pdf("d") == "%PDF first");
  REQUIRE(b.put("d", "%PDF theirs").status.ok());
  synced(b);
  CHECK(page.put("d", "%PDF ours").status.ok());
  CHECK(page.load_pdf("d") == "%PDF theirs");
  CHECK(page.load_pdf(make_copy_id("d", Side::kLocal, sha256("%PDF ours"))) == "%PDF ours");
  CHECK(page.put("d", "%PDF new").status.ok());
  CHECK(page.load_pdf("d") == "%PDF new");
  CHECK(store.keys("body/").empty());
}

TEST_CASE("remote mode: a deletion gives way to a version that the app has not seen") {
  // As everywhere: an edit beats a deletion.
  OpenPage open;
  CHECK(open.page.remove("p1").status.ok());
  CHECK(open.hub.content(path_of("p1")) == kTheirs);
  CHECK(open.page.load("p1") == kTheirs);
  CHECK(open.page.remove("p1").status.ok());
  CHECK(open.hub.files().count(path_of("p1")) == 0);
}

TEST_CASE("remote mode: a save by an app that has not looked replaces what is there, which becomes a copy") {
  // The page has no memory of earlier visits; an app that writes without reading means to replace.
  OpenPage open;
  TestStore other;
  TestHost fresh(open.hub, other, remote_mode());
  CHECK(fresh.save("p1", kOurs).status.ok());
  CHECK(fresh.load("p1") == kOurs);
  CHECK(fresh.copy_ids() == std::vector<std::string>{make_copy_id("p1", Side::kRemote, sha256(kTheirs))});
  CHECK(fresh.load(fresh.copy_ids().at(0)) == kTheirs);
}

TEST_CASE("remote mode: the other policies hold for an app that has not looked, too") {
  // It has asked for them.
  const ConflictPolicy policy = GENERATE(ConflictPolicy::kKeepBoth, ConflictPolicy::kLocal, ConflictPolicy::kRemote);
  OpenPage open(policy);
  TestStore other;
  TestHost fresh(open.hub, other, remote_mode(policy));
  CHECK(fresh.save("p1", kOurs).status.ok());
  const bool local = policy == ConflictPolicy::kLocal;
  CHECK(fresh.load("p1") == (local ? kOurs : kTheirs));
  CHECK(fresh.load(fresh.copy_ids().at(0)) == (local ? kTheirs : kOurs));
}

TEST_CASE("remote mode: a save that fails while its conflict is decided can be made again") {
  // The copy must not go to the Hub later, nor the second try count as saved already.
  OpenPage open;
  refuse_commits(&open.hub);
  CHECK(open.page.save("p1", kOurs).status.code() == ErrorCode::FORBIDDEN);
  CHECK(holds_nothing(open.store));
  open.hub.answer_first = nullptr;
  CHECK(open.page.save("p2", "{}").status.ok());
  CHECK(open.files("~") == 0);
  CHECK(open.page.save("p1", kOurs).status.ok());
  CHECK(open.hub.content(path_of("p1")) == kTheirs);
  CHECK(open.hub.content(path_of(make_copy_id("p1", Side::kLocal, sha256(kOurs)))) == kOurs);
}

TEST_CASE("remote mode: a save that is on the Hub has not failed with another one") {
  // Both are sent by one push, which cannot read the second any more.
  OpenPage open;
  REQUIRE(open.page.load("p1") == kTheirs);
  damage_when_sent(&open.page, &open.store, "p2");
  const RequestId good = open.page.send(SaveDocuments{"projects", {{"p1", uint32_t(kOurs.size())}}, kOurs});
  const RequestId bad = open.page.send(SaveDocuments{"projects", {{"p2", 2}}, "{}"});
  CHECK(open.page.wait(good).status.ok());
  CHECK(open.page.wait(bad).status.code() == ErrorCode::STORAGE_CORRUPT);
  CHECK(open.hub.content(path_of("p1")) == kOurs);
  CHECK(open.hub.files().count(path_of("p2")) == 0);
  CHECK(holds_nothing(open.store));
}

TEST_CASE("remote mode: of one call, what the Hub has taken is not undone with the rest") {
  // The app hears that its call failed; its next save of the one that landed is in conflict with nothing.
  OpenPage open;
  REQUIRE(open.page.load("p1") == kTheirs);
  damage_when_sent(&open.page, &open.store, "p2");
  const uint32_t size = static_cast<uint32_t>(kOurs.size());
  const Reply both = open.page.call(SaveDocuments{"projects", {{"p1", size}, {"p2", 2}}, kOurs + "{}"});
  CHECK(both.status.code() == ErrorCode::STORAGE_CORRUPT);
  CHECK(open.hub.content(path_of("p1")) == kOurs);
  CHECK(open.page.save("p1", kBase).status.ok());
  CHECK(open.hub.content(path_of("p1")) == kBase);
  CHECK(open.files("~") == 0);
}

TEST_CASE("remote mode: a save whose reply was lost is replaced by the next one") {
  // The app was told that it failed, and does not compete with itself.
  OpenPage open;
  REQUIRE(open.page.load("p1") == kTheirs);
  open.hub.next_commit = ModelHub::CommitFault::kReplyLost;
  bool is_sent = false;
  open.page.fate = [&](const Effect& effect) {
    const auto* request = std::get_if<HttpRequest>(&effect.body);
    if (request != nullptr && is_sent) open.hub.offline = true;
    is_sent = is_sent || (request != nullptr && request->url.find("/commit/") != std::string::npos);
    return Fate::kRun;
  };
  CHECK(open.page.save("p1", kOurs).status.code() == ErrorCode::OFFLINE);
  open.page.fate = nullptr;
  open.hub.offline = false;
  REQUIRE(open.hub.content(path_of("p1")) == kOurs);
  CHECK(open.page.save("p1", R"({"id":"p1","a":3,"b":0})").status.ok());
  CHECK(open.hub.content(path_of("p1")) == R"({"id":"p1","a":3,"b":0})");
  CHECK(open.files("~") == 0);
}

TEST_CASE("remote mode: a save that the app has ended does not reach the Hub later") {
  // The signal came while it was written, or while it was sent.
  const bool is_sending = GENERATE(false, true);
  OpenPage open;
  REQUIRE(open.page.load("p1") == kTheirs);
  open.page.fate = [is_sending](const Effect& effect) {
    const bool is_http = std::holds_alternative<HttpRequest>(effect.body);
    return (is_sending ? is_http : writes(effect, item_key("projects", "p1"))) ? Fate::kHold : Fate::kRun;
  };
  const uint32_t size = static_cast<uint32_t>(kOurs.size());
  const RequestId save = open.page.send(SaveDocuments{"projects", {{"p1", size}}, kOurs});
  open.page.settle();
  REQUIRE_FALSE(open.page.answered(save));
  open.page.fate = nullptr;
  open.page.cancel(save);
  open.page.release_held();
  CHECK(open.page.wait(save).status.code() == ErrorCode::ABORTED);
  CHECK(holds_nothing(open.store));
  CHECK(open.page.save("p2", "{}").status.ok());
  CHECK(open.hub.content(path_of("p1")) == kTheirs);
}

TEST_CASE("remote mode: a save that could not be written changes nothing of what the next one is merged with") {
  // The app's version, which is nowhere but in memory, is still there.
  OpenPage open;
  REQUIRE(open.page.save("p1", R"({"id":"p1","a":0,"b":5})").status.ok());
  open.page.fate = [&open](const Effect& effect) {
    const bool saves = writes(effect, outbox_key("projects", "p1"));
    open.store.write_error = saves ? Status(ErrorCode::STORAGE_UNAVAILABLE, "It is closed.") : Status();
    return Fate::kRun;
  };
  CHECK(open.page.save("p1", kOurs).status.code() == ErrorCode::STORAGE_UNAVAILABLE);
  open.page.fate = nullptr;
  CHECK(open.page.save("p1", R"({"id":"p1","a":0,"b":6})").status.ok());
  CHECK(open.hub.content(path_of("p1")) == merged(1, 6));
  CHECK(open.files("~") == 0);
}

TEST_CASE("remote mode: what the app saved is not shown in place of what the Hub has") {
  // It is kept in memory for the next merge only.
  OpenPage open;
  REQUIRE(open.page.save("p1", R"({"id":"p1","a":0,"b":5})").status.ok());
  open.hub.offline = true;
  CHECK(open.page.call(Load{"projects", Kind::kJson, "p1"}).status.code() == ErrorCode::OFFLINE);
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
};

TEST_CASE("remote mode: a copy is used, and nothing of it or its item stays on the device") {
  SharedComputer shared;
  CHECK(shared.host.resolve(shared.copy, true).status.ok());
  CHECK(shared.hub.content(path_of("p1")) == kOurs);
  CHECK(shared.hub.files().count(path_of(shared.copy)) == 0);
  CHECK(holds_nothing(shared.store));
}

TEST_CASE("remote mode: where the Hub does not take a decision, the conflict is as it was") {
  // Neither half of the decision may reach the Hub with a later call, after the app was told that it failed.
  SharedComputer shared;
  refuse_commits(&shared.hub);
  CHECK(shared.host.resolve(shared.copy, GENERATE(true, false)).status.code() == ErrorCode::FORBIDDEN);
  CHECK(holds_nothing(shared.store));
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
  CHECK(holds_nothing(shared.store));
  CHECK(shared.host.save("p2", "{}").status.ok());
  CHECK(shared.hub.content(path_of("p1")) == kTheirs);
  CHECK(shared.hub.content(path_of(shared.copy)) == kOurs);
}

}  // namespace
}  // namespace hubstash::test
