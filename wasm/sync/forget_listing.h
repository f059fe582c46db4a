#pragma once
// A record of the listing is damaged: a folder's files are not known any more, although the head says that they are.
// Whoever reads one starts this, and then reads again: without a head no listing is known, and the next pull writes all
// of it anew. To go on with an empty folder instead would hide items, and overwrite versions that nobody here has seen.

#include <optional>

#include "store/keys.h"
#include "store/remote.h"
#include "sync/core.h"

namespace hubstash {

inline bool is_damaged_folder(const std::optional<Bytes>& record) {
  return record && open_folder(*record).error().code() == ErrorCode::STORAGE_CORRUPT;
}

//   (one phase)  StoreAnswer   finish: with its status
class ForgetListing : public Operation {
 public:
  explicit ForgetListing(Core& core) : Operation(core) {}
  void start() override;
  void resume(Input input) override { finish(std::move(input.store().status)); }
};

}  // namespace hubstash
