// The answer to an LFS batch request, apart from the other replies: git-lfs has a protocol of its own.
#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "hub/failure.h"
#include "hub/replies.h"
#include "hub/words.h"

namespace hubstash {
namespace {

constexpr size_t kMaxHeaders = 32;
constexpr int64_t kLongestExpiryS = 24 * 3600;
constexpr size_t kMaxHrefBytes = 16 << 10;  // Signed addresses are long, but not that long.

Status bad_batch(const HttpAnswer& answer, const std::string& what) {
  Status status(ErrorCode::BAD_RESPONSE, "The Hub's answer to the LFS batch " + what + ".");
  status.http_status = answer.http_status;
  status.request_id = request_id(answer);
  return status;
}

/// Neither blanks nor control characters: what could end a header or a request line.
bool is_one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; });
}

bool is_web_address(std::string_view href) {
  const bool web = href.starts_with("https://") || href.starts_with("http://");
  return web && href.size() <= kMaxHrefBytes && is_one_line(href) && href.find(' ') == href.npos;
}

bool is_header_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' || c == '_';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), allowed);
}

std::optional<std::vector<Header>> read_headers(const Json& json) {
  std::vector<Header> headers;
  if (json.size() > kMaxHeaders) return std::nullopt;
  for (const std::string& name : json.names()) {
    Header header{name, json[name].text()};
    if (!is_header_name(name) || !json[name].is_string() || !is_one_line(header.value)) return std::nullopt;
    headers.push_back(std::move(header));
  }
  return headers;
}

/// An error of one object, inside an answer that succeeded. It means what the same HTTP status would.
Status read_error(const Json& error, std::string_view sha256_hex) {
  const int64_t code = error["code"].integer();
  HttpAnswer answer;
  answer.http_status = code >= 400 && code <= 599 ? static_cast<int>(code) : 500;
  answer.headers.push_back({"x-error-message", error["message"].text("no reason")});
  std::string what = "transfer the object ";
  what.append(sha256_hex);
  if (answer.http_status == 404) {
    // Here a 404 is about the object, never about the dataset.
    answer.headers.push_back({"x-error-code", "EntryNotFound"});
  }
  constexpr bool kHadToken = true;
  return classify_failure(answer, what, kHadToken).status;
}

/// Fills what the action says; false when it is malformed.
bool read_action(const Json& action, LfsAction* object) {
  object->href = action["href"].text();
  std::optional<std::vector<Header>> headers = read_headers(action["header"]);
  if (!is_web_address(object->href) || !headers) return false;
  object->headers = std::move(*headers);
  object->expires_in_ms = std::clamp<int64_t>(action["expires_in"].integer(), 0, kLongestExpiryS) * 1000;
  return true;
}

std::optional<LfsAction> read_object(const Json& json, std::string_view operation) {
  LfsAction object;
  object.sha256_hex = json["oid"].text();
  const int64_t size = json["size"].integer(-1);
  if (!is_lower_hex(object.sha256_hex, 64) || size < 0) return std::nullopt;
  object.size = static_cast<uint64_t>(size);
  const Json error = json["error"];
  if (error.is_object()) {
    object.error = read_error(error, object.sha256_hex);
    return object;
  }
  const Json action = json["actions"][operation];
  if (action.is_object()) return read_action(action, &object) ? std::optional(std::move(object)) : std::nullopt;
  object.stored = operation == "upload";
  if (!object.stored) object.error = Status(ErrorCode::NOT_FOUND, "The Hub gives no address for the object.");
  return object;
}

}  // namespace

Result<std::vector<LfsAction>> parse_lfs_batch(const HttpAnswer& answer, std::string_view operation) {
  HS_CHECK(operation == "upload" || operation == "download");
  const Result<Json> json = Json::parse(answer.body);
  if (!json || !(*json)["objects"].is_array()) return bad_batch(answer, "has no list of objects");
  if ((*json)["transfer"].text("basic") != "basic") return bad_batch(answer, "asks for another transfer than basic");
  const Json objects = (*json)["objects"];
  std::vector<LfsAction> actions;
  actions.reserve(objects.size());
  for (size_t at = 0; at < objects.size(); ++at) {
    std::optional<LfsAction> action = read_object(objects.at(at), operation);
    if (!action) return bad_batch(answer, "has a malformed object");
    actions.push_back(std::move(*action));
  }
  return actions;
}

}  // namespace hubstash
