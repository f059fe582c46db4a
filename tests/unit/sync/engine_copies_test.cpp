// What becomes of two versions of one item, by policy: which stays, which is kept as a conflict copy, and how it ends.
#include "support/clash.h"

namespace hubstash::test {
namespace {

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

TEST_CASE("policy local: a version that others made the item again is not overwritten unseen") {
  // Another device had the same conflict first, so that its copy is the one that this device was to send. Then its user
  // chose that copy: theirs is the item once more, no copy keeps it, and it is what ours was to replace.
  Clash clash(ConflictPolicy::kLocal);
  const std::string copy = make_copy_id("p1", Side::kRemote, sha256(kTheirs));
  clash.hub.before_commit = [&] {
    clash.hub.write(path_of(copy), kTheirs);
    clash.hub.write(path_of("p1"), R"({"id":"p1","a":3,"b":0})");
    clash.hub.answer_first = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
      if (request.url.find("/p1.json") == std::string::npos) return std::nullopt;
      return HttpAnswer{{}, 403, {}, R"({"error":"You do not have access"})"};
    };
  };
  CHECK(clash.b.sync().status.code() == ErrorCode::FORBIDDEN);
  clash.hub.answer_first = nullptr;
  REQUIRE(clash.b.list() == "p1:conflict");
  clash.hub.write(path_of("p1"), kTheirs);
  clash.hub.remove(path_of(copy));
  CHECK(synced(clash.b).conflicts == 1);
  CHECK(clash.hub.content(path_of("p1")) == kOurs);
  CHECK(clash.hub.content(path_of(copy)) == kTheirs);
  CHECK(clash.b.copy_ids() == std::vector<std::string>{copy});
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

TEST_CASE("a merge to which theirs adds nothing is this device's version: a deletion on top of it counts") {
  // Somebody has saved the base in another spelling. The app has seen all that the merge has, so it may delete it, also
  // while the commit of it is on its way.
  ModelHub hub;
  TestStore laptop;
  TestHost host(hub, laptop);
  REQUIRE(host.save("p1", kBase).status.ok());
  synced(host);
  hub.write(path_of("p1"), R"({ "id": "p1", "b": 0, "a": 0 })");
  REQUIRE(host.save("p1", kOurs).status.ok());
  const bool deletes = GENERATE(false, true);
  RequestId during = 0;
  hub.before_commit = [&] {
    if (deletes) during = host.send(Delete{"projects", Kind::kJson, "p1"});
  };
  CHECK(synced(host).conflicts == 1);
  if (!deletes) {
    CHECK(hub.content(path_of("p1")) == kOurs);
    CHECK(host.list() == "p1:synced");
    CHECK(host.load("p1") == kOurs);
    return;
  }
  REQUIRE(host.wait(during).status.ok());
  synced(host);
  CHECK(hub.files().count(path_of("p1")) == 0);
  CHECK(host.load("p1") == "(none)");
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
