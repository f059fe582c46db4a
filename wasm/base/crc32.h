#pragma once
// CRC-32 (the one of zlib and gzip), which finds damaged records.

#include <cstdint>
#include <string_view>

namespace hubstash {

uint32_t crc32(std::string_view bytes);

}  // namespace hubstash
