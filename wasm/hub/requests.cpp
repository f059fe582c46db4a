#include "hub/requests.h"

#include "base/json.h"
#include "base/text.h"
#include "hub/layout.h"

namespace hubstash {
namespace {

// The Hub's endpoints answer with little; a longer answer is not theirs. A tree page has 1000 entries of up to 1000
// bytes of path, which JSON may write as six bytes each.
constexpr uint64_t kMaxSmallReplyBytes = 1 << 20;
constexpr uint64_t kMaxTreeReplyBytes = 16 << 20;
constexpr uint64_t kMaxBatchReplyBytes = 16 << 20;
// The Hub may take 60 s over a commit. Giving up before it does would leave the outcome open for nothing.
constexpr uint32_t kCommitTimeoutMs = 90'000;
// After the last byte has left, storage servers check and store the object before they answer.
constexpr uint32_t kUploadTimeoutMs = 60'000;

std::string api_url(const Repo& repo, std::string_view rest) {
  std::string url = repo.hub_url + "/api/datasets/" + percent_encode_path(repo.dataset) + "/";
  return url.append(rest);
}

/// A request to the Hub itself, which is always authorized.
HttpRequest hub_get(std::string url, uint64_t max_body_bytes) {
  HttpRequest request;
  request.method = "GET";
  request.url = std::move(url);
  request.authorize = true;
  request.max_body_bytes = max_body_bytes;
  return request;
}

HttpRequest hub_post(std::string url, std::string content_type, Bytes body) {
  HttpRequest request = hub_get(std::move(url), kMaxSmallReplyBytes);
  request.method = "POST";
  request.headers.push_back({"Content-Type", std::move(content_type)});
  request.body = std::move(body);
  return request;
}

void write_operation(JsonWriter* json, const CommitFile& file) {
  json->begin_object().member("key", "file").key("value").begin_object();
  json->member("path", file.path).member("encoding", "base64").key("content").base64(file.content);
  json->end_object().end_object();
}

void write_operation(JsonWriter* json, const CommitLfsFile& file) {
  json->begin_object().member("key", "lfsFile").key("value").begin_object();
  json->member("path", file.path).member("algo", "sha256");
  json->member("oid", file.object.sha256_hex).member("size", file.object.size);
  json->end_object().end_object();
}

/// "deletedFile" rather than the newer "deletedEntry", because every official client sends it: it cannot go away.
void write_operation(JsonWriter* json, const CommitDelete& file) {
  json->begin_object().member("key", "deletedFile").key("value").begin_object();
  json->member("path", file.path).end_object().end_object();
}

/// Bytes of the commit's body, about, so that it is allocated once.
size_t estimate_bytes(const std::vector<CommitOperation>& operations) {
  constexpr size_t kLineBytes = 200;
  size_t bytes = 4 * kLineBytes;
  for (const CommitOperation& operation : operations) {
    bytes += kLineBytes + std::visit([](const auto& file) { return file.path.size(); }, operation);
    if (const auto* file = std::get_if<CommitFile>(&operation)) bytes += (file->content.size() + 2) / 3 * 4;
  }
  return bytes;
}

/// A signed address carries its signature; a storage server refuses a second one.
std::vector<Header> without_authorization(std::vector<Header> headers) {
  std::erase_if(headers, [](const Header& header) { return equals_ignoring_case(header.name, "authorization"); });
  return headers;
}

}  // namespace

HttpRequest whoami_request(const Repo& repo) { return hub_get(repo.hub_url + "/api/whoami-v2", kMaxSmallReplyBytes); }

HttpRequest head_request(const Repo& repo) {
  return hub_get(api_url(repo, "revision/" + percent_encode(repo.branch) + "?expand=sha&expand=private"),
                 kMaxSmallReplyBytes);
}

HttpRequest create_repo_request(const Repo& repo) {
  const size_t slash = repo.dataset.find('/');
  HS_CHECK(slash != repo.dataset.npos);
  const std::string_view dataset = repo.dataset;
  JsonWriter json;
  json.begin_object().member("type", "dataset").member("name", dataset.substr(slash + 1));
  json.member("organization", dataset.substr(0, slash)).member("private", true);
  // The card comes with the dataset: its front matter must be there before the Hub first looks at the files.
  json.key("files").begin_array().begin_object();
  json.member("path", "README.md").member("content", readme_text()).member("encoding", "utf-8");
  json.end_object().end_array().end_object();
  return hub_post(repo.hub_url + "/api/repos/create", "application/json", json.take());
}

HttpRequest create_branch_request(const Repo& repo) {
  // Without a startingPoint the branch begins at the head of the default branch.
  return hub_post(api_url(repo, "branch/" + percent_encode(repo.branch)), "application/json", "{}");
}

HttpRequest tree_request(const Repo& repo, std::string_view commit, std::string_view path, bool recursive) {
  std::string url = api_url(repo, "tree/" + percent_encode(commit));
  if (!path.empty()) url.append("/").append(percent_encode_path(path));
  if (recursive) url.append("?recursive=true");
  return hub_get(std::move(url), kMaxTreeReplyBytes);
}

HttpRequest history_request(const Repo& repo, std::string_view commit) {
  return hub_get(api_url(repo, "commits/" + percent_encode(commit) + "?limit=100"), kMaxTreeReplyBytes);
}

Result<HttpRequest> next_page_request(const Repo& repo, const std::string& url) {
  // The slash after the origin counts: "https://hub.example" also begins "https://hub.example.org".
  bool leads_to_hub = url.starts_with(repo.hub_url + "/");
  for (const char letter : url) leads_to_hub = leads_to_hub && letter > 0x20 && letter < 0x7F && letter != '\\';
  if (leads_to_hub) return hub_get(url, kMaxTreeReplyBytes);
  return Status(ErrorCode::BAD_RESPONSE, "The next page of a listing does not lead to the Hub. Check hubUrl.");
}

HttpRequest download_request(const Repo& repo, std::string_view commit, std::string_view path, bool as_blob,
                             uint64_t max_body_bytes) {
  // No header but Authorization: a redirect to the CDN would ask it for a permission that it may refuse.
  HttpRequest request = hub_get(resolve_url(repo, commit, path), max_body_bytes);
  request.body_as_blob = as_blob;
  request.progress = as_blob;
  return request;
}

HttpRequest object_request(const std::string& href, const std::vector<Header>& headers, bool as_blob,
                           uint64_t max_body_bytes) {
  HttpRequest request;
  request.method = "GET";
  request.url = href;
  request.headers = without_authorization(headers);
  request.body_as_blob = as_blob;
  request.max_body_bytes = max_body_bytes;
  return request;
}

void add_range(HttpRequest* download, uint64_t begin, uint64_t end) {
  // A single range with both ends is the one form that browsers send to another server without asking it.
  download->headers.push_back({"Range", "bytes=" + std::to_string(begin) + "-" + std::to_string(end - 1)});
}

HttpRequest lfs_batch_request(const Repo& repo, std::string_view operation, const std::vector<LfsObject>& objects) {
  HS_CHECK(operation == "upload" || operation == "download");
  HS_CHECK(!objects.empty());
  JsonWriter json;
  json.begin_object().member("operation", operation).key("transfers").begin_array().value("basic").end_array();
  json.member("hash_algo", "sha256");
  if (operation == "upload") json.key("ref").begin_object().member("name", repo.branch).end_object();
  json.key("objects").begin_array();
  for (const LfsObject& object : objects) {
    json.begin_object().member("oid", object.sha256_hex).member("size", object.size).end_object();
  }
  json.end_array().end_object();

  std::string url = repo.hub_url + "/datasets/" + percent_encode_path(repo.dataset) + ".git/info/lfs/objects/batch";
  HttpRequest request = hub_post(std::move(url), "application/vnd.git-lfs+json", json.take());
  request.headers.push_back({"Accept", "application/vnd.git-lfs+json"});
  request.max_body_bytes = kMaxBatchReplyBytes;
  return request;
}

HttpRequest lfs_upload_request(const std::string& href, const std::vector<Header>& headers,
                               std::variant<std::monostate, Bytes, BlobRef> body) {
  HttpRequest request;
  request.method = "PUT";
  request.url = href;
  request.headers = without_authorization(headers);
  request.body = std::move(body);
  request.timeout_ms = kUploadTimeoutMs;
  request.max_body_bytes = kMaxSmallReplyBytes;
  request.progress = true;
  return request;
}

HttpRequest commit_request(const Repo& repo, std::string_view parent_commit, std::string_view summary,
                           std::string_view description, const std::vector<CommitOperation>& operations) {
  HS_CHECK(!summary.empty() && !operations.empty());
  HS_CHECK(is_lower_hex(parent_commit, 40));  // Without it the Hub would overwrite what we have not seen.
  JsonWriter json;
  json.reserve(estimate_bytes(operations) + summary.size() + description.size());
  json.begin_object().member("key", "header").key("value").begin_object().member("summary", summary);
  if (!description.empty()) json.member("description", description);
  json.member("parentCommit", parent_commit).end_object().end_object().end_line();
  for (const CommitOperation& operation : operations) {
    std::visit([&json](const auto& file) { write_operation(&json, file); }, operation);
    json.end_line();
  }
  HttpRequest request =
      hub_post(api_url(repo, "commit/" + percent_encode(repo.branch)), "application/x-ndjson", json.take());
  request.timeout_ms = kCommitTimeoutMs;
  request.progress = true;
  return request;
}

std::string resolve_url(const Repo& repo, std::string_view revision, std::string_view path) {
  std::string url = repo.hub_url + "/datasets/" + percent_encode_path(repo.dataset) + "/resolve/";
  return url.append(percent_encode(revision)).append("/").append(percent_encode_path(path));
}

}  // namespace hubstash
