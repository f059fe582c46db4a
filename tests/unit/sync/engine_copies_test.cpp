// What becomes of two versions of one item, by policy: which stays, which is kept as a conflict copy, and how it ends.
#include "base/ids.h"
#include "base/sha256.h"
#include "catch.h"
#include "hub/layout.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

std::string path_of(const std::string& id) { return item_path("", "projects", Kind::kJson, id, Encoding::kPlain); }

SyncReport synced(TestHost& host) {
  const Reply reply = host.sync();
  INFO(reply.status.message());
  REQUIRE(reply.status.ok());
  return std::get<SyncReport>(reply.value);
}

Options with_policy(uint64_t seed, ConflictPolicy policy) {
  Options options = test_options(seed);
  options.conflict = policy;
  return options;
}

const std::string kBase = R"({"id":"p1","a":0,"b":0})";
const std::string kTheirs = R"({"id":"p1","a":1,"b":0})";
const std::string kOurs = R"({"id":"p1","a":2,"b":0})";

/// `a` has changed the item on the Hub; `b` has changed the same field and has not synced yet.
struct Clash {
  ModelHub hub;
  TestStore laptop, phone;
  TestHost a, b;
  explicit Clash(ConflictPolicy policy)
      : a(hub, laptop, with_policy(1, policy)), b(hub, phone, with_policy(2, policy)) {
    REQUIRE(a.save("p1", kBase).status.ok());
    synced(a);
    synced(b);
    REQUIRE(b.load("p1") == kBase);
    REQUIRE(a.save("p1", kTheirs).status.ok());
    REQUIRE(b.save("p1", kOurs).status.ok());
    synced(a);
  }
};

TEST_CASE("same field on both sides: theirs stays, ours is a copy that every device sees") {
  // Nobody's work is overwritten, and both versions are at hand wherever the user is.
  const ConflictPolicy policy = GENERATE(ConflictPolicy::kMerge, ConflictPolicy::kKeepBoth, ConflictPolicy::kRemote);
  Clash clash(policy);
  const SyncReport report = synced(clash.b);
  CHECK(report.conflicts == 1);
  CHECK(report.pushed == 1);
  CHECK(clash.hub.files().at(path_of("p1")).content == kTheirs);
  CHECK(clash.b.load("p1") == kTheirs);
  const std::string copy = make_copy_id("p1", Side::kLocal, sha256(kOurs));
  CHECK(clash.b.copies() == "p1:local");
  CHECK(clash.b.load(copy) == kOurs);
  CHECK(clash.b.list() == "p1:conflict");
  CHECK(clash.hub.files().at(path_of(copy)).content == kOurs);
  synced(clash.a);
  CHECK(clash.a.copy_ids() == std::vector<std::string>{copy});
  CHECK(clash.a.load(copy) == kOurs);
  CHECK(clash.a.list() == "p1:conflict");
  REQUIRE(clash.b.conflicts.size() == 1);
  const bool remote = policy == ConflictPolicy::kRemote;
  CHECK(clash.b.conflicts[0].outcome == (remote ? ConflictOutcome::kRemote : ConflictOutcome::kKeptBoth));
  CHECK(clash.b.conflicts[0].copy_id == copy);
  CHECK(synced(clash.b).conflicts == 0);
}

TEST_CASE("policy local: ours stays, theirs is the copy, in one commit") {
  // The Hub never has neither: the copy is sent with what replaces it.
  Clash clash(ConflictPolicy::kLocal);
  const size_t commits = clash.hub.commits();
  CHECK(synced(clash.b).conflicts == 1);
  CHECK(clash.hub.commits() == commits + 1);
  CHECK(clash.hub.files().at(path_of("p1")).content == kOurs);
  CHECK(clash.b.copies() == "p1:remote");
  CHECK(clash.b.load(clash.b.copy_ids().at(0)) == kTheirs);
  synced(clash.a);
  CHECK(clash.a.load("p1") == kOurs);
  CHECK(clash.a.load(clash.a.copy_ids().at(0)) == kTheirs);
}

