// Which collections a store has, of which kind, and under which ids an app may save: what a backup asks first.
#include "base/sha256.h"
#include "catch.h"
#include "hub/layout.h"
#include "store/keys.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

/// "name:kind" of each, joined by blanks, or the error's name.
std::string collections(TestHost& host) {
  const Reply reply = host.call(ListCollections{});
  if (!reply.status.ok()) return std::string(error_name(reply.status.code()));
  std::string text;
  for (const auto& [collection, kind] : std::get<Collections>(reply.value).items) {
    text += (text.empty() ? "" : " ") + collection + (kind == Kind::kJson ? ":json" : ":blob");
  }
  return text;
}

const std::string kBuiltIn = "pdfs:blob projects:json";

void put_on_hub(ModelHub& hub, const std::string& collection, Kind kind, const std::string& id,
                Encoding encoding = Encoding::kPlain) {
  hub.write(item_path("", collection, kind, id, encoding), kind == Kind::kJson ? "{}" : "bytes");
}

Options with_mode(Mode mode) {
  Options options = test_options();
  options.mode = mode;
  return options;
}

TEST_CASE("collections: the built-in ones are always there, others when something of them is") {
  // A backup lists those that it is told of, and no other.
  ModelHub hub;
  TestStore store;
  {
    TestHost host(hub, store, with_mode(Mode::kLocal));
    CHECK(collections(host) == kBuiltIn);
    REQUIRE(host.save("n1", "{}", "notes").status.ok());
    REQUIRE(host.call(SaveBlob{"images", "i1", host.add_blob("png"), "image/png"}).status.ok());
  }
  // Another page, which has opened none of them.
  TestHost later(hub, store, with_mode(Mode::kLocal));
  CHECK(collections(later) == "images:blob notes:json " + kBuiltIn);
  CHECK(hub.log.empty());
}

TEST_CASE("collections: those that only the Hub has are told by the names of their files") {
  // A device that has just been set up has opened nothing yet. A document may be packed, a blob's id may end in
  // ".json", and what others put beside them is not a collection.
  ModelHub hub;
  put_on_hub(hub, "notes", Kind::kJson, "n1");
  put_on_hub(hub, "drawings", Kind::kJson, "d1", Encoding::kGzip);
  for (const char* id : {"a.json", "b.json", "c.png"}) put_on_hub(hub, "images", Kind::kBlob, id);
  hub.write("docs/guide.md", "text");
  hub.write("docs/ab/guide.md", "text");
  hub.write("README.md", "text");
  TestStore store;
  for (const Mode mode : {Mode::kHybrid, Mode::kRemote}) {
    CAPTURE(static_cast<int>(mode));
    TestStore empty;
    TestHost host(hub, empty, with_mode(mode));
    CHECK(collections(host) == "drawings:json images:blob notes:json " + kBuiltIn);
    CHECK(host.list("images", Kind::kBlob) == "a.json:remote-only b.json:remote-only c.png:remote-only");
  }
}

TEST_CASE("collections: what the app says of the kind decides") {
  // It may have named a collection that has nothing yet; a backup must not bring it items of the other kind.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  CHECK(host.list("scans", Kind::kBlob).empty());
  CHECK(collections(host) == kBuiltIn + " scans:blob");
  CHECK(host.call(List{"scans", Kind::kJson}).status.code() == ErrorCode::INVALID_ARGUMENT);
}

TEST_CASE("collections: without the Hub those of this device, in remote mode none") {
  ModelHub hub;
  put_on_hub(hub, "notes", Kind::kJson, "n1");
  TestStore store;
  {
    TestHost host(hub, store);
    REQUIRE(host.sync().status.ok());
    hub.offline = true;
    CHECK(collections(host) == "notes:json " + kBuiltIn);
  }
  TestStore empty;
  TestHost fresh(hub, empty);
  REQUIRE(fresh.save("m1", "{}", "memos").status.ok());
  CHECK(collections(fresh) == "memos:json " + kBuiltIn);
  TestStore none;
  TestHost remote(hub, none, with_mode(Mode::kRemote));
  CHECK(collections(remote) == "OFFLINE");
}

TEST_CASE("collections: a damaged listing is asked for again") {
  // To leave out what a damaged folder had would make a backup without it.
  ModelHub hub;
  put_on_hub(hub, "notes", Kind::kJson, "n1");
  TestStore store;
  TestHost host(hub, store);
  REQUIRE(host.sync().status.ok());
  const Bytes key = folder_key("notes", shard_of("n1"));
  Bytes& record = store.records.at(key);
  record.back() = static_cast<char>(record.back() ^ 1);
  CHECK(collections(host) == "notes:json " + kBuiltIn);
}

TEST_CASE("ids are checked as a save would check them, and nothing is read or written") {
  // An import knows before its first write that none of its ids will be refused.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  const std::string copy = make_copy_id("a", Side::kLocal, sha256("x"));
  CHECK(host.call(CheckIds{{"a", "b c", "%2", std::string(200, 'x')}}).status.ok());
  CHECK(host.call(CheckIds{}).status.ok());
  for (const std::string& bad :
       {std::string(), std::string("../x"), std::string(".GIT"), std::string(201, 'x'), copy}) {
    CAPTURE(bad);
    CHECK(host.call(CheckIds{{"a", bad}}).status.code() == ErrorCode::INVALID_ID);
    CHECK(host.save(bad, "{}").status.code() == ErrorCode::INVALID_ID);
  }
  CHECK(store.keys("meta/").empty());
  CHECK(hub.log.empty());
}

}  // namespace
}  // namespace hubstash::test
