#include "hub/layout.h"

#include <limits>

#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"

namespace hubstash {
namespace {

constexpr std::string_view kOwnFolder = ".hubstash/";

bool remove_suffix(std::string_view* text, std::string_view suffix) {
  if (!text->ends_with(suffix)) return false;
  text->remove_suffix(suffix.size());
  return true;
}

/// Takes the extension off `name` and says what it means; nothing when it has none of the collection's.
std::optional<Encoding> take_extension(std::string_view collection, Kind kind, std::string_view* name) {
  if (remove_suffix(name, extension(collection, kind, Encoding::kPlain))) return Encoding::kPlain;
  if (kind == Kind::kBlob) return std::nullopt;
  if (remove_suffix(name, extension(collection, kind, Encoding::kGzip))) return Encoding::kGzip;
  return std::nullopt;
}

}  // namespace

std::string shard_of(std::string_view id) {
  const std::optional<CopyId> copy = parse_copy_id(id);
  return to_hex(sha256(copy ? copy->original : id).substr(0, 1));
}

std::string_view extension(std::string_view collection, Kind kind, Encoding encoding) {
  if (kind == Kind::kJson) return encoding == Encoding::kGzip ? ".json.gz" : ".json";
  HS_CHECK(encoding == Encoding::kPlain);
  return collection == "pdfs" ? ".pdf" : "";
}

std::string under_prefix(std::string_view prefix, std::string_view path) {
  std::string joined(prefix);
  if (!prefix.empty()) joined.push_back('/');
  return joined.append(path);
}

std::string item_path(std::string_view prefix, std::string_view collection, Kind kind, std::string_view id,
                      Encoding encoding) {
  std::string path = under_prefix(prefix, collection);
  path.append("/").append(shard_of(id)).append("/").append(encode_id(id));
  return path.append(extension(collection, kind, encoding));
}

std::optional<ItemName> parse_item_name(std::string_view collection, Kind kind, std::string_view shard,
                                        std::string_view file_name) {
  const std::optional<Encoding> encoding = take_extension(collection, kind, &file_name);
  if (!encoding) return std::nullopt;
  const Result<std::string> id = decode_id(file_name);
  // A file in another shard than its id's would be a second file of the same item.
  if (!id || shard_of(*id) != shard) return std::nullopt;
  return ItemName{*id, *encoding};
}

std::string format_path(std::string_view prefix) {
  return under_prefix(prefix, std::string(kOwnFolder) + "format.json");
}

std::string format_text() {
  JsonWriter json;
  json.begin_object().member("format", "hubstash").member("version", kLayoutVersion).end_object().end_line();
  return json.take();
}

Result<int> parse_format(std::string_view text) {
  const Result<Json> json = Json::parse(text);
  const int64_t version = json ? (*json)["version"].integer() : 0;
  if (version >= 1 && version <= std::numeric_limits<int>::max()) return static_cast<int>(version);
  return Status(ErrorCode::BAD_RESPONSE, "The dataset's .hubstash/format.json states no version.");
}

std::string chunks_path(std::string_view prefix, std::string_view sha256_hex) {
  HS_CHECK(is_lower_hex(sha256_hex, 64));
  std::string path = under_prefix(prefix, std::string(kOwnFolder) + "chunks/");
  return path.append(sha256_hex).append(".json");
}

std::string chunks_text(uint64_t size, const std::vector<Sha256>& chunk_sha256) {
  HS_CHECK(chunk_sha256.size() == (size + kChunkBytes - 1) / kChunkBytes);
  JsonWriter json;
  json.begin_object().member("size", size).member("chunkBytes", kChunkBytes).key("sha256").begin_array();
  for (const Sha256& digest : chunk_sha256) json.value(to_hex(digest));
  json.end_array().end_object().end_line();
  return json.take();
}

Result<std::vector<Sha256>> parse_chunks(std::string_view text, uint64_t size) {
  const Status wrong(ErrorCode::BAD_RESPONSE, "The dataset's list of a file's chunk hashes cannot be used.");
  const Result<Json> json = Json::parse(text);
  if (!json || !(*json)["size"].is_number()) return wrong;
  const Json hashes = (*json)["sha256"];
  const bool fits = (*json)["size"].integer(-1) == static_cast<int64_t>(size) &&
                    (*json)["chunkBytes"].integer() == int64_t{kChunkBytes} &&
                    hashes.size() == (size + kChunkBytes - 1) / kChunkBytes;
  if (!fits) return wrong;
  std::vector<Sha256> chunk_sha256;
  for (size_t i = 0; i < hashes.size(); ++i) {
    const std::string digest = hashes.at(i).text();
    if (!is_lower_hex(digest, 64)) return wrong;
    chunk_sha256.push_back(*from_hex(digest));
  }
  return chunk_sha256;
}

std::string readme_text() {
  return R"(---
viewer: false
tags:
  - hubstash
---

# App data

An app keeps its users' files here with hubstash, and reads them back from here. You can read them too:

- `<collection>/<two hex digits>/<id>.json` is a document, `.json.gz` a large one, compressed with gzip.
- `pdfs/<two hex digits>/<id>.pdf` is a PDF. Other collections of files keep the id as the name.
- The two digits are the first of SHA-256(id); characters of an id that a path or a URL cannot have are
  percent-encoded (`%20` is a space).
- `.hubstash/` describes the layout. Leave it in place.

Files that you change here reach the app with its next sync. Older versions stay in the history of this repository.
)";
}

}  // namespace hubstash
