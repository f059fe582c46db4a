#include "base/crc32.h"

#include <string>

#include "catch.h"

namespace hubstash {
namespace {

TEST_CASE("CRC-32 is the one of gzip") {
  // "123456789" is the check value by which CRCs are told apart.
  CHECK(crc32("123456789") == 0xcbf43926);
  CHECK(crc32("") == 0);
}

TEST_CASE("CRC-32 notices every single flipped bit of a record") {
  // What it is for: a damaged record must not pass for a sound one.
  const std::string sound = "a record of some forty bytes, more or less";
  for (size_t at = 0; at < sound.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = sound;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      CHECK(crc32(damaged) != crc32(sound));
    }
  }
}

}  // namespace
}  // namespace hubstash
