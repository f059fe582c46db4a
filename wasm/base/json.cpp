#include "base/json.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace hubstash {
namespace {

using Node = nlohmann::json;

constexpr int kMaxDepth = 256;
constexpr double kMaxSafeInteger = 9007199254740991.0;  // 2^53 - 1: above it a double is no exact integer.

/// Whether `text` nests no deeper than kMaxDepth, told from its brackets alone, before anything is built from it.
/// A NUL is refused too: it is never valid, but the parser takes it for the end.
bool is_shallow(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (letter == '\0') return false;
    if (in_string) {
      if (letter == '\\') ++at;
      if (letter == '"') in_string = false;
      continue;
    }
    if (letter == '"') in_string = true;
    if (letter == ']' || letter == '}') --depth;
    if ((letter == '[' || letter == '{') && ++depth > kMaxDepth) return false;
  }
  return true;
}

/// Takes all that the library's parser tells. Reader and Builder are called through one interface of the library, so
/// that the module has one instance of the parser instead of three.
class Reader : public nlohmann::json_sax<Node> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }
};

/// Builds the tree. Of two members of one name the last one stays, as in JavaScript.
class Builder final : public Reader {
 public:
  explicit Builder(Node* root) : root_(root) {}
  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool start_object(size_t) override { return open(Node::value_t::object); }
  bool key(string_t& name) override {
    member_ = &open_.back()->get_ref<Node::object_t&>()[std::move(name)];
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(size_t) override { return open(Node::value_t::array); }
  bool end_array() override { return close(); }

 private:
  /// Where the next value belongs.
  Node* place() {
    if (open_.empty()) return root_;
    if (!open_.back()->is_array()) return member_;
    auto& list = open_.back()->get_ref<Node::array_t&>();
    list.emplace_back();
    return &list.back();
  }
  bool add(Node value) {
    *place() = std::move(value);
    return true;
  }
  bool open(Node::value_t type) {
    Node* node = place();
    *node = type;
    open_.push_back(node);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  Node* root_;
  Node* member_ = nullptr;   ///< The value of the name that was read last.
  std::vector<Node*> open_;  ///< The containers around the next value; nothing moves them while they are open.
};

bool read(std::string_view text, nlohmann::json_sax<Node>* reader) {
  return Node::sax_parse(text.begin(), text.end(), reader);
}

/// Whether the library takes `text` for JSON. JavaScript's strings may hold one half of a surrogate pair, which
/// JSON.stringify writes as an escape and the library refuses; here such an escape names another character instead.
bool is_valid(std::string_view text) {
  std::string masked;
  for (const std::string_view escape : {"\\ud", "\\uD"}) {
    for (size_t at = text.find(escape); at != text.npos; at = text.find(escape, at + escape.size())) {
      if (masked.empty()) masked = text;
      masked[at + 2] = '0';
    }
  }
  if (!masked.empty()) text = masked;
  Reader reader;
  return read(text, &reader);
}

const Node& as_node(const void* node) { return *static_cast<const Node*>(node); }

}  // namespace

struct Json::Tree {
  Node root;
};

Result<Json> Json::parse(std::string_view text) {
  if (!is_shallow(text)) return Status(ErrorCode::BAD_RESPONSE, "The JSON nests too deep, or has a NUL.");
  auto tree = std::make_shared<Tree>();
  Builder builder(&tree->root);
  if (!read(text, &builder)) return Status(ErrorCode::BAD_RESPONSE, "The text is not JSON.");
  const void* root = &tree->root;
  return Json(std::move(tree), root);
}

bool Json::is_object_text(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos || text[first] != '{') return false;
  return is_shallow(text) && is_valid(text);
}

bool Json::exists() const { return node_ != nullptr; }
bool Json::is_object() const { return exists() && as_node(node_).is_object(); }
bool Json::is_array() const { return exists() && as_node(node_).is_array(); }
bool Json::is_string() const { return exists() && as_node(node_).is_string(); }
bool Json::is_number() const { return exists() && as_node(node_).is_number(); }
bool Json::is_bool() const { return exists() && as_node(node_).is_boolean(); }
bool Json::is_null() const { return exists() && as_node(node_).is_null(); }

Json Json::operator[](std::string_view name) const {
  if (!is_object()) return {};
  const auto member = as_node(node_).find(std::string(name));
  if (member == as_node(node_).end()) return {};
  return Json(tree_, &*member);
}

size_t Json::size() const { return is_object() || is_array() ? as_node(node_).size() : 0; }

Json Json::at(size_t index) const {
  if (!is_array() || index >= size()) return {};
  return Json(tree_, &as_node(node_)[index]);
}

std::vector<std::string> Json::names() const {
  std::vector<std::string> names;
  if (!is_object()) return names;
  names.reserve(size());
  for (const auto& member : as_node(node_).items()) names.push_back(member.key());
  return names;
}

std::string Json::text(std::string_view fallback) const {
  return is_string() ? as_node(node_).get_ref<const std::string&>() : std::string(fallback);
}

int64_t Json::integer(int64_t fallback) const {
  if (!is_number()) return fallback;
  const Node& node = as_node(node_);
  if (node.is_number_unsigned()) {
    const auto value = node.get<uint64_t>();
    return value <= static_cast<uint64_t>(INT64_MAX) ? static_cast<int64_t>(value) : fallback;
  }
  if (node.is_number_integer()) return node.get<int64_t>();
  // "1e3" and "5.0" are integers too, to JavaScript.
  const auto value = node.get<double>();
  const bool exact = std::abs(value) <= kMaxSafeInteger && std::trunc(value) == value;
  return exact ? static_cast<int64_t>(value) : fallback;
}

bool Json::boolean(bool fallback) const { return is_bool() ? as_node(node_).get<bool>() : fallback; }

}  // namespace hubstash
