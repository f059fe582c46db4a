// Answers to LFS batch requests. An upload that follows from one never carries the Hub's token, has no header that
// could begin another, and goes to a web address; an object is either to be sent, stored, or has an error.
#include "base/text.h"
#include "hub/replies.h"
#include "hub/requests.h"
#include "common/fuzz.h"

namespace {

using namespace hubstash;

void check_upload(const LfsAction& object) {
  const HttpRequest request = lfs_upload_request(object.href, object.headers, Bytes("content"));
  HS_CHECK(request.method == "PUT" && !request.authorize);
  HS_CHECK(request.url.starts_with("https://") || request.url.starts_with("http://"));
  HS_CHECK(!fuzz::has_control(request.url) && request.url.find(' ') == request.url.npos);
  for (const Header& header : request.headers) {
    HS_CHECK(!header.name.empty() && header.name.find_first_of(": \t") == header.name.npos);
    HS_CHECK(!fuzz::has_control(header.name) && !fuzz::has_control(header.value));
    HS_CHECK(!equals_ignoring_case(header.name, "authorization"));
  }
}

}  // namespace

void fuzz_one(std::string_view input) {
  const HttpAnswer answer = fuzz::answer_from_text(input);
  for (const char* operation : {"upload", "download"}) {
    const Result<std::vector<LfsAction>> batch = parse_lfs_batch(answer, operation);
    if (!batch) {
      HS_CHECK(batch.error().code() == ErrorCode::BAD_RESPONSE);
      continue;
    }
    for (const LfsAction& object : *batch) {
      HS_CHECK(is_lower_hex(object.sha256_hex, 64));
      const int says = (object.stored ? 1 : 0) + (object.href.empty() ? 0 : 1) + (object.error.ok() ? 0 : 1);
      HS_CHECK(says == 1);
      HS_CHECK(!fuzz::has_control(object.error.message()));
      if (!object.href.empty()) check_upload(object);
    }
  }
}
