#pragma once
// Encodings of bytes as text: hex, base64, percent-encoding; and the check that text is UTF-8.

#include <string>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

/// Lower-case hex.
std::string to_hex(std::string_view bytes);
/// Errors: INVALID_ARGUMENT when `hex` has an odd length or another character than 0-9, a-f, A-F.
Result<Bytes> from_hex(std::string_view hex);

/// RFC 4648 base64 with padding.
std::string to_base64(std::string_view bytes);

/// Whether `text` is valid UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF).
bool is_utf8(std::string_view text);

/// RFC 3986: every byte but A-Z a-z 0-9 - . _ ~ becomes %XX (upper-case hex).
std::string percent_encode(std::string_view bytes);
/// The reverse. Errors: INVALID_ARGUMENT on a '%' that two hex digits do not follow.
Result<Bytes> percent_decode(std::string_view text);
/// Encodes each segment of a path and keeps the slashes, for URLs.
std::string percent_encode_path(std::string_view path);

}  // namespace hubstash
