#include "hub/replies.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "hub/words.h"

namespace hubstash {
namespace {

constexpr size_t kCommitDigits = 40;
constexpr size_t kDatasetIdDigits = 24;
constexpr size_t kSha256Digits = 64;
constexpr size_t kMaxPathBytes = 4096;  // Git's own limit in practice; the Hub takes 1000.
constexpr size_t kMaxRequestIdBytes = 128;
constexpr size_t kMaxNameBytes = 200;
constexpr int64_t kMaxSize = int64_t{1} << 50;

Status bad_response(const HttpAnswer& answer, std::string_view what) {
  std::string message("The Hub's answer is not ");
  message.append(what).append(is_markup(answer.body) ? " but a web page" : "");
  message.append(". A proxy or a wrong hubUrl may be in between.");
  Status status(ErrorCode::BAD_RESPONSE, std::move(message));
  status.http_status = answer.http_status;
  status.request_id = request_id(answer);
  return status;
}

bool is_plain_name(std::string_view text) {
  const bool control = std::any_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < 0x20; });
  return text.size() <= kMaxNameBytes && !control && is_utf8(text);
}

/// A size as JSON has it, or nothing when it is none that a file can have.
std::optional<uint64_t> read_size(const Json& json) {
  const int64_t size = json.integer(-1);
  if (size < 0 || size > kMaxSize) return std::nullopt;
  return static_cast<uint64_t>(size);
}

/// A path in git: relative, without empty, "." or ".." segments, without what a file system or a URL could read in
/// another way.
bool is_safe_path(std::string_view path) {
  if (path.empty() || path.size() > kMaxPathBytes) return false;
  for (const char letter : path) {
    const auto byte = static_cast<uint8_t>(letter);
    if (byte < 0x20 || byte == 0x7F || letter == '\\') return false;
  }
  for (;;) {
    const size_t slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    if (segment.empty() || segment == "." || segment == "..") return false;
    if (slash == path.npos) return true;
    path.remove_prefix(slash + 1);
  }
}

/// An entry of a listing into `page`. False when it is none: to leave it out would read as "this was deleted". What git
/// has and hubstash has no use for (submodules, paths that could be read in another way) is left out.
bool add_tree_entry(const Json& json, TreePage* page) {
  const std::string type = json["type"].text();
  if (type.empty()) return false;
  if (type != "file" && type != "directory") return true;
  TreeEntry entry;
  entry.is_folder = type == "directory";
  entry.path = json["path"].text();
  entry.oid = json["oid"].text();
  if (entry.path.empty() || !is_lower_hex(entry.oid, kCommitDigits)) return false;
  if (!entry.is_folder) {
    const Json lfs = json["lfs"];
    const bool is_lfs = lfs.exists() && !lfs.is_null();
    const std::optional<uint64_t> size = read_size(is_lfs ? lfs["size"] : json["size"]);
    if (!size) return false;
    entry.size = *size;
    if (is_lfs) entry.lfs_sha256 = lfs["oid"].text();
    if (is_lfs && !is_lower_hex(entry.lfs_sha256, kSha256Digits)) return false;
  }
  if (is_safe_path(entry.path)) page->entries.push_back(std::move(entry));
  return true;
}

/// Whether the parameters of a link, `; rel="next"; title="x"`, have rel=next.
bool is_next(std::string_view parameters) {
  while (!parameters.empty()) {
    const size_t end = std::min(parameters.find(';'), parameters.size());
    std::string_view parameter = parameters.substr(0, end);
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
    while (parameter.starts_with(' ')) parameter.remove_prefix(1);
    while (parameter.ends_with(' ')) parameter.remove_suffix(1);
    if (equals_ignoring_case(parameter, "rel=\"next\"") || equals_ignoring_case(parameter, "rel=next")) return true;
  }
  return false;
}

