#include "base/json.h"
#include "base/text.h"

namespace hubstash {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD.

/// Whether a string may hold this byte as it is. The bytes of longer characters are looked at apart.
bool is_plain(char letter) { return letter >= 0x20 && letter < 0x7F && letter != '"' && letter != '\\'; }

void append_escaped(std::string& out, char letter) {
  constexpr std::string_view kLetters = "\"\\\n\r\t";
  constexpr std::string_view kNames = "\"\\nrt";
  const size_t at = kLetters.find(letter);
  if (letter == 0x7F) {
    out.push_back(letter);  // Unseemly, but JSON has it as it is.
  } else if (at == kLetters.npos) {
    out.append("\\u00").append(to_hex({&letter, 1}));
  } else {
    out.append("\\").push_back(kNames[at]);
  }
}

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const size_t size = utf8_character_size(text);
    if (size == 0) {
      out.append(kReplacement);
    } else if (size == 1) {
      append_escaped(out, text[0]);
    } else {
      out.append(text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  out.push_back('"');
}

}  // namespace

void JsonWriter::separate() {
  if (needs_comma_) out_.push_back(',');
  needs_comma_ = true;
}

JsonWriter& JsonWriter::reserve(size_t bytes) {
  out_.reserve(bytes);
  return *this;
}

JsonWriter& JsonWriter::begin_object() {
  separate();
  out_.push_back('{');
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  out_.push_back('}');
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  separate();
  out_.push_back('[');
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  out_.push_back(']');
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_string(out_, name);
  out_.push_back(':');
  needs_comma_ = false;  // Its value follows the colon.
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  append_string(out_, text);
  return *this;
}

JsonWriter& JsonWriter::value(bool flag) {
  separate();
  out_.append(flag ? "true" : "false");
  return *this;
}

JsonWriter& JsonWriter::value(int64_t number) {
  separate();
  out_.append(std::to_string(number));
  return *this;
}

JsonWriter& JsonWriter::value(uint64_t number) {
  separate();
  out_.append(std::to_string(number));
  return *this;
}

JsonWriter& JsonWriter::null() {
  separate();
  out_.append("null");
  return *this;
}

JsonWriter& JsonWriter::base64(std::string_view bytes) {
  separate();
  out_.push_back('"');
  append_base64(out_, bytes);
  out_.push_back('"');
  return *this;
}

JsonWriter& JsonWriter::end_line() {
  out_.push_back('\n');
  needs_comma_ = false;
  return *this;
}

}  // namespace hubstash
