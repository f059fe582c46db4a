#include "base/text.h"

#include <string>
#include <utility>

#include "base/random.h"
#include "catch.h"

namespace hubstash {
namespace {

Bytes random_bytes(Random& random, size_t size) {
  Bytes bytes;
  for (size_t at = 0; at < size; ++at) bytes.push_back(static_cast<char>(random.below(256)));
  return bytes;
}

TEST_CASE("hex: known values, and the reverse of random bytes") {
  // Hashes travel as hex everywhere; a digit that is read wrongly would be another object.
  CHECK(to_hex("") == "");
  CHECK(to_hex(std::string("\x00\x7f\xff", 3)) == "007fff");
  CHECK(*from_hex("00AbfF") == std::string("\x00\xab\xff", 3));
  Random random(1, 2);
  for (size_t size = 0; size < 64; ++size) {
    const Bytes bytes = random_bytes(random, size);
    CHECK(*from_hex(to_hex(bytes)) == bytes);
    CHECK(is_lower_hex(to_hex(bytes), 2 * size));
  }
}

TEST_CASE("hex: what is no hex is refused") {
  // from_hex reads what came from outside, where anything may stand.
  for (const char* bad : {"0", "abc", "0g", "g0", "0x", " 0", "0 ", "é"}) {
    CAPTURE(bad);
    CHECK(from_hex(bad).error().code() == ErrorCode::INVALID_ARGUMENT);
  }
  CHECK_FALSE(is_lower_hex("AB", 2));
  CHECK_FALSE(is_lower_hex("abc", 4));
  CHECK_FALSE(is_lower_hex("ab\n", 3));
}

TEST_CASE("base64: the vectors of RFC 4648") {
  // The contents of commits travel in it; all three lengths modulo 3 are among the vectors.
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) CHECK(to_base64(bytes) == text);
  CHECK(to_base64("\xfb\xff\xbf") == "+/+/");
  std::string out = "before:";
  append_base64(out, "fo");
  CHECK(out == "before:Zm8=");
}

TEST_CASE("UTF-8: valid characters, at the edges of each length") {
  // One check decides for ids, paths and JSON; the first and the last character of each length are the risky ones.
  for (const char* good : {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                           "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "日本語 é 🎓"}) {
    CAPTURE(good);
    CHECK(is_utf8(good));
  }
  CHECK(is_utf8(std::string_view("\0", 1)));
}

TEST_CASE("UTF-8: overlong forms, surrogates, too high, cut short and stray bytes are refused") {
  // Each is a known way to smuggle a '/' or a NUL past a check, or to break what reads the text later.
  for (const char* bad : {"\x80",
                          "\xbf",
                          "\xc0\x80",
                          "\xc0\xaf",
                          "\xc1\xbf",
                          "\xc2",
                          "\xc2\x41",
                          "\xe0\x9f\xbf",
                          "\xe0\x80\xaf",
                          "\xed\xa0\x80",
                          "\xed\xbf\xbf",
                          "\xe6\x97",
                          "\xf0\x8f\xbf\xbf",
                          "\xf0\x80\x80\xaf",
                          "\xf4\x90\x80\x80",
                          "\xf5\x80\x80\x80",
                          "\xf0\x9f\x8e",
                          "\xfe",
                          "\xff",
                          "a\xffz"}) {
    CAPTURE(to_hex(bad));
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE("percent-encoding: what RFC 3986 keeps and what not") {
  // These strings become URLs and file names on the Hub: another spelling would be another file.
  CHECK(percent_encode("AZaz09-._~") == "AZaz09-._~");
  CHECK(percent_encode("a b/c") == "a%20b%2Fc");
  CHECK(percent_encode("é%+&?#") == "%C3%A9%25%2B%26%3F%23");
  CHECK(percent_encode(std::string_view("\0\xff", 2)) == "%00%FF");
  CHECK(percent_encode("refs/pr/1") == "refs%2Fpr%2F1");
  CHECK(percent_encode_path("a b/c%d") == "a%20b/c%25d");
}

TEST_CASE("percent-decoding reverses encoding, takes small hex digits and refuses stray percent signs") {
  // Names of files on the Hub are read back into ids by it.
  Random random(3, 4);
  for (size_t size = 0; size < 64; ++size) {
    const Bytes bytes = random_bytes(random, size);
    CHECK(*percent_decode(percent_encode(bytes)) == bytes);
  }
  CHECK(*percent_decode("%2e%2E") == "..");
  for (const char* bad : {"%", "%4", "%g0", "%0g", "100%", "%%41"}) {
    CAPTURE(bad);
    CHECK(percent_decode(bad).error().code() == ErrorCode::INVALID_ARGUMENT);
  }
}

TEST_CASE("ASCII case is ignored, other characters are not touched") {
  // HTTP header names and ".git" are compared so, whatever the locale.
  CHECK(equals_ignoring_case("Authorization", "aUTHORIZATION"));
  CHECK_FALSE(equals_ignoring_case("a", "ab"));
  CHECK_FALSE(equals_ignoring_case("@", "`"));
  CHECK_FALSE(equals_ignoring_case("É", "é"));
}

}  // namespace
}  // namespace hubstash
