#include "base/sha256.h"

#include <string>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "catch.h"

namespace hubstash {
namespace {

/// `size` bytes that differ from one to the next; what the sums below were made of.
Bytes pattern(size_t size) {
  Bytes bytes;
  for (size_t at = 0; at < size; ++at) bytes.push_back(static_cast<char>((at * 7 + 3) & 255));
  return bytes;
}

TEST_CASE("SHA-256: the examples of FIPS 180-4") {
  // Against the standard itself, among them the million letters that run through many blocks.
  CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(to_hex(sha256(std::string(1'000'000, 'a'))) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256: the same as sha256sum where padding changes its shape") {
  // Lengths around 56 and 64 bytes are those where the length no longer fits in the last block. Sums by coreutils.
  const std::pair<size_t, const char*> sums[] = {
      {1, "084fed08b978af4d7d196a7446a86b58009e636b611db16211b65a9aadff29c5"},
      {55, "e7313d333c272e639f790978283f9eb392e843d0f29b7016828bb1daa4aac70b"},
      {56, "4324d65f3c103567f5589c710bc08f8523f929a9272e3af36fc968e52abc6c27"},
      {63, "81c80242132f230c3bd41b3e63bbcff16107339549214a99614ff26664625055"},
      {64, "39e3d7b6b5d075d37d053ad89b24b41bef4f3c29760c84447cab3f3be1882241"},
      {65, "aacca6ff74fdbb296d165a45cecfa04e5127bc008770fbbdd48006f2d2fae95e"},
      {119, "9ce7368e4daf32341631b492e80359dc9f594b48453cd0dd5bf0b19279cc177e"},
      {120, "7836b787757e95e58b3ca5aec90b1b004e8deba1e50e9675af9cabf1a13a04b5"},
      {128, "d2742f1f4ac6bb7ca2b239ee18402ba8b3f9f8e652d2a72973c2b9ba11c08cf6"},
      {1000, "1e9bc38cbf860b9ec31918b065f9b52476c549a782e0e7990bed8ce3868d2371"},
      {100'000, "d96bab6a55ee326ba206dd4a85a6e95e14360d7fabbf448f03e689c24382b7d0"}};
  for (const auto& [size, sum] : sums) {
    CAPTURE(size);
    CHECK(to_hex(sha256(pattern(size))) == sum);
  }
}

TEST_CASE("SHA-256: however the input is cut, the digest is the same") {
  // Blobs arrive in pieces of any size: each cut of two blocks, and random cuts of a longer input.
  const Bytes two_blocks = pattern(128);
  for (size_t cut = 0; cut <= two_blocks.size(); ++cut) {
    Sha256Hasher hasher;
    hasher.update(std::string_view(two_blocks).substr(0, cut));
    hasher.update(std::string_view(two_blocks).substr(cut));
    CHECK(hasher.finish() == sha256(two_blocks));
  }
  Random random(5, 6);
  const Bytes long_input = pattern(10'000);
  for (int round = 0; round < 50; ++round) {
    Sha256Hasher hasher;
    for (size_t at = 0; at < long_input.size();) {
      const size_t size = random.below(200);
      hasher.update(std::string_view(long_input).substr(at, size));
      at += size;
    }
    CHECK(hasher.finish() == sha256(long_input));
  }
}

}  // namespace
}  // namespace hubstash
