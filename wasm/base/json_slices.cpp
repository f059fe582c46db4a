#include "base/json_slices.h"

#include <algorithm>

namespace hubstash {
namespace {

/// Where the string that begins at `at` ends.
size_t string_end(std::string_view text, size_t at) {
  for (++at; text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

/// Where the value that begins at `at` ends.
size_t value_end(std::string_view text, size_t at) {
  if (text[at] == '"') return string_end(text, at);
  if (text[at] != '{' && text[at] != '[') return std::min(text.find_first_of(",]}", at), text.size());
  int depth = 0;
  do {
    const char letter = text[at];
    if (letter == '"') {
      at = string_end(text, at);
      continue;
    }
    if (letter == '{' || letter == '[') ++depth;
    if (letter == '}' || letter == ']') --depth;
    ++at;
  } while (depth > 0);
  return at;
}

/// The digits of a name that JavaScript takes for an array index (below 2^32 - 1), else nothing.
std::string_view index_digits(std::string_view name) {
  constexpr std::string_view kLargest = "4294967294";
  const std::string_view digits = name.substr(1, name.size() - 2);
  if (digits.empty() || digits.size() > kLargest.size()) return {};
  if (digits.find_first_not_of("0123456789") != digits.npos) return {};
  if (digits[0] == '0' && digits.size() > 1) return {};
  if (digits.size() == kLargest.size() && digits > kLargest) return {};
  return digits;
}

}  // namespace

std::vector<JsonMember> json_members(std::string_view object) {
  std::vector<JsonMember> members;
  for (size_t at = 1; object[at] != '}';) {
    const size_t colon = string_end(object, at);
    const size_t end = value_end(object, colon + 1);
    members.push_back({object.substr(at, colon - at), object.substr(colon + 1, end - colon - 1)});
    at = object[end] == ',' ? end + 1 : end;
  }
  return members;
}

std::vector<std::string_view> json_elements(std::string_view array) {
  std::vector<std::string_view> elements;
  for (size_t at = 1; array[at] != ']';) {
    const size_t end = value_end(array, at);
    elements.push_back(array.substr(at, end - at));
    at = array[end] == ',' ? end + 1 : end;
  }
  return elements;
}

bool precedes_in_javascript(std::string_view name, std::string_view other) {
  const std::string_view index = index_digits(name);
  const std::string_view other_index = index_digits(other);
  if (index.empty() || other_index.empty()) return !index.empty();
  return index.size() != other_index.size() ? index.size() < other_index.size() : index < other_index;
}

std::string format_document(std::string_view object) {
  std::string text = "{";
  std::string_view line_end = "\n  ";
  for (const JsonMember& member : json_members(object)) {
    text.append(line_end).append(member.name).append(": ");
    line_end = ",\n  ";
    if (member.value[0] != '[' || member.value.size() == 2) {
      text.append(member.value);
      continue;
    }
    std::string_view element_end = "[\n    ";
    for (const std::string_view element : json_elements(member.value)) {
      text.append(element_end).append(element);
      element_end = ",\n    ";
    }
    text.append("\n  ]");
  }
  return text.append(object.size() == 2 ? "\n\n}\n" : "\n}\n");
}

}  // namespace hubstash
