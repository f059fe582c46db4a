#include "base/ids.h"

#include <map>
#include <string>

#include "base/random.h"
#include "base/text.h"
#include "catch.h"

namespace hubstash {
namespace {

/// A random id of characters that are awkward somewhere: in URLs, file systems, git or our own rules.
std::string random_id(Random& random) {
  const std::string pool[] = {"a", "Z", "0", ".", "-", "_", "~",   " ", "%",  "2", "E",       "e",
                              "+", "(", "&", "#", "?", ":", "git", "é", "日", "🎓", "\xc2\xa0"};
  std::string id;
  for (uint64_t left = 1 + random.below(60); left > 0; --left) id += pool[random.below(std::size(pool))];
  return id;
}

TEST_CASE("ids that people use are accepted") {
  // Names of files, titles in any language, percent signs, dots; up to the longest.
  for (const std::string& id :
       {std::string("a.b"), std::string("Thesis (v2).pdf"), std::string(".hidden"), std::string("100%"),
        std::string("é"), std::string("日本語"), std::string("..."), std::string("a..b"), std::string("50%zz"),
        std::string("%"), std::string("x.git"), std::string(" "), std::string("con"), std::string(200, 'x')}) {
    CAPTURE(id);
    CHECK(check_id(id).ok());
  }
}

TEST_CASE("ids that read as a path are refused, however they are encoded") {
  // They would leave the collection, or become part of git itself, in some tool on the way.
  for (const char* id : {"../x",       ".git/config", "a/b",      "/",     "\\",         "a\\b",           "..",
                         ".",          ".git",        ".GIT",     ".Git",  ".gitignore", ".gitattributes", "%2e%2e",
                         "%2E%2E%2Fx", ".%2e",        "%2e",      "a%2Fb", "a%2fb",      "a%5cb",          "%2Egit",
                         "%252e%252e", "%25252Fx",    "%%32e%2e", "%2eGIT"}) {
    CAPTURE(id);
    CHECK(check_id(id).code() == ErrorCode::INVALID_ID);
  }
}

TEST_CASE("ids that are empty, too long, not Unicode or have control characters are refused") {
  // 200 bytes are allowed, 201 are not; both ranges of control characters at their edges.
  using std::string_view_literals::operator""sv;
  const std::string too_long(201, 'x');
  for (const std::string_view id :
       {""sv, std::string_view(too_long), "a\0b"sv, "\x1f"sv, "\n"sv, "\x7f"sv, "\xc2\x80"sv, "\xc2\x9f"sv, "\xff"sv,
        "\xc0\xaf"sv, "\xed\xa0\x80"sv, "caf\xe9"sv}) {
    CAPTURE(to_hex(id));
    const Status status = check_id(id);
    CHECK(status.code() == ErrorCode::INVALID_ID);
    CHECK(status.message().find("Choose another id.") != std::string::npos);
  }
  CHECK(check_id("\xc2\xa0").ok());
}

TEST_CASE("collections match ^[a-z][a-z0-9-]{0,31}$") {
  // They are the first folder of every path, so nothing in them ever needs encoding.
  for (const std::string& name :
       {std::string("projects"), std::string("a"), std::string("a-1"), std::string(32, 'z')}) {
    CHECK(check_collection(name).ok());
  }
  for (const std::string& name :
       {std::string(), std::string("A"), std::string("1a"), std::string("-a"), std::string("a_b"), std::string("a/b"),
        std::string(".git"), std::string("é"), std::string(33, 'z'), std::string("a\0", 2)}) {
    CAPTURE(name);
    CHECK(check_collection(name).code() == ErrorCode::INVALID_ARGUMENT);
  }
}

TEST_CASE("names of ids, as they stand in datasets") {
  // These spellings are the format: a change would orphan every file that exists.
  const std::map<std::string, std::string> names = {
      {"proj_1", "proj_1"},      {"a.b", "a.b"},
      {".hidden", "%2Ehidden"},  {"end.", "end%2E"},
      {"...", "%2E.%2E"},        {"100%", "100%25"},
      {"é", "%C3%A9"},           {"Thesis (v2).pdf", "Thesis%20%28v2%29.pdf"},
      {"a:b*c?", "a%3Ab%2Ac%3F"}};
  for (const auto& [id, name] : names) {
    CHECK(encode_id(id) == name);
    CHECK(*decode_id(name) == id);
  }
}

TEST_CASE("long names keep their non-ASCII bytes, so that a clone fits on common file systems") {
  // 66 characters of three bytes: 594 bytes when encoded, 198 as they are.
  std::string id;
  for (int count = 0; count < 66; ++count) id += "語";
  CHECK(encode_id(id) == id);
  CHECK(*decode_id(id) == id);
  CHECK(encode_id("." + id) == "%2E" + id);
  // 26 of them are 234 bytes encoded: the last length that stays ASCII.
  const std::string short_id = id.substr(0, 26 * 3);
  CHECK(encode_id(short_id) == percent_encode(short_id));
  CHECK(encode_id(short_id).size() == 234);
}

TEST_CASE("every valid id comes back from its name, and different ids have different names") {
  // 5,000 random ids, most of them awkward. Names never read as a path themselves.
  Random random(21, 22);
  std::map<std::string, std::string> ids_by_name;
  int valid = 0;
  for (int round = 0; round < 5000; ++round) {
    const std::string id = random_id(random);
    if (!check_id(id).ok()) continue;
    ++valid;
    const std::string name = encode_id(id);
    CAPTURE(id, name);
    REQUIRE(*decode_id(name) == id);
    CHECK(ids_by_name.emplace(name, id).first->second == id);
    CHECK(name.find_first_of("/\\?#:*\"<>| ") == name.npos);
    CHECK(name.front() != '.');
    CHECK(name.back() != '.');
  }
  CHECK(valid > 2000);
}

TEST_CASE("names that encode_id does not write are refused") {
  // Files of others, and second spellings of an id, which would be a second file of one item.
  for (const char* name : {"", "%", "%4", "%41", "%2f", "%2F", "a%2fb", ".hidden", "end.", "a b", "é", "%C3", "%00",
                           "%2E%2E", "%2Egit", "a%2Fb", "%c3%a9", "x~%7E"}) {
    CAPTURE(name);
    CHECK(decode_id(name).error().code() == ErrorCode::INVALID_ID);
  }
}

}  // namespace
}  // namespace hubstash
