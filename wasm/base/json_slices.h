#pragma once
// Documents as canonical JSON text, and reading them in place: a value is the slice of the text that says it. Equal
// slices are equal values, what is not looked into costs nothing, and text that is copied cannot change on its way.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubstash {

struct JsonMember {
  std::string_view name;  ///< As it stands in the text, with its quotes.
  std::string_view value;
};

/// The object in `text` as JSON.stringify would write it: no white space, strings with the fewest escapes, members in
/// the order that JavaScript gives them, which is the text's own but for names like "7", and numbers in JavaScript's
/// spelling with all the digits that they have here: 1.0 is 1, and 12345678901234567890 stays as it is.
/// Nothing when `text` is not one JSON object (Json::is_object_text), or when one of its objects has a name twice.
std::optional<std::string> canonical_object(std::string_view text);

/// A number in JavaScript's spelling, of exactly the same decimal value. Minus zero stays -0.
std::string canonical_number(std::string_view number);

/// The members of an object and the elements of an array, in canonical text.
std::vector<JsonMember> json_members(std::string_view object);
std::vector<std::string_view> json_elements(std::string_view array);

/// Whether JavaScript puts a member of this name before that one whatever the order in which they were added: names
/// that are array indexes come first, by number. Names are slices, with their quotes.
bool precedes_in_javascript(std::string_view name, std::string_view other);

/// A canonical object in the shape of a saved document (web/src/json.js): a line for each member, and for each element
/// of a member that is an array.
std::string format_document(std::string_view object);

}  // namespace hubstash
