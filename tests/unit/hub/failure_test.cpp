#include "hub/failure.h"

#include <string>

#include "catch.h"
#include "hub/rate_limit.h"

namespace hubstash {
namespace {

HttpAnswer answer_with(int http_status, std::string body = "", std::vector<Header> headers = {}) {
  HttpAnswer answer;
  answer.http_status = http_status;
  answer.body = std::move(body);
  answer.headers = std::move(headers);
  return answer;
}

Failure classify(const HttpAnswer& answer, bool had_token = true) {
  return classify_failure(answer, "commit 3 changes", had_token);
}

bool says(const Failure& failure, std::string_view words) {
  return failure.status.message().find(words) != std::string::npos;
}

const std::string kPage = "<!DOCTYPE html>\n<html><body>Something</body></html>";

TEST_CASE("2xx is no failure, whatever stands in its body") {
  // HTML in a 200 is for the parse functions, which know what was due.
  for (const int status : {200, 201, 204, 206, 299}) {
    CHECK(classify(answer_with(status, kPage)).outcome == Outcome::kOk);
    CHECK(classify(answer_with(status)).status.ok());
  }
}

TEST_CASE("without a whole answer the host's own code passes through") {
  // OFFLINE, TIMEOUT and ABORTED differ for the app, but not for the operation, which tries again.
  for (const ErrorCode code : {ErrorCode::OFFLINE, ErrorCode::TIMEOUT, ErrorCode::ABORTED}) {
    HttpAnswer answer;
    answer.status = Status(code, "no route to https://hub.example/x?secret=1");
    const Failure failure = classify(answer);
    CHECK(failure.outcome == Outcome::kUnreachable);
    CHECK(failure.status.code() == code);
    CHECK(says(failure, "no route to https://hub.example/x"));
    CHECK_FALSE(says(failure, "secret"));
  }
  HttpAnswer too_long;
  too_long.status = Status(ErrorCode::BAD_RESPONSE, "longer than allowed");
  CHECK(classify(too_long).outcome == Outcome::kBadResponse);
  CHECK(classify(too_long).status.code() == ErrorCode::BAD_RESPONSE);
}

TEST_CASE("401: a refused token is told from a missing one") {
  // One asks the app for a new token, the other asks the user to sign in at all.
  const std::vector<Header> invalid = {{"x-error-message", "Invalid credentials in Authorization header"}};
  const Failure refused = classify(answer_with(401, "", invalid));
  CHECK(refused.outcome == Outcome::kBadToken);
  CHECK(refused.status.code() == ErrorCode::UNAUTHORIZED);
  CHECK(says(refused, "refused the token"));
  CHECK(says(classify(answer_with(401, "", invalid), false), "refused the token"));

  const std::vector<Header> not_found = {{"x-error-code", "RepoNotFound"}, {"x-error-message", "Repository not found"}};
  const Failure anonymous = classify(answer_with(401, "", not_found), false);
  CHECK(anonymous.outcome == Outcome::kBadToken);
  CHECK(anonymous.status.code() == ErrorCode::UNAUTHORIZED);
  CHECK(says(anonymous, "sign in to see this dataset"));
  CHECK(classify(answer_with(401, "", {{"x-error-code", "GatedRepo"}}), false).outcome == Outcome::kBadToken);
}

TEST_CASE("402 and 403: not allowed, with the Hub's reason") {
  // Rights, disabled repos and a full storage quota all come as 403; only the words tell them apart.
  for (const char* reason : {"Your token lacks write access", "Access to this resource is disabled.",
                             "Private repository storage limit reached, please upgrade"}) {
    const Failure failure = classify(answer_with(403, std::string("{\"error\":\"") + reason + "\"}"));
    CHECK(failure.outcome == Outcome::kForbidden);
    CHECK(failure.status.code() == ErrorCode::FORBIDDEN);
    CHECK(says(failure, reason));
  }
  CHECK(classify(answer_with(402, "{\"error\":\"Payment required\"}")).outcome == Outcome::kForbidden);
}

TEST_CASE("404 by X-Error-Code, and by words where there is none") {
  // Creating a dataset, creating a branch and forgetting a file hang on these three.
  struct Row {
    const char* code;
    const char* words;
    Outcome outcome;
    ErrorCode status;
  };
  const Row rows[] = {
      {"RepoNotFound", "Repository not found", Outcome::kRepoMissing, ErrorCode::DATASET_NOT_FOUND},
      {"RevisionNotFound", "Invalid rev id: dev", Outcome::kRevisionMissing, ErrorCode::DATASET_NOT_FOUND},
      {"EntryNotFound", "Entry not found", Outcome::kEntryMissing, ErrorCode::NOT_FOUND},
      {"EntryNotFound", "A file with this name doesn't exist", Outcome::kEntryMissing, ErrorCode::NOT_FOUND}};
  for (const Row& row : rows) {
    CAPTURE(row.code, row.words);
    const Failure by_code =
        classify(answer_with(404, "", {{"x-error-code", row.code}, {"x-error-message", row.words}}));
    CHECK(by_code.outcome == row.outcome);
    CHECK(by_code.status.code() == row.status);
    CHECK(says(by_code, row.words));
    CHECK(classify(answer_with(404, std::string("{\"error\":\"") + row.words + "\"}")).outcome == row.outcome);
    CHECK(classify(answer_with(404, "", {{"x-error-code", row.code}})).outcome == row.outcome);
  }
}

TEST_CASE("404 from a server that does not know the API is not the Hub's") {
  // A wrong hubUrl must not look like a missing dataset, which hubstash would then try to create.
  CHECK(classify(answer_with(404, kPage)).outcome == Outcome::kBadResponse);
  CHECK(classify(answer_with(404)).outcome == Outcome::kBadResponse);
  CHECK(classify(answer_with(404, kPage)).status.code() == ErrorCode::BAD_RESPONSE);
  CHECK(classify(answer_with(404, "{\"error\":\"Cannot GET /x\"}")).outcome == Outcome::kRejected);
}

TEST_CASE("409 and 412: somebody else was first, whatever the words") {
  // The Hub has changed its wording before; the status is what counts.
  for (const int status : {409, 412}) {
    for (const char* words :
         {"The branch was updated since you opened this page. Please refresh and try again.",
          "A commit has happened since. Please refresh and try again.", "Repo already exists", ""}) {
      const Failure failure = classify(answer_with(status, "", {{"x-error-message", words}}));
      CHECK(failure.outcome == Outcome::kConflict);
      CHECK(failure.status.code() == ErrorCode::BUSY);
    }
  }
}

TEST_CASE("413 and the other 4xx") {
  // What is too large can be split; what is rejected stays rejected.
  CHECK(classify(answer_with(413)).outcome == Outcome::kTooLarge);
  CHECK(classify(answer_with(413)).status.code() == ErrorCode::TOO_LARGE);
  for (const int status : {400, 405, 410, 416, 422}) {
    const Failure failure = classify(answer_with(status, "{\"error\":\"bad\"}"));
    CHECK(failure.outcome == Outcome::kRejected);
    CHECK(failure.status.code() == ErrorCode::HUB_ERROR);
    CHECK(failure.status.http_status == status);
  }
}

TEST_CASE("429: waits an hour for the commit quota, else what was asked for, else one window") {
  // A browser sees neither Retry-After nor RateLimit; the words are all it has.
  const auto wait = [](const HttpAnswer& answer) {
    const Failure failure = classify(answer);
    CHECK(failure.outcome == Outcome::kRateLimited);
    CHECK(failure.status.code() == ErrorCode::RATE_LIMITED);
    return failure.status.retry_after_ms;
  };
  const std::string quota =
      "{\"error\":\"You have exceeded the rate limit for repository commits (128 per hour). You can "
      "retry this action in about 1 hour.\"}";
  CHECK(wait(answer_with(429, quota)) == kCommitQuotaMs);
  CHECK(wait(answer_with(429, "{\"error\":\"You have exceeded our hourly quotas for action: commit.\"}")) ==
        kCommitQuotaMs);
  CHECK(wait(answer_with(429, kPage + std::string(50'000, ' '))) == kRateWindowMs);
  CHECK(wait(answer_with(429)) == kRateWindowMs);
  CHECK(wait(answer_with(429, "", {{"retry-after", "7"}})) == 7'000);
  CHECK(wait(answer_with(429, quota, {{"retry-after", "90"}})) == 90'000);
  CHECK(wait(answer_with(429, "", {{"ratelimit", "\"api\";r=0;t=42"}})) == 43'000);
  CHECK(wait(answer_with(429, "", {{"ratelimit", "\"api\";r=949;t=42"}})) == kRateWindowMs);
  CHECK(wait(answer_with(429, quota, {{"ratelimit", "\"api\";r=949;t=42"}})) == kCommitQuotaMs);
}

TEST_CASE("429: nonsense in the headers does not become a wait for ever") {
  // A server or a proxy may send anything; a day is the most that is believed.
  const auto wait = [](const char* value) {
    return classify(answer_with(429, "", {{"retry-after", value}})).status.retry_after_ms;
  };
  CHECK(wait("99999999999999999999999") == 24 * 3'600'000);
  for (const char* bad : {"", "-5", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "5 minutes", "0"}) {
    CAPTURE(bad);
    CHECK(wait(bad) == kRateWindowMs);
  }
  CHECK(classify(answer_with(429, "", {{"ratelimit", ";r=;t="}})).status.retry_after_ms == kRateWindowMs);
}

TEST_CASE("408 and 5xx may pass, also as a page of the CDN") {
  // They may also have been applied: the caller of a commit looks first.
  for (const int status : {408, 500, 502, 503, 504}) {
    for (const std::string& body : {kPage, std::string("{\"error\":\"Internal\"}"), std::string()}) {
      const Failure failure = classify(answer_with(status, body));
      CHECK(failure.outcome == Outcome::kServerError);
      CHECK(failure.status.code() == ErrorCode::HUB_ERROR);
    }
  }
  CHECK(classify(answer_with(503, "", {{"retry-after", "12"}})).status.retry_after_ms == 12'000);
}

TEST_CASE("refusals in HTML or XML come from something else than the Hub") {
  // Proxies, and storage servers that find their signed address expired: neither is the token's fault.
  const std::string expired =
      "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
  const Failure failure = classify(answer_with(403, expired));
  CHECK(failure.outcome == Outcome::kBadResponse);
  CHECK(says(failure, "Request has expired"));
  CHECK(classify(answer_with(403, kPage)).outcome == Outcome::kBadResponse);
  CHECK(classify(answer_with(400, kPage)).outcome == Outcome::kBadResponse);
  CHECK(classify(answer_with(403, kPage, {{"x-error-code", "GatedRepo"}})).outcome == Outcome::kForbidden);
  const std::string slow = "<Error><Code>RequestTimeout</Code><Message>Your socket was idle</Message></Error>";
  CHECK(classify(answer_with(400, slow)).outcome == Outcome::kServerError);
}

TEST_CASE("what is no HTTP answer to our request at all") {
  // Redirects that were not followed, and statuses that do not exist.
  for (const int status : {0, 100, 301, 302, 304, 307, 600, 999, -1}) {
    CAPTURE(status);
    CHECK(classify(answer_with(status)).outcome == Outcome::kBadResponse);
  }
}

TEST_CASE("the message names the request, the status, the words and the request id") {
  // What an app's developer gets to see, whole.
  const Failure failure =
      classify(answer_with(412, "", {{"x-error-message", "Please refresh."}, {"x-request-id", "r-1"}}));
  CHECK(failure.status.message() ==
        "Could not commit 3 changes: somebody else changed it first. Nothing is lost; try again. (HTTP 412) "
        "The Hub says: \"Please refresh.\"");
  CHECK(failure.status.request_id == "r-1");
  CHECK(failure.status.http_status == 412);
}

TEST_CASE("only three outcomes are worth trying again by themselves") {
  // Everything else needs a decision: a new token, a merge, a user.
  int transient = 0;
  for (int at = 0; at <= static_cast<int>(Outcome::kBadResponse); ++at)
    transient += is_transient(static_cast<Outcome>(at));
  CHECK(transient == 3);
  CHECK(is_transient(Outcome::kUnreachable));
  CHECK(is_transient(Outcome::kServerError));
  CHECK(is_transient(Outcome::kRateLimited));
}

}  // namespace
}  // namespace hubstash
