#include "sync/tree_walk.h"

#include <string>

#include "catch.h"
#include "sync/diff_tree.h"

namespace hubstash {
namespace {

std::string oid(int number) { return std::string(38, 'a') + std::to_string(10 + number); }
std::string shard(int number) { return std::to_string(10 + number); }

TreeEntry folder(const std::string& path, const std::string& id) { return {true, path, id, 0, ""}; }
TreeEntry file(const std::string& path, const std::string& id) { return {false, path, id, 5, ""}; }

/// A collection of `count` shards; `changed` of them have other ids.
std::vector<TreeEntry> shards(int count, int changed) {
  std::vector<TreeEntry> entries;
  for (int i = 0; i < count; ++i) entries.push_back(folder("x/" + shard(i), oid(i < changed ? i + 50 : i)));
  return entries;
}

FolderIndex known(int count) {
  FolderIndex index;
  for (int i = 0; i < count; ++i) index.shards[shard(i)] = oid(i);
  return index;
}

TEST_CASE("parse_shard_path: the collection's shards and their files, nothing else") {
  // Other tools may keep what they like beside.
  CHECK(parse_shard_path("a/b", "a/b/0f/x.json")->file == "x.json");
  CHECK(parse_shard_path("a/b", "a/b/0f/x.json")->shard == "0f");
  CHECK(parse_shard_path("b", "b/0f")->file == "");
  for (const char* path :
       {"b", "b/", "b/0", "b/0F", "b/0g", "b/0ff", "b/0f/", "b/0f/x/y", "bb/0f", "c/0f", "b/readme"}) {
    CAPTURE(path);
    CHECK_FALSE(parse_shard_path("b", path).has_value());
  }
}

TEST_CASE("make_folder and diff_folder: what is new, changed, gone; known versions keep their time") {
  // The time is what the app shows as "modified".
  Folder before;
  before.files["a"] = {oid(1), "", 5, 100};
  before.files["b"] = {oid(2), "", 5, 100};
  before.files["c"] = {oid(3), "", 5, 100};
  const Folder after = make_folder(
      {file("x/00/a", oid(1)), file("x/00/b", oid(9)), file("x/00/d", oid(4)), folder("x/00/e", oid(5))}, before, 200);
  CHECK(after.files.size() == 3);
  CHECK(after.files.at("a").seen_at == 100);
  CHECK(after.files.at("b").seen_at == 200);
  const FolderDiff diff = diff_folder(before, after);
  CHECK(diff.added == std::vector<std::string>{"d"});
  CHECK(diff.changed == std::vector<std::string>{"b"});
  CHECK(diff.removed == std::vector<std::string>{"c"});
  CHECK(diff_folder(after, after).empty());
}

TEST_CASE("changed_shards: other ids, new ones, gone ones, and those not known") {
  // An empty id is what our own commit left: it never equals.
  const FolderIndex before{{{"00", "x"}, {"01", ""}, {"02", "y"}}};
  const FolderIndex after{{{"00", "x"}, {"01", "z"}, {"03", "w"}}};
  CHECK(changed_shards(before, after) == std::vector<std::string>{"01", "03", "02"});
  CHECK(changed_shards(after, after).empty());
}

TEST_CASE("walk: folders that did not change are not listed") {
  // This is why a pull is cheap.
  TreeWalk walk;
  CHECK_FALSE(walk.next().has_value());
  walk.add_collection("x", "x", known(30));
  CHECK(walk.next()->path == "x");
  CHECK_FALSE(walk.next()->recursive);
  walk.take(shards(30, 1));
  REQUIRE(walk.next().has_value());
  CHECK(walk.next()->path == "x/" + shard(0));
  walk.take({file("x/" + shard(0) + "/a.json", oid(7))});
  CHECK_FALSE(walk.next().has_value());
  CHECK(walk.folders().size() == 1);
  CHECK(walk.folders().at({"x", shard(0)}).size() == 1);
  CHECK(walk.indexes().at("x").shards.size() == 30);
}

TEST_CASE("walk: many changed folders are one recursive listing") {
  // Up to eight are listed each on their own.
  for (const int changed : {8, 9}) {
    CAPTURE(changed);
    TreeWalk walk;
    walk.add_collection("x", "x", known(30));
    walk.take(shards(30, changed));
    int steps = 0;
    if (changed > 8) {
      CHECK(walk.next()->recursive);
      CHECK(walk.next()->path == "x");
      std::vector<TreeEntry> all = shards(30, changed);
      for (int i = 0; i < 30; ++i) all.push_back(file("x/" + shard(i) + "/a.json", oid(i)));
      walk.take(all);
    } else {
      for (; walk.next(); ++steps) walk.take({file(walk.next()->path + "/a.json", oid(1))});
      CHECK(steps == 8);
    }
    CHECK_FALSE(walk.next().has_value());
    CHECK(walk.folders().size() == static_cast<size_t>(changed));
    for (const auto& [name, entries] : walk.folders()) CHECK(entries.size() == 1);
  }
}

TEST_CASE("walk: a collection that is not known is listed at once") {
  // The first pull of a device.
  TreeWalk walk;
  walk.add_collection("x", "data/x", std::nullopt);
  CHECK(walk.next()->recursive);
  walk.take({folder("data/x/00", oid(1)), file("data/x/00/a.json", oid(2)), file("data/x/notes.txt", oid(3)),
             folder("data/x/00/deep", oid(4)), file("data/x/00/deep/b.json", oid(5))});
  CHECK(walk.folders().size() == 1);
  CHECK(walk.folders().at({"x", "00"}).size() == 1);
  CHECK(walk.indexes().at("x").shards.size() == 1);
}

TEST_CASE("walk: shards and collections that are gone have no files") {
  // Deletions show by absence only.
  TreeWalk walk;
  walk.add_collection("x", "x", known(2));
  walk.drop_collection("y", known(3));
  walk.take({folder("x/" + shard(0), oid(0))});
  CHECK_FALSE(walk.next().has_value());
  CHECK(walk.folders().size() == 4);
  CHECK(walk.folders().at({"x", shard(1)}).empty());
  CHECK(walk.folders().at({"y", shard(2)}).empty());
  CHECK(walk.indexes().at("y").shards.empty());
}

}  // namespace
}  // namespace hubstash
