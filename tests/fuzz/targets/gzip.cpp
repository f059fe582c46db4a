// gzip. What is packed comes back, with each effort; what anybody else calls gzip is unpacked within the limit, or
// refused.
#include "base/gzip.h"

#include "common/fuzz.h"

void fuzz_one(std::string_view input) {
  using namespace hubstash;
  fuzz::Choices choices(input);
  const GzipEffort effort = choices.below(2) == 0 ? GzipEffort::kFast : GzipEffort::kSmall;
  const uint64_t limit = choices.number(3);
  const std::string_view bytes = choices.take_rest();

  const Result<Bytes> unpacked = gunzip(bytes, limit);
  if (unpacked) {
    HS_CHECK(unpacked->size() <= limit && *gunzip(gzip(*unpacked, effort), limit) == *unpacked);
  } else {
    HS_CHECK(unpacked.error().code() == ErrorCode::BAD_RESPONSE || unpacked.error().code() == ErrorCode::TOO_LARGE);
  }

  const Bytes packed = gzip(bytes, effort);
  HS_CHECK(*gunzip(packed, bytes.size()) == bytes);
  if (!bytes.empty()) HS_CHECK(gunzip(packed, bytes.size() - 1).error().code() == ErrorCode::TOO_LARGE);
  HS_CHECK(!gunzip(packed.substr(0, packed.size() - 1), bytes.size()));
}
