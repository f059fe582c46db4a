#pragma once
// gzip (RFC 1952) through zlib, whole buffers. Output is deterministic for one zlib: the header carries no time and no
// name, and OS = 255.

#include <cstdint>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

/// `level` 1 (fast) to 9 (small).
Bytes gzip(std::string_view bytes, int level);

/// The content of one gzip member. `max_bytes` is below 4 GiB. Errors: BAD_RESPONSE when it is not gzip, damaged, cut
/// short or followed by other bytes; TOO_LARGE when the content is longer than `max_bytes` (so a small file cannot fill
/// the memory).
Result<Bytes> gunzip(std::string_view compressed, uint64_t max_bytes);

}  // namespace hubstash
