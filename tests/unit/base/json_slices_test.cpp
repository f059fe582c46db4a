#include "base/json_slices.h"

#include <fstream>
#include <sstream>
#include <string>

#include "base/json.h"
#include "catch.h"

namespace hubstash {
namespace {

std::string read_file(const std::string& name) {
  std::ifstream file(std::string(HUBSTASH_TESTS_DIR) + "/support/documents/" + name, std::ios::binary);
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string canonical(std::string_view text) {
  std::optional<std::string> object = canonical_object(text);
  REQUIRE(object.has_value());
  return *object;
}

TEST_CASE("a document spelled by hand gets the text that JavaScript would save") {
  // tests/web/document-shape.test.js shows with the same files what JavaScript makes of it.
  const std::string saved = read_file("by-hand.saved.json");
  CHECK(format_document(canonical(read_file("by-hand.json"))) == saved);
  CHECK(format_document(canonical(saved)) == saved);
}

TEST_CASE("numbers get JavaScript's spelling and lose no digit") {
  // What JSON.stringify writes stays as it is; what people write may have digits that a double has not.
  for (const char* kept : {"0", "-0", "1", "-1.5", "123456789012345680000", "1e+21", "1.5e-7", "0.000001", "5e-324",
                           "12345678901234567890", "0.1234567890123456789", "1e400", "-1e-400"}) {
    CAPTURE(kept);
    CHECK(canonical_number(kept) == (std::string(kept) == "1e400" ? "1e+400" : kept));
  }
  CHECK(canonical_number("1.0") == "1");
  CHECK(canonical_number("-0.0e9") == "-0");
  CHECK(canonical_number("100e-2") == "1");
  CHECK(canonical_number("0.00001e5") == "1");
  CHECK(canonical_number("9007199254740993.0") == "9007199254740993");
  CHECK(canonical_number("1E0000000001") == "1E0000000001");
}

TEST_CASE("what is no document has no canonical text") {
  // A merge must not guess what is meant; of two members with one name JavaScript would drop one.
  for (const char* bad : {"", "[]", "1", "{", "{}{}", R"({"a":1,"a":1})", R"({"a":{"b":1,"\u0062":2}})", R"([{}])",
                          R"({"a":[{"x":1,"y":2,"x":3}]})", R"({"a":1e999})"}) {
    CAPTURE(bad);
    CHECK_FALSE(canonical_object(bad).has_value());
  }
  CHECK(canonical(" { } ") == "{}");
  CHECK(canonical(R"({"a":{"x":1},"b":{"x":1}})") == R"({"a":{"x":1},"b":{"x":1}})");
}

TEST_CASE("members and elements are found whatever their texts look like") {
  // Brackets, commas and quotes in strings, empty values, values at the end.
  const std::string text = canonical(R"({"a,]}":"}\",[","b":[{},[],"]",-1.5,null],"c":{}})");
  const auto members = json_members(text);
  REQUIRE(members.size() == 3);
  CHECK(members[0].name == "\"a,]}\"");
  CHECK(members[0].value == R"("}\",[")");
  CHECK(members[2].value == "{}");
  const auto elements = json_elements(members[1].value);
  CHECK(elements == std::vector<std::string_view>{"{}", "[]", "\"]\"", "-1.5", "null"});
  CHECK(json_members("{}").empty());
  CHECK(json_elements("[]").empty());
}

TEST_CASE("halves of surrogate pairs are text like any other") {
  // JavaScript's strings may have them, and JSON.stringify writes them as escapes.
  CHECK(Json::is_object_text(R"({"a":"\ud800","\uDFFF":1})"));
  CHECK_FALSE(Json::is_object_text(R"({"a":"\ud80"})"));
  CHECK_FALSE(Json::is_object_text(R"({"a":"\udxyz"})"));
  CHECK(canonical(R"({"a":"\uD800\uD83D\uDE00\\ud800\uDE00"})") == R"({"a":"\ud800😀\\ud800\ude00"})");
}

}  // namespace
}  // namespace hubstash
