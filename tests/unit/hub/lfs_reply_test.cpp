#include <string>

#include "catch.h"
#include "hub/replies.h"

namespace hubstash {
namespace {

const std::string kSha256(64, 'b');

HttpAnswer batch(const std::string& objects, const std::string& transfer = "") {
  HttpAnswer answer;
  answer.http_status = 200;
  answer.body = "{" + transfer + "\"objects\":[" + objects + "]}";
  return answer;
}

std::string object(const std::string& more) { return R"({"oid":")" + kSha256 + R"(","size":5)" + more + "}"; }

std::string action(const std::string& operation, const std::string& href, const std::string& more = "") {
  return object(R"(,"actions":{")" + operation + R"(":{"href":")" + href + "\"" + more + "}}");
}

TEST_CASE("LFS batch: what to upload, with its headers") {
  // The signed address and the headers that its signature covers.
  const Result<std::vector<LfsAction>> actions = parse_lfs_batch(
      batch(action("upload", "https://s.example/x?sig=1", R"(,"header":{"x-a":"1","x-b":"2"},"expires_in":900)")),
      "upload");
  REQUIRE(actions.has_value());
  REQUIRE(actions->size() == 1);
  const LfsAction& first = actions->front();
  CHECK(first.sha256_hex == kSha256);
  CHECK(first.size == 5);
  CHECK_FALSE(first.stored);
  CHECK(first.href == "https://s.example/x?sig=1");
  REQUIRE(first.headers.size() == 2);
  CHECK(first.headers[1].name == "x-b");
  CHECK(first.headers[1].value == "2");
  CHECK(first.expires_in_ms == 900'000);
  CHECK(first.error.ok());
}

TEST_CASE("LFS batch: how long an address lasts is the Hub's to say, within a day") {
  const auto lasts_ms = [](const std::string& said) {
    const auto actions = parse_lfs_batch(batch(action("download", "https://s.example/x", said)), "download");
    return actions ? actions->front().expires_in_ms : -1;
  };
  CHECK(lasts_ms("") == 0);
  CHECK(lasts_ms(R"(,"expires_in":-5)") == 0);
  CHECK(lasts_ms(R"(,"expires_in":"soon")") == 0);
  CHECK(lasts_ms(R"(,"expires_in":9000000000000000000)") == 86'400'000);
}

TEST_CASE("LFS batch: without an action an object is stored, or, to download, missing") {
  // The same form means opposite things for the two operations.
  for (const char* more :
       {"", R"(,"actions":null)", R"(,"actions":{})", R"(,"actions":{"verify":{"href":"https://v"}})"}) {
    CAPTURE(more);
    const auto upload = parse_lfs_batch(batch(object(more)), "upload");
    REQUIRE(upload.has_value());
    CHECK(upload->front().stored);
    CHECK(upload->front().href.empty());
    const auto download = parse_lfs_batch(batch(object(more)), "download");
    CHECK_FALSE(download->front().stored);
    CHECK(download->front().error.code() == ErrorCode::NOT_FOUND);
  }
  CHECK(parse_lfs_batch(batch(action("download", "http://localhost:1/x")), "download")->front().href ==
        "http://localhost:1/x");
}

TEST_CASE("LFS batch: an object's own error, inside an answer that succeeded") {
  // It must not pass for "stored already": the commit would then refer to nothing.
  const auto error = [](const std::string& json) {
    const auto actions = parse_lfs_batch(batch(object(R"(,"error":)" + json)), "upload");
    REQUIRE(actions.has_value());
    CHECK_FALSE(actions->front().stored);
    return actions->front().error;
  };
  CHECK(error(R"({"code":404,"message":"no such object"})").code() == ErrorCode::NOT_FOUND);
  CHECK(error(R"({"code":403,"message":"no"})").code() == ErrorCode::FORBIDDEN);
  CHECK(error(R"({"code":413,"message":"big"})").code() == ErrorCode::TOO_LARGE);
  CHECK(error(R"({"code":422,"message":"bad size"})").code() == ErrorCode::HUB_ERROR);
  CHECK(error(R"({"code":503})").code() == ErrorCode::HUB_ERROR);
  CHECK(error("{}").code() == ErrorCode::HUB_ERROR);
  CHECK(error(R"({"code":422,"message":"bad size"})").message().find("bad size") != std::string::npos);
}

TEST_CASE("LFS batch: other transfers than basic are refused") {
  // We offered nothing else; a multipart address must not be used as a plain one.
  CHECK(parse_lfs_batch(batch("", R"("transfer":"basic",)"), "upload").has_value());
  CHECK(parse_lfs_batch(batch("", R"("transfer":"multipart",)"), "upload").error().code() == ErrorCode::BAD_RESPONSE);
  CHECK(parse_lfs_batch(batch("", R"("transfer":"xet",)"), "upload").error().code() == ErrorCode::BAD_RESPONSE);
}

TEST_CASE("LFS batch: malformed objects, addresses and headers are refused") {
  // Addresses that are not of the web, header injection, hashes that are none.
  for (const std::string& bad :
       {std::string("{}"), std::string("null"), std::string(R"({"oid":"abc","size":5})"),
        R"({"oid":")" + kSha256 + "\"}", R"({"oid":")" + kSha256 + R"(","size":-5})", action("upload", ""),
        action("upload", "javascript:alert(1)"), action("upload", "file:///etc/passwd"),
        action("upload", "https://a b"), action("upload", "https://a\\nb"),
        action("upload", "https://" + std::string(20'000, 'x')),
        action("upload", "https://x", R"(,"header":{"a b":"1"})"),
        action("upload", "https://x", R"(,"header":{"":"1"})"),
        action("upload", "https://x", R"(,"header":{"a":"1\r\nx: 2"})"),
        action("upload", "https://x", R"(,"header":{"a":1})")}) {
    CAPTURE(bad);
    CHECK(parse_lfs_batch(batch(bad), "upload").error().code() == ErrorCode::BAD_RESPONSE);
  }
  HttpAnswer page;
  page.http_status = 200;
  page.body = "<html>";
  CHECK(parse_lfs_batch(page, "upload").error().code() == ErrorCode::BAD_RESPONSE);
  page.body = R"({"objects":{}})";
  CHECK(parse_lfs_batch(page, "upload").error().code() == ErrorCode::BAD_RESPONSE);
}

}  // namespace
}  // namespace hubstash
