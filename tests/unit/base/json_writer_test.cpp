#include <limits>
#include <string>

#include "base/json.h"
#include "base/random.h"
#include "catch.h"

namespace hubstash {
namespace {

TEST_CASE("commas stand where they belong") {
  // Every kind of value, first and not first, in arrays and in objects, empty ones among them.
  JsonWriter json;
  json.begin_object().member("a", 1).key("b").begin_array().value(true).value(false).null().begin_array().end_array();
  json.begin_object().end_object().end_array().key("c").begin_object().member("d", "e").end_object();
  json.member("f", -2).end_object();
  CHECK(json.take() == R"({"a":1,"b":[true,false,null,[],{}],"c":{"d":"e"},"f":-2})");
}

TEST_CASE("numbers keep all their digits") {
  // Sizes and times have 64 bits here, though JavaScript's have 53.
  JsonWriter json;
  json.begin_array().value(std::numeric_limits<uint64_t>::max()).value(std::numeric_limits<int64_t>::min());
  json.value(uint32_t{4294967295}).value(0).end_array();
  CHECK(json.take() == "[18446744073709551615,-9223372036854775808,4294967295,0]");
}

TEST_CASE("strings: what must be escaped is, what need not is not") {
  // Ids and paths come from users.
  JsonWriter json;
  json.begin_array().value("\"\\/\b\f\n\r\t").value(std::string_view("\0\x1f\x7f", 3)).value("é 日本 🎓").end_array();
  CHECK(json.take() == "[\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\",\"\\u0000\\u001f\x7f\",\"é 日本 🎓\"]");
}

TEST_CASE("bytes that are not UTF-8 become U+FFFD") {
  // The output must be JSON whatever went in.
  JsonWriter json;
  json.begin_array()
      .value(
          "a\xff"
          "b\xe6\x97")
      .value("\xed\xa0\x80")
      .end_array();
  CHECK(json.take() ==
        "[\"a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD\xEF\xBF\xBD\",\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"]");
}

TEST_CASE("any string that is UTF-8 comes back from the parser as it was") {
  // Writer against reader, on random strings of characters that are awkward to one of them.
  const std::string pool[] = {"a", "\"", "\\", "/", "\n", "\x01", "\x7f", "é", "日", "🎓", "\xe2\x80\xa8", "{", "]"};
  Random random(19, 20);
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (uint64_t left = random.below(20); left > 0; --left) text += pool[random.below(std::size(pool))];
    JsonWriter json;
    json.begin_object().member(text, text).end_object();
    const Result<Json> back = Json::parse(json.take());
    REQUIRE(back.has_value());
    CHECK((*back)[text].text() == text);
  }
}

TEST_CASE("newline-delimited JSON, with base64 in place") {
  // The form of a commit's body.
  JsonWriter json;
  json.reserve(100).begin_object().key("a").base64("foob").key("b").base64("").end_object().end_line();
  json.begin_object().end_object().end_line();
  CHECK(json.take() == "{\"a\":\"Zm9vYg==\",\"b\":\"\"}\n{}\n");
}

}  // namespace
}  // namespace hubstash
