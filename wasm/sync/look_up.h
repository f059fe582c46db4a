#pragma once
// Answers `exists()` and `url()` from what is known of an item, without its body.
//
//   phase     waits for    then
//   kPulling  ChildDone    read; first only where the listing is not known, and in remote mode   -> kReading
//   kReading  StoreAnswer  reply, or pull; a damaged listing: forget it                          -> kPulling, kMending
//   kMending  ChildDone    pull                                                                  -> kPulling

#include <string>

#include "sync/core.h"

namespace hubstash {

class LookUp : public Operation {
 public:
  enum class Question : uint8_t { kExists, kUrl };
  LookUp(Core& core, Question question, std::string collection, Kind kind, std::string id)
      : Operation(core), question_(question), collection_(std::move(collection)), kind_(kind), item_(std::move(id)) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kPulling, kReading, kMending };
  void pull();
  void read();
  void answer(StoreAnswer& answer);

  Question question_;
  std::string collection_;
  Kind kind_;
  std::string item_;
  bool asked_in_vain_ = false;
  uint32_t pulls_ = 0;
  Phase phase_ = Phase::kReading;
};

}  // namespace hubstash
