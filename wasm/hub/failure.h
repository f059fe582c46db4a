#pragma once
// What a failed exchange with the Hub means. The one place that knows the Hub's statuses and `X-Error-Code`s.

#include <cstdint>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

/// What kind of answer an exchange brought, for the operations to branch on.
enum class Outcome : uint8_t {
  kOk,               ///< 2xx.
  kUnreachable,      ///< No whole answer: offline, timed out, cut off.
  kBadToken,         ///< 401: the token was refused, or there was none.
  kForbidden,        ///< 403, 402.
  kRepoMissing,      ///< 404 RepoNotFound: it does not exist, or the token cannot see it.
  kRevisionMissing,  ///< 404 RevisionNotFound.
  kEntryMissing,     ///< 404 EntryNotFound.
  kConflict,         ///< 409, 412: somebody else was first.
  kTooLarge,         ///< 413.
  kRateLimited,      ///< 429.
  kServerError,      ///< 408, 5xx: may have been applied all the same.
  kRejected,         ///< Other 4xx: the request itself is wrong.
  kBadResponse,      ///< An answer that is not the Hub's (HTML where JSON is due, a redirect that was not followed).
};

struct Failure {
  Outcome outcome = Outcome::kOk;
  Status status;  ///< For the app; OK when outcome is kOk. Carries http_status and request_id.
  /// Of kRateLimited: only commits are to wait.
  bool commit_quota = false;
};

/// Classifies an answer. `what` names the request for the message ("commit", "list projects/3f"). `had_token` tells a
/// refused token from a missing one. The message quotes the Hub's own words where it sent any (words.h): at most 300
/// bytes, printable, never a URL's query and never a token. A 429 always carries `retry_after_ms`.
Failure classify_failure(const HttpAnswer& answer, std::string_view what, bool had_token);

/// Whether trying the same request again can help by itself: kUnreachable, kServerError, kRateLimited.
bool is_transient(Outcome outcome);

}  // namespace hubstash
