#include "hub/failure.h"

#include <string>

#include "hub/rate_limit.h"
#include "hub/replies.h"
#include "hub/words.h"

namespace hubstash {
namespace {

bool is_success(int http_status) { return http_status >= 200 && http_status <= 299; }

/// 404 has three meanings. `X-Error-Code` tells them apart; some endpoints (LFS) say it in words only.
Outcome classify_404(std::string_view code, std::string_view words, bool markup) {
  const auto says = [words](std::string_view start) { return words.starts_with(start); };
  if (code == "RepoNotFound") return Outcome::kRepoMissing;
  if (code == "RevisionNotFound") return Outcome::kRevisionMissing;
  if (code == "EntryNotFound") return Outcome::kEntryMissing;
  if (says("Repository not found")) return Outcome::kRepoMissing;
  if (says("Invalid rev id")) return Outcome::kRevisionMissing;
  if (says("Entry not found") || says("A file with this name doesn't exist")) return Outcome::kEntryMissing;
  // A bare 404 comes from a server that does not know the API at all.
  return markup || words.empty() ? Outcome::kBadResponse : Outcome::kRejected;
}

/// Refusals in HTML or XML are not the Hub's: a proxy's page, or a storage server that finds its signed address
/// expired. Neither is the token's fault, and both may pass.
Outcome classify_foreign(const HttpAnswer& answer) {
  const bool slow_upload = answer.body.find("<Code>RequestTimeout</Code>") != answer.body.npos;
  return slow_upload ? Outcome::kServerError : Outcome::kBadResponse;
}

Outcome classify_status(const HttpAnswer& answer, std::string_view words) {
  const std::string_view code = header_value(answer, "x-error-code");
  const bool markup = is_markup(answer.body);
  const int status = answer.http_status;
  if (is_success(status)) return Outcome::kOk;
  switch (status) {
    case 401:
      return Outcome::kBadToken;
    case 404:
      return classify_404(code, words, markup);
    case 408:
      return Outcome::kServerError;
    case 409:
    case 412:
      return Outcome::kConflict;
    case 413:
      return Outcome::kTooLarge;
    case 429:
      return Outcome::kRateLimited;
    default:
      break;
  }
  if (status >= 500 && status <= 599) return Outcome::kServerError;
  if (status < 400 || status > 599) return Outcome::kBadResponse;
  if (markup && code.empty()) return classify_foreign(answer);
  return status == 402 || status == 403 ? Outcome::kForbidden : Outcome::kRejected;
}

ErrorCode code_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return ErrorCode::OK;
    case Outcome::kUnreachable:
      return ErrorCode::OFFLINE;
    case Outcome::kBadToken:
      return ErrorCode::UNAUTHORIZED;
    case Outcome::kForbidden:
      return ErrorCode::FORBIDDEN;
    case Outcome::kRepoMissing:
    case Outcome::kRevisionMissing:
      return ErrorCode::DATASET_NOT_FOUND;
    case Outcome::kEntryMissing:
      return ErrorCode::NOT_FOUND;
    case Outcome::kConflict:
      return ErrorCode::BUSY;
    case Outcome::kTooLarge:
      return ErrorCode::TOO_LARGE;
    case Outcome::kRateLimited:
      return ErrorCode::RATE_LIMITED;
    case Outcome::kServerError:
    case Outcome::kRejected:
      return ErrorCode::HUB_ERROR;
    case Outcome::kBadResponse:
      return ErrorCode::BAD_RESPONSE;
  }
  HS_CHECK(false && "an Outcome without a code");
}

/// What happened and what to do. Each is the rest of a sentence that begins with "Could not <what>: ".
std::string_view explain(Outcome outcome, bool had_token) {
  switch (outcome) {
    case Outcome::kOk:
      return "";
    case Outcome::kUnreachable:
      return "the Hub cannot be reached.";
    case Outcome::kBadToken:
      return had_token ? "the Hub refused the token. Sign in again." : "sign in to see this dataset.";
    case Outcome::kForbidden:
      return "the Hub does not allow it. Use a token with write access to the dataset.";
    case Outcome::kRepoMissing:
      return "the dataset does not exist, or the token cannot see it. Check the name, or allow createDataset.";
    case Outcome::kRevisionMissing:
      return "the dataset has no such branch or commit. Check the branch's name.";
    case Outcome::kEntryMissing:
      return "the dataset has no such file.";
    case Outcome::kConflict:
      return "somebody else changed it first. Nothing is lost; try again.";
    case Outcome::kTooLarge:
      return "it is more than the Hub takes at once. Save it in smaller parts.";
    case Outcome::kRateLimited:
      return "the Hub asks to slow down. It is tried again later.";
    case Outcome::kServerError:
      return "the Hub failed. It is tried again later.";
    case Outcome::kRejected:
      return "the Hub refused the request.";
    case Outcome::kBadResponse:
      return "the answer is not the Hub's. A proxy or a wrong hubUrl may be in between, or a signed address expired.";
  }
  HS_CHECK(false && "an Outcome without an explanation");
}

std::string message(Outcome outcome, std::string_view what, bool had_token, const HttpAnswer& answer,
                    std::string_view words) {
  std::string text = "Could not ";
  text.append(what).append(": ").append(explain(outcome, had_token));
  text.append(" (HTTP ").append(std::to_string(answer.http_status)).append(")");
  if (!words.empty()) text.append(" The Hub says: \"").append(words).append("\"");
  return text;
}

Failure unreachable(const HttpAnswer& answer, std::string_view what) {
  const ErrorCode code = answer.status.code();
  const std::string reason = quotable(answer.status.message());
  std::string text = "Could not ";
  text.append(what).append(": ").append(reason.empty() ? explain(Outcome::kUnreachable, false) : reason);
  const Outcome outcome = code == ErrorCode::BAD_RESPONSE ? Outcome::kBadResponse : Outcome::kUnreachable;
  if (outcome == Outcome::kUnreachable) text.append(" Try again later.");
  Failure failure{outcome, Status(code, std::move(text))};
  failure.status.http_status = answer.http_status;
  return failure;
}

}  // namespace

Failure classify_failure(const HttpAnswer& answer, std::string_view what, bool had_token) {
  if (!answer.status.ok()) return unreachable(answer, what);
  if (is_success(answer.http_status)) return {};
  const std::string words = hub_words(answer);
  const Outcome outcome = classify_status(answer, words);
  // "Invalid credentials" tells a token that the Hub has seen and refused, whatever the caller thinks it sent.
  const bool refused = had_token || words.starts_with("Invalid credentials");
  Failure failure{outcome, Status(code_of(outcome), message(outcome, what, refused, answer, words))};
  failure.status.http_status = answer.http_status;
  failure.status.request_id = request_id(answer);
  failure.commit_quota = outcome == Outcome::kRateLimited && is_commit_quota(words);
  failure.status.retry_after_ms =
      outcome == Outcome::kRateLimited ? rate_limit_wait_ms(answer, words) : retry_after_header_ms(answer);
  return failure;
}

bool is_transient(Outcome outcome) {
  return outcome == Outcome::kUnreachable || outcome == Outcome::kServerError || outcome == Outcome::kRateLimited;
}

}  // namespace hubstash
