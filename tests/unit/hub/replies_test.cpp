#include "hub/replies.h"

#include <string>

#include "catch.h"

namespace hubstash {
namespace {

const std::string kOid(40, 'a');
const std::string kSha256(64, 'b');

HttpAnswer answer_with(std::string body, std::vector<Header> headers = {}) {
  HttpAnswer answer;
  answer.http_status = 200;
  answer.body = std::move(body);
  answer.headers = std::move(headers);
  return answer;
}

std::string file_entry(const std::string& path, const std::string& more = "") {
  return R"({"type":"file","oid":")" + kOid + R"(","size":5,"path":")" + path + "\"" + more + "}";
}

TEST_CASE("headers are found by name, and the request id in three of them") {
  // The id is what a user can quote to the Hub's support.
  const HttpAnswer answer = answer_with("", {{"x-amz-cf-id", "cdn"}, {"x-request-id", "Root=1-abc"}});
  CHECK(header_value(answer, "x-amz-cf-id") == "cdn");
  CHECK(header_value(answer, "missing") == "");
  CHECK(request_id(answer) == "Root=1-abc");
  CHECK(request_id(answer_with("", {{"x-amz-cf-id", "cdn"}})) == "cdn");
  CHECK(request_id(answer_with("", {{"x-request-id", std::string(200, 'x')}})) == "");
  CHECK(request_id(answer_with("")) == "");
}

TEST_CASE("head: the commit and the visibility") {
  // What the Hub sends with ?expand=sha&expand=private.
  const Result<HeadReply> head = parse_head(
      answer_with(R"({"_id":"0123456789abcdef01234567","id":"ann/app-data","sha":")" + kOid + R"(","private":true})"));
  REQUIRE(head.has_value());
  CHECK(head->dataset_id == "0123456789abcdef01234567");
  CHECK(head->commit == kOid);
  CHECK(head->is_private);
  CHECK_FALSE(parse_head(answer_with(R"({"sha":")" + kOid + R"(","private":false})"))->is_private);
}

TEST_CASE("head: an id of the dataset that is none of the Hub's counts as not stated") {
  // It is stored, and decides whether files were deleted or lost: it must not be anything that somebody sends.
  for (const char* bad :
       {"", R"("_id":"1",)", R"("_id":"0123456789ABCDEF01234567",)", R"("_id":7,)", R"("_id":null,)"}) {
    CAPTURE(bad);
    const Result<HeadReply> head =
        parse_head(answer_with(std::string("{") + bad + R"("sha":")" + kOid + R"(","private":true})"));
    REQUIRE(head.has_value());
    CHECK(head->dataset_id.empty());
  }
}

TEST_CASE("head: a visibility that is not stated passes for neither") {
  // A missing "private" read as false would stop the app, read as true would publish its data.
  const std::string sha = R"("sha":")" + kOid + "\"";
  for (const std::string& bad :
       {"{" + sha + "}", "{" + sha + R"(,"private":"true"})", "{" + sha + R"(,"private":null})",
        std::string(R"({"private":true})"), std::string(R"({"sha":"main","private":true})"),
        R"({"sha":")" + std::string(40, 'A') + R"(","private":true})",
        std::string("<!doctype html><title>Sign in</title>"), std::string("[]"), std::string()}) {
    CAPTURE(bad);
    CHECK(parse_head(answer_with(bad)).error().code() == ErrorCode::BAD_RESPONSE);
  }
}

TEST_CASE("HTML where JSON was due is said to be a web page, with the request id") {
  // Captive portals and proxies answer 200 with their own page; the message must point there.
  const Result<HeadReply> head = parse_head(answer_with("\n <html>", {{"x-request-id", "r1"}}));
  CHECK(head.error().message().find("web page") != std::string::npos);
  CHECK(head.error().http_status == 200);
  CHECK(head.error().request_id == "r1");
}

