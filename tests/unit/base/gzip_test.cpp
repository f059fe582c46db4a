#include "base/gzip.h"

#include <string>
#include <vector>

#include "base/random.h"
#include "base/text.h"
#include "catch.h"

namespace hubstash {
namespace {

constexpr uint64_t kPlenty = 1 << 24;

TEST_CASE("gunzip reads what the gzip command wrote") {
  // Other tools put .json.gz files into datasets too. Made with `gzip --best --no-name`.
  const Bytes compressed = *from_hex("1f8b0800000000000203cb48cdc9c957c8402701e3513d8d17000000");
  CHECK(*gunzip(compressed, kPlenty) == "hello hello hello hello");
}

TEST_CASE("gzip is reversed by gunzip, at every level and many sizes") {
  // Among them the empty text, and sizes on both sides of the buffer's growth.
  Random random(17, 18);
  for (const size_t size :
       {size_t{0}, size_t{1}, size_t{1000}, size_t{65'535}, size_t{65'536}, size_t{65'537}, size_t{300'000}}) {
    Bytes text;
    while (text.size() < size) text.append("\"key\":").append(random.hex(3));
    text.resize(size);
    for (const int level : {1, 6, 9}) {
      CAPTURE(size, level);
      CHECK(*gunzip(gzip(text, level), kPlenty) == text);
    }
  }
}

TEST_CASE("gzip's header names no time and no system") {
  // Equal documents must become equal objects, or every save would upload anew.
  const Bytes compressed = gzip("text", 6);
  CHECK(to_hex(compressed.substr(0, 4)) == "1f8b0800");
  CHECK(to_hex(compressed.substr(4, 4)) == "00000000");
  CHECK(static_cast<uint8_t>(compressed[9]) == 255);
  CHECK(gzip("text", 6) == compressed);
}

TEST_CASE("content longer than allowed is refused, and a bomb is not inflated") {
  // 16 MB of zeros compress to 16 KB: whoever can put a file into the dataset must not fill the memory with it.
  const Bytes bomb = gzip(Bytes(16 << 20, '\0'), 9);
  CHECK(bomb.size() < 20'000);
  CHECK(gunzip(bomb, 1 << 20).error().code() == ErrorCode::TOO_LARGE);
  CHECK(gunzip(gzip("12345", 6), 4).error().code() == ErrorCode::TOO_LARGE);
  CHECK(*gunzip(gzip("12345", 6), 5) == "12345");
  CHECK(*gunzip(gzip("", 6), 0) == "");
}

TEST_CASE("every truncation, trailing bytes and every damaged byte are noticed") {
  // gzip has a CRC; only the bytes of its header that mean nothing may change unnoticed.
  const Bytes whole = gzip("{\"id\":\"proj_1\",\"pages\":[1,2,3,4,5,6,7,8,9]}", 9);
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(gunzip({cut.data(), cut.size()}, kPlenty).error().code() == ErrorCode::BAD_RESPONSE);
  }
  CHECK(gunzip(whole + "x", kPlenty).error().code() == ErrorCode::BAD_RESPONSE);
  CHECK(gunzip(whole + whole, kPlenty).error().code() == ErrorCode::BAD_RESPONSE);
  const Bytes content = *gunzip(whole, kPlenty);
  for (size_t at = 0; at < whole.size(); ++at) {
    Bytes damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    const Result<Bytes> result = gunzip(damaged, kPlenty);
    CHECK((!result || *result == content));
  }
}

TEST_CASE("what is not gzip is refused") {
  // A server that has decoded it already, an error page, zlib's own format.
  for (const char* other : {"{\"id\":1}", "<!doctype html>", "\x78\x9c\x03", ""}) {
    CHECK(gunzip(other, kPlenty).error().code() == ErrorCode::BAD_RESPONSE);
  }
}

}  // namespace
}  // namespace hubstash
