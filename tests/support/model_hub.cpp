#include "support/model_hub.h"

#include <algorithm>

#include "base/sha1.h"
#include "base/text.h"
#include "support/hub_text.h"
#include "support/remembered_hash.h"

namespace hubstash::test {
namespace {

const std::string kApi = std::string(kHubUrl) + "/api/datasets/" + kDataset + "/";
const std::string kFiles = std::string(kHubUrl) + "/datasets/" + kDataset;
const std::string kStorage = "https://storage.example/";

ModelHub::File regular_file(Bytes content) {
  ModelHub::File file;
  file.oid = git_blob_oid(content);
  file.size = content.size();
  file.content = std::move(content);
  return file;
}

ModelHub::File lfs_file(std::string sha256_hex, uint64_t size) {
  ModelHub::File file;
  file.oid = git_blob_oid(lfs_pointer(sha256_hex, size));
  file.lfs_sha256 = std::move(sha256_hex);
  file.size = size;
  return file;
}

HttpAnswer bad_request(const std::string& what) { return failure(400, "", what); }

}  // namespace

ModelHub::ModelHub() {
  history_.id = ++datasets_made_;
  push({{"README.md", regular_file("# data\n")}});
}

void ModelHub::push(Tree tree, std::string message) {
  history_.commits.push_back(to_hex(sha1("commit " + std::to_string(commits_made_++))));
  history_.trees[head()] = std::move(tree);
  history_.messages[head()] = std::move(message);
}

void ModelHub::write(const std::string& path, Bytes content) {
  Tree tree = files();
  const bool lfs = path.ends_with(".pdf") || path.ends_with(".gz");
  if (lfs) {
    std::string digest = to_hex(remembered_sha256(content));
    tree[path] = lfs_file(digest, content.size());
    objects_[std::move(digest)] = std::move(content);
  } else {
    tree[path] = regular_file(std::move(content));
  }
  push(std::move(tree));
}

void ModelHub::squash() {
  Tree tree = files();
  const uint64_t id = history_.id;
  history_ = {};
  history_.id = id;
  push(std::move(tree));
}

void ModelHub::rename_away() {
  exists = false;
  renamed_ = std::exchange(history_, {});
}

void ModelHub::rename_back() {
  if (exists || renamed_.commits.empty()) return;
  exists = true;
  history_ = std::exchange(renamed_, {});
}

void ModelHub::remove_dataset() {
  exists = false;
  history_ = {};
  renamed_ = {};
}

void ModelHub::expect(bool condition, const std::string& what) {
  if (!condition) complaints.push_back(what);
}

const Bytes& ModelHub::content(const File& file) const {
  return file.lfs_sha256.empty() ? file.content : objects_.at(file.lfs_sha256);
}

void ModelHub::remove(const std::string& path) {
  Tree tree = files();
  expect(tree.erase(path) == 1, "somebody removes " + path + ", which is not there");
  push(std::move(tree));
}

HttpAnswer ModelHub::handle(const HttpRequest& request, const Bytes& body) {
  log.push_back(request.method + " " + request.url);
  HttpAnswer answer;
  if (offline) {
    answer.status = Status(ErrorCode::OFFLINE, "The network is down.");
    return answer;
  }
  if (next_answer) return *std::exchange(next_answer, std::nullopt);
  if (answer_first) {
    if (const std::optional<HttpAnswer> first = answer_first(request)) return *first;
  }
  const std::string& url = request.url;
  if (url.starts_with(kStorage)) {
    expect(!request.authorize, "the token goes to the storage server");
    const std::string oid = url.substr(kStorage.size());
    return request.method == "GET" ? deliver_object(oid, request) : upload(oid, body);
  }
  if (!request.authorize) return failure(401, "", "Invalid username or password.");
  if (!token_valid) return failure(401, "", "Invalid credentials in Authorization header");
  if (url == std::string(kHubUrl) + "/api/whoami-v2") return whoami();
  if (url == std::string(kHubUrl) + "/api/repos/create") return create(body);
  if (!exists) return failure(404, "RepoNotFound", "Repository not found");
  if (url == kApi + "branch/main") return failure(409, "", "Reference already exists");
  if (url.starts_with(kApi + "revision/main?")) return head_of_branch();
  if (url.starts_with(kApi + "revision/")) return failure(404, "RevisionNotFound", "Invalid rev id");
  if (url.starts_with(kApi + "tree/")) return list(url);
  if (url.starts_with(kApi + "commits/")) return list_commits(url);
  if (url == kApi + "commit/main") return commit(body);
  if (url.starts_with(kFiles + "/resolve/")) return resolve(url.substr((kFiles + "/resolve/").size()), request);
  if (url == kFiles + ".git/info/lfs/objects/batch") return lfs_batch(body);
  expect(false, "the Hub knows no " + request.method + " " + url);
  return failure(404, "", "Not found");
}

HttpAnswer ModelHub::whoami() const {
  JsonWriter json;
  json.begin_object().member("type", "user").member("name", account).member("id", "id of " + account).end_object();
  return success(json.take());
}

HttpAnswer ModelHub::head_of_branch() const {
  JsonWriter json;
  json.begin_object().member("sha", head()).member("private", is_private);
  if (states_id) {
    std::string id = std::to_string(history_.id);
    json.member("_id", id.insert(0, 24 - id.size(), '0'));
  }
  json.end_object();
  return success(json.take());
}

HttpAnswer ModelHub::create(const Bytes& body) {
  const Result<Json> json = Json::parse(body);
  expect(json.has_value(), "a dataset is to be created by no JSON");
  if (!json) return bad_request("No JSON");
  expect((*json)["type"].text() == "dataset", "something else than a dataset is to be created");
  expect((*json)["organization"].text() + "/" + (*json)["name"].text() == kDataset, "another dataset is created");
  if (exists) return failure(409, "", "You already created this dataset repo");
  exists = true;
  is_private = (*json)["private"].boolean();
  if (history_.commits.empty()) {
    history_.id = ++datasets_made_;
    push({{"README.md", regular_file("# data\n")}});
  }
  return success("{}");
}

HttpAnswer ModelHub::list(const std::string& url) const {
  std::string rest = url.substr((kApi + "tree/").size());
  const std::string query = rest.find('?') == rest.npos ? "" : rest.substr(rest.find('?'));
  rest = *percent_decode(rest.substr(0, rest.find('?')));
  const size_t slash = rest.find('/');
  const auto tree = history_.trees.find(rest.substr(0, slash));
  if (tree == history_.trees.end()) return failure(404, "RevisionNotFound", "Invalid rev id");
  const std::string folder = slash == rest.npos ? "" : rest.substr(slash + 1);
  const bool recursive = query.find("recursive=true") != query.npos;
  const std::vector<std::string> entries = list_tree(tree->second, folder, recursive);
  if (entries.empty() && !folder.empty()) return failure(404, "EntryNotFound", "Entry not found");
  const size_t cursor = query.find("cursor=");
  const size_t first = cursor == query.npos ? 0 : std::stoul(query.substr(cursor + 7));
  const size_t last = std::min(entries.size(), first + page_size);
  std::string body = "[";
  for (size_t i = first; i < last; ++i) body += (i == first ? "" : ",") + entries[i];
  HttpAnswer answer = success(body + "]");
  if (last == entries.size()) return answer;
  const std::string next = url.substr(0, url.find('?')) + "?" + (recursive ? "recursive=true&" : "") + "cursor=";
  answer.headers.push_back({"link", "<" + next + std::to_string(last) + ">; rel=\"next\""});
  return answer;
}

/// Newest first, `page_size` a page.
HttpAnswer ModelHub::list_commits(const std::string& url) const {
  const std::string commit = url.substr((kApi + "commits/").size(), 40);
  const auto newest = std::find(history_.commits.rbegin(), history_.commits.rend(), commit);
  if (newest == history_.commits.rend()) return failure(404, "RevisionNotFound", "Invalid rev id");
  const size_t page_at = url.find("&p=");
  const size_t page = page_at == url.npos ? 0 : std::stoul(url.substr(page_at + 3));
  const auto older = static_cast<size_t>(history_.commits.rend() - newest);
  JsonWriter json;
  json.begin_array();
  for (size_t i = page * page_size; i < std::min(older, (page + 1) * page_size); ++i) {
    const std::string& id = *(newest + static_cast<std::ptrdiff_t>(i));
    json.begin_object().member("id", id).member("title", "").member("message", history_.messages.at(id)).end_object();
  }
  json.end_array();
  HttpAnswer answer = success(json.take());
  if ((page + 1) * page_size >= older) return answer;
  const std::string next = url.substr(0, page_at) + "&p=" + std::to_string(page + 1);
  answer.headers.push_back({"link", "<" + next + ">; rel=\"next\""});
  return answer;
}

HttpAnswer ModelHub::resolve(const std::string& rest, const HttpRequest& request) {
  const std::string decoded = *percent_decode(rest.substr(0, 40));
  const auto tree = history_.trees.find(decoded);
  if (tree == history_.trees.end()) return failure(404, "RevisionNotFound", "Invalid rev id");
  const auto file = tree->second.find(*percent_decode(rest.substr(41)));
  if (file == tree->second.end()) return failure(404, "EntryNotFound", "Entry not found");
  if (refuses_redirects && !file->second.lfs_sha256.empty()) {
    HttpAnswer refused;
    refused.status = Status(ErrorCode::OFFLINE, "The browser was refused.");
    return refused;
  }
  return deliver(content(file->second), request);
}

HttpAnswer ModelHub::deliver_object(const std::string& oid, const HttpRequest& request) {
  if (expired_addresses > 0) {
    --expired_addresses;
    return failure(403, "", "Request has expired");
  }
  const auto object = objects_.find(oid);
  if (object == objects_.end()) return failure(404, "", "NoSuchKey");
  return deliver(object->second, request);
}

HttpAnswer ModelHub::deliver(const Bytes& content, const HttpRequest& request) {
  HttpAnswer answer = success(content);
  downloaded_bytes += answer.body.size();
  for (const Header& header : request.headers) {
    if (header.name == "Range" && serves_ranges) cut(header.value, &answer);
  }
  if (corrupt_downloads == 0 || answer.body.empty()) return answer;
  --corrupt_downloads;
  answer.body[answer.body.size() / 2] ^= 0x20;
  return answer;
}

/// Makes of the whole file the part "bytes=a-b", as far as the file goes.
void ModelHub::cut(const std::string& range, HttpAnswer* answer) {
  const size_t total = answer->body.size();
  const size_t dash = range.find('-');
  const bool is_single = range.starts_with("bytes=") && dash != range.npos && dash + 1 < range.size();
  expect(is_single, "a Range is not a single one with both ends");
  if (!is_single) return;
  const uint64_t first = std::stoull(range.substr(6, dash - 6));
  const uint64_t last = std::min<uint64_t>(std::stoull(range.substr(dash + 1)), total - 1);
  expect(first <= last, "a Range lies beyond the end of its file");
  answer->body = answer->body.substr(first, last - first + 1);
  answer->http_status = 206;
  answer->headers.push_back(
      {"content-range", "bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" + std::to_string(total)});
  downloaded_bytes -= total - answer->body.size();
}

HttpAnswer ModelHub::lfs_batch(const Bytes& body) {
  const Result<Json> json = Json::parse(body);
  expect(json.has_value(), "an LFS batch is no JSON");
  if (!json) return bad_request("No JSON");
  const std::string operation = (*json)["operation"].text();
  const bool downloads = operation == "download";
  JsonWriter out;
  out.begin_object().member("transfer", "basic").key("objects").begin_array();
  for (size_t i = 0; i < (*json)["objects"].size(); ++i) {
    const Json object = (*json)["objects"].at(i);
    const std::string oid = object["oid"].text();
    const bool is_stored = objects_.count(oid) != 0;
    out.begin_object().member("oid", oid).member("size", object["size"].integer());
    if (downloads ? is_stored && gives_addresses : !is_stored) {
      out.key("actions").begin_object().key(operation).begin_object().member("href", kStorage + oid);
      out.member("expires_in", 3600).end_object().end_object();
    }
    out.end_object();
  }
  out.end_array().end_object();
  return success(out.take());
}

HttpAnswer ModelHub::upload(const std::string& oid, const Bytes& body) {
  expect(!body.empty(), "an empty object is uploaded");
  if (to_hex(remembered_sha256(body)) != oid) return failure(400, "", "BadDigest");
  objects_[oid] = body;
  return success("");
}

HttpAnswer ModelHub::commit(const Bytes& body) {
  if (before_commit) std::exchange(before_commit, nullptr)();
  const CommitFault fault = std::exchange(next_commit, CommitFault::kNone);
  if (fault == CommitFault::k500Before) return failure(500, "", "Internal error");
  HttpAnswer answer = apply(split_lines(body));
  if (fault == CommitFault::k500After) return failure(500, "", "Internal error");
  if (fault != CommitFault::kReplyLost) return answer;
  answer = HttpAnswer();
  answer.status = Status(ErrorCode::TIMEOUT, "No byte has moved.");
  return answer;
}

HttpAnswer ModelHub::apply(const std::vector<std::string>& lines) {
  const Result<Json> header = Json::parse(lines.empty() ? "" : lines[0]);
  expect(header.has_value(), "a commit has no header");
  if (!header) return bad_request("No header");
  expect((*header)["key"].text() == "header", "a commit does not begin with its header");
  expect(!(*header)["value"]["summary"].text().empty(), "a commit has no summary");
  if ((*header)["value"]["parentCommit"].text() != head()) return failure(412, "", "A commit has happened since");
  if (lines.size() == 1) return failure(400, "", "No operations");
  Tree tree = files();
  for (size_t i = 1; i < lines.size(); ++i) {
    const Result<Json> line = Json::parse(lines[i]);
    expect(line.has_value(), "a line of a commit is no JSON");
    if (!line) return bad_request("No JSON");
    HttpAnswer answer = apply_line(*line, &tree);
    if (answer.http_status != 200) return answer;
  }
  push(std::move(tree), (*header)["value"]["description"].text());
  return success(R"({"success":true,"commitOid":")" + head() + "\"}");
}

HttpAnswer ModelHub::apply_line(const Json& line, Tree* tree) {
  const std::string key = line["key"].text();
  const Json value = line["value"];
  const std::string path = value["path"].text();
  if (key == "deletedFile") {
    return tree->erase(path) == 1 ? success("") : failure(404, "EntryNotFound", "A file with this name doesn't exist");
  }
  if (key == "file") {
    const bool binary = path.ends_with(".gz") || path.ends_with(".pdf");
    expect(!binary || value["content"].text().empty(), "a binary file is committed as text");
    (*tree)[path] = regular_file(from_base64(value["content"].text()));
    return success("");
  }
  expect(key == "lfsFile", "a commit has the operation " + key);
  const auto object = objects_.find(value["oid"].text());
  if (object == objects_.end()) return failure(400, "", "The LFS object is missing");
  expect(static_cast<size_t>(value["size"].integer()) == object->second.size(),
         "an object is committed by a wrong size");
  (*tree)[path] = lfs_file(object->first, object->second.size());
  return success("");
}

}  // namespace hubstash::test
