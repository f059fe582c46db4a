#include "hub/words.h"

#include <string>

#include "base/random.h"
#include "base/text.h"
#include "catch.h"

namespace hubstash {
namespace {

std::string words_of(std::string body, std::vector<Header> headers = {}) {
  HttpAnswer answer;
  answer.body = std::move(body);
  answer.headers = std::move(headers);
  return hub_words(answer);
}

TEST_CASE("the Hub's words are found in every form that it uses") {
  // Each endpoint has its own; the official clients look in the same places, in this order.
  CHECK(words_of("{\"error\":\"body\"}", {{"x-error-message", "header"}}) == "header");
  CHECK(words_of("{\"error\":\"one\"}") == "one");
  CHECK(words_of("{\"error\":[\"first\",\"second\"]}") == "first");
  CHECK(words_of("{\"errors\":[{\"message\":\"nested\"}]}") == "nested");
  CHECK(words_of("{\"errors\":[\"bare\"]}") == "bare");
  CHECK(words_of("{\"error\":\"invalid_grant\",\"error_description\":\"Code expired\"}") == "Code expired");
  CHECK(words_of("{\"message\":\"lfs\"}") == "lfs");
  CHECK(words_of("Too Many Requests") == "Too Many Requests");
  CHECK(words_of("<Error><Message>Request has expired</Message></Error>") == "Request has expired");
}

TEST_CASE("pages and answers without words yield none") {
  // 50 KB of HTML in an error message would help nobody.
  for (const char* body : {"", "  ", "{}", "[]", "{\"error\":7}", "{\"error\":[]}", "<html>Error</html>",
                           "\xEF\xBB\xBF <html>", "</Message><Message>", "null"}) {
    CAPTURE(body);
    CHECK(words_of(body) == "");
  }
  CHECK(words_of(std::string(100'000, 'x')) == "");
}

TEST_CASE("tokens and queries of addresses never get through") {
  // Some servers echo the request. P7: the token is in no error; a signed address is as good as a token.
  CHECK(quotable("token hf_AbC123xyz is invalid") == "token hf_*** is invalid");
  CHECK(quotable("token=hf_oauth_eyJh-bG_x.") == "token=hf_***.");
  CHECK(quotable("Authorization: Bearer s3cr3t!") == "Authorization: Bearer ***");
  CHECK(quotable("authorization: bearer \"s3cr3t\"") == "authorization: bearer \"***\"");
  CHECK(quotable("GET https://s3/x?X-Amz-Signature=abc failed") == "GET https://s3/x failed");
  CHECK(quotable("see '/api/x?token=abc'") == "see '/api/x'");
  CHECK(quotable("what?") == "what?");
  CHECK(quotable("is it so? yes") == "is it so? yes");
}

TEST_CASE("a token is hidden wherever it stands, also across the cut") {
  // Every position around the limit of 300 bytes: cutting first would leave half a token.
  for (size_t before = 0; before < 400; ++before) {
    const std::string text = quotable(std::string(before, 'x') + " hf_SECRETSECRETSECRET " + "y");
    CHECK(text.find("SECRET") == std::string::npos);
  }
}

TEST_CASE("quotable text is one line of at most 300 bytes of UTF-8, whatever went in") {
  // 2,000 random inputs of bytes that are awkward.
  Random random(25, 26);
  const std::string pool[] = {"\n", "\0", "\x1b[31m", "\xff",    "é",  "\xc2\x85", "日本", "🎓",
                              "?",  "/",  "hf_",      "Bearer ", "\"", "x",        " "};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (uint64_t left = random.below(300); left > 0; --left) text += pool[random.below(std::size(pool))];
    const std::string quoted = quotable(text);
    CHECK(quoted.size() <= kMaxQuotedBytes);
    CHECK(is_utf8(quoted));
    for (const char letter : quoted) CHECK((static_cast<uint8_t>(letter) >= 0x20 && letter != 0x7f));
    CHECK(quoted.find("\xc2\x85") == std::string::npos);
  }
  CHECK(quotable("  a\r\n\tb  ") == "a b");
  CHECK(quotable("caf\xe9") == "caf?");
}

TEST_CASE("markup is recognised behind blanks and a byte order mark") {
  // What decides between "the Hub says" and "a proxy says".
  for (const char* page : {"<html>", " \r\n<!doctype html>", "\xEF\xBB\xBF<x/>", "<?xml?>"}) CHECK(is_markup(page));
  for (const char* other : {"", " ", "{}", "a<b>", "[]"}) CHECK_FALSE(is_markup(other));
}

}  // namespace
}  // namespace hubstash