TEST_CASE("tree: files, LFS files and folders") {
  // An LFS file's size is the real one, its oid that of the pointer.
  const std::string lfs = R"(,"lfs":{"oid":")" + kSha256 + R"(","size":9000000000,"pointerSize":135})";
  const std::string folder = R"({"type":"directory","oid":")" + kOid + R"(","size":0,"path":"pdfs"})";
  const Result<TreePage> page =
      parse_tree(answer_with("[" + file_entry("a/b.json") + "," + file_entry("x.pdf", lfs) + "," + folder + "]"));
  REQUIRE(page.has_value());
  REQUIRE(page->entries.size() == 3);
  CHECK(page->entries[0].path == "a/b.json");
  CHECK(page->entries[0].oid == kOid);
  CHECK(page->entries[0].size == 5);
  CHECK(page->entries[0].lfs_sha256.empty());
  CHECK(page->entries[1].size == 9'000'000'000);
  CHECK(page->entries[1].lfs_sha256 == kSha256);
  CHECK(page->entries[2].is_folder);
  CHECK(page->next_url.empty());
  CHECK(parse_tree(answer_with("[]"))->entries.empty());
}

TEST_CASE("tree: paths that lead out of the repo are left out") {
  // Whoever can answer for the Hub must not choose what we read or write elsewhere.
  for (const char* path : {"/etc/passwd", "../x", "a/../b", "a/..", "./a", "a//b", "a/", "..", ".", "a\\\\b",
                           "a\\u0000b", "a\\nb", "a\\u007f"}) {
    CAPTURE(path);
    const Result<TreePage> page = parse_tree(answer_with("[" + file_entry(path) + "," + file_entry("good") + "]"));
    REQUIRE(page.has_value());
    REQUIRE(page->entries.size() == 1);
    CHECK(page->entries[0].path == "good");
  }
  CHECK(parse_tree(answer_with("[" + file_entry(std::string(5000, 'x')) + "]"))->entries.empty());
  CHECK(parse_tree(answer_with("[" + file_entry("..a/.b./...") + "]"))->entries.size() == 1);
}

TEST_CASE("tree: a submodule is left out, a malformed entry spoils the page") {
  // Hashes that are none, sizes that no file has: an item that is left out would read as deleted elsewhere.
  const std::string submodule = std::string(R"({"type":"unknown","path":"sub","oid":")") + kOid + "\",\"size\":1}";
  CHECK(parse_tree(answer_with("[" + submodule + "]"))->entries.empty());
  const std::string short_lfs = R"(,"lfs":{"oid":"abc","size":1})";
  const std::string bad_size = R"(,"lfs":{"oid":")" + kSha256 + R"(","size":-1})";
  const std::string null_lfs = R"(,"lfs":null)";
  for (const std::string& bad :
       {std::string(R"({"type":"file","path":"x","size":1})"),
        std::string(R"({"type":"file","path":"x","oid":"xyz","size":1})"),
        R"({"type":"file","path":"x","oid":")" + kOid + R"(","size":"5"})",
        R"({"type":"file","path":"x","oid":")" + kOid + R"(","size":1.5})",
        R"({"type":"file","path":"x","oid":")" + kOid + R"(","size":9007199254740991})",
        R"({"type":"file","path":7,"oid":")" + kOid + R"(","size":5})", file_entry("", ""), file_entry("x", short_lfs),
        file_entry("x", bad_size), std::string("null"), std::string("7"), std::string("[]"), std::string("{}")}) {
    CAPTURE(bad);
    const Result<TreePage> page = parse_tree(answer_with("[" + file_entry("good") + "," + bad + "]"));
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().code() == ErrorCode::BAD_RESPONSE);
  }
  CHECK(parse_tree(answer_with("[" + file_entry("x", null_lfs) + "]"))->entries.size() == 1);
}

TEST_CASE("tree: what is no list is no page") {
  // An empty page would read as "everything was deleted".
  for (const char* bad : {"", "{}", "{\"error\":\"x\"}", "<html>", "[", "null"}) {
    CHECK(parse_tree(answer_with(bad)).error().code() == ErrorCode::BAD_RESPONSE);
  }
}

TEST_CASE("tree: the next page's address comes from Link, whatever stands around it") {
  // RFC 8288 allows other links before and after, parameters in any order, and addresses with commas.
  const auto next = [](const char* link) { return parse_tree(answer_with("[]", {{"link", link}}))->next_url; };
  CHECK(next("<https://h/a?cursor=x,y&limit=2>; rel=\"next\"") == "https://h/a?cursor=x,y&limit=2");
  CHECK(next("<https://h/p>; rel=\"prev\", <https://h/n>; title=\"x\"; rel=\"next\"") == "https://h/n");
  CHECK(next("<https://h/n>;rel=next,<https://h/p>;rel=prev") == "https://h/n");
  CHECK(next("<https://h/p>; rel=\"prev\"") == "");
  CHECK(next("<https://h/n>; rel=\"nextish\"") == "");
  for (const char* bad : {"", "<", "<>", ">", "><", "<https://h/n", "rel=\"next\"", ",,;;", "<a>;", ";rel=next"}) {
    CAPTURE(bad);
    CHECK(next(bad) == "");
  }
}

TEST_CASE("history: each commit with all of its message, and the next page") {
  const std::string body = R"([{"id":")" + kOid + R"(","title":"saved","message":"of a device","authors":[]},)" +
                           R"({"id":")" + std::string(40, 'b') + R"("}])";
  const Result<HistoryPage> page = parse_history(answer_with(body, {{"link", "<https://h/n>; rel=\"next\""}}));
  REQUIRE(page.has_value());
  REQUIRE(page->entries.size() == 2);
  CHECK(page->entries[0].commit == kOid);
  CHECK(page->entries[0].message == "saved\nof a device");
  CHECK(page->entries[1].message == "\n");
  CHECK(page->next_url == "https://h/n");
  // An empty history would read as "the commit has not landed".
  for (const char* bad : {"", "{}", "<html>", "[", "null", R"([{"id":"abc"}])", R"([{"title":"x"}])", "[7]"}) {
    CAPTURE(bad);
    CHECK(parse_history(answer_with(bad)).error().code() == ErrorCode::BAD_RESPONSE);
  }
}

TEST_CASE("commit: its id, or a refusal") {
  // The id becomes the parent of the next commit.
  CHECK(*parse_commit(answer_with(R"({"success":true,"commitOid":")" + kOid + R"(","commitUrl":"x"})")) == kOid);
  for (const std::string& bad :
       {std::string("{}"), std::string(R"({"success":true,"commitOid":"abc"})"),
        R"({"success":false,"commitOid":")" + kOid + "\"}", std::string("<html>"), std::string()}) {
    CHECK(parse_commit(answer_with(bad)).error().code() == ErrorCode::BAD_RESPONSE);
  }
}

}  // namespace
}  // namespace hubstash
