#pragma once
// Names of items and collections: which are allowed, and how an id becomes a file name.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

inline constexpr uint32_t kMaxIdBytes = 200;

/// Whether it has one of U+0000 to U+001F, U+007F, and U+0080 to U+009F, which UTF-8 writes as 0xC2 and the number.
/// `text` is UTF-8.
bool has_control_character(std::string_view text);

/// INVALID_ID with the reason when `id` cannot name an item: empty, longer than kMaxIdBytes, not UTF-8, a control
/// character (U+0000 to U+001F, U+007F to U+009F), or something that reads as a path (a '/' or '\', "." or "..", a name
/// that begins with ".git" in any case), also after percent-decoding, as often and as far as it decodes. The id of a
/// conflict copy is valid when its original's is.
Status check_id(std::string_view id);
/// The same for an id that the app wants to write under: conflict copies are made by hubstash alone.
Status check_own_id(std::string_view id);

/// The id of a conflict copy: "<original>~local-<16 hex digits>" or "~remote-".
struct CopyId {
  std::string_view original;
  Side side = Side::kLocal;
};
std::optional<CopyId> parse_copy_id(std::string_view id);
/// The id under which the version with this hash is kept: the same for the same version, so that a conflict that is
/// decided twice makes one copy.
std::string make_copy_id(std::string_view original, Side side, std::string_view sha256);
/// INVALID_ARGUMENT unless it matches ^[a-z][a-z0-9-]{0,31}$.
Status check_collection(std::string_view collection);

/// The id as a file name, reversible: RFC 3986 percent-encoding, with a leading and a trailing '.' encoded too. Where
/// that would be longer than 240 bytes, bytes of non-ASCII characters stay as they are, so that a clone fits in the
/// 255 bytes of common file systems. (Only ids of more than 80 ASCII blanks and punctuation marks do not.)
std::string encode_id(std::string_view id);
/// Errors: INVALID_ID when `name` is not what encode_id yields for a valid id (files that others put there).
Result<std::string> decode_id(std::string_view name);

}  // namespace hubstash
