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
/// Whether `text` is exactly `digits` lower-case hex digits, as the Hub and git write hashes.
bool is_lower_hex(std::string_view text, size_t digits);

/// RFC 4648 base64 with padding.
std::string to_base64(std::string_view bytes);
/// The same at the end of `out`, without a copy in between.
void append_base64(std::string& out, std::string_view bytes);

/// Length of the UTF-8 character that `text` begins with: 1 to 4, or 0 when it begins with none (empty, an overlong
/// form, a surrogate, above U+10FFFF, cut short).
size_t utf8_character_size(std::string_view text);
/// Whether `text` is valid UTF-8, throughout.
bool is_utf8(std::string_view text);

/// RFC 3986: every byte but A-Z a-z 0-9 - . _ ~ becomes %XX (upper-case hex).
std::string percent_encode(std::string_view bytes);
/// The reverse. Errors: INVALID_ARGUMENT on a '%' that two hex digits do not follow.
Result<Bytes> percent_decode(std::string_view text);
/// Encodes each segment of a path and keeps the slashes, for URLs.
std::string percent_encode_path(std::string_view path);

/// `letter` in lower case if it is one of A-Z.
char ascii_lower(char letter);
/// Whether `text` and `other` differ in the case of A-Z only. HTTP compares header names so.
bool equals_ignoring_case(std::string_view text, std::string_view other);

}  // namespace hubstash
