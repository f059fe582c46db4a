#include "base/sha1.h"

#include <string>
#include <utility>

#include "base/text.h"
#include "catch.h"

namespace hubstash {
namespace {

TEST_CASE("SHA-1: the examples of FIPS 180-4") {
  // Against the standard itself.
  CHECK(to_hex(sha1("")) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  CHECK(to_hex(sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(to_hex(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  CHECK(to_hex(sha1(std::string(1'000'000, 'a'))) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST_CASE("SHA-1: the same as sha1sum where padding changes its shape") {
  // Lengths around 56 and 64 bytes are those where the length no longer fits in the last block. Sums by coreutils.
  const std::pair<size_t, const char*> sums[] = {
      {1, "9842926af7ca0a8cca12604f945414f07b01e13d"},   {55, "ddf57317ef34bfee3b6df83d359098930eb278bc"},
      {56, "a0d492bb0fc889d0eca3bc137066ab6f4f74f369"},  {63, "c55856749bef509bdfe6bfebfc7bf4e793e82132"},
      {64, "bede92be29c3874e1b54ddc77988d606fc857a8e"},  {65, "b05a80522b053d6dc7e0a517d0e70212c7dad11f"},
      {119, "504e27376a6e0f0dba8295b85cb25dc4dfa17d23"}, {120, "82134b02fb3f702491be9bed581eeab59334acb2"},
      {128, "a09133e6730ffe899efb70204cb5646cd5dc24ee"}};
  for (const auto& [size, sum] : sums) {
    CAPTURE(size);
    Bytes bytes;
    for (size_t at = 0; at < size; ++at) bytes.push_back(static_cast<char>((at * 7 + 3) & 255));
    CHECK(to_hex(sha1(bytes)) == sum);
  }
}

TEST_CASE("git's object ids are those of git hash-object") {
  // The Hub's listings name contents by these; with another id a document would be fetched for ever.
  CHECK(git_blob_oid("") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  CHECK(git_blob_oid("hello") == "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0");
  CHECK(git_blob_oid("{\"id\":\"proj_1\",\"name\":\"Étude\"}") == "c951dc05d08d5c0580f17c99b7ee20b0eb20fc9c");
}

TEST_CASE("an LFS pointer is the text that git-lfs writes") {
  // The id of the pointer is what a listing shows for an LFS file, so every byte of it counts.
  const std::string hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
  const std::string pointer = lfs_pointer(hello, 5);
  CHECK(pointer == "version https://git-lfs.github.com/spec/v1\noid sha256:" + hello + "\nsize 5\n");
  CHECK(pointer.size() == 126);
  CHECK(git_blob_oid(pointer) == "d1ca116d6733584c13cb8bb50b21d5b5b81ee28f");
}

}  // namespace
}  // namespace hubstash
