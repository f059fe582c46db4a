#pragma once
// A note that chunks are being written ahead of the record that will name them. Whoever finds an old one after a crash
// knows which chunks to delete.

#include <string>

#include "hubstash/messages.h"

namespace hubstash {

struct Stage {
  std::string collection, id, revision;
  uint32_t chunks = 0;
  TimeMs started_at = 0;
};

/// "stage/<revision>".
Bytes stage_key(std::string_view revision);
inline constexpr std::string_view kStagePrefix = "stage/";

Bytes seal_stage(const Stage& stage, uint64_t stamp);
/// Errors: STORAGE_CORRUPT, NEWER_FORMAT.
Result<Stage> open_stage(std::string_view record);

}  // namespace hubstash
