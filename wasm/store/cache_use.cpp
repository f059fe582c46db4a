#include "store/cache_use.h"

#include <algorithm>

#include "base/codec.h"
#include "base/sha256.h"
#include "base/text.h"
#include "store/keys.h"
#include "store/record.h"

namespace hubstash {
namespace {

constexpr int64_t kMinuteMs = 60'000;

}  // namespace

Bytes seal_cache_usage(const CacheUsage& usage, uint64_t stamp) {
  Encoder encoder;
  encoder.varint(usage.bytes);
  encoder.u64(static_cast<uint64_t>(usage.counted_at));
  return seal_record(RecordKind::kCacheUsage, stamp, encoder.take());
}

Result<CacheUsage> open_cache_usage(std::string_view record) {
  HS_TRY(payload, open_record(RecordKind::kCacheUsage, record));
  Decoder decoder(payload);
  CacheUsage usage;
  usage.bytes = decoder.varint();
  usage.counted_at = static_cast<TimeMs>(decoder.u64());
  if (!decoder.finished()) return Status(ErrorCode::STORAGE_CORRUPT, "The cache's size on this device is damaged.");
  return usage;
}

Bytes seal_use_times(const UseTimes& times, uint64_t stamp) {
  Encoder encoder;
  encoder.varint(times.used_at.size());
  for (const auto& [number, at] : times.used_at) {
    encoder.u64(number);
    encoder.varint(static_cast<uint64_t>((at + kMinuteMs - 1) / kMinuteMs));
  }
  return seal_record(RecordKind::kUseTimes, stamp, encoder.take());
}

Result<UseTimes> open_use_times(std::string_view record) {
  HS_TRY(payload, open_record(RecordKind::kUseTimes, record));
  Decoder decoder(payload);
  UseTimes times;
  const uint64_t count = decoder.varint();
  for (uint64_t i = 0; i < count && decoder.ok(); ++i) {
    const uint64_t number = decoder.u64();
    // A time that no clock shows is as good as none.
    const uint64_t minutes = std::min<uint64_t>(decoder.varint(), uint64_t{1} << 40);
    times.used_at[number] = static_cast<TimeMs>(minutes) * kMinuteMs;
  }
  if (!decoder.finished()) return Status(ErrorCode::STORAGE_CORRUPT, "Times of use on this device are damaged.");
  return times;
}

UseName use_name(std::string_view collection, std::string_view id) {
  const Sha256 digest = sha256(item_key(collection, id));
  UseName name;
  name.key = Bytes(kUsePrefix) + to_hex(std::string_view(digest).substr(0, 1));
  for (size_t i = 1; i <= 8; ++i) name.number = name.number << 8 | static_cast<uint8_t>(digest[i]);
  return name;
}

}  // namespace hubstash
