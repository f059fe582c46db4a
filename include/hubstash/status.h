#pragma once
// Status and Result: how every function of hubstash reports an operating error. The module is built without
// exceptions; a programmer's error (a broken invariant) ends the process through HS_CHECK instead.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hubstash {

/// The stable codes that apps see; one entry for each row of errors.def.
enum class ErrorCode : uint8_t {
  OK = 0,
#define HS_ERROR(name, number, retry, sentence) name = number,
#include "hubstash/errors.def"
#undef HS_ERROR
};

/// Whether trying again can help, and after what.
enum class Retry : uint8_t { kNever, kLater, kAfterSignIn, kAfterUser };

/// The code as apps spell it, e.g. "NOT_FOUND".
std::string_view error_name(ErrorCode code);
/// What the code means and what to do, one or two sentences.
std::string_view error_sentence(ErrorCode code);
Retry error_retry(ErrorCode code);
/// "never", "later", "after-sign-in" or "after-user".
std::string_view retry_name(Retry retry);

/// The outcome of something that can fail: OK, or a code with what happened, in words for the app's developer.
/// Never holds a token or a document's content.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  bool ok() const { return code_ == ErrorCode::OK; }
  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }

  /// HTTP status of the Hub's answer, 0 where none was involved.
  int http_status = 0;
  /// The Hub's `X-Request-Id`, to quote in a report; empty where unknown.
  std::string request_id;
  /// How long the server asked us to wait, in milliseconds; 0 where it did not say.
  int64_t retry_after_ms = 0;

 private:
  ErrorCode code_ = ErrorCode::OK;
  std::string message_;
};

/// A value or the Status that says why there is none. Member names follow std::expected, which the oldest
/// supported compiler lacks.
template <typename T>
class [[nodiscard]] Result {
 public:
  // Implicit on purpose: `return value;` and `return Status(...)` read as they do with std::expected.
  Result(T value) : value_(std::move(value)) {}
  Result(Status status) : status_(std::move(status)) {}

  bool has_value() const { return value_.has_value(); }
  explicit operator bool() const { return has_value(); }
  const Status& error() const { return status_; }
  T& value() { return *value_; }
  const T& value() const { return *value_; }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

 private:
  std::optional<T> value_;
  Status status_;
};

[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "hubstash: check failed: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace hubstash

/// Ends the process when an invariant is broken, in release builds too: a worker that traps is restarted and the
/// store recovers as after a crash, whereas one that goes on with a broken invariant may lose data.
#define HS_CHECK(condition) ((condition) ? (void)0 : ::hubstash::check_failed(#condition, __FILE__, __LINE__))

#define HS_CONCAT_INNER(a, b) a##b
#define HS_CONCAT(a, b) HS_CONCAT_INNER(a, b)

/// `HS_TRY(name, expression)` unwraps a Result into `name`, or returns its Status from the calling function.
#define HS_TRY(name, expression)                       \
  auto HS_CONCAT(hs_result_, __LINE__) = (expression); \
  if (!HS_CONCAT(hs_result_, __LINE__).has_value()) {  \
    return HS_CONCAT(hs_result_, __LINE__).error();    \
  }                                                    \
  auto& name = *HS_CONCAT(hs_result_, __LINE__)
