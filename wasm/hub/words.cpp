#include "hub/words.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "hub/replies.h"

namespace hubstash {
namespace {

constexpr size_t kMaxErrorBodyBytes = 64 << 10;  // Longer bodies are pages, not explanations.
constexpr std::string_view kHidden = "***";

/// How much of `text` belongs to the word (or token, or address) that it begins with.
size_t word_size(std::string_view text) { return std::min(text.find_first_of(" \t\r\n\"'<>`"), text.size()); }

bool is_token_character(char letter) {
  return (letter >= '0' && letter <= '9') || (ascii_lower(letter) >= 'a' && ascii_lower(letter) <= 'z') ||
         letter == '_' || letter == '-';
}

/// A word without what must not be seen: tokens wherever they stand, and the query of an address.
std::string without_secrets(std::string_view word) {
  if (word.find('/') != word.npos) word = word.substr(0, word.find('?'));
  std::string out;
  while (!word.empty()) {
    if (!word.starts_with("hf_")) {
      out.push_back(word[0]);
      word.remove_prefix(1);
      continue;
    }
    out.append("hf_").append(kHidden);
    while (!word.empty() && is_token_character(word[0])) word.remove_prefix(1);
  }
  return out;
}

std::string without_secrets_in_text(std::string_view text) {
  std::string out;
  bool after_bearer = false;
  while (!text.empty()) {
    const size_t size = word_size(text);
    if (size == 0) {
      out.push_back(text[0]);
      text.remove_prefix(1);
      continue;
    }
    const std::string_view word = text.substr(0, size);
    out.append(after_bearer ? std::string(kHidden) : without_secrets(word));
    after_bearer = equals_ignoring_case(word, "bearer");
    text.remove_prefix(size);
  }
  return out;
}

/// The character at the start of `text`, or a stand-in where it is none or cannot be printed.
std::string_view printable(std::string_view text, size_t size) {
  if (size == 0) return "?";
  const auto first = static_cast<uint8_t>(text[0]);
  if (size == 1 && (first < 0x20 || first == 0x7F)) return " ";
  const bool is_c1_control = size == 2 && first == 0xC2 && static_cast<uint8_t>(text[1]) < 0xA0;
  return is_c1_control ? " " : text.substr(0, size);
}

std::string json_words(const Json& json) {
  const Json error = json["error"];
  if (error.is_array()) return error.at(0).text();
  const std::string description = json["error_description"].text();
  if (!description.empty()) return description;
  if (error.is_string()) return error.text();
  const Json first = json["errors"].at(0);
  if (first.exists()) return first["message"].text(first.text());
  return json["message"].text();
}

std::string xml_words(std::string_view body) {
  constexpr std::string_view kBegin = "<Message>";
  const size_t begin = body.find(kBegin);
  const size_t end = body.find("</Message>");
  if (begin == body.npos || end == body.npos || end < begin) return {};
  return std::string(body.substr(begin + kBegin.size(), end - begin - kBegin.size()));
}

std::string body_words(std::string_view body) {
  if (body.size() > kMaxErrorBodyBytes) return {};
  if (is_markup(body)) return xml_words(body);
  const Result<Json> json = Json::parse(body);
  return json ? json_words(*json) : std::string(body);
}

}  // namespace

std::string quotable(std::string_view text) {
  // Secrets go first: cutting first could leave half of one. Nothing beyond this can be shown anyway.
  const std::string clean = without_secrets_in_text(text.substr(0, 16 * kMaxQuotedBytes));
  std::string out;
  for (std::string_view rest = clean; !rest.empty();) {
    const size_t size = utf8_character_size(rest);
    const std::string_view character = printable(rest, size);
    if (out.size() + character.size() > kMaxQuotedBytes) break;
    const bool repeats_space = character == " " && (out.empty() || out.back() == ' ');
    if (!repeats_space) out.append(character);
    rest.remove_prefix(std::max<size_t>(size, 1));
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string hub_words(const HttpAnswer& answer) {
  const std::string_view header = header_value(answer, "x-error-message");
  return quotable(header.empty() ? body_words(answer.body) : std::string(header));
}

bool is_markup(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);  // A byte order mark.
  const size_t first = body.find_first_not_of(" \t\r\n");
  return first != body.npos && body[first] == '<';
}

}  // namespace hubstash
