#include "hub/layout.h"
#include "hub/requests.h"

#include <string>

#include "base/json.h"
#include "catch.h"

namespace hubstash {
namespace {

const Repo kRepo = {"https://hub.example", "ann/app-data", "main"};
const std::string kCommit(40, 'a');
const std::string kSha256(64, 'b');

std::string body_of(const HttpRequest& request) { return std::get<Bytes>(request.body); }

std::string header_of(const HttpRequest& request, std::string_view name) {
  std::string value;
  for (const Header& header : request.headers) {
    if (header.name == name) value += header.value;
  }
  return value;
}

TEST_CASE("head: one GET for the commit and the visibility") {
  // The cheapest way to ask what changed; also what decides whether the dataset is private.
  const HttpRequest request = head_request(kRepo);
  CHECK(request.method == "GET");
  CHECK(request.url == "https://hub.example/api/datasets/ann/app-data/revision/main?expand=sha&expand=private");
  CHECK(request.authorize);
  CHECK(request.headers.empty());
  CHECK(std::holds_alternative<std::monostate>(request.body));
  const Repo pull_request = {"https://hub.example", "ann/app-data", "refs/pr/1"};
  CHECK(head_request(pull_request).url ==
        "https://hub.example/api/datasets/ann/app-data/revision/refs%2Fpr%2F1?expand=sha&expand=private");
}

TEST_CASE("create the dataset: private, in the namespace it names") {
  // A dataset that came out public would show the users' files to everyone.
  const HttpRequest request = create_repo_request(kRepo);
  CHECK(request.method == "POST");
  CHECK(request.url == "https://hub.example/api/repos/create");
  CHECK(header_of(request, "Content-Type") == "application/json");
  const Json body = *Json::parse(body_of(request));
  CHECK(body["type"].text() == "dataset");
  CHECK(body["name"].text() == "app-data");
  CHECK(body["organization"].text() == "ann");
  CHECK(body["private"].boolean());
  // The dataset's card is there from its first commit on.
  CHECK(body["files"].size() == 1);
  CHECK(body["files"].at(0)["path"].text() == "README.md");
  CHECK(body["files"].at(0)["content"].text() == readme_text());
  CHECK(request.authorize);
}

TEST_CASE("create the branch: from the default branch's head") {
  // Its name is one segment of the URL, slashes and all.
  const HttpRequest request = create_branch_request({"https://hub.example", "ann/app-data", "team/a b"});
  CHECK(request.method == "POST");
  CHECK(request.url == "https://hub.example/api/datasets/ann/app-data/branch/team%2Fa%20b");
  CHECK(body_of(request) == "{}");
  CHECK(request.authorize);
}

TEST_CASE("tree: of the root, of a folder, recursive") {
  // Each segment of the path is encoded once more: names in datasets have percent signs themselves.
  CHECK(tree_request(kRepo, kCommit, "", false).url == "https://hub.example/api/datasets/ann/app-data/tree/" + kCommit);
  const HttpRequest request = tree_request(kRepo, kCommit, "my app/pdfs/%2Ex", true);
  CHECK(request.method == "GET");
  CHECK(request.url ==
        "https://hub.example/api/datasets/ann/app-data/tree/" + kCommit + "/my%20app/pdfs/%252Ex?recursive=true");
  CHECK(request.authorize);
  CHECK(request.headers.empty());
}

TEST_CASE("history: of a commit, a hundred a page") {
  // Pinned to the commit that the listing describes: what came later is looked through when it is listed.
  const HttpRequest request = history_request(kRepo, kCommit);
  CHECK(request.method == "GET");
  CHECK(request.url == "https://hub.example/api/datasets/ann/app-data/commits/" + kCommit + "?limit=100");
  CHECK(request.authorize);
  CHECK(request.headers.empty());
}

TEST_CASE("next page: verbatim, and to the Hub only") {
  // The token goes with it, so a link that leads elsewhere would give the token away.
  const std::string url = "https://hub.example/api/datasets/ann/app-data/tree/main?cursor=a%3D&limit=2";
  const Result<HttpRequest> next = next_page_request(kRepo, url);
  REQUIRE(next.has_value());
  CHECK(next->url == url);
  CHECK(next->authorize);
  for (const char* bad :
       {"", "https://hub.example", "https://hub.example.org/api", "https://hub.example@evil.org/",
        "http://hub.example/api", "//hub.example/api", "/api/datasets", "https://evil.org/https://hub.example/",
        "https://hub.example/a b", "https://hub.example/\n", "https://hub.example/\\evil", "HTTPS://hub.example/"}) {
    CAPTURE(bad);
    CHECK(next_page_request(kRepo, bad).error().code() == ErrorCode::BAD_RESPONSE);
  }
}

TEST_CASE("download: resolve at a commit, with no header of its own") {
  // A redirect to the CDN with any header but Authorization would be preflighted, and the CDN refuses that.
  const HttpRequest request = download_request(kRepo, kCommit, "pdfs/7d/a%20b.pdf", true, 1234);
  CHECK(request.method == "GET");
  CHECK(request.url == "https://hub.example/datasets/ann/app-data/resolve/" + kCommit + "/pdfs/7d/a%2520b.pdf");
  CHECK(request.headers.empty());
  CHECK(request.authorize);
  CHECK(request.body_as_blob);
  CHECK(request.max_body_bytes == 1234);
  CHECK_FALSE(download_request(kRepo, kCommit, "x.json", false, 1).body_as_blob);
  CHECK(resolve_url(kRepo, "main", "é/x") == "https://hub.example/datasets/ann/app-data/resolve/main/%C3%A9/x");
}

TEST_CASE("LFS batch: upload names the branch, download does not") {
  // Only the basic transfer: multipart cannot be relied on from a browser.
  const HttpRequest request = lfs_batch_request(kRepo, "upload", {{kSha256, 5}, {kSha256, 6}});
  CHECK(request.method == "POST");
  CHECK(request.url == "https://hub.example/datasets/ann/app-data.git/info/lfs/objects/batch");
  CHECK(header_of(request, "Content-Type") == "application/vnd.git-lfs+json");
  CHECK(header_of(request, "Accept") == "application/vnd.git-lfs+json");
  CHECK(request.authorize);
  CHECK(body_of(request) == R"({"operation":"upload","transfers":["basic"],"hash_algo":"sha256","ref":{"name":"main"},)"
                            R"("objects":[{"oid":")" +
                                kSha256 + R"(","size":5},{"oid":")" + kSha256 + R"(","size":6}]})");
  CHECK(body_of(lfs_batch_request(kRepo, "download", {{kSha256, 5}})) ==
        R"({"operation":"download","transfers":["basic"],"hash_algo":"sha256","objects":[{"oid":")" + kSha256 +
            R"(","size":5}]})");
}