/// The address that RFC 8288's `Link: <address>; rel="next", <other>; rel="prev"` gives for "next", else empty.
std::string next_link(std::string_view header) {
  for (;;) {
    const size_t begin = header.find('<');
    const size_t end = header.find('>', begin == header.npos ? 0 : begin);
    if (begin == header.npos || end == header.npos) return {};
    const std::string_view address = header.substr(begin + 1, end - begin - 1);
    header.remove_prefix(end + 1);
    const size_t following = std::min(header.find('<'), header.size());
    std::string_view parameters = header.substr(0, following);
    while (parameters.ends_with(' ') || parameters.ends_with(',')) parameters.remove_suffix(1);
    if (is_next(parameters)) return std::string(address);
  }
}

}  // namespace

std::string_view header_value(const HttpAnswer& answer, std::string_view name) {
  for (const Header& header : answer.headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

std::string request_id(const HttpAnswer& answer) {
  // The Hub's own, else the load balancer's, else the CDN's.
  for (const std::string_view name : {"x-request-id", "x-amzn-trace-id", "x-amz-cf-id"}) {
    const std::string id = quotable(header_value(answer, name));
    if (!id.empty() && id.size() <= kMaxRequestIdBytes) return id;
  }
  return {};
}

Result<Account> parse_whoami(const HttpAnswer& answer) {
  Result<Json> json = Json::parse(answer.body);
  if (!json || !json->is_object()) return bad_response(answer, "an account");
  Account account{(*json)["name"].text(), (*json)["id"].text()};
  if (account.name.empty() || !is_plain_name(account.name) || !is_plain_name(account.id))
    return bad_response(answer, "an account");
  return account;
}

Result<HeadReply> parse_head(const HttpAnswer& answer) {
  const Result<Json> json = Json::parse(answer.body);
  if (!json) return bad_response(answer, "JSON");
  HeadReply head{(*json)["sha"].text(), (*json)["private"].boolean(), (*json)["_id"].text()};
  if (!is_lower_hex(head.dataset_id, kDatasetIdDigits)) head.dataset_id.clear();
  // A visibility that is not stated must not pass for either: an app's promise to its users hangs on it.
  const bool complete = is_lower_hex(head.commit, kCommitDigits) && (*json)["private"].is_bool();
  if (!complete) return bad_response(answer, "a dataset's \"sha\" and \"private\"");
  return head;
}

Result<TreePage> parse_tree(const HttpAnswer& answer) {
  const Result<Json> json = Json::parse(answer.body);
  if (!json || !json->is_array()) return bad_response(answer, "a list of files");
  TreePage page;
  page.entries.reserve(json->size());
  for (size_t at = 0; at < json->size(); ++at) {
    if (!add_tree_entry(json->at(at), &page)) return bad_response(answer, "a list of files");
  }
  page.next_url = next_link(header_value(answer, "link"));
  return page;
}

Result<HistoryPage> parse_history(const HttpAnswer& answer) {
  const Result<Json> json = Json::parse(answer.body);
  if (!json || !json->is_array()) return bad_response(answer, "a list of commits");
  HistoryPage page;
  page.entries.reserve(json->size());
  for (size_t at = 0; at < json->size(); ++at) {
    const Json entry = json->at(at);
    std::string commit = entry["id"].text();
    if (!is_lower_hex(commit, kCommitDigits)) return bad_response(answer, "a list of commits");
    page.entries.push_back({std::move(commit), entry["title"].text() + "\n" + entry["message"].text()});
  }
  page.next_url = next_link(header_value(answer, "link"));
  return page;
}

Result<std::string> parse_commit(const HttpAnswer& answer) {
  const Result<Json> json = Json::parse(answer.body);
  if (!json) return bad_response(answer, "JSON");
  std::string commit = (*json)["commitOid"].text();
  const bool refused = !(*json)["success"].boolean(true);
  if (refused || !is_lower_hex(commit, kCommitDigits)) return bad_response(answer, "a commit's id");
  return commit;
}

}  // namespace hubstash
