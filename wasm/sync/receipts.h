#pragma once
// What a save answers with, and the errors that several writes share.

#include <string>

#include "hubstash/engine.h"
#include "sync/plan_save.h"

namespace hubstash {

/// How often a write is redone because another tab changed the same record first, before it gives up with BUSY.
inline constexpr uint32_t kMaxRaces = 50;
Status lost_every_race();
Status too_large(std::string_view id, uint64_t limit_bytes);

/// Documents above this size are kept on the Hub as gzip, which the Hub stores outside of git.
inline constexpr uint64_t kMaxPlainDocumentBytes = 1 << 20;

/// Where the item lies in the dataset when its body has this size.
std::string remote_path(const Options& options, std::string_view collection, Kind kind, std::string_view id,
                        uint64_t size);
SaveReceipt make_receipt(const Options& options, std::string_view collection, Kind kind, std::string_view id,
                         const HashedBody& body);

}  // namespace hubstash