TEST_CASE("a copy is used: it becomes the item, everywhere, and the conflict is over") {
  // The user has looked at both and decided.
  Clash clash(ConflictPolicy::kMerge);
  synced(clash.b);
  synced(clash.a);
  CHECK(clash.a.resolve(clash.a.copy_ids().at(0), true).status.ok());
  CHECK(clash.a.load("p1") == kOurs);
  CHECK(clash.a.copies().empty());
  CHECK(synced(clash.a).conflicts == 0);
  synced(clash.b);
  CHECK(clash.b.load("p1") == kOurs);
  CHECK(clash.b.copies().empty());
  CHECK(clash.b.list() == "p1:synced");
  CHECK(clash.hub.files().at(path_of("p1")).content == kOurs);
}

TEST_CASE("using a copy does not overwrite a version that a pending change hides") {
  // What the user chose over is this device's change; theirs, listed meanwhile, nobody here has seen.
  Clash clash(ConflictPolicy::kMerge);
  synced(clash.b);
  REQUIRE(clash.b.load("p1") == kTheirs);
  REQUIRE(clash.b.save("p1", R"({"id":"p1","a":5,"b":0})").status.ok());
  REQUIRE(clash.a.save("p1", R"({"id":"p1","a":6,"b":0})").status.ok());
  synced(clash.a);
  clash.b.advance(60'000);
  REQUIRE(clash.b.load("unknown") == "(none)");  // Pulls, and pushes nothing.
  CHECK(clash.b.resolve(clash.b.copy_ids().at(0), true).status.ok());
  synced(clash.b);
  synced(clash.b);
  CHECK(clash.hub.files().at(path_of("p1")).content == R"({"id":"p1","a":6,"b":0})");
  CHECK(clash.b.copy_ids().size() == 1);
  CHECK(clash.b.load(clash.b.copy_ids().at(0)) == kOurs);
}

/// The user of device a chooses the copy over "theirs". What `is_held` says is held up until a has learnt of a third
/// version, by b.
void use_while_third_comes(bool (*is_held)(const Effect&)) {
  Clash clash(ConflictPolicy::kKeepBoth);
  synced(clash.b);
  synced(clash.a);
  REQUIRE(clash.a.load("p1") == kTheirs);
  const std::string copy = make_copy_id("p1", Side::kLocal, sha256(kOurs));
  clash.a.fate = [is_held](const Effect& effect) { return is_held(effect) ? Fate::kHold : Fate::kRun; };
  const RequestId use = clash.a.send(ResolveCopy{"projects", Kind::kJson, copy, true});
  clash.a.settle();
  REQUIRE_FALSE(clash.a.answered(use));
  clash.a.fate = nullptr;
  const std::string third = R"({"id":"p1","a":3,"b":0})";
  REQUIRE(clash.b.load("p1") == kTheirs);
  REQUIRE(clash.b.save("p1", third).status.ok());
  synced(clash.b);
  clash.a.advance(1);
  synced(clash.a);
  clash.a.release_held();
  CHECK(clash.a.wait(use).status.ok());
  synced(clash.a);
  CHECK(clash.hub.files().at(path_of("p1")).content == third);
  CHECK(clash.hub.files().at(path_of(copy)).content == kOurs);
}

TEST_CASE("using a copy does not overwrite a version that comes while the copy is fetched") {
  // The user chose between two versions; a third one has been listed before the choice is written.
  use_while_third_comes([](const Effect& effect) {
    const auto* request = std::get_if<HttpRequest>(&effect.body);
    return request != nullptr && request->url.find("~local-") != std::string::npos;
  });
}

TEST_CASE("using a copy does not overwrite a version that comes while the store is asked what is listed") {
  // As when the database is busy with other tabs, one of which has pulled: the listing it gives is not the one of then.
  use_while_third_comes([](const Effect& effect) {
    const auto* tx = std::get_if<StoreTx>(&effect.body);
    return tx != nullptr && tx->gets.size() == 1 && tx->gets[0].starts_with("remote/folder/");
  });
}

TEST_CASE("a copy that is used is not merged away") {
  // It is the version that the pending change was made from. A merge would find nothing changed in it, take the Hub's
  // version for the whole, and leave the chosen content nowhere.
  Clash clash(ConflictPolicy::kMerge);
  synced(clash.b);
  const std::string copy = make_copy_id("p1", Side::kLocal, sha256(kOurs));
  REQUIRE(clash.b.copy_ids() == std::vector<std::string>{copy});
  REQUIRE(clash.b.save("p1", R"({"id":"p1","a":3,"b":0})").status.ok());
  REQUIRE(clash.b.resolve(copy, true).status.ok());
  CHECK(clash.b.load("p1") == kOurs);
  synced(clash.b);
  CHECK(clash.b.load("p1") == kTheirs);
  CHECK(clash.b.load(copy) == kOurs);
  CHECK(clash.hub.files().at(path_of("p1")).content == kTheirs);
  CHECK(clash.hub.files().count(path_of(copy)) == 1);
}

TEST_CASE("a copy is discarded: it goes, everywhere, and the item stays") {
  // The other decision; made while the copy has not even reached the Hub.
  Clash clash(ConflictPolicy::kMerge);
  synced(clash.b);
  const std::string copy = clash.b.copy_ids().at(0);
  CHECK(clash.b.resolve(copy, false).status.ok());
  CHECK(clash.b.copies().empty());
  CHECK(clash.b.resolve(copy, false).status.code() == ErrorCode::NOT_FOUND);
  CHECK(clash.b.resolve("p1", true).status.code() == ErrorCode::NOT_FOUND);
  synced(clash.b);
  CHECK(clash.hub.files().count(path_of(copy)) == 0);
  synced(clash.a);
  CHECK(clash.a.copies().empty());
  CHECK(clash.a.load("p1") == kTheirs);
}

TEST_CASE("apps do not write under the id of a copy") {
  // Copies are made by hubstash alone; an id of that form would be taken for one.
  Clash clash(ConflictPolicy::kMerge);
  synced(clash.b);
  const std::string copy = clash.b.copy_ids().at(0);
  CHECK(clash.b.save(copy, "{}").status.code() == ErrorCode::INVALID_ID);
  CHECK(clash.b.remove(copy).status.code() == ErrorCode::INVALID_ID);
  CHECK(clash.b.load(copy) == kOurs);
}

TEST_CASE("an app that saves on without looking does not overwrite what it has not seen") {
  // The writer's next save is still of the version before the conflict: theirs must survive it.
  Clash clash(ConflictPolicy::kMerge);
  synced(clash.b);
  REQUIRE(clash.b.save("p1", R"({"id":"p1","a":3,"b":0})").status.ok());
  CHECK(synced(clash.b).conflicts == 1);
  CHECK(clash.hub.files().at(path_of("p1")).content == kTheirs);
  CHECK(clash.b.copy_ids().size() == 2);
}

TEST_CASE("a conflict that is decided twice makes one copy") {
  // The device dies between its decision and the commit, or between the commit and its confirmation.
  for (uint64_t crash_at = 0; crash_at < 30; ++crash_at) {
    CAPTURE(crash_at);
    Clash clash(ConflictPolicy::kMerge);
    uint64_t left = crash_at;
    clash.b.fate = [&](const Effect&) { return left-- == 0 ? Fate::kCrashAfter : Fate::kRun; };
    clash.b.sync();
    clash.b.crash();
    TestHost again(clash.hub, clash.phone, with_policy(3, ConflictPolicy::kMerge));
    synced(again);
    CHECK(again.load("p1") == kTheirs);
    REQUIRE(again.copy_ids().size() == 1);
    CHECK(again.load(again.copy_ids()[0]) == kOurs);
    CHECK(clash.hub.commits() == 3);
  }
}

TEST_CASE("different fields: the merge goes to the Hub and to both devices, without a copy") {
  // What each side changed is in it.
  Clash clash(ConflictPolicy::kMerge);
  REQUIRE(clash.b.save("p1", R"({"id":"p1","a":0,"b":7})").status.ok());
  CHECK(synced(clash.b).conflicts == 1);
  const std::string merged = clash.hub.files().at(path_of("p1")).content;
  CHECK(merged == "{\n  \"id\": \"p1\",\n  \"a\": 1,\n  \"b\": 7\n}\n");
  CHECK(clash.b.load("p1") == merged);
  CHECK(clash.b.copies().empty());
  CHECK(clash.b.list() == "p1:synced");
  REQUIRE(clash.b.conflicts.size() == 1);
  CHECK(clash.b.conflicts[0].outcome == ConflictOutcome::kMerged);
  CHECK(synced(clash.b).conflicts == 0);
  synced(clash.a);
  CHECK(clash.a.load("p1") == merged);
}

TEST_CASE("an app that saves on after a merge without looking undoes nothing of it") {
  // Its next save is of what it had seen: it is merged again, against that.
  Clash clash(ConflictPolicy::kMerge);
  REQUIRE(clash.b.save("p1", R"({"id":"p1","a":0,"b":7})").status.ok());
  synced(clash.b);
  REQUIRE(clash.b.save("p1", R"({"id":"p1","a":0,"b":8})").status.ok());
  CHECK(synced(clash.b).conflicts == 1);
  CHECK(clash.hub.files().at(path_of("p1")).content == "{\n  \"id\": \"p1\",\n  \"a\": 1,\n  \"b\": 8\n}\n");
  CHECK(clash.b.copies().empty());
}

TEST_CASE("a merge whose reply was lost is committed once") {
  // The Hub has it; merged with it again, this device's version adds nothing.
  const auto fault = GENERATE(ModelHub::CommitFault::kReplyLost, ModelHub::CommitFault::k500After);
  Clash clash(ConflictPolicy::kMerge);
  REQUIRE(clash.b.save("p1", R"({"id":"p1","a":0,"b":7})").status.ok());
  const size_t commits = clash.hub.commits();
  clash.hub.next_commit = fault;
  synced(clash.b);
  CHECK(clash.hub.commits() == commits + 1);
  CHECK(clash.b.copies().empty());
  CHECK(clash.b.load("p1") == clash.hub.files().at(path_of("p1")).content);
}

TEST_CASE("a save while the merge is on its way is merged with it") {
  // The push settles the change that it took; the one that came after is not of the merge.
  Clash clash(ConflictPolicy::kMerge);
  REQUIRE(clash.b.save("p1", R"({"id":"p1","a":0,"b":7})").status.ok());
  RequestId during = 0;
  const std::string later = R"({"id":"p1","a":0,"b":7,"c":1})";
  clash.hub.before_commit = [&] {
    during = clash.b.send(SaveDocuments{"projects", {{"p1", static_cast<uint32_t>(later.size())}}, later});
  };
  synced(clash.b);
  REQUIRE(clash.b.wait(during).status.ok());
  synced(clash.b);
  CHECK(clash.hub.files().at(path_of("p1")).content ==
        "{\n  \"id\": \"p1\",\n  \"a\": 1,\n  \"b\": 7,\n  \"c\": 1\n}\n");
}

TEST_CASE("a base that is not here is fetched from the commit that had it") {
  // A save during a push leaves no body of the base on this device, but the Hub's history has it.
  ModelHub hub;
  TestStore laptop, phone;
  TestHost a(hub, laptop, test_options(1)), dying(hub, phone, test_options(2));
  REQUIRE(dying.save("p1", R"({"id":"p1","a":0,"b":0})").status.ok());
  const std::string later = R"({"id":"p1","a":0,"b":1})";
  RequestId during = 0;
  hub.before_commit = [&] {
    during = dying.send(SaveDocuments{"projects", {{"p1", static_cast<uint32_t>(later.size())}}, later});
    dying.settle();
  };
  int commits = 0;
  dying.fate = [&](const Effect& effect) {
    const auto* request = std::get_if<HttpRequest>(&effect.body);
    const bool commits_again = request && request->url.ends_with("/commit/main") && ++commits == 2;
    return commits_again ? Fate::kCrashBefore : Fate::kRun;
  };
  dying.sync();
  REQUIRE(dying.crashed());
  TestHost b(hub, phone, test_options(3));
  synced(a);
  REQUIRE(a.load("p1") == R"({"id":"p1","a":0,"b":0})");
  REQUIRE(a.save("p1", R"({"id":"p1","a":1,"b":0})").status.ok());
  synced(a);
  synced(b);
  CHECK(hub.files().at(path_of("p1")).content == "{\n  \"id\": \"p1\",\n  \"a\": 1,\n  \"b\": 1\n}\n");
}

TEST_CASE("both made the same id: both versions stay") {
  // There is no common base to merge against.
  ModelHub hub;
  TestStore laptop, phone;
  TestHost a(hub, laptop, test_options(1)), b(hub, phone, test_options(2));
  REQUIRE(a.save("p1", R"({"id":"p1","a":1})").status.ok());
  REQUIRE(b.save("p1", R"({"id":"p1","b":1})").status.ok());
  synced(a);
  CHECK(synced(b).conflicts == 1);
  CHECK(b.load("p1") == R"({"id":"p1","a":1})");
  CHECK(b.load(b.copy_ids().at(0)) == R"({"id":"p1","b":1})");
}

TEST_CASE("PDFs are never merged: theirs stays, ours is a copy with the right extension") {
  // Also one of several chunks, and one that takes more than one transaction.
  const size_t size = GENERATE(size_t{10}, size_t{3} << 20, (size_t{17} << 20) + 5);
  ModelHub hub;
  TestStore laptop, phone;
  TestHost a(hub, laptop, test_options(1)), b(hub, phone, test_options(2));
  const Bytes theirs(size, 't'), ours(size, 'o');
  REQUIRE(a.put("d", theirs).status.ok());
  REQUIRE(b.put("d", ours).status.ok());
  synced(a);
  CHECK(synced(b).conflicts == 1);
  const std::string copy = make_copy_id("d", Side::kLocal, sha256(ours));
  CHECK(b.copy_ids("pdfs", Kind::kBlob) == std::vector<std::string>{copy});
  CHECK(b.load_pdf("d") == theirs);
  CHECK(b.load_pdf(copy) == ours);
  CHECK(hub.files().count("pdfs/" + shard_of("d") + "/" + copy + ".pdf") == 1);
  CHECK(phone.keys("stage/").empty());
  synced(a);
  CHECK(a.resolve(copy, true, "pdfs", Kind::kBlob).status.ok());
  synced(a);
  synced(b);
  CHECK(b.load_pdf("d") == ours);
  CHECK(b.list("pdfs", Kind::kBlob) == "d:synced");
}

TEST_CASE("a damaged listing commits nothing over versions that it may hide") {
  // The folder's record is unreadable: it is pulled anew before anything is pushed.
  Clash clash(ConflictPolicy::kMerge);
  synced(clash.b);
  REQUIRE(clash.b.save("p1", R"({"id":"p1","a":5,"b":0})").status.ok());
  const bool removed = GENERATE(true, false);
  for (const Bytes& key : clash.phone.keys("remote/folder/")) {
    removed ? void(clash.phone.records.erase(key)) : void(clash.phone.records[key][30] ^= 1);
  }
  synced(clash.b);
  CHECK(clash.hub.files().at(path_of("p1")).content == kTheirs);
  CHECK(clash.b.copy_ids().size() == 2);
}

}  // namespace
}  // namespace hubstash::test
