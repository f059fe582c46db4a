#pragma once
// JSON, behind a small facade: json.cpp is the only file that includes nlohmann/json, whose type errors would end a
// build without exceptions. Reading never fails hard: a missing or mistyped member yields the fallback, or a Json that
// does not exist.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hubstash/status.h"

namespace hubstash {

/// An immutable JSON value, read from text. Cheap to copy; members share the parsed text's tree.
class Json {
 public:
  /// Errors: BAD_RESPONSE when `text` is not one JSON value in UTF-8, or nests deeper than 256 levels.
  static Result<Json> parse(std::string_view text);
  /// Whether `text` is one JSON object, without building it. Unlike parse(), takes the lone halves of surrogate pairs
  /// that JavaScript's strings may hold, as escapes: documents have them.
  static bool is_object_text(std::string_view text);

  Json() = default;
  bool exists() const;
  bool is_object() const;
  bool is_array() const;
  bool is_string() const;
  bool is_number() const;
  bool is_bool() const;
  bool is_null() const;  ///< An explicit null.

  /// Member of an object; a Json that does not exist where there is none.
  Json operator[](std::string_view name) const;
  size_t size() const;                     ///< Of an array or an object, else 0.
  Json at(size_t index) const;             ///< Element of an array; a Json that does not exist beyond its end.
  std::vector<std::string> names() const;  ///< Of an object's members, in byte order; else empty.

  std::string text(std::string_view fallback = {}) const;
  int64_t integer(int64_t fallback = 0) const;  ///< Numbers with a fraction or out of range yield the fallback.
  bool boolean(bool fallback = false) const;

 private:
  struct Tree;
  explicit Json(std::shared_ptr<const Tree> tree, const void* node) : tree_(std::move(tree)), node_(node) {}
  std::shared_ptr<const Tree> tree_;
  const void* node_ = nullptr;
};

/// Writes JSON text piece by piece, in the order of the calls. Strings that are not UTF-8 get U+FFFD.
class JsonWriter {
 public:
  /// Makes room at once for a text of about `bytes`.
  JsonWriter& reserve(size_t bytes);
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(bool flag);
  JsonWriter& value(int64_t number);
  JsonWriter& value(uint64_t number);
  JsonWriter& value(int number) { return value(static_cast<int64_t>(number)); }
  JsonWriter& value(uint32_t number) { return value(static_cast<uint64_t>(number)); }
  JsonWriter& null();
  /// A string: the base64 of `bytes`, written in place.
  JsonWriter& base64(std::string_view bytes);
  /// A line feed between the values of newline-delimited JSON.
  JsonWriter& end_line();
  /// key(name).value(v) in one.
  template <typename T>
  JsonWriter& member(std::string_view name, const T& v) {
    return key(name).value(v);
  }
  std::string take() { return std::move(out_); }

 private:
  void separate();
  std::string out_;
  bool needs_comma_ = false;  ///< The next key or element follows another one.
};

}  // namespace hubstash
