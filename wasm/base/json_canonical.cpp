// canonical_object() and canonical_number() of json_slices.h. The text has been found valid before anything is read
// here, so that the reader below has no errors of its own but a name that comes twice.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/json.h"
#include "base/json_slices.h"
#include "base/sorting.h"
#include "base/text.h"

namespace hubstash {
namespace {

constexpr size_t kMaxExponentDigits = 9;  // Longer ones need not be understood to be kept.

uint32_t hex_unit(std::string_view digits) {
  uint32_t unit = 0;
  for (const char letter : digits) {
    const char lower = ascii_lower(letter);
    unit = unit * 16 + static_cast<uint32_t>(lower <= '9' ? lower - '0' : lower - 'a' + 10);
  }
  return unit;
}

bool is_high(uint32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low(uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

void append_escaped_unit(std::string& out, uint32_t unit) {
  const char bytes[] = {static_cast<char>(unit >> 8), static_cast<char>(unit & 0xFF)};
  out.append("\\u").append(to_hex({bytes, 2}));
}

/// A character below U+0080, escaped if JSON.stringify escapes it.
void append_ascii(std::string& out, uint32_t code) {
  constexpr std::string_view kLetters = "\"\\\b\f\n\r\t";
  constexpr std::string_view kNames = "\"\\bfnrt";
  const size_t at = kLetters.find(static_cast<char>(code));
  if (at != kLetters.npos) {
    out.append("\\").push_back(kNames[at]);
  } else if (code < 0x20) {
    append_escaped_unit(out, code);
  } else {
    out.push_back(static_cast<char>(code));
  }
}

void append_character(std::string& out, uint32_t code) {
  const auto tail = [&](int shift) { out.push_back(static_cast<char>(0x80 | ((code >> shift) & 0x3F))); };
  if (code < 0x80) {
    append_ascii(out, code);
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (code >> 6)));
    tail(0);
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (code >> 12)));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0 | (code >> 18)));
    tail(12);
    tail(6);
    tail(0);
  }
}

/// The escape that `text` begins with; returns its length. A pair of surrogates is one character, a lone one stays.
size_t append_unescaped(std::string& out, std::string_view text) {
  constexpr std::string_view kNames = "\"\\/bfnrt";
  constexpr std::string_view kLetters = "\"\\/\b\f\n\r\t";
  if (text[1] != 'u') {
    append_ascii(out, static_cast<unsigned char>(kLetters[kNames.find(text[1])]));
    return 2;
  }
  const uint32_t unit = hex_unit(text.substr(2, 4));
  const uint32_t next = text.size() >= 12 && text.substr(6, 2) == "\\u" ? hex_unit(text.substr(8, 4)) : 0;
  if (is_high(unit) && is_low(next)) {
    append_character(out, 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00));
    return 12;
  }
  if (is_high(unit) || is_low(unit)) {
    append_escaped_unit(out, unit);
  } else {
    append_character(out, unit);
  }
  return 6;
}

/// Copies a value, piece by piece, into its canonical text.
class Canonizer {
 public:
  explicit Canonizer(std::string_view text) : text_(text) { out_.reserve(text.size()); }

  /// False: an object has a name twice.
  bool copy_value() {
    skip_space();
    const char letter = text_[at_];
    if (letter == '{') return copy_object();
    if (letter == '[') return copy_array();
    if (letter == '"') {
      copy_string();
    } else if (letter == '-' || (letter >= '0' && letter <= '9')) {
      out_.append(canonical_number(take_word()));
    } else {
      out_.append(take_word());
    }
    return true;
  }

  std::string take() { return std::move(out_); }

 private:
  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  void copy_mark() { out_.push_back(text_[at_++]); }

  /// Copies the comma between two values, or the bracket after the last; true after the latter.
  bool copy_end(char bracket) {
    skip_space();
    const bool is_end = text_[at_] == bracket;
    if (is_end || text_[at_] == ',') copy_mark();
    return is_end;
  }

