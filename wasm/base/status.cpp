#include "hubstash/status.h"

namespace hubstash {

std::string_view error_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::OK:
      return "OK";
#define HS_ERROR(name, number, retry, sentence) \
  case ErrorCode::name:                         \
    return #name;
#include "hubstash/errors.def"
#undef HS_ERROR
  }
  HS_CHECK(false && "an ErrorCode that errors.def does not have");
}

std::string_view error_sentence(ErrorCode code) {
  switch (code) {
    case ErrorCode::OK:
      return "Nothing went wrong.";
#define HS_ERROR(name, number, retry, sentence) \
  case ErrorCode::name:                         \
    return sentence;
#include "hubstash/errors.def"
#undef HS_ERROR
  }
  HS_CHECK(false && "an ErrorCode that errors.def does not have");
}

Retry error_retry(ErrorCode code) {
  switch (code) {
    case ErrorCode::OK:
      return Retry::kNever;
#define HS_ERROR(name, number, retry, sentence) \
  case ErrorCode::name:                         \
    return Retry::retry;
#include "hubstash/errors.def"
#undef HS_ERROR
  }
  HS_CHECK(false && "an ErrorCode that errors.def does not have");
}

std::string_view retry_name(Retry retry) {
  switch (retry) {
    case Retry::kNever:
      return "never";
    case Retry::kLater:
      return "later";
    case Retry::kAfterSignIn:
      return "after-sign-in";
    case Retry::kAfterUser:
      return "after-user";
  }
  HS_CHECK(false && "a Retry without a name");
}

}  // namespace hubstash
