#include "store/keys.h"

#include <algorithm>
#include <set>
#include <string>

#include "catch.h"
#include "store/stage.h"

namespace hubstash {
namespace {

TEST_CASE("keys: as docs/FORMATS.md writes them") {
  // They are a format: another version must find them.
  CHECK(item_key("projects", "p1") == "meta/projects/p1");
  CHECK(outbox_key("pdfs", "p1") == "outbox/pdfs/p1");
  CHECK(chunk_key("pdfs", "p1", "0", 12) == "body/pdfs/p1.0.12");
  CHECK(folder_index_key("pdfs") == "remote/index/pdfs");
  CHECK(folder_key("pdfs", "0f") == "remote/folder/pdfs/0f");
  CHECK(stage_key("abc") == "stage/abc");
}

TEST_CASE("keys: every key lies below its prefix, and none below another's") {
  // Scans and deletions go by prefix; "ab" must not bring what belongs to "a".
  CHECK(item_key("a", "x").starts_with(item_prefix("a")));
  CHECK_FALSE(item_key("ab", "x").starts_with(item_prefix("a")));
  CHECK(folder_key("a", "00").starts_with(folder_prefix("a")));
  CHECK_FALSE(folder_key("ab", "00").starts_with(folder_prefix("a")));
  for (const std::string& prefix : {item_prefix("a"), folder_prefix("a"), Bytes(kOutboxPrefix), Bytes(kStagePrefix)}) {
    CHECK(prefix.ends_with('/'));
  }
}

TEST_CASE("keys: ids with slashes and dots cannot reach another item's chunks") {
  // The id "a" with revision "b.0" would else be the id "a.b" with revision "0".
  std::set<Bytes> keys;
  for (const char* id : {"a", "a.0", "a.0.0", "a/b", "a%2Fb", "A", ".", "..", "é"}) {
    for (const char* revision : {"0", "0123456789abcdef"}) {
      for (const uint32_t number : {0u, 1u, 10u}) CHECK(keys.insert(chunk_key("pdfs", id, revision, number)).second);
    }
  }
  for (const Bytes& key : keys) CHECK(std::count(key.begin(), key.end(), '/') == 2);
}

}  // namespace
}  // namespace hubstash
