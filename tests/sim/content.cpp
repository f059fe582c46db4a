#include "sim/content.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "hubstash/hash.h"

namespace hubstash::sim {
namespace {

constexpr size_t kWordBytes = 4;

std::string number_after(const Bytes& text, const std::string& label) {
  size_t at = text.find(label);
  if (at == text.npos) return {};
  at = text.find_first_not_of(" ", at + label.size());
  if (at == text.npos) return {};
  return text.substr(at, text.find_first_not_of("0123456789", at) - at);
}

std::string blob_head(const ItemName& item, Value value, uint32_t size) {
  return "%" + item.id + " " + std::to_string(value) + " " + std::to_string(size) + "\n";
}

std::string extension_of(const ItemName& item) {
  if (item.kind == Kind::kJson) return ".json";
  return item.collection == "pdfs" ? ".pdf" : "";
}

}  // namespace

Bytes make_document(const ItemName& item, const Fields& fields, uint32_t size) {
  Bytes text = "{\"id\":\"" + item.id + "\"";
  const char* const names[kFields] = {"a", "b", "c"};
  for (size_t i = 0; i < kFields; ++i) text += ",\"" + std::string(names[i]) + "\":" + std::to_string(fields[i]);
  if (text.size() + 1 < size) text += ",\"pad\":\"" + std::string(size - text.size(), 'x') + "\"";
  return text + "}";
}

Bytes make_blob(const ItemName& item, Value value, uint32_t size) {
  Bytes content = blob_head(item, value, size);
  size_t at = content.size();
  if (at >= size) return content;
  // Whole words, cut off at the end: blobs of megabytes are made and compared all the time.
  content.resize(size + kWordBytes);
  for (uint32_t state = value; at < size; at += kWordBytes) {
    state = state * 1664525 + 1013904223;
    const char word[kWordBytes] = {static_cast<char>(state >> 24), static_cast<char>(state >> 16),
                                   static_cast<char>(state >> 8), 0};
    std::memcpy(content.data() + at, word, kWordBytes);
  }
  content.resize(size);
  return content;
}

std::optional<Fields> parse_content(const ItemName& item, const Bytes& content) {
  Fields fields{};
  if (item.kind == Kind::kBlob) {
    unsigned value = 0, size = 0;
    char id[16] = {};
    const std::string head = content.substr(0, 64);
    if (std::sscanf(head.c_str(), "%%%15s %u %u\n", id, &value, &size) != 3 || item.id != id) return std::nullopt;
    if (content != make_blob(item, value, size)) return std::nullopt;
    fields[0] = value;
    return fields;
  }
  // A merge may have another spelling than the app's, and the padding of either side.
  const std::string head = content.substr(0, 400);
  const bool whole = content.size() > 2 && content[0] == '{' && content.find_last_of('}') + 3 > content.size();
  const size_t id_at = head.find("\"id\"");
  if (!whole || id_at == head.npos || head.find("\"" + item.id + "\"", id_at) == head.npos) return std::nullopt;
  const char* const labels[kFields] = {"\"a\":", "\"b\":", "\"c\":"};
  for (size_t i = 0; i < kFields; ++i) {
    const std::string number = number_after(head, labels[i]);
    if (number.empty()) return std::nullopt;
    fields[i] = static_cast<Value>(std::strtoul(number.c_str(), nullptr, 10));
  }
  return fields;
}

std::string path_stem(const ItemName& item) {
  BodyHasher hasher;
  hasher.update(item.id);
  char shard[3];
  std::snprintf(shard, sizeof shard, "%02x", static_cast<unsigned>(static_cast<uint8_t>(hasher.finish()[0])));
  return item.collection + "/" + shard + "/" + item.id;
}

std::optional<PathMeaning> parse_path(const std::vector<ItemName>& items, const std::string& path) {
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string stem = path_stem(items[i]);
    if (!path.starts_with(stem)) continue;
    const std::string rest = path.substr(stem.size());
    const std::string extension = extension_of(items[i]);
    const bool gzipped = items[i].kind == Kind::kJson && rest == extension + ".gz";
    if (rest == extension || gzipped) return PathMeaning{i, false};
    if (rest.starts_with("~")) return PathMeaning{i, true};
  }
  return std::nullopt;
}

std::string to_text(const std::optional<Fields>& fields) {
  if (!fields) return "(none)";
  std::string text;
  for (const Value value : *fields) text += (text.empty() ? "" : ",") + std::to_string(value);
  return text;
}

}  // namespace hubstash::sim
