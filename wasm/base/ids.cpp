#include "base/ids.h"

#include <algorithm>

#include "base/text.h"

namespace hubstash {
namespace {

constexpr size_t kMaxCollectionBytes = 32;
constexpr size_t kCopyDigits = 16;
constexpr std::string_view kLocalCopy = "~local-", kRemoteCopy = "~remote-";
constexpr size_t kLongNameBytes = 240;  // 255 less the longest extension and what tools append to names.

Status invalid_id(const char* reason) {
  return Status(ErrorCode::INVALID_ID, std::string("The id ") + reason + ". Choose another id.");
}

bool reads_as_path(std::string_view name) {
  if (name == "." || name == "..") return true;
  if (name.find_first_of("/\\") != name.npos) return true;
  // Git refuses ".git" in a tree in any spelling, and ".gitattributes" and its kin would have an effect.
  return equals_ignoring_case(name.substr(0, 4), ".git");
}

/// Decodes each "%XX" and leaves every other '%' alone: what a careless server may do with a name.
std::string decode_what_decodes(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t size = text[0] == '%' ? std::min<size_t>(text.size(), 3) : 1;
    const Result<Bytes> decoded = percent_decode(text.substr(0, size));
    out.append(decoded ? *decoded : std::string(1, '%'));
    text.remove_prefix(decoded ? size : 1);
  }
  return out;
}

}  // namespace

bool has_control_character(std::string_view text) {
  for (size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<uint8_t>(text[at]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && static_cast<uint8_t>(text[at + 1]) < 0xA0) return true;
  }
  return false;
}

Status check_id(std::string_view id) {
  if (const std::optional<CopyId> copy = parse_copy_id(id)) return check_own_id(copy->original);
  if (id.empty()) return invalid_id("is empty");
  if (id.size() > kMaxIdBytes) return invalid_id("is longer than 200 bytes of UTF-8");
  if (!is_utf8(id)) return invalid_id("is not valid Unicode");
  if (has_control_character(id)) return invalid_id("has a control character");
  std::string name(id);
  for (;;) {
    if (reads_as_path(name)) return invalid_id("reads as a path");
    std::string decoded = decode_what_decodes(name);
    if (decoded == name) return {};
    HS_CHECK(decoded.size() < name.size());  // So this ends.
    name = std::move(decoded);
  }
}

Status check_own_id(std::string_view id) {
  if (parse_copy_id(id)) return invalid_id("is that of a conflict copy, which resolve() takes");
  return check_id(id);
}

std::optional<CopyId> parse_copy_id(std::string_view id) {
  if (id.size() <= kCopyDigits || !is_lower_hex(id.substr(id.size() - kCopyDigits), kCopyDigits)) return std::nullopt;
  id.remove_suffix(kCopyDigits);
  for (const Side side : {Side::kLocal, Side::kRemote}) {
    const std::string_view mark = side == Side::kLocal ? kLocalCopy : kRemoteCopy;
    if (id.size() > mark.size() && id.ends_with(mark)) return CopyId{id.substr(0, id.size() - mark.size()), side};
  }
  return std::nullopt;
}

std::string make_copy_id(std::string_view original, Side side, std::string_view sha256) {
  HS_CHECK(sha256.size() == 32);
  std::string id(original);
  id.append(side == Side::kLocal ? kLocalCopy : kRemoteCopy);
  return id.append(to_hex(sha256.substr(0, kCopyDigits / 2)));
}

Status check_collection(std::string_view collection) {
  const auto is_letter = [](char letter) { return letter >= 'a' && letter <= 'z'; };
  const auto is_allowed = [&](char letter) {
    return is_letter(letter) || (letter >= '0' && letter <= '9') || letter == '-';
  };
  const bool valid = !collection.empty() && collection.size() <= kMaxCollectionBytes && is_letter(collection[0]) &&
                     std::all_of(collection.begin(), collection.end(), is_allowed);
  if (valid) return {};
  return Status(ErrorCode::INVALID_ARGUMENT,
                "A collection's name is 1 to 32 characters of a-z, 0-9 and '-', and begins with a letter.");
}

std::string encode_id(std::string_view id) {
  HS_CHECK(!id.empty());
  const auto encode = [id](bool keep_non_ascii) {
    std::string out;
    for (size_t at = 0; at < id.size(); ++at) {
      const bool outer_dot = id[at] == '.' && (at == 0 || at == id.size() - 1);
      const bool non_ascii = static_cast<uint8_t>(id[at]) >= 0x80;
      if (outer_dot) {
        out.append("%2E");
      } else if (non_ascii && keep_non_ascii) {
        out.push_back(id[at]);
      } else {
        out.append(percent_encode(id.substr(at, 1)));
      }
    }
    return out;
  };
  std::string name = encode(false);
  return name.size() <= kLongNameBytes ? name : encode(true);
}

Result<std::string> decode_id(std::string_view name) {
  Result<Bytes> id = percent_decode(name);
  if (!id) return invalid_id("in a file's name does not decode");
  Status status = check_id(*id);
  if (!status.ok()) return status;
  // Another spelling of the same id ("%41" for "A") would make two files of one item.
  if (encode_id(*id) != name) return invalid_id("in a file's name is spelled in another way than hubstash does");
  return id;
}

}  // namespace hubstash
