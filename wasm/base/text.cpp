#include "base/text.h"

#include <algorithm>

namespace hubstash {
namespace {

constexpr std::string_view kLowerHex = "0123456789abcdef";
constexpr std::string_view kUpperHex = "0123456789ABCDEF";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Value of a hex digit, or -1.
int hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

/// The byte that two hex digits at the start of `text` mean, or -1.
int hex_byte(std::string_view text) {
  if (text.size() < 2) return -1;
  const int high = hex_digit(text[0]);
  const int low = hex_digit(text[1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_unreserved(char letter) {
  return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
         letter == '-' || letter == '.' || letter == '_' || letter == '~';
}

void append_percent_encoded(std::string& out, std::string_view bytes, bool keep_slashes) {
  for (const char letter : bytes) {
    if (is_unreserved(letter) || (keep_slashes && letter == '/')) {
      out.push_back(letter);
      continue;
    }
    const auto byte = static_cast<uint8_t>(letter);
    out.push_back('%');
    out.push_back(kUpperHex[byte >> 4]);
    out.push_back(kUpperHex[byte & 15]);
  }
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char letter : bytes) {
    const auto byte = static_cast<uint8_t>(letter);
    out.push_back(kLowerHex[byte >> 4]);
    out.push_back(kLowerHex[byte & 15]);
  }
  return out;
}

Result<Bytes> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return Status(ErrorCode::INVALID_ARGUMENT, "Hex with an odd number of digits.");
  Bytes out;
  out.reserve(hex.size() / 2);
  for (size_t at = 0; at < hex.size(); at += 2) {
    const int byte = hex_byte(hex.substr(at));
    if (byte < 0) return Status(ErrorCode::INVALID_ARGUMENT, "Hex with a character that is no hex digit.");
    out.push_back(static_cast<char>(byte));
  }
  return out;
}

bool is_lower_hex(std::string_view text, size_t digits) {
  return text.size() == digits &&
         std::all_of(text.begin(), text.end(), [](char digit) { return kLowerHex.find(digit) != kLowerHex.npos; });
}

std::string to_base64(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

void append_base64(std::string& out, std::string_view bytes) {
  size_t to = out.size();
  out.resize(to + (bytes.size() + 2) / 3 * 4, '=');
  const auto byte_at = [bytes](size_t at) -> uint32_t { return static_cast<uint8_t>(bytes[at]); };
  size_t from = 0;
  for (; from + 3 <= bytes.size(); from += 3, to += 4) {
    const uint32_t group = byte_at(from) << 16 | byte_at(from + 1) << 8 | byte_at(from + 2);
    out[to] = kBase64[group >> 18];
    out[to + 1] = kBase64[group >> 12 & 63];
    out[to + 2] = kBase64[group >> 6 & 63];
    out[to + 3] = kBase64[group & 63];
  }
  const size_t left = bytes.size() - from;
  if (left == 0) return;
  // The one or two bytes left over take two or three digits; the padding is there already.
  const uint32_t group = byte_at(from) << 16 | (left == 2 ? byte_at(from + 1) << 8 : 0);
  out[to] = kBase64[group >> 18];
  out[to + 1] = kBase64[group >> 12 & 63];
  if (left == 2) out[to + 2] = kBase64[group >> 6 & 63];
}

size_t utf8_character_size(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [text](size_t at) { return static_cast<uint8_t>(text[at]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  // 0xC0 and 0xC1 could only begin overlong forms, 0xF5 and above only what lies beyond U+10FFFF.
  if (first < 0xC2 || first > 0xF4) return 0;
  const size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() < size) return 0;
  for (size_t at = 1; at < size; ++at) {
    if ((byte(at) & 0xC0) != 0x80) return 0;
  }
  const uint8_t second = byte(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second > 0x9F;
  const bool too_high = first == 0xF4 && second > 0x8F;
  return overlong || surrogate || too_high ? 0 : size;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t size = utf8_character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string percent_encode(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  append_percent_encoded(out, bytes, false);
  return out;
}

Result<Bytes> percent_decode(std::string_view text) {
  Bytes out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out.push_back(text[at]);
      continue;
    }
    const int byte = hex_byte(text.substr(at + 1));
    if (byte < 0) return Status(ErrorCode::INVALID_ARGUMENT, "A '%' that two hex digits do not follow.");
    out.push_back(static_cast<char>(byte));
    at += 2;
  }
  return out;
}

std::string percent_encode_path(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  append_percent_encoded(out, path, true);
  return out;
}

char ascii_lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool equals_ignoring_case(std::string_view text, std::string_view other) {
  return std::equal(text.begin(), text.end(), other.begin(), other.end(),
                    [](char left, char right) { return ascii_lower(left) == ascii_lower(right); });
}

}  // namespace hubstash
