#pragma once
// Deletes an item: at once here, on the Hub with the next push. An id that names nothing is no error.
//
//   phase       waits for                       then
//   kWaiting    earlier writes of this id       read what is known of it                    -> kReading
//   kReading    StoreAnswer                     a used copy that is still needed: reply
//                                               unknown listing: pull first                 -> kPulling
//                                               write a tombstone, or forget the item       -> kCommitting
//                                               a damaged listing: forget it            -> kMending
//   kMending    ChildDone                       read again                                  -> kReading
//   kPulling    ChildDone                       read again                                  -> kReading
//   kCommitting StoreAnswer                     stale: read again -> kReading; else reply

#include <memory>
#include <optional>
#include <string>

#include "sync/core.h"

namespace hubstash {

class DeleteItem : public Operation {
 public:
  DeleteItem(Core& core, Delete call) : Operation(core), call_(std::move(call)) {}
  /// Deletes the conflict copy whose content, with this hash, its item has just become. Should the item have lost a
  /// conflict in between, the copy is all that there is of it, and stays.
  static std::unique_ptr<DeleteItem> of_used_copy(Core& core, Delete call, const Sha256& content);
  void start() override;
  void resume(Input input) override;
  void cancel() override;

 private:
  enum class Phase : uint8_t { kWaiting, kReading, kMending, kPulling, kCommitting };
  Bytes original_key() const;
  bool is_used_copy() const { return used_content_.has_value(); }
  bool has_become_copy(const std::optional<Bytes>& original) const;
  void read();
  void plan(StoreAnswer& answer);
  void finish_commit(const StoreAnswer& answer);

  Delete call_;
  std::optional<Sha256> used_content_;
  Phase phase_ = Phase::kWaiting;
  bool asked_in_vain_ = false;
  uint32_t pulls_ = 0;
  uint64_t cached_bytes_before_ = 0;
  uint32_t races_lost_ = 0;
};

}  // namespace hubstash
