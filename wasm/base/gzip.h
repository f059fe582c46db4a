#pragma once
// gzip (RFC 1952), whole buffers: libdeflate packs, zlib unpacks (docs/decisions/gzip.md). Output is deterministic for
// one libdeflate, on all hosts: the header carries no time and no name, and OS = 255.

#include <cstdint>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

/// What matters more: the time or the size.
enum class GzipEffort : uint8_t { kFast, kSmall };

Bytes gzip(std::string_view bytes, GzipEffort effort);

/// The effort that pays for these bytes: kSmall unless they hardly shrink further by it, as samples of them tell. Where
/// much of a document is a PDF or an image as base64, more effort finds little more.
GzipEffort effort_for(std::string_view bytes);

/// The content of one gzip member. `max_bytes` is below 4 GiB. Errors: BAD_RESPONSE when it is not gzip, damaged, cut
/// short or followed by other bytes; TOO_LARGE when the content is longer than `max_bytes` (so a small file cannot fill
/// the memory).
Result<Bytes> gunzip(std::string_view compressed, uint64_t max_bytes);

}  // namespace hubstash
