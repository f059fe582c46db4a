// The user has looked at a conflict copy and decides: it becomes the item, or it goes. What nobody here has seen is not
// overwritten by that.
#include "support/clash.h"

namespace hubstash::test {
namespace {

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

TEST_CASE("a copy that was edited by hand is used: the conflict is over") {
  // Its name still tells of the content that lost; what the user looked at and chose is what it holds.
  Clash clash(ConflictPolicy::kMerge);
  synced(clash.b);
  const std::string copy = clash.b.copy_ids().at(0);
  const Bytes edited = R"({"id":"p1","a":2,"b":2})";
  clash.hub.write(path_of(copy), edited);
  clash.b.advance(60'000);
  synced(clash.b);
  REQUIRE(clash.b.load("p1") == kTheirs);
  REQUIRE(clash.b.load(copy) == edited);
  CHECK(clash.b.resolve(copy, true).status.ok());
  synced(clash.b);
  CHECK(clash.b.copies().empty());
  CHECK(clash.hub.content(path_of("p1")) == edited);
  CHECK(clash.hub.files().count(path_of(copy)) == 0);
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

TEST_CASE("a copy that is used while the item is deleted on the Hub is not merged away by whoever makes it again") {
  // As above; the version that the pending change was made from is the only one that this device knows of.
  Clash clash(ConflictPolicy::kMerge);
  synced(clash.b);
  synced(clash.a);
  const std::string copy = make_copy_id("p1", Side::kLocal, sha256(kOurs));
  REQUIRE(clash.b.save("p1", R"({"id":"p1","a":3,"b":0})").status.ok());
  REQUIRE(clash.a.remove("p1").status.ok());
  synced(clash.a);
  clash.b.advance(60'000);
  REQUIRE(clash.b.load("unknown") == "(none)");  // Pulls, and pushes nothing.
  CHECK(clash.b.resolve(copy, true).status.ok());
  const std::string again = R"({"id":"p1","a":4,"b":0})";
  REQUIRE(clash.a.save("p1", again).status.ok());
  synced(clash.a);
  synced(clash.b);
  CHECK(clash.hub.files().at(path_of("p1")).content == again);
  CHECK(clash.hub.files().count(path_of(copy)) == 1);
  CHECK(clash.b.load(copy) == kOurs);
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

TEST_CASE("using a copy does not overwrite a merge that no app has loaded") {
  // The app loads its version and thinks. Meanwhile its own device's push merges theirs into it, on the Hub.
  Clash clash(ConflictPolicy::kMerge);
  synced(clash.b);
  synced(clash.a);
  const std::string copy = clash.b.copy_ids().at(0);
  REQUIRE(clash.a.load("p1") == kTheirs);
  REQUIRE(clash.b.load("p1") == kTheirs);
  REQUIRE(clash.a.save("p1", R"({"id":"p1","a":1,"b":0,"a's":1})").status.ok());
  synced(clash.a);
  REQUIRE(clash.b.save("p1", R"({"id":"p1","a":1,"b":0,"b's":1})").status.ok());
  synced(clash.b);
  const Bytes merged = clash.hub.content(path_of("p1"));
  REQUIRE(merged.find("a's") != merged.npos);
  REQUIRE(merged.find("b's") != merged.npos);

  CHECK(clash.b.resolve(copy, true).status.ok());
  synced(clash.b);
  CHECK(clash.hub.content(path_of("p1")) == merged);
  CHECK(clash.b.load(clash.b.copy_ids().at(0)) == kOurs);
  // Having looked at it, the app may choose again.
  CHECK(clash.b.load("p1") == merged);
  CHECK(clash.b.resolve(clash.b.copy_ids().at(0), true).status.ok());
  synced(clash.b);
  CHECK(clash.hub.content(path_of("p1")) == kOurs);
  CHECK(clash.b.copies().empty());
}

TEST_CASE("using a copy does not overwrite what another device saved since the app loaded the item") {
  // Listed long before the call, and never shown to anybody here.
  Clash clash(ConflictPolicy::kMerge);
  synced(clash.b);
  synced(clash.a);
  REQUIRE(clash.b.load("p1") == kTheirs);
  const std::string third = R"({"id":"p1","a":3,"b":0})";
  REQUIRE(clash.a.save("p1", third).status.ok());
  synced(clash.a);
  clash.b.advance(1'000);
  synced(clash.b);
  clash.b.advance(60'000);
  CHECK(clash.b.resolve(clash.b.copy_ids().at(0), true).status.ok());
  synced(clash.b);
  CHECK(clash.hub.content(path_of("p1")) == third);
  CHECK(clash.b.load(clash.b.copy_ids().at(0)) == kOurs);
}

TEST_CASE("a device that met the conflict may keep its own version without loading the other") {
  // A button "keep mine" beside the news of the conflict: what it replaces is what the conflict was about.
  Clash clash(ConflictPolicy::kMerge);
  synced(clash.b);
  REQUIRE(clash.b.conflicts.size() == 1);
  CHECK(clash.b.resolve(clash.b.conflicts[0].copy_id, true).status.ok());
  synced(clash.b);
  CHECK(clash.hub.content(path_of("p1")) == kOurs);
  CHECK(clash.b.copies().empty());
}

TEST_CASE("keeping its own version does not overwrite what another device saved after the conflict") {
  // The news of the conflict stayed on the screen for an hour, and the app loads nothing before the user chooses; or it
  // does, and is shown its own version, because the Hub asks to slow down.
  Clash clash(ConflictPolicy::kMerge);
  synced(clash.b);
  REQUIRE(clash.b.conflicts.size() == 1);
  const std::string copy = clash.b.conflicts[0].copy_id;
  synced(clash.a);
  REQUIRE(clash.a.load("p1") == kTheirs);
  const std::string third = R"({"id":"p1","a":3,"b":0})";
  REQUIRE(clash.a.save("p1", third).status.ok());
  synced(clash.a);
  clash.b.advance(3'600'000);
  synced(clash.b);
  CHECK(clash.b.resolve(copy, true).status.ok());
  synced(clash.b);
  CHECK(clash.hub.content(path_of("p1")) == third);
  CHECK(clash.b.load("p1") == third);
  CHECK(clash.b.copy_ids() == std::vector<std::string>{copy});
  CHECK(clash.b.load(copy) == kOurs);
  // Having seen what it is, the user may choose again.
  CHECK(clash.b.resolve(copy, true).status.ok());
  synced(clash.b);
  CHECK(clash.hub.content(path_of("p1")) == kOurs);
  CHECK(clash.b.copies().empty());
}

/// As a clash of documents, of PDFs: `b` has lost the conflict, and its version is a copy.
struct PdfClash {
  ModelHub hub;
  TestStore laptop, phone;
  TestHost a{hub, laptop, test_options(1)};
  TestHost b{hub, phone, test_options(2)};
  std::string copy;
  PdfClash() {
    REQUIRE(a.put("a", "%PDF 0").status.ok());
    synced(a);
    synced(b);
    REQUIRE(b.load_pdf("a") == "%PDF 0");
    REQUIRE(a.put("a", "%PDF theirs").status.ok());
    REQUIRE(b.put("a", "%PDF ours").status.ok());
    synced(a);
    synced(b);
    REQUIRE(b.conflicts.size() == 1);
    copy = b.conflicts[0].copy_id;
  }
  Reply keep_mine() { return b.resolve(copy, true, "pdfs", Kind::kBlob); }
};

TEST_CASE("keeping its own PDF replaces what it lost against") {
  // As of a document; of the lost version this device has only the name, its bytes are the copy's.
  PdfClash clash;
  CHECK(clash.b.list("pdfs", Kind::kBlob) == "a:conflict");
  CHECK(clash.keep_mine().status.ok());
  synced(clash.b);
  synced(clash.a);
  CHECK(clash.a.load_pdf("a") == "%PDF ours");
  CHECK(clash.a.copies("pdfs", Kind::kBlob).empty());
}

TEST_CASE("keeping its own PDF does not overwrite what another device saved after the conflict") {
  // Nobody on this device has seen that one.
  PdfClash clash;
  synced(clash.a);
  REQUIRE(clash.a.put("a", "%PDF third").status.ok());
  synced(clash.a);
  clash.b.advance(3'600'000);
  synced(clash.b);
  CHECK(clash.keep_mine().status.ok());
  synced(clash.b);
  synced(clash.a);
  CHECK(clash.a.load_pdf("a") == "%PDF third");
  CHECK(clash.a.load_pdf(clash.copy) == "%PDF ours");
  CHECK(clash.b.load_pdf("a") == "%PDF third");
  // Having seen what it is, the user may choose again.
  CHECK(clash.keep_mine().status.ok());
  synced(clash.b);
  synced(clash.a);
  CHECK(clash.a.load_pdf("a") == "%PDF ours");
}

}  // namespace
}  // namespace hubstash::test
