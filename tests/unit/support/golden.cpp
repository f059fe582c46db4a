#include "support/golden.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/gzip.h"
#include "base/text.h"
#include "catch.h"
#include "store/stage.h"

namespace hubstash::test {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBytesPerLine = 32;

fs::path path_to(const std::string& path) { return fs::path(HUBSTASH_TESTS_DIR) / "golden" / path; }

}  // namespace

std::string device_folder(int version) { return "device-" + std::to_string(version); }
std::string dataset_folder(int version) { return "dataset-" + std::to_string(version); }

Bytes read_golden(const std::string& path) {
  INFO(path);
  std::ifstream file(path_to(path), std::ios::binary);
  REQUIRE(file.good());
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void want_golden(const std::string& path, const Bytes& content) {
  const fs::path whole = path_to(path);
  if (std::getenv("HUBSTASH_WRITE_GOLDEN") != nullptr && !fs::exists(whole)) {
    fs::create_directories(whole.parent_path());
    std::ofstream(whole, std::ios::binary) << content;
  }
  INFO(path);
  CHECK(fs::exists(whole));
}

std::vector<std::string> golden_files(const std::string& folder) {
  std::vector<std::string> paths;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path_to(folder))) {
    if (entry.is_regular_file()) paths.push_back(fs::relative(entry.path(), path_to(folder)).generic_string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

Bytes hex_lines(const Bytes& bytes) {
  Bytes text;
  for (size_t at = 0; at < bytes.size(); at += kBytesPerLine) text += to_hex(bytes.substr(at, kBytesPerLine)) + "\n";
  return text;
}

Bytes from_hex_lines(const Bytes& text) {
  Bytes digits = text;
  digits.erase(std::remove(digits.begin(), digits.end(), '\n'), digits.end());
  const Result<Bytes> bytes = from_hex(digits);
  REQUIRE(bytes.has_value());
  return *bytes;
}

Bytes pack_image(const std::map<Bytes, Bytes>& records) {
  Bytes plain;
  for (const auto& [key, value] : records) plain += key + " " + std::to_string(value.size()) + "\n" + value + "\n";
  return gzip(plain, GzipEffort::kSmall);
}

std::map<Bytes, Bytes> unpack_image(const Bytes& packed) {
  const Result<Bytes> plain = gunzip(packed, 64u << 20);
  REQUIRE(plain.has_value());
  std::map<Bytes, Bytes> records;
  for (size_t at = 0; at < plain->size();) {
    const size_t end = plain->find('\n', at);
    const size_t blank = plain->rfind(' ', end);
    const size_t size = std::stoul(plain->substr(blank + 1, end - blank - 1));
    records[plain->substr(at, blank - at)] = plain->substr(end + 1, size);
    at = end + 1 + size + 1;
  }
  return records;
}

std::optional<RecordKind> kind_of_key(const Bytes& key) {
  const std::pair<std::string_view, RecordKind> kinds[] = {
      {"meta/", RecordKind::kItem},
      {"outbox/", RecordKind::kOutbox},
      {"remote/head", RecordKind::kHead},
      {"sync/dataset", RecordKind::kDataset},
      {"remote/index/", RecordKind::kFolderIndex},
      {"remote/folder/", RecordKind::kFolder},
      {"stage/", RecordKind::kStage},
      {"sync/budget", RecordKind::kBudget},
      {"sync/lease", RecordKind::kLease},
      {"sync/owner", RecordKind::kOwner},
      {"sync/claim/", RecordKind::kClaim},
      {"cache/usage", RecordKind::kCacheUsage},
      {"cache/use/", RecordKind::kUseTimes},
  };
  for (const auto& [prefix, kind] : kinds) {
    if (key.starts_with(prefix)) return kind;
  }
  INFO("No format is known for " << key);
  REQUIRE((key.starts_with("body/") || key.starts_with("cache/reserve/")));
  return std::nullopt;
}

}  // namespace hubstash::test