TEST_CASE("LFS upload: a PUT that is never authorized") {
  // The address is signed; the storage server refuses a token, and must not see it.
  const HttpRequest request = lfs_upload_request(
      "https://storage.example/x?sig=1", {{"aUTHORIZATION", "Bearer hf_x"}, {"x-amz-acl", "private"}}, BlobRef{7});
  CHECK(request.method == "PUT");
  CHECK(request.url == "https://storage.example/x?sig=1");
  CHECK_FALSE(request.authorize);
  CHECK(request.progress);
  REQUIRE(request.headers.size() == 1);
  CHECK(request.headers[0].name == "x-amz-acl");
  CHECK(std::get<BlobRef>(request.body) == 7);
}

TEST_CASE("an object's address: a GET that is never authorized, of a range when one is wanted") {
  HttpRequest request =
      object_request("https://storage.example/x?sig=1", {{"Authorization", "Bearer hf_x"}, {"x-a", "1"}}, true, 99);
  CHECK(request.method == "GET");
  CHECK(request.url == "https://storage.example/x?sig=1");
  CHECK_FALSE(request.authorize);
  CHECK(request.body_as_blob);
  CHECK(request.max_body_bytes == 99);
  REQUIRE(request.headers.size() == 1);
  CHECK(request.headers[0].name == "x-a");
  add_range(&request, 5, 15);
  CHECK(request.headers[1].name == "Range");
  CHECK(request.headers[1].value == "bytes=5-14");
}

TEST_CASE("commit: NDJSON, the parent always, one line for each operation") {
  // parentCommit is what makes two devices safe: without it the last writer wins.
  const HttpRequest request =
      commit_request(kRepo, kCommit, "Save 3 items", "id: 1",
                     {CommitFile{"projects/f8/a \"b\".json", "foob"}, CommitLfsFile{"pdfs/7d/x.pdf", {kSha256, 9}},
                      CommitDelete{"projects/2e/old.json"}, CommitFile{"empty", ""}});
  CHECK(request.method == "POST");
  CHECK(request.url == "https://hub.example/api/datasets/ann/app-data/commit/main");
  CHECK(header_of(request, "Content-Type") == "application/x-ndjson");
  CHECK(request.authorize);
  CHECK(request.timeout_ms > 60'000);
  CHECK(body_of(request) ==
        R"({"key":"header","value":{"summary":"Save 3 items","description":"id: 1","parentCommit":")" + kCommit +
            "\"}}\n" +
            R"({"key":"file","value":{"path":"projects/f8/a \"b\".json","encoding":"base64","content":"Zm9vYg=="}})"
            "\n" +
            R"({"key":"lfsFile","value":{"path":"pdfs/7d/x.pdf","algo":"sha256","oid":")" + kSha256 +
            "\",\"size\":9}}\n" +
            R"({"key":"deletedFile","value":{"path":"projects/2e/old.json"}})"
            "\n" +
            R"({"key":"file","value":{"path":"empty","encoding":"base64","content":""}})"
            "\n");
}

TEST_CASE("commit: every line is JSON, also with awkward paths and summaries") {
  // Ids become paths, and users write anything.
  const HttpRequest request = commit_request(kRepo, kCommit, "a\nb \"c\"", "", {CommitDelete{"é\\\n"}});
  const std::string body = body_of(request);
  const size_t end = body.find('\n');
  const Result<Json> first = Json::parse(body.substr(0, end));
  const Result<Json> second = Json::parse(body.substr(end + 1));
  REQUIRE((first && second));
  CHECK((*first)["value"]["summary"].text() == "a\nb \"c\"");
  CHECK_FALSE((*first)["value"]["description"].exists());
  CHECK((*second)["value"]["path"].text() == "é\\\n");
}

TEST_CASE("no request has a body limit that an endless answer could fill the memory with") {
  // max_body_bytes has a default for documents; these answers are all smaller.
  for (const HttpRequest& request :
       {head_request(kRepo), create_repo_request(kRepo), create_branch_request(kRepo),
        tree_request(kRepo, kCommit, "", true), lfs_batch_request(kRepo, "upload", {{kSha256, 1}}),
        commit_request(kRepo, kCommit, "s", "", {CommitDelete{"x"}})}) {
    CHECK(request.max_body_bytes <= 16u << 20);
    CHECK(request.max_body_bytes >= 1u << 20);
  }
}

}  // namespace
}  // namespace hubstash
