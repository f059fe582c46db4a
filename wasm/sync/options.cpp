// What `openStore` may ask for, and what follows from it (include/hubstash/engine.h).

#include <algorithm>
#include <array>
#include <string_view>

#include "base/ids.h"
#include "base/json.h"
#include "base/text.h"
#include "hubstash/engine.h"

namespace hubstash {
namespace {

Status wrong(const std::string& what) { return Status(ErrorCode::INVALID_ARGUMENT, what); }

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/// The Hub's rule for each half of "namespace/name".
bool is_repo_name(std::string_view name) {
  if (name.empty() || name.size() > 96) return false;
  const bool bad_edge = name.front() == '-' || name.front() == '.' || name.back() == '-' || name.back() == '.';
  const bool bad_inside = name.find("--") != name.npos || name.find("..") != name.npos;
  const bool git = name.size() >= 4 && name.substr(name.size() - 4) == ".git";
  return !bad_edge && !bad_inside && !git && std::all_of(name.begin(), name.end(), is_name_character);
}

bool is_dataset(std::string_view dataset) {
  const size_t slash = dataset.find('/');
  return slash != dataset.npos && is_repo_name(dataset.substr(0, slash)) && is_repo_name(dataset.substr(slash + 1));
}

/// "https://host[:port]" without a path, or http for a Hub on this machine or network.
bool is_origin(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == url.npos || (url.substr(0, scheme) != "https" && url.substr(0, scheme) != "http")) return false;
  const std::string_view host = url.substr(scheme + 3);
  // Printable ASCII: a browser writes other hosts in punycode.
  const bool plain = std::all_of(host.begin(), host.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  return !host.empty() && plain && host.find_first_of("/?#@\\") == host.npos;
}

/// Segments that a path on the Hub may have.
bool is_folder(std::string_view prefix) {
  while (!prefix.empty()) {
    const size_t slash = prefix.find('/');
    const std::string_view segment = prefix.substr(0, slash);
    const bool bad = segment.empty() || segment == "." || segment == ".." ||
                     equals_ignoring_case(segment.substr(0, 4), ".git") ||
                     segment.find_first_of("\\%?#:*\"<>|") != segment.npos;
    if (bad || !is_utf8(segment) || has_control_character(segment)) return false;
    if (slash == prefix.npos) return true;
    prefix.remove_prefix(slash + 1);
  }
  return false;
}

Result<uint64_t> hex_number(std::string_view hex) {
  HS_TRY(bytes, from_hex(hex));
  if (bytes.size() != 8) return wrong("\"seed\" must be 32 hex digits.");
  uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<uint8_t>(byte);
  return number;
}

Status read_mode(const Json& json, Options* options) {
  const std::string mode = json["mode"].text("hybrid");
  const std::array<std::pair<std::string_view, Mode>, 3> modes = {
      {{"hybrid", Mode::kHybrid}, {"remote", Mode::kRemote}, {"local", Mode::kLocal}}};
  for (const auto& [name, value] : modes) {
    if (mode != name) continue;
    options->mode = value;
    return Status();
  }
  return wrong("\"mode\" must be \"hybrid\", \"remote\" or \"local\".");
}

Status read_conflict(const Json& json, Options* options) {
  const std::string policy = json["conflict"].text("merge");
  const std::array<std::pair<std::string_view, ConflictPolicy>, 5> policies = {
      {{"merge", ConflictPolicy::kMerge},
       {"keep-both", ConflictPolicy::kKeepBoth},
       {"local", ConflictPolicy::kLocal},
       {"remote", ConflictPolicy::kRemote},
       {"resolver", ConflictPolicy::kResolver}}};
  for (const auto& [name, value] : policies) {
    if (policy != name) continue;
    options->conflict = value;
    return Status();
  }
  return wrong("\"conflict\" must be \"merge\", \"keep-both\", \"local\", \"remote\" or \"resolver\".");
}

/// What does not fit is no number either: validate() refuses 0.
uint32_t read_count(const Json& json, uint32_t otherwise) {
  const int64_t count = json.integer(otherwise);
  return count < 0 || count > int64_t{UINT32_MAX} ? 0 : static_cast<uint32_t>(count);
}

void read_sync(const Json& sync, Options* options) {
  options->auto_sync = sync["auto"].boolean(options->auto_sync);
  options->idle_ms = sync["idleMs"].integer(options->idle_ms);
  options->max_wait_ms = sync["maxWaitMs"].integer(options->max_wait_ms);
  options->poll_ms = sync["pollMs"].integer(options->poll_ms);
  options->commits_per_hour = read_count(sync["commitsPerHour"], options->commits_per_hour);
  options->requests_per_window = read_count(sync["requestsPerWindow"], options->requests_per_window);
}

void read_cache(const Json& cache, Options* options) {
  const int64_t max_bytes = cache["maxBytes"].integer(-1);
  if (max_bytes >= 0) options->cache_max_bytes = static_cast<uint64_t>(max_bytes);
}

}  // namespace

Status Options::validate() const {
  if (!is_origin(hub_url)) return wrong("\"hubUrl\" must be an origin such as https://huggingface.co.");
  if (mode != Mode::kLocal && !is_dataset(dataset)) {
    return wrong("\"dataset\" must be \"namespace/name\" as the Hub allows them, or the mode \"local\".");
  }
  if (branch.empty() || branch.size() > 200 || !is_folder(branch)) return wrong("\"branch\" is no name of a branch.");
  if (!prefix.empty() && (prefix.size() > 200 || !is_folder(prefix))) {
    return wrong("\"prefix\" must be a folder such as \"data/app\", without \".\" or \"..\".");
  }
  if (account.size() > 200 || place.size() > 300) return wrong("\"account\" must be the name of an account.");
  if (idle_ms < 0 || max_wait_ms < 0 || poll_ms < 0) return wrong("The times of \"sync\" must not be negative.");
  if (commits_per_hour == 0) return wrong("\"sync.commitsPerHour\" must be at least 1.");
  if (requests_per_window < 10 || requests_per_window > 1'000'000) {
    return wrong("\"sync.requestsPerWindow\" must be at least 10 and at most 1,000,000.");
  }
  return Status();
}

std::string Options::mount_point() const {
  const auto host = [](std::string_view url) { return percent_encode(url.substr(url.find("://") + 3)); };
  std::string mount = "/hubstash/";
  if (mode == Mode::kLocal) {
    mount += "local";
  } else {
    mount += host(hub_url) + "/" + percent_encode_path(dataset) + "/" + percent_encode(branch);
  }
  // A marker in between: the prefix "x" of the branch "main" is not the branch "main/x".
  if (!prefix.empty()) mount += "/at/" + percent_encode(prefix);
  if (!place.empty()) mount += "/for/" + percent_encode(place);
  return mount;
}

Result<Options> options_from_json(const Bytes& text) {
  Result<Json> parsed = Json::parse(text);
  if (!parsed || !parsed->is_object()) return wrong("The options are not a JSON object.");
  const Json& json = *parsed;
  Options options;
  const Status mode = read_mode(json, &options);
  if (!mode.ok()) return mode;
  const Status conflict = read_conflict(json, &options);
  if (!conflict.ok()) return conflict;
  options.hub_url = json["hubUrl"].text(options.hub_url);
  options.dataset = json["dataset"].text();
  options.branch = json["branch"].text(options.branch);
  options.prefix = json["prefix"].text();
  options.account = json["account"].text();
  options.place = json["place"].text();
  options.create_dataset = json["createDataset"].boolean(options.create_dataset);
  options.allow_public = json["allowPublic"].boolean(options.allow_public);
  options.durability = json["durability"].text() == "relaxed" ? Durability::kRelaxed : Durability::kStrict;
  read_sync(json["sync"], &options);
  read_cache(json["cache"], &options);
  const std::string seed = json["seed"].text(std::string(32, '0'));
  if (seed.size() != 32) return wrong("\"seed\" must be 32 hex digits.");
  HS_TRY(low, hex_number(std::string_view(seed).substr(16)));
  HS_TRY(high, hex_number(std::string_view(seed).substr(0, 16)));
  options.seed_low = low;
  options.seed_high = high;
  return options;
}

}  // namespace hubstash
