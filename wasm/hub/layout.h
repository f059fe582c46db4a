#pragma once
// Where things lie in the dataset: `<prefix>/<collection>/<2 hex of sha256(id)>/<encoded id><extension>`, made to be
// read by people on the Hub. docs/FORMATS.md has the whole picture.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "hubstash/messages.h"

namespace hubstash {

/// The layout that this version writes, and the newest that it reads.
inline constexpr int kLayoutVersion = 1;

/// First two hex digits of sha256(id): the folder of the item, so that no folder has more than a 256th of them. A
/// conflict copy lies beside its original.
std::string shard_of(std::string_view id);

/// How a file's content stands for the item's body.
enum class Encoding : uint8_t { kPlain = 0, kGzip = 1 };  // Stored in records: values are part of the format.

/// ".json", ".json.gz", ".pdf" (collection "pdfs") or "" (blobs of other collections). Blobs are always kPlain.
std::string_view extension(std::string_view collection, Kind kind, Encoding encoding);

/// "<prefix>/<collection>/<shard>/<name><extension>", without a leading slash.
std::string item_path(std::string_view prefix, std::string_view collection, Kind kind, std::string_view id,
                      Encoding encoding);
/// "<prefix>/<collection>" and so on: joins with '/' and leaves out an empty prefix.
std::string under_prefix(std::string_view prefix, std::string_view path);

/// What a file's name in a shard folder of `collection` says; nothing for files that are not items.
struct ItemName {
  std::string id;
  Encoding encoding = Encoding::kPlain;
};
std::optional<ItemName> parse_item_name(std::string_view collection, Kind kind, std::string_view shard,
                                        std::string_view file_name);

/// "<prefix>/.hubstash/format.json" and its content.
std::string format_path(std::string_view prefix);
std::string format_text();
/// The version that a format.json states. Errors: BAD_RESPONSE when it states none.
Result<int> parse_format(std::string_view text);

/// "<prefix>/.hubstash/chunks/<sha256 hex>.json" and its content: {"size", "chunkBytes", "sha256":[hex,...]}.
std::string chunks_path(std::string_view prefix, std::string_view sha256_hex);
std::string chunks_text(uint64_t size, const std::vector<Sha256>& chunk_sha256);
/// The hashes that such a file states for a blob of that size. Errors: BAD_RESPONSE when it is not such a list.
Result<std::vector<Sha256>> parse_chunks(std::string_view text, uint64_t size);

/// The README.md of a new dataset: front matter with the tags that its card needs and `viewer: false`, then what this
/// is and how to read it.
std::string readme_text();

}  // namespace hubstash
