#pragma once
// The frame around every record of the local store but the raw body chunks (docs/FORMATS.md): a head that names the
// format, the kind and this very write, and a checksum. Two writes never have the same head, so comparing heads is
// how a transaction notices that another tab was faster (Expectation in messages.h).

#include <cstdint>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

enum class RecordKind : uint8_t {
  kItem = 1,
  kOutbox = 2,
  kHead = 3,
  kFolderIndex = 4,
  kFolder = 5,
  kStage = 6,
  kBudget = 7,
  kLease = 8,
  kCacheUsage = 9,
  kUseTimes = 10,
  kOwner = 11,
  kRanges = 12,
  kClaim = 13,
  kDataset = 14
};

inline constexpr uint8_t kRecordVersion = 1;

/// The record's bytes. `stamp` is a random number of the writer's.
Bytes seal_record(RecordKind kind, uint64_t stamp, std::string_view payload);

/// The payload, after the check. Errors: STORAGE_CORRUPT when the bytes are damaged or of another kind, NEWER_FORMAT
/// when a later version wrote them.
Result<Bytes> open_record(RecordKind kind, std::string_view record);

/// What an Expectation compares: the head of a record that was read, or nothing for one that was not there.
Bytes head_of(const std::optional<Bytes>& record);

}  // namespace hubstash
