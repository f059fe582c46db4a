#include "base/gzip.h"

#include <libdeflate.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "base/sha256.h"
#include "base/text.h"
#include "catch.h"

namespace hubstash {
namespace {

constexpr uint64_t kPlenty = 1 << 24;

/// JSON of a pen's ways, as a drawing app has it.
Bytes strokes_of(size_t size) {
  Random random(7, 8);
  uint64_t at = 1'000;
  Bytes text = "[";
  while (text.size() < size) {
    text += "{\"tool\":\"pen\",\"points\":[";
    for (int i = 0; i < 40; ++i) {
      at += random.below(15);
      at -= 7;
      text += std::to_string(at % 1'600) + "." + std::to_string(random.below(100)) + ",";
    }
    text += "0]},";
  }
  text.resize(size);
  return text;
}

/// Base64 of what is compressed already: six bits of each byte are random.
Bytes picture_of(size_t size) {
  const std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  Random random(9, 10);
  Bytes text;
  while (text.size() < size) text.push_back(digits[random.below(64)]);
  return text;
}

TEST_CASE("gunzip reads what the gzip command wrote") {
  // Other tools put .json.gz files into datasets too. Made with `gzip --best --no-name`.
  const Bytes compressed = *from_hex("1f8b0800000000000203cb48cdc9c957c8402701e3513d8d17000000");
  CHECK(*gunzip(compressed, kPlenty) == "hello hello hello hello");
}

TEST_CASE("gzip is reversed by gunzip, with every effort and many sizes") {
  // Among them the empty text, and sizes on both sides of the buffer's growth.
  Random random(17, 18);
  for (const size_t size :
       {size_t{0}, size_t{1}, size_t{1000}, size_t{65'535}, size_t{65'536}, size_t{65'537}, size_t{300'000}}) {
    Bytes text;
    while (text.size() < size) text.append("\"key\":").append(random.hex(3));
    text.resize(size);
    for (const GzipEffort effort : {GzipEffort::kFast, GzipEffort::kSmall}) {
      CAPTURE(size, static_cast<int>(effort));
      CHECK(*gunzip(gzip(text, effort), kPlenty) == text);
    }
  }
}

TEST_CASE("gzip's header names no time and no system") {
  // Equal documents must become equal objects, or every save would upload anew.
  const Bytes compressed = gzip("text", GzipEffort::kSmall);
  CHECK(to_hex(compressed.substr(0, 4)) == "1f8b0800");
  CHECK(to_hex(compressed.substr(4, 4)) == "00000000");
  CHECK(static_cast<uint8_t>(compressed[9]) == 255);
  CHECK(gzip("text", GzipEffort::kSmall) == compressed);
}

TEST_CASE("content longer than allowed is refused, and a bomb is not inflated") {
  // 16 MB of zeros compress to 16 KB: whoever can put a file into the dataset must not fill the memory with it.
  const Bytes bomb = gzip(Bytes(16 << 20, '\0'), GzipEffort::kSmall);
  CHECK(bomb.size() < 20'000);
  CHECK(gunzip(bomb, 1 << 20).error().code() == ErrorCode::TOO_LARGE);
  CHECK(gunzip(gzip("12345", GzipEffort::kFast), 4).error().code() == ErrorCode::TOO_LARGE);
  CHECK(*gunzip(gzip("12345", GzipEffort::kFast), 5) == "12345");
  CHECK(*gunzip(gzip("", GzipEffort::kFast), 0) == "");
}

TEST_CASE("every truncation, trailing bytes and every damaged byte are noticed") {
  // gzip has a CRC; only the bytes of its header that mean nothing may change unnoticed.
  const Bytes whole = gzip("{\"id\":\"proj_1\",\"pages\":[1,2,3,4,5,6,7,8,9]}", GzipEffort::kSmall);
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

TEST_CASE("the size that a file gives of its content is no more than a hint") {
  // Room is made by it; it may be too small, too large, or larger than what is allowed.
  const Bytes text(100'000, 'x');
  const Bytes whole = gzip(text, GzipEffort::kSmall);
  for (const char* told : {"00000000", "01000000", "ffffffff", "a0860100"}) {
    const Bytes file = whole.substr(0, whole.size() - 4) + *from_hex(told);
    const bool is_true = file == whole;
    CHECK(gunzip(file, text.size()).has_value() == is_true);
    CHECK(gunzip(file, text.size() - 1).error().code() == ErrorCode::TOO_LARGE);
  }
}

TEST_CASE("equal content gives the same bytes on every host") {
  // The module and the native engine must not disagree, or a simulated device would upload what a real one would not.
  // Both compile the same source; this is what that of Debian 12 makes of it, with 32 and 64 bits alike.
  const Bytes text = strokes_of(200'000);
  const bool is_known = std::string_view(LIBDEFLATE_VERSION_STRING) == "1.14";
  const auto digest = [&](GzipEffort effort) { return to_hex(sha256(gzip(text, effort))); };
  const std::string fast = "d010b85c4e4647d2827cc358cecf5fbc561a819f17f1a0455f159fc7ebe561cc";
  const std::string small = "18140469ba5c0f63d04e0c08b6c5bac4bb82c0df7956024b67b75037d313e867";
  CHECK((digest(GzipEffort::kFast) == fast || !is_known));
  CHECK((digest(GzipEffort::kSmall) == small || !is_known));
}

TEST_CASE("more effort is made where it shrinks further, and only then") {
  const Bytes strokes = strokes_of(2'000'000), picture = picture_of(2'000'000);
  CHECK(effort_for(strokes) == GzipEffort::kSmall);
  CHECK(effort_for(picture) == GzipEffort::kFast);
  // A small share of strokes beside the picture does not change that; of a large one the samples tell.
  CHECK(effort_for(strokes.substr(0, 100'000) + picture) == GzipEffort::kFast);
  CHECK(effort_for(strokes + picture.substr(0, 100'000)) == GzipEffort::kSmall);
  // Above 4 MiB the worker's time matters more.
  CHECK(effort_for(strokes + strokes + strokes) == GzipEffort::kFast);
  CHECK(effort_for("") == GzipEffort::kFast);
}

TEST_CASE("what is not gzip is refused") {
  // A server that has decoded it already, an error page, zlib's own format.
  for (const char* other : {"{\"id\":1}", "<!doctype html>", "\x78\x9c\x03", ""}) {
    CHECK(gunzip(other, kPlenty).error().code() == ErrorCode::BAD_RESPONSE);
  }
}

}  // namespace
}  // namespace hubstash
