#include "support/hub_text.h"

#include "base/gzip.h"
#include "base/sha1.h"
#include "base/text.h"

namespace hubstash::test {
namespace {

std::string file_entry(const std::string& path, const ModelHub::File& file) {
  JsonWriter json;
  json.begin_object().member("type", "file").member("path", path).member("oid", file.oid);
  json.member("size", file.size);
  if (!file.lfs_sha256.empty()) {
    json.key("lfs").begin_object().member("oid", file.lfs_sha256).member("size", file.size);
    json.end_object();
  }
  json.end_object();
  return json.take();
}

/// Not git's way to name a tree, but as good: it depends on the names and ids below, and on nothing else.
std::string folder_entry(const std::string& path, const std::string& content) {
  JsonWriter json;
  json.begin_object().member("type", "directory").member("path", path).member("oid", to_hex(sha1(content)));
  json.member("size", 0).end_object();
  return json.take();
}

}  // namespace

HttpAnswer success(Bytes body) {
  HttpAnswer answer;
  answer.http_status = 200;
  answer.body = std::move(body);
  return answer;
}

HttpAnswer failure(int status, const std::string& code, const std::string& message) {
  HttpAnswer answer;
  answer.http_status = status;
  if (!code.empty()) answer.headers.push_back({"x-error-code", code});
  answer.headers.push_back({"x-error-message", message});
  answer.body = "{\"error\":\"" + message + "\"}";
  return answer;
}

std::vector<std::string> list_tree(const ModelHub::Tree& tree, const std::string& folder, bool recursive) {
  const std::string prefix = folder.empty() ? "" : folder + "/";
  std::map<std::string, std::string> folders;  // Path, and what lies below.
  std::vector<std::string> entries;
  for (const auto& [path, file] : tree) {
    if (!path.starts_with(prefix)) continue;
    for (size_t slash = path.find('/', prefix.size()); slash != path.npos; slash = path.find('/', slash + 1)) {
      folders[path.substr(0, slash)] += path + file.oid + "\n";
    }
    const bool direct = path.find('/', prefix.size()) == path.npos;
    if (direct || recursive) entries.push_back(file_entry(path, file));
  }
  for (const auto& [path, content] : folders) {
    const bool direct = path.find('/', prefix.size()) == path.npos;
    if (direct || recursive) entries.push_back(folder_entry(path, content));
  }
  return entries;
}

std::vector<std::string> split_lines(const Bytes& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

Bytes from_base64(const std::string& text) {
  const std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  Bytes out;
  uint32_t bits = 0;
  int count = 0;
  for (const char letter : text) {
    const size_t value = letters.find(letter);
    if (value == letters.npos) break;
    bits = (bits << 6 | static_cast<uint32_t>(value)) & 0xFFFFFF;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<char>(bits >> count & 0xFF));
  }
  return out;
}

Bytes plain_text(const std::string& path, const Bytes& content) {
  constexpr uint64_t kMostBytes = 64 << 20;
  if (!path.ends_with(".gz")) return content;
  const Result<Bytes> text = gunzip(content, kMostBytes);
  return text ? *text : Bytes();
}

}  // namespace hubstash::test
