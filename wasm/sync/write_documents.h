#pragma once
// Saves documents, all of them or none, in one transaction.
//
//   phase       waits for                       then
//   kWaiting    earlier writes of these ids     plan with the records as they are known     -> kCommitting
//   kReading    StoreAnswer                     write records, outbox rows and bodies       -> kCommitting
//   kCommitting StoreAnswer                     stale: plan anew with the records that came with the answer, or
//                                               read them                                   -> kCommitting, kReading
//                                               else reply with the receipts

#include <string>
#include <vector>

#include "sync/core.h"
#include "sync/plan_save.h"

namespace hubstash {

class WriteDocuments : public Operation {
 public:
  WriteDocuments(Core& core, SaveDocuments call, std::optional<ListedThen> over = std::nullopt);
  void start() override;
  void resume(Input input) override;
  /// Once the transaction is under way it is too late.
  void cancel() override;

 private:
  enum class Phase : uint8_t { kWaiting, kReading, kCommitting };
  void begin();
  void read();
  void commit(const std::vector<std::optional<Bytes>>& records);
  void finish_commit(const StoreAnswer& answer);
  std::string_view body_of(size_t index) const;

  SaveDocuments call_;
  const std::optional<ListedThen> over_;
  std::vector<HashedBody> hashed_;
  std::vector<size_t> offsets_;
  Phase phase_ = Phase::kWaiting;
  bool guesses_ = false;  ///< The plan rests on records as they are known.
  uint64_t cached_bytes_before_ = 0;
  uint32_t races_lost_ = 0;
};

}  // namespace hubstash
