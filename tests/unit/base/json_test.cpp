#include "base/json.h"

#include <string>

#include "catch.h"

namespace hubstash {
namespace {

std::string nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

Json parsed(std::string_view text) {
  Result<Json> json = Json::parse(text);
  REQUIRE(json.has_value());
  return *json;
}

TEST_CASE("members and elements are found, and what is missing or of another type yields the fallback") {
  // The whole point of the facade: no answer of the Hub can end the process by having another shape.
  const Json json = parsed(R"({"text":"é","number":7,"flag":true,"nothing":null,"list":[1,"two"],"object":{"a":1}})");
  CHECK(json.is_object());
  CHECK(json.size() == 6);
  CHECK(json["text"].text() == "é");
  CHECK(json["number"].integer() == 7);
  CHECK(json["flag"].boolean());
  CHECK(json["nothing"].is_null());
  CHECK(json["list"].is_array());
  CHECK(json["list"].at(1).text() == "two");
  CHECK(json["object"]["a"].integer() == 1);

  CHECK_FALSE(json["missing"].exists());
  CHECK_FALSE(json["missing"]["deeper"].at(3).is_null());
  CHECK(json["number"].text("fallback") == "fallback");
  CHECK(json["text"].integer(-1) == -1);
  CHECK(json["text"].boolean(true));
  CHECK_FALSE(json["list"].at(2).exists());
  CHECK_FALSE(json["object"].at(0).exists());
  CHECK(json["text"].size() == 0);
  CHECK_FALSE(json["text"]["x"].exists());
}

TEST_CASE("the names of an object's members") {
  // Upload headers are a map whose names we do not know beforehand.
  CHECK(parsed(R"({"b":1,"a":2})").names() == std::vector<std::string>{"a", "b"});
  CHECK(parsed("[1]").names().empty());
  CHECK(Json().names().empty());
}

TEST_CASE("a member outlives the Json that it came from") {
  // Callers keep parts of an answer; the tree is shared, not borrowed.
  Json member;
  {
    const Json json = parsed(R"({"a":{"b":"kept"}})");
    member = json["a"];
  }
  CHECK(member["b"].text() == "kept");
}

TEST_CASE("integers: the edges of 64 bits, and what is no integer") {
  // Sizes come as numbers. A wrapped or rounded one would be worse than none.
  CHECK(parsed("9223372036854775807").integer() == INT64_MAX);
  CHECK(parsed("-9223372036854775808").integer() == INT64_MIN);
  CHECK(parsed("9223372036854775808").integer(-1) == -1);
  CHECK(parsed("1e3").integer() == 1000);
  CHECK(parsed("5.0").integer() == 5);
  CHECK(parsed("5.5").integer(-1) == -1);
  CHECK(parsed("1e300").integer(-1) == -1);
  CHECK(parsed("9007199254740993.0").integer(-1) == -1);
  CHECK(parsed("true").integer(-1) == -1);
}

TEST_CASE("what is not one JSON value is refused") {
  // Pages of proxies, cut answers, two values, a NUL that the parser would take for the end, text that is not UTF-8.
  using std::string_view_literals::operator""sv;
  for (const std::string_view bad : {""sv,         " "sv,    "<html>"sv,      "{"sv,           "{\"a\":1"sv,
                                     "{}{}"sv,     "{} x"sv, "{'a':1}"sv,     "{\"a\":}"sv,    "[1,]"sv,
                                     "nul"sv,      "{}\0"sv, "{}\0garbage"sv, "\"\xff\""sv,    "\"\xed\xa0\x80\""sv,
                                     "\"a\nb\""sv, "NaN"sv,  "01"sv,          "\"\\ud800\""sv, "1e999"sv}) {
    CAPTURE(bad);
    CHECK(Json::parse(bad).error().code() == ErrorCode::BAD_RESPONSE);
  }
}

TEST_CASE("256 levels are read, 257 are not, and brackets in strings do not count") {
  // Deep nesting is the classic way to exhaust a parser's stack.
  CHECK(Json::parse(nested(256)).has_value());
  CHECK(Json::parse(nested(257)).error().code() == ErrorCode::BAD_RESPONSE);
  CHECK(Json::parse(std::string(1'000'000, '[')).error().code() == ErrorCode::BAD_RESPONSE);
  CHECK(Json::parse("\"" + std::string(1000, '[') + "\"").has_value());
  CHECK(Json::parse("[\"\\\"" + std::string(1000, '[') + "\"]").has_value());
}

TEST_CASE("duplicate names are no error") {
  // RFC 8259 allows them; the last one counts, as in JavaScript.
  CHECK(parsed(R"({"a":1,"a":2})")["a"].integer() == 2);
}

TEST_CASE("is_object_text tells objects from everything else") {
  // Every document that an app saves passes here.
  for (const char* good : {"{}", " \n{\"a\":[1,2,{}]}\t", "{\"a\":1,\"a\":2}"}) CHECK(Json::is_object_text(good));
  for (const char* bad : {"", "  ", "[]", "1", "\"{}\"", "{", "{}}", "{}{}", "{\"a\"}", "x{}", "\xEF\xBB\xBF{}"}) {
    CAPTURE(bad);
    CHECK_FALSE(Json::is_object_text(bad));
  }
  CHECK(Json::is_object_text("{\"a\":" + nested(255) + "}"));
  CHECK_FALSE(Json::is_object_text("{\"a\":" + nested(256) + "}"));
  CHECK_FALSE(Json::is_object_text(std::string_view("{}\0", 3)));
}

}  // namespace
}  // namespace hubstash
