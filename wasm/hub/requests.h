#pragma once
// One function for each request that hubstash sends to the Hub; replies.h reads the answers. Pure: options in,
// HttpRequest out. What the Hub speaks is written down in docs/HUB-PROTOCOL.md.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hubstash/messages.h"

namespace hubstash {

/// The dataset that requests are for.
struct Repo {
  std::string hub_url;  ///< Origin without a trailing slash.
  std::string dataset;  ///< "namespace/name".
  std::string branch;
};

/// GET /api/whoami-v2: whose the token is.
HttpRequest whoami_request(const Repo& repo);
/// GET revision/<branch>?expand=sha&expand=private: the head and the visibility, in one request.
HttpRequest head_request(const Repo& repo);
/// POST /api/repos/create, private, owned by the dataset's namespace.
HttpRequest create_repo_request(const Repo& repo);
/// POST branch/<branch>, starting at the default branch's head.
HttpRequest create_branch_request(const Repo& repo);
/// GET tree/<commit>[/<path>]; an empty path is the root.
HttpRequest tree_request(const Repo& repo, std::string_view commit, std::string_view path, bool recursive);
/// GET commits/<commit>: the commit and those before it, newest first, 100 a page.
HttpRequest history_request(const Repo& repo, std::string_view commit);
/// GET the URL of a `Link: rel="next"`, verbatim. Errors: BAD_RESPONSE when it does not lead to the Hub's origin.
Result<HttpRequest> next_page_request(const Repo& repo, const std::string& url);
/// GET resolve/<commit>/<path>; `as_blob` keeps the body with the host.
HttpRequest download_request(const Repo& repo, std::string_view commit, std::string_view path, bool as_blob,
                             uint64_t max_body_bytes);
/// GET a signed address that the Hub gave for an LFS object. It carries no token.
HttpRequest object_request(const std::string& href, const std::vector<Header>& headers, bool as_blob,
                           uint64_t max_body_bytes);
/// Makes a download ask for the bytes [begin, end) only. The server may answer with the whole file.
void add_range(HttpRequest* download, uint64_t begin, uint64_t end);

struct LfsObject {
  std::string sha256_hex;
  uint64_t size = 0;
};
/// POST info/lfs/objects/batch with "operation":"upload" (or "download") and the basic transfer only.
HttpRequest lfs_batch_request(const Repo& repo, std::string_view operation, const std::vector<LfsObject>& objects);
/// PUT to a signed address: raw bytes, never authorized. `headers` come from the batch answer; an Authorization among
/// them is left out.
HttpRequest lfs_upload_request(const std::string& href, const std::vector<Header>& headers,
                               std::variant<std::monostate, Bytes, BlobRef> body);

struct CommitFile {  ///< A regular file, text or small.
  std::string path;
  Bytes content;
};
struct CommitLfsFile {
  std::string path;
  LfsObject object;
};
struct CommitDelete {
  std::string path;
};
using CommitOperation = std::variant<CommitFile, CommitLfsFile, CommitDelete>;

/// POST commit/<branch>: NDJSON, `parentCommit` always. Regular content travels as base64. `summary` is not empty;
/// an empty `description` is left out.
HttpRequest commit_request(const Repo& repo, std::string_view parent_commit, std::string_view summary,
                           std::string_view description, const std::vector<CommitOperation>& operations);

/// The address of a file for people and apps: "<hub>/datasets/<dataset>/resolve/<branch>/<path>".
std::string resolve_url(const Repo& repo, std::string_view revision, std::string_view path);

}  // namespace hubstash
