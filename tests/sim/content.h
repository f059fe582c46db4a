#pragma once
// What the simulated apps write. Each write puts at least one number into its item that nobody has written before, so
// that from any bytes the checker can tell which writes they hold.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "hubstash/messages.h"

namespace hubstash::sim {

/// A number that one write put into one field of one item; never used twice. 0: nothing.
using Value = uint32_t;
inline constexpr size_t kFields = 3;
/// A document's fields, or a blob's one value and its size class. Field 0 is always set.
using Fields = std::array<Value, kFields>;

struct ItemName {
  std::string collection;
  Kind kind = Kind::kJson;
  std::string id;
};

/// For messages.
std::string to_text(const std::optional<Fields>& fields);

/// What an item's bytes say, if they are its bytes at all.
std::optional<Fields> parse_content(const ItemName& item, const Bytes& content);

/// A document of at least `size` bytes.
Bytes make_document(const ItemName& item, const Fields& fields, uint32_t size);
/// A blob of `size` bytes, at least enough for its first line.
Bytes make_blob(const ItemName& item, Value value, uint32_t size);

/// Where an item lies in the dataset (docs/FORMATS.md), without its extension.
std::string path_stem(const ItemName& item);
/// The item that a file belongs to, as itself or as a conflict copy of it.
struct PathMeaning {
  size_t item = 0;
  bool is_copy = false;
};
std::optional<PathMeaning> parse_path(const std::vector<ItemName>& items, const std::string& path);

}  // namespace hubstash::sim