  /// A number or a literal.
  std::string_view take_word() {
    const size_t end = std::min(text_.find_first_of(" \t\r\n,]}", at_), text_.size());
    const std::string_view word = text_.substr(at_, end - at_);
    at_ = end;
    return word;
  }

  void copy_string() {
    copy_mark();
    while (text_[at_] != '"') {
      const size_t end = text_.find_first_of("\"\\", at_);
      out_.append(text_.substr(at_, end - at_));
      at_ = end;
      if (text_[at_] == '\\') at_ += append_unescaped(out_, text_.substr(at_));
    }
    copy_mark();
  }

  bool copy_array() {
    copy_mark();
    while (!copy_end(']')) {
      if (!copy_value()) return false;
    }
    return true;
  }

  bool copy_object() {
    const size_t begin = out_.size();
    copy_mark();
    while (!copy_end('}')) {
      skip_space();
      copy_string();
      skip_space();
      copy_mark();  // The colon.
      if (!copy_value()) return false;
    }
    return order_members(begin);
  }

  /// Puts the members of the object that was copied last into JavaScript's order. False: it has a name twice.
  bool order_members(size_t begin) {
    std::vector<JsonMember> members = json_members(std::string_view(out_).substr(begin));
    std::vector<std::string_view> names;
    for (const JsonMember& member : members) names.push_back(member.name);
    const auto precedes = [](const JsonMember& a, const JsonMember& b) {
      return precedes_in_javascript(a.name, b.name);
    };
    sort_stably(&names);
    if (std::adjacent_find(names.begin(), names.end()) != names.end()) return false;
    if (std::is_sorted(members.begin(), members.end(), precedes)) return true;
    sort_stably(&members, precedes);
    std::string ordered = "{";
    for (const JsonMember& member : members) {
      ordered.append(ordered.size() == 1 ? "" : ",").append(member.name).append(":").append(member.value);
    }
    out_.replace(begin, out_.npos, ordered.append("}"));
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string canonical_number(std::string_view number) {
  const bool is_negative = number[0] == '-';
  const size_t exponent_at = std::min(number.find_first_of("eE"), number.size());
  std::string_view exponent_text = number.substr(std::min(exponent_at + 1, number.size()));
  if (exponent_text.size() > kMaxExponentDigits) return std::string(number);
  int64_t exponent = exponent_text.empty() ? 0 : std::strtoll(std::string(exponent_text).c_str(), nullptr, 10);

  // The value is 0.<digits> times ten to the power of `exponent`.
  std::string digits(number.substr(is_negative ? 1 : 0, exponent_at - (is_negative ? 1 : 0)));
  const size_t point = std::min(digits.find('.'), digits.size());
  if (point < digits.size()) digits.erase(point, 1);
  const size_t first = std::min(digits.find_first_not_of('0'), digits.size());
  exponent += static_cast<int64_t>(point) - static_cast<int64_t>(first);
  digits.erase(0, first);
  digits.erase(digits.find_last_not_of('0') + 1);
  const std::string sign = is_negative ? "-" : "";
  if (digits.empty()) return sign + "0";

  // ECMA-262, Number::toString.
  const auto count = static_cast<int64_t>(digits.size());
  const auto zeros = [](int64_t wanted) { return std::string(static_cast<size_t>(wanted), '0'); };
  if (count <= exponent && exponent <= 21) return sign + digits + zeros(exponent - count);
  if (0 < exponent && exponent <= 21) return sign + digits.insert(static_cast<size_t>(exponent), ".");
  if (-6 < exponent && exponent <= 0) return sign + "0." + zeros(-exponent) + digits;
  if (count > 1) digits.insert(1, ".");
  return sign + digits + (exponent > 0 ? "e+" : "e") + std::to_string(exponent - 1);
}

std::optional<std::string> canonical_object(std::string_view text) {
  if (!Json::is_object_text(text)) return std::nullopt;
  Canonizer canonizer(text);
  if (!canonizer.copy_value()) return std::nullopt;
  return canonizer.take();
}

}  // namespace hubstash
