#pragma once
// Saves a blob: its chunks first, in transactions of bounded size, then the last of them together with the record that
// makes the save visible. A crash in between leaves the old version, and chunks that nothing names (Sweep in
// housekeeping.h).
//
//   phase       waits for                       then
//   kWaiting    earlier writes of this id       hash the blob                               -> kHashing
//   kHashing    BlobAnswer                      read the item's record                      -> kReading
//   kReading    StoreAnswer                     write the first chunks, or all              -> kStaging, kCommitting
//   kStaging    StoreAnswer                     write the next chunks, or the last          -> kStaging, kCommitting
//   kCommitting StoreAnswer                     stale: read again, and write the first chunks again where they are gone
//                                               -> kReading; else reply with the receipt
//   kDropping   ChildDone                       the save has failed, and its first chunks are gone again: reply

#include <optional>
#include <string>

#include "sync/core.h"
#include "sync/plan_save.h"

namespace hubstash {

class WriteBlob : public Operation {
 public:
  WriteBlob(Core& core, SaveBlob call, std::optional<ListedThen> over = std::nullopt);
  void start() override;
  void resume(Input input) override;
  /// Once the last transaction is under way it is too late.
  void cancel() override;

 private:
  enum class Phase : uint8_t { kWaiting, kHashing, kReading, kStaging, kCommitting, kDropping };
  void hash();
  void read();
  void plan(StoreAnswer& answer);
  void write_next();
  void finish_commit(const StoreAnswer& answer);
  void fail(Status status);
  void complete();

  SaveBlob call_;
  const std::optional<ListedThen> over_;
  HeldBlob blob_;
  HashedBody hashed_;
  std::string revision_;
  std::optional<Bytes> record_before_;
  std::optional<Bytes> stage_record_;  ///< The note of the chunks that have been written.
  std::optional<Item> before_;
  Item after_;
  uint32_t chunks_written_ = 0;
  Status failure_;
  bool rewrites_ = false;  ///< The very same content is saved again: only its chunks are written.
  uint32_t races_lost_ = 0;
  Phase phase_ = Phase::kWaiting;
};

}  // namespace hubstash
