#include "catch.h"

#include <set>
#include <string>

#include "hubstash/status.h"

namespace hubstash {
namespace {

constexpr ErrorCode kAllCodes[] = {
#define HS_ERROR(name, number, retry, sentence) ErrorCode::name,
#include "hubstash/errors.def"
#undef HS_ERROR
};

Result<int> half(int number) {
  if (number % 2 != 0) return Status(ErrorCode::INVALID_ARGUMENT, "odd");
  return number / 2;
}

Result<std::string> quarter_as_text(int number) {
  HS_TRY(once, half(number));
  HS_TRY(twice, half(once));
  return std::to_string(twice);
}

TEST_CASE("every error code has a name, a sentence and a retry class of its own") {
  // Apps see these three: a code without one of them would reach them as an empty string.
  std::set<std::string_view> names;
  for (const ErrorCode code : kAllCodes) {
    CAPTURE(error_name(code));
    CHECK(names.insert(error_name(code)).second);
    CHECK(error_sentence(code).size() > 10);
    CHECK(error_sentence(code).back() == '.');
    CHECK_FALSE(retry_name(error_retry(code)).empty());
  }
  CHECK(names.size() == std::size(kAllCodes));
  CHECK(error_name(ErrorCode::OK) == "OK");
}

TEST_CASE("error codes keep their numbers") {
  // The numbers stand in traces that users send us: one that moves would make old traces lie.
  CHECK(static_cast<int>(ErrorCode::OK) == 0);
  CHECK(static_cast<int>(ErrorCode::INVALID_ARGUMENT) == 1);
  CHECK(static_cast<int>(ErrorCode::UNAUTHORIZED) == 10);
  CHECK(static_cast<int>(ErrorCode::CONFLICT) == 17);
  CHECK(static_cast<int>(ErrorCode::INTERNAL) == 27);
}

TEST_CASE("retry classes are spelled as the JavaScript side expects them") {
  // web/src reads these words; they are part of the published API.
  CHECK(retry_name(Retry::kNever) == "never");
  CHECK(retry_name(Retry::kLater) == "later");
  CHECK(retry_name(error_retry(ErrorCode::UNAUTHORIZED)) == "after-sign-in");
  CHECK(retry_name(error_retry(ErrorCode::UNSYNCED)) == "after-user");
}

TEST_CASE("HS_TRY hands on the first failure and unwraps successes") {
  // Every function of the engine that can fail is written with it.
  CHECK(*quarter_as_text(12) == "3");
  CHECK(quarter_as_text(6).error().message() == "odd");
  CHECK(quarter_as_text(5).error().code() == ErrorCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace hubstash
