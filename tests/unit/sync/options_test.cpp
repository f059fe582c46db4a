#include <set>
#include <string>

#include "catch.h"
#include "hubstash/engine.h"

namespace hubstash {
namespace {

Options valid() {
  Options options;
  options.dataset = "ann/app-data";
  return options;
}

TEST_CASE("options: what is wrong is named") {
  // Everything that would end up in a URL or a path is checked once, here.
  CHECK(valid().validate().ok());
  const auto refuses = [](auto change) {
    Options options = valid();
    change(&options);
    return options.validate().code() == ErrorCode::INVALID_ARGUMENT;
  };
  for (const char* dataset :
       {"", "ann", "ann/", "/x", "ann/x/y", "ann/..", "ann/a--b", "ann/x.git", "ann/-x", "a b/x"}) {
    CAPTURE(dataset);
    CHECK(refuses([&](Options* options) { options->dataset = dataset; }));
  }
  for (const char* url : {"", "hub.example", "ftp://hub.example", "https://", "https://hub.example/", "https://a@b",
                          "https://a\nb", "https://\xC3\xA9"}) {
    CAPTURE(url);
    CHECK(refuses([&](Options* options) { options->hub_url = url; }));
  }
  for (const char* prefix :
       {"/a", "a/", "a//b", "..", "a/../b", ".git", "a/.GIT/b", "a\\b", "a?b", "a\nb", "a\x7F", "a\xC2\x85"}) {
    CAPTURE(prefix);
    CHECK(refuses([&](Options* options) { options->prefix = prefix; }));
  }
  CHECK(refuses([](Options* options) { options->branch = ""; }));
  CHECK(refuses([](Options* options) { options->idle_ms = -1; }));
  CHECK(refuses([](Options* options) { options->poll_ms = -1; }));
  CHECK(refuses([](Options* options) { options->commits_per_hour = 0; }));
  CHECK_FALSE(refuses([](Options* options) { options->prefix = "data/app"; }));
  CHECK_FALSE(refuses([](Options* options) { options->branch = "feature/x"; }));
  CHECK_FALSE(refuses([](Options* options) { options->hub_url = "http://localhost:8080"; }));
  CHECK_FALSE(refuses([](Options* options) {
    options->mode = Mode::kLocal;
    options->dataset = "";
  }));
}

TEST_CASE("options: what is no number of commits is refused") {
  // 2^32 + 1 must not pass for 1, nor -1 for four billion.
  for (const char* count : {"-1", "0", "4294967296", "4294967297", "-4294967295"}) {
    CAPTURE(count);
    const Result<Options> options =
        options_from_json(R"({"dataset":"ann/data","sync":{"commitsPerHour":)" + std::string(count) + "}}");
    REQUIRE(options.has_value());
    CHECK(options->validate().code() == ErrorCode::INVALID_ARGUMENT);
  }
}

TEST_CASE("options: each Hub, dataset, branch and prefix has a database of its own") {
  // Two stores in one database would overwrite each other.
  std::set<std::string> mounts;
  const auto add = [&](const char* hub, const char* dataset, const char* branch, const char* prefix, Mode mode) {
    Options options;
    options.hub_url = hub;
    options.dataset = dataset;
    options.branch = branch;
    options.prefix = prefix;
    options.mode = mode;
    CAPTURE(hub, dataset, branch, prefix);
    REQUIRE(options.validate().ok());
    CHECK(mounts.insert(options.mount_point()).second);
  };
  add("https://a.example", "ann/x", "main", "", Mode::kHybrid);
  add("https://b.example", "ann/x", "main", "", Mode::kHybrid);
  add("https://a.example:8080", "ann/x", "main", "", Mode::kHybrid);
  add("https://a.example", "ann/y", "main", "", Mode::kHybrid);
  add("https://a.example", "bob/x", "main", "", Mode::kHybrid);
  add("https://a.example", "ann/x", "main/p", "", Mode::kHybrid);
  add("https://a.example", "ann/x", "main", "p", Mode::kHybrid);
  add("https://a.example", "ann/x", "main/at/p", "", Mode::kHybrid);
  add("https://a.example", "ann/x", "main", "p/q", Mode::kHybrid);
  add("https://a.example", "ann/x", "main", "at/p", Mode::kHybrid);
  add("https://a.example", "", "main", "", Mode::kLocal);
  add("https://a.example", "", "main", "p", Mode::kLocal);
}

TEST_CASE("options from JSON: members, defaults, and what is malformed") {
  // What openStore sends.
  const Result<Options> options = options_from_json(
      R"({"mode":"remote","hubUrl":"https://h","dataset":"a/b","branch":"x","prefix":"p","createDataset":false,
          "allowPublic":true,"durability":"relaxed","unknown":1,"seed":"000000000000000a000000000000000b",
          "sync":{"auto":false,"idleMs":1,"maxWaitMs":2,"pollMs":3,"commitsPerHour":4},
          "cache":{"maxBytes":9000000000}})");
  REQUIRE(options.has_value());
  CHECK(options->mode == Mode::kRemote);
  CHECK(options->hub_url == "https://h");
  CHECK(options->dataset + options->branch + options->prefix == "a/bxp");
  CHECK_FALSE(options->create_dataset);
  CHECK(options->allow_public);
  CHECK(options->durability == Durability::kRelaxed);
  CHECK_FALSE(options->auto_sync);
  CHECK(options->idle_ms == 1);
  CHECK(options->max_wait_ms == 2);
  CHECK(options->poll_ms == 3);
  CHECK(options->commits_per_hour == 4);
  CHECK(options->cache_max_bytes == 9'000'000'000);
  CHECK(options->seed_low == 11);
  CHECK(options->seed_high == 10);
  CHECK(options_from_json("{}")->idle_ms == 30'000);
  CHECK(options_from_json("{}")->mode == Mode::kHybrid);
  CHECK_FALSE(options_from_json("{}")->cache_max_bytes);
  CHECK(options_from_json(R"({"cache":{"maxBytes":0}})")->cache_max_bytes == 0);
  for (const char* bad :
       {"", "[]", "{", R"({"mode":"both"})", R"({"seed":"12"})", R"({"seed":"zz0000000000000000000000000000zz"})"}) {
    CAPTURE(bad);
    CHECK(options_from_json(bad).error().code() == ErrorCode::INVALID_ARGUMENT);
  }
}

}  // namespace
}  // namespace hubstash
